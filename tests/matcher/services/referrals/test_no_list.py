"""Without a kept list nobody was ever in line: the seat stays kept, and somebody is told to refer by hand."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import SeatClass, SeatState, TaskState
from matcher.kinds.referrals import DeclineReason, ReferralState
from matcher.models.organisations import Union
from matcher.models.postings import Seat
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import cascade, person_answers, releases
from matcher.services.referrals.cascade import EXHAUSTED_RULE, NO_LIST_RULE
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.factories.seat_lines import Line, make_line

_DAY = dt.timedelta(days=1)


@pytest.fixture
def line(session_factory: SessionFactory) -> Line:
    return make_line(session_factory)


def _open(session: Session, rule: str) -> list[int]:
    found = sa.select(Task.subject_id).where(Task.rule == rule, Task.state == TaskState.OPEN)
    return list(session.scalars(found.order_by(Task.id)))


def _unlisted(session: Session) -> tuple[Referral, Seat]:
    """Insert a drive that refers by hand, and a kept seat that was declined there."""
    drive = make_drive(session)
    posting = make_posting(session, drive, headcount=1, reserved={SeatClass.ZERO_EMPLOYMENT: 1})
    union = session.get_one(Union, drive.union_id)
    home = make_household(session, union, zero_employment=True)
    person = make_referable(session, drive, household=home)
    referral = make_referral(session, posting, person, seat=True)
    person_answers.decline(session, SYSTEM, referral.id, reason=DeclineReason.PLACE)
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    return referral, seat


def test_without_a_list_the_seat_stays_kept_and_somebody_is_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral, seat = _unlisted(session)

    assert cascade.hand_on(session, SYSTEM, seat.id) is None

    assert _open(session, EXHAUSTED_RULE) == []
    assert _open(session, NO_LIST_RULE) == [referral.id]
    later = clock.now() + 60 * _DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    [task_id] = releases.due_tasks(session, SYSTEM)
    assert not releases.look_at(session, SYSTEM, task_id)
    assert (seat.state, seat.release_on) == (SeatState.OPEN, None)
    assert _open(session, NO_LIST_RULE) == [referral.id]


def test_the_task_of_a_seat_without_a_list_goes_once_the_seat_is_taken(session: Session) -> None:
    _, seat = _unlisted(session)
    cascade.hand_on(session, SYSTEM, seat.id)
    seat.state = SeatState.CLOSED
    session.flush()

    [task_id] = releases.due_tasks(session, SYSTEM)
    assert not releases.look_at(session, SYSTEM, task_id)

    assert _open(session, NO_LIST_RULE) == []


def test_once_there_is_a_list_its_end_is_told_as_such(
    session_factory: SessionFactory, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(session_factory) as session:
        for other in line.zero[1:]:
            make_referral(session, line.posting, other, state=ReferralState.DECLINED)
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)
        first = make_referral(session, line.posting, line.zero[0], seat=seat)
        person_answers.decline(session, SYSTEM, first.id, reason=DeclineReason.PLACE)
        with monkeypatch.context() as unlisted:
            unlisted.setattr(cascade, "has_list", lambda *_: False)
            cascade.hand_on(session, SYSTEM, seat.id)
        assert _open(session, NO_LIST_RULE) == [first.id]

        cascade.hand_on(session, SYSTEM, seat.id)

        assert _open(session, NO_LIST_RULE) == []
        assert _open(session, EXHAUSTED_RULE) == [first.id]
