"""The history of a file as one timeline (变更记录): changes of its parts, and the acts of the trail about the file.

Exits, returns, approvals, merges, transfers, cooperations, tiers and recognitions write the trail only; they are
told from there by what was done, by whom and when, for the trail keeps no values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.household_facts import FileAct
from matcher.models.approvals import Approval
from matcher.models.audit import AuditEntry
from matcher.models.file_joins import Cooperation
from matcher.models.household_facts import HouseholdChange
from matcher.models.households import Household
from matcher.models.publicity import Notice, Objection
from matcher.services.audit_trail import READING

_ABOUT_FILES = ("claim.", "household.", "member.", "register.", "review.")
_IN_CHANGES = frozenset(f"household.{act.value}" for act in FileAct)
"""Acts whose readable side the changes of parts are."""


@dataclass(frozen=True)
class TimelinePage:
    """Some lines of a file's history, newest first, and how many there are."""

    rows: Sequence[HouseholdChange | AuditEntry]
    total: int


def list_timeline(
    session: Session, household: Household, *, limit: int = 50, offset: int = 0
) -> TimelinePage:
    """Return the history of a file the caller has loaded in sight; four queries."""
    both = sa.union_all(_changes(household.id), _acts(household.id)).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(both)) or 0
    page = sa.select(both).order_by(both.c.at.desc(), both.c.source, both.c.key.desc())
    wanted = [(row.source, row.key) for row in session.execute(page.limit(limit).offset(offset))]
    found = _load(session, wanted)
    return TimelinePage([found[one] for one in wanted], total)


def _changes(household_id: int) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        HouseholdChange.entered_at.label("at"),
        sa.literal("change").label("source"),
        HouseholdChange.id.label("key"),
    ).where(HouseholdChange.household_id == household_id)


def _acts(household_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Return the acts about a file, its approvals with their notices and objections, and its cooperations."""
    notices = sa.select(Notice.id).where(
        Notice.subject_kind == "household", Notice.subject_id == household_id
    )
    of_file = {
        "approval": sa.select(Approval.id).where(
            Approval.subject_kind == "household", Approval.subject_id == household_id
        ),
        "notice": notices,
        "objection": sa.select(Objection.id).where(Objection.notice_id.in_(notices)),
        "cooperation": sa.select(Cooperation.id).where(Cooperation.household_id == household_id),
    }
    itself = sa.and_(
        AuditEntry.subject_kind == "household",
        AuditEntry.subject_id == household_id,
        sa.or_(*(AuditEntry.action.startswith(kind) for kind in _ABOUT_FILES)),
    )
    around = [
        sa.and_(
            AuditEntry.subject_kind == kind,
            AuditEntry.subject_id.in_(ids),
            AuditEntry.action.startswith(f"{kind}."),
        )
        for kind, ids in of_file.items()
    ]
    return sa.select(AuditEntry.at, sa.literal("act"), AuditEntry.number).where(
        sa.or_(itself, *around), AuditEntry.action.not_in(READING | _IN_CHANGES)
    )


def _load(
    session: Session, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], HouseholdChange | AuditEntry]:
    """Return the rows of a page, by source and key; two queries however many there are."""
    ids = [key for source, key in wanted if source == "change"]
    numbers = [key for source, key in wanted if source == "act"]
    changes = sa.select(HouseholdChange).where(HouseholdChange.id.in_(ids))
    acts = sa.select(AuditEntry).where(AuditEntry.number.in_(numbers))
    found: dict[tuple[str, int], HouseholdChange | AuditEntry] = {}
    found |= {
        ("change", one.id): one for one in session.scalars(changes.order_by(HouseholdChange.id))
    }
    found |= {("act", one.number): one for one in session.scalars(acts.order_by(AuditEntry.number))}
    return found
