"""Coming and going after the census (后来列入、离开、恢复), as rows of the log; no use case.

Callers have asked who may and have written the drive entry. Whoever enters a drive after its census, or whose
family's file comes in force later, is counted from that day on with the state of that day; who leaves stays in the
denominator unless the data says the reason takes out of it.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import DriveState
from matcher.kinds.cohorts import CohortActKind, LeaveReason
from matcher.models.cohorts import Census, CohortAct, CohortHouseholdAct
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.policy.leave_reasons import leave_rule
from matcher.services.casework.sealed_words import seal
from matcher.services.cohorts import log
from matcher.services.cohorts.places import is_counted_household, read_households, read_places
from matcher.services.permissions import SYSTEM, Actor

WORDS = "cohort_act.words"
"""Associated data of the sealed words."""


def note_left(
    session: Session,
    actor: Actor,
    before: CohortAct,
    entry: DriveEntry,
    *,
    left_on: dt.date | None = None,
    words: str | None = None,
) -> CohortAct | None:
    """Write that somebody counted has left, with what the reason does; None if the row says so already.

    Parameters
    ----------
    left_on : first day out; None is the day the entry was ended
    """
    if before.left_on is not None or entry.left_at is None:
        return None
    reason = reason_of(entry.left_reason)
    day = left_on or clock.in_china(entry.left_at).date()
    union = session.get_one(Union, before.union_id)
    rule = leave_rule(reason, union.region_code, day)
    first = before.since_on if rule.from_start else max(day, before.since_on)
    return log.follow(
        session,
        actor,
        before,
        CohortActKind.LEFT,
        happened_on=first,
        left_on=first,
        reason=reason,
        counts_out=rule.counts_out,
        words_cipher=seal(session, words, WORDS),
    )


def reason_of(code: str | None) -> LeaveReason:
    """Return the reason an entry was ended for; words from before there were codes count as other."""
    return LeaveReason(code) if code in set(LeaveReason) else LeaveReason.OTHER


def note_returned(session: Session, actor: Actor, before: CohortAct) -> CohortAct | None:
    """Write that somebody who had left is back under the state of before; None if nobody had left."""
    if before.left_on is None:
        return None
    return log.follow(
        session,
        actor,
        before,
        CohortActKind.RETURNED,
        happened_on=clock.today(),
        left_on=None,
        reason=None,
        counts_out=False,
    )


def note_entered(session: Session, actor: Actor, drive: Drive, graduate_ids: Sequence[int]) -> int:
    """Write that people entered a drive after its census; return how many are counted from today."""
    if log.find_census(session, drive.id) is None:
        return 0
    known = log.find_newest_of(session, drive.id, graduate_ids)
    for act in known.values():
        note_returned(session, actor, act)
    return _join(session, actor, drive, [one for one in graduate_ids if one not in known])


def _join(session: Session, actor: Actor, drive: Drive, graduate_ids: Sequence[int]) -> int:
    today = clock.today()
    places = read_places(session, drive, graduate_ids, today)
    joined = [places[number] for number in sorted(places)]
    kind = CohortActKind.JOINED
    log.begin_people(session, actor, drive, joined, kind=kind, since_on=today)
    missing = _households_missing(session, drive.id, {one.household_id for one in joined})
    households = read_households(session, drive, today, missing) if missing else []
    log.begin_households(session, actor, drive, households, kind=kind, since_on=today)
    return len(joined)


def _households_missing(session: Session, drive_id: int, household_ids: set[int]) -> list[int]:
    found = sa.select(CohortHouseholdAct.household_id).where(
        CohortHouseholdAct.drive_id == drive_id, CohortHouseholdAct.household_id.in_(household_ids)
    )
    return sorted(household_ids - set(session.scalars(found)))


def newcomers(drive_id: int) -> sa.Select[int]:
    """Select people in a drive whose family has a file in force and who are not counted yet."""
    counted = sa.exists().where(
        CohortAct.drive_id == drive_id, CohortAct.graduate_id == DriveEntry.graduate_id
    )
    return (
        sa.select(DriveEntry.graduate_id)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .join(Household, Household.id == Graduate.household_id)
        .where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.left_at.is_(None),
            Graduate.is_confirmed,
            is_counted_household(),
            ~counted,
        )
        .order_by(DriveEntry.graduate_id)
    )


def join_newcomers(session: Session, actor: Actor, drive: Drive) -> int:
    """Count from today whoever is in the drive and was not counted; return how many. A second run counts nobody."""
    return _join(session, actor, drive, list(session.scalars(newcomers(drive.id))))


def catch_up(session: Session) -> int:
    """Count newcomers of all open drives that have a census, as the nightly job; a second run counts nobody."""
    found = (
        sa.select(Drive)
        .where(Drive.state == DriveState.OPEN, sa.exists().where(Census.drive_id == Drive.id))
        .order_by(Drive.id)
    )
    return sum(join_newcomers(session, SYSTEM, drive) for drive in session.scalars(found).all())
