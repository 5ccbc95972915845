"""Reading the trail (查看操作记录): page by page, within the reader's part of the union tree.

Whoever's scope holds every union sees the whole trail, the product's own acts included; others see
what was done at their unions and at the employers those keep. Graduates' own acts are told by kind,
not by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.services.permissions import Actor, Permission, require, scope_of


@dataclass(frozen=True)
class TrailPage:
    """Some entries with the display names of who acted, newest first, and how many there are."""

    rows: Sequence[tuple[AuditEntry, str | None]]
    total: int
    is_whole: bool
    """Whether the reader sees the whole trail, without gaps in its numbers."""


def list_entries(
    session: Session,
    by: Actor,
    *,
    action: str = "",
    subject_kind: str = "",
    subject_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> TrailPage:
    """List entries of the reader's scope; three queries.

    Parameters
    ----------
    action : a whole action, or its first part such as import
    """
    require(by, Permission.VIEW_AUDIT)
    kept = _kept(session, by)
    is_whole = not kept
    if action:
        kept.append((AuditEntry.action == action) | AuditEntry.action.startswith(f"{action}."))
    if subject_kind:
        kept.append(AuditEntry.subject_kind == subject_kind)
    if subject_id is not None:
        kept.append(AuditEntry.subject_id == subject_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*kept)) or 0
    found = (
        sa.select(AuditEntry, Account.display_name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(*kept)
        .order_by(AuditEntry.number.desc())
        .offset(offset)
        .limit(limit)
    )
    return TrailPage([(entry, name) for entry, name in session.execute(found)], total, is_whole)


READING = frozenset(
    {
        "data.disclosed",
        "file.own_copied",
        "file.own_read",
        "household.duplicates_sought",
        "household.findings_read",
        "household.paper_read",
        "household.printed",
        "note.written",
        "number.revealed",
        "payment_list.exported",
        "payment_list.printed",
        "refusal.words_read",
        "side_exit.statement_read",
        "tuition.form_printed",
    }
)
"""Acts that change nothing of the record they are about."""


def latest_changes(
    session: Session, subject: tuple[str, int], *, limit: int
) -> list[tuple[AuditEntry, str | None]]:
    """Return the last changes of a record with who acted, newest first; for callers that loaded it in sight."""
    found = (
        sa.select(AuditEntry, Account.display_name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject_kind == subject[0],
            AuditEntry.subject_id == subject[1],
            AuditEntry.action.not_in(READING),
        )
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    )
    return [(entry, name) for entry, name in session.execute(found)]


def _kept(session: Session, by: Actor) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep what the reader may see."""
    unions = scope_of(by).unions()
    outside = session.scalar(sa.select(Union.id).where(Union.id.not_in(unions)).limit(1))
    if outside is None:
        return []
    own_unions = sa.select("union:" + sa.cast(Union.id, sa.String)).where(Union.id.in_(unions))
    own_employers = sa.select("employer:" + sa.cast(Employer.id, sa.String)).where(
        Employer.union_id.in_(unions)
    )
    return [AuditEntry.place.in_(own_unions) | AuditEntry.place.in_(own_employers)]
