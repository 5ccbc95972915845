"""Conflicts of the door, settled by the organiser (核对冲突): one person, another person, or nobody can tell.

Settled once and for good, since people may be let in on the place that comes back.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fair_doors import DoorConflictOutcome
from matcher.kinds.fairs import EntryKind
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import FairEntry
from matcher.services import audit
from matcher.services.doors import lent_places
from matcher.services.doors.entries import add_entry
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing


def settle_conflict(
    session: Session,
    by: Actor,
    public_id: str,
    conflict_id: str,
    outcome: DoorConflictOutcome,
) -> DoorConflict:
    """Say what a conflict was: its place comes back, or counts the other person who came in.

    Parameters
    ----------
    public_id : of the fair
    conflict_id : public id of the conflict

    Raises
    ------
    RuleBrokenError
        It is settled already, or no place is left to count somebody more (核准人数).
    """
    fair = get_managed(session, by, public_id, lock=False)
    found = sa.select(DoorConflict).where(
        DoorConflict.public_id == conflict_id, DoorConflict.fair_id == fair.id
    )
    conflict = first_or_missing(session, found, lock=True)
    if conflict.settled_at is not None:
        raise RuleBrokenError("door_conflict_settled", "这条冲突已经有人核对过了。")
    if outcome is DoorConflictOutcome.ANOTHER_PERSON:
        _count(session, conflict)
    elif conflict.holds_place:
        lent_places.give_back(session, conflict.session_id, 1)
    conflict.outcome, conflict.settled_at = outcome, clock.now()
    conflict.settled_by_id = by.account_id
    audit.record(
        session,
        by,
        "door_conflict.settled",
        subject=("fair", fair.id),
        conflict=conflict.id,
        outcome=outcome,
    )
    session.flush()
    return conflict


def _count(session: Session, conflict: DoorConflict) -> None:
    """Count somebody more, with a row of the log that names what it settles."""
    counted = lent_places.count_one_more(
        session, conflict.session_id, was_set_aside=conflict.holds_place
    )
    if not counted:
        raise RuleBrokenError(
            "door_number_reached", "已到核准人数，不能再计一人；可以选“查不清，只留记录”。"
        )
    entry = session.get_one(FairEntry, conflict.entry_id)
    add_entry(
        session,
        scan_number=f"settled:{conflict.id}",
        fair_id=conflict.fair_id,
        session_id=conflict.session_id,
        ticket_id=None,
        device_id=entry.device_id,
        kind=EntryKind.ENTERED,
        refusal=None,
        at=entry.at,
        facts={"settles": conflict.id},
        is_offline=True,
    )
