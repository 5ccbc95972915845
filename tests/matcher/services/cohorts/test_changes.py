"""After the census coming, leaving and coming back are rows of the log."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import (
    InvalidInputError,
)
from matcher.kinds import HardshipTier
from matcher.kinds.cohorts import CohortActKind, CohortStanding, LeaveReason
from matcher.models.cohorts import CohortAct, CohortHouseholdAct
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services import drive_entries
from matcher.services.cohorts import joining, log
from matcher.services.permissions import Actor
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate, make_household
from tests.matcher.services.cohorts.cohort_drive import (
    CENSUS,
    counted,
    drive,
    leave,
    make_hardship_graduate,
    manager,
    union,
)
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
WORLD = (drive, manager, union)


def _newest(session: Session, drive: Drive, graduate_id: int) -> CohortAct:
    found = log.find_newest(session, drive.id, graduate_id)
    assert found is not None
    return found


def _counts(session: Session, drive: Drive, on: dt.date) -> set[int]:
    found = sa.select(CohortAct.graduate_id).where(
        CohortAct.id.in_(log.newest_ids(drive.id)), log.counts_on(on)
    )
    return set(session.scalars(found))


def test_whoever_enters_later_counts_from_that_day_with_the_household(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    late = make_hardship_graduate(session, union, tier=HardshipTier.DEEP)
    without = make_graduate(session, union)

    drive_entries.enter_graduates(session, manager, drive.id, [late.id, without.id])

    act = _newest(session, drive, late.id)
    assert (act.kind, act.since_on, act.tier) == (CohortActKind.JOINED, TODAY, HardshipTier.DEEP)
    assert log.find_newest(session, drive.id, without.id) is None
    homes = session.scalars(sa.select(CohortHouseholdAct.household_id)).all()
    assert homes == [late.household_id]


def test_whose_file_comes_in_force_later_is_counted_the_night_after_and_once(
    session: Session, drive: Drive, union: Union
) -> None:
    person = make_graduate(session, union)
    make_entry(session, drive, person)
    n_before = joining.catch_up(session)
    person.household_id = make_household(session, union).id
    session.flush()

    n_first, n_second = joining.catch_up(session), joining.catch_up(session)

    assert (n_before, n_first, n_second) == (0, 1, 0)


@pytest.mark.parametrize(
    ("reason", "counts_out", "left_on"),
    [
        (LeaveReason.NO_WISH, False, TODAY),
        (LeaveReason.OUT_OF_REACH, False, TODAY),
        (LeaveReason.FILE_EXITED, False, TODAY),
        (LeaveReason.OTHER, False, TODAY),
        (LeaveReason.DIED, True, TODAY),
        (LeaveReason.MOVED, True, TODAY),
        (LeaveReason.MISTAKE, True, CENSUS),
        (LeaveReason.DUPLICATE, True, CENSUS),
    ],
)
def test_who_leaves_stays_in_the_denominator_unless_the_reason_takes_out_of_it(
    session: Session,
    manager: Actor,
    drive: Drive,
    union: Union,
    reason: LeaveReason,
    counts_out: bool,
    left_on: dt.date,
) -> None:
    act = counted(session, drive, union)

    left = leave(session, manager, act, reason)

    assert (left.kind, left.counts_out, left.left_on) == (CohortActKind.LEFT, counts_out, left_on)
    assert (act.graduate_id in _counts(session, drive, TODAY)) is not counts_out
    before = CENSUS <= TODAY - dt.timedelta(days=1) < left_on
    assert (act.graduate_id in _counts(session, drive, TODAY - dt.timedelta(days=1))) is (
        before or not counts_out
    )


def test_leaving_twice_writes_one_row(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union)

    first = leave(session, manager, act, LeaveReason.NO_WISH)
    second = leave(session, manager, act, LeaveReason.MOVED)

    assert first.id == second.id


def test_a_day_of_leaving_lies_between_entering_and_today(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union)

    for day in (TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=40)):
        with pytest.raises(InvalidInputError):
            leave(session, manager, act, LeaveReason.MOVED, left_on=day)
    left = leave(session, manager, act, LeaveReason.MOVED, left_on=TODAY - dt.timedelta(days=3))

    assert left.left_on == TODAY - dt.timedelta(days=3)


def test_who_comes_back_counts_again_as_before_and_the_leaving_stays_on_record(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union, standing=CohortStanding.SEEKING)
    left = leave(session, manager, act, LeaveReason.MOVED)

    drive_entries.enter_graduates(session, manager, drive.id, [act.graduate_id])

    back = _newest(session, drive, act.graduate_id)
    assert (back.kind, back.replaces_id) == (CohortActKind.RETURNED, left.id)
    assert (back.left_on, back.reason, back.counts_out) == (None, None, False)
    assert (back.since_on, back.standing) == (CENSUS, CohortStanding.SEEKING)
    assert session.scalar(sa.select(sa.func.count(CohortAct.id))) == 3


def test_what_was_known_before_a_row_does_not_change(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    act = counted(session, drive, union, entered_at=clock.now() - dt.timedelta(days=19))
    instant = clock.now() - dt.timedelta(days=1)
    known = sa.select(CohortAct.id).where(CohortAct.id.in_(log.newest_ids(drive.id, instant)))

    before = session.scalars(known).all()
    leave(session, manager, act, LeaveReason.MISTAKE)

    assert session.scalars(known).all() == before == [act.id]
