"""Entries of the trail, and whether it is whole."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.audit import AuditEntry
from matcher.services import audit
from matcher.services.audit import TrailReport, verify_trail
from matcher.services.permissions import SYSTEM, Actor


def write_entries(factory: SessionFactory, *actions: str, by: Actor = SYSTEM) -> None:
    """Note each act in a transaction of its own."""
    for action in actions:
        with transaction(factory) as session:
            audit.record(session, by, action, subject=("drive", 7), note="x")


def verified(factory: SessionFactory) -> TrailReport:
    """Verify the trail."""
    with reading(factory) as session:
        return verify_trail(session)


def actions_of(factory: SessionFactory) -> list[str]:
    """Return the acts of the trail in order."""
    with reading(factory) as session:
        return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))
