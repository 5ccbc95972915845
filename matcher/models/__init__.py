"""All tables; importing this package makes `Base.metadata` complete (migrations and tests need it)."""

from matcher.db.base import Base
from matcher.models import (
    accounts,
    audit,
    calendar,
    consents,
    drives,
    employers,
    files,
    graduates,
    households,
    imports,
    installation,
    jobs,
    organisations,
    outbox,
    postings,
    ranking_runs,
    tasks,
)

__all__ = [
    "Base",
    "accounts",
    "audit",
    "calendar",
    "consents",
    "drives",
    "employers",
    "files",
    "graduates",
    "households",
    "imports",
    "installation",
    "jobs",
    "organisations",
    "outbox",
    "postings",
    "ranking_runs",
    "tasks",
]
