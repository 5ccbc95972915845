"""A kept seat that came back goes on to the next in line, once, and opens to all by rule alone."""

import datetime as dt
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ConsentPurpose, Role, SeatClass, SeatState, TaskState
from matcher.kinds.referrals import DeclineReason, ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Seat
from matcher.models.referrals import HiddenEmployer, Referral, SeatHold
from matcher.models.tasks import Task
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import cascade, person_answers, proposing, releases
from matcher.services.referrals.cascade import EXHAUSTED_RULE, NEXT_RULE
from matcher.services.referrals.looks import HAND_ON_JOB
from matcher.services.referrals.sight import referrals_in_sight
from tests.factories.accounts import make_actor
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain
from tests.factories.referrals import make_referable, make_referral
from tests.factories.seat_lines import Line, make_line
from workers import outbox, referrals

BODIES = (outbox, referrals)
"""Modules whose import registers the bodies that are run here."""

_R = ReferralState
_DAY = dt.timedelta(days=1)


@pytest.fixture
def line(session_factory: SessionFactory) -> Line:
    return make_line(session_factory)


def _begin(session: Session, line: Line, person: Graduate) -> Referral:
    return proposing.propose(
        session, line.worker, posting_id=line.posting.id, graduate_id=person.id, hold_seat=True
    )


def _decline(session: Session, line: Line, referral: Referral) -> None:
    person_answers.decline(session, line.worker, referral.id, reason=DeclineReason.PLACE)


def _pending(session: Session) -> list[int]:
    found = sa.select(Referral.graduate_id).where(Referral.state == _R.PROPOSED)
    return list(session.scalars(found.order_by(Referral.id)))


def _ids(people: Sequence[Graduate]) -> list[int]:
    return [one.id for one in people]


def _open(session: Session, rule: str) -> list[int]:
    found = sa.select(Task.subject_id).where(Task.rule == rule, Task.state == TaskState.OPEN)
    return list(session.scalars(found.order_by(Task.id)))


def test_a_declined_seat_goes_to_the_next_zero_employment_household_at_once(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        first = _begin(session, line, line.zero[0])
        _decline(session, line, first)
    drain(session_factory)

    with transaction(session_factory) as session:
        made = session.scalars(sa.select(Referral).where(Referral.state == _R.PROPOSED)).one()
        assert made.graduate_id == line.zero[1].id
        assert made.follows_id == first.id
        hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == made.id)).one()
        assert hold.seat_id == line.seat(session, SeatClass.ZERO_EMPLOYMENT).id
        assert made.decide_by_on == hold.until_on
        assert clock.today() < (hold.until_on or clock.today()) < clock.today() + 10 * _DAY
        assert _open(session, NEXT_RULE) == [made.id]


def test_the_employer_sees_nothing_of_it(session_factory: SessionFactory, line: Line) -> None:
    with transaction(session_factory) as session:
        unit = session.get_one(Employer, line.posting.employer_id)
        employer = make_actor(session, Role.EMPLOYER, employer=unit)
        _decline(session, line, _begin(session, line, line.zero[0]))
    drain(session_factory)

    with transaction(session_factory) as session:
        assert len(_pending(session)) == 1
        seen = sa.select(sa.func.count(Referral.id)).where(referrals_in_sight(employer))
        assert session.scalar(seen) == 0
        told = sa.select(OutboxMessage.id).where(OutboxMessage.account_id == employer.account_id)
        assert session.scalars(told).all() == []


def test_the_line_is_gone_through_to_its_end_nobody_twice_and_then_the_seat_opens_by_rule(
    session_factory: SessionFactory, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    with transaction(session_factory) as session:
        referral = _begin(session, line, line.zero[0])
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)
    while referral is not None:
        with transaction(session_factory) as session:
            asked.append(referral.graduate_id)
            _decline(session, line, referral)
            referral = cascade.hand_on(session, SYSTEM, seat.id)
    assert asked == _ids(line.zero)

    with transaction(session_factory) as session:
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)
        assert (seat.state, seat.release_on) == (SeatState.OPEN, None)
        [task_id] = releases.due_tasks(session, SYSTEM)
        assert not releases.look_at(session, SYSTEM, task_id)
        assert len(_open(session, EXHAUSTED_RULE)) == 1

    later = clock.now() + 30 * _DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    with transaction(session_factory) as session:
        assert releases.look_at(session, SYSTEM, task_id)
        assert not releases.look_at(session, SYSTEM, task_id)
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)
        assert seat.release_on == clock.today()
        assert seat.seat_class is SeatClass.ZERO_EMPLOYMENT
        assert _open(session, EXHAUSTED_RULE) == []


def test_who_comes_in_line_before_the_day_gets_the_seat(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        for other in line.zero[1:]:
            make_referral(session, line.posting, other, state=_R.DECLINED)
        _decline(session, line, _begin(session, line, line.zero[0]))
    drain(session_factory)
    with transaction(session_factory) as session:
        [task_id] = releases.due_tasks(session, SYSTEM)
        other = session.get_one(Household, line.tiered[0].household_id)
        other.is_zero_employment, other.zero_employment_on = True, clock.today()
    with transaction(session_factory) as session:
        assert not releases.look_at(session, SYSTEM, task_id)

        assert _pending(session) == [line.tiered[0].id]
        assert _open(session, EXHAUSTED_RULE) == []


def test_a_seat_for_all_in_hardship_goes_to_zero_employment_first_then_down_the_list(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        line.seat(session, SeatClass.ZERO_EMPLOYMENT).state = SeatState.CLOSED
        since = session.get_one(Household, line.tiered[2].household_id)
        since.is_zero_employment, since.zero_employment_on = True, clock.today()
        session.flush()
        referral = _begin(session, line, line.tiered[0])
        seat = line.seat(session, SeatClass.HARDSHIP)
        asked = []
        while True:
            _decline(session, line, referral)
            following = cascade.hand_on(session, SYSTEM, seat.id)
            if following is None:
                break
            asked.append(following.graduate_id)
            referral = following

    assert asked == [*_ids(line.zero), line.tiered[2].id, line.tiered[1].id]


def test_who_cannot_be_asked_is_passed_over(session_factory: SessionFactory, line: Line) -> None:
    hides, placed, last = line.zero
    with transaction(session_factory) as session:
        referral = _begin(session, line, last)
        hidden = HiddenEmployer(
            graduate_id=hides.id, employer_id=line.posting.employer_id, hidden_at=clock.now()
        )
        session.add(hidden)
        elsewhere = make_posting(session, line.drive)
        make_referral(session, elsewhere, placed, state=_R.IN_POST)
        _decline(session, line, referral)
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)
        assert cascade.hand_on(session, SYSTEM, seat.id) is None
        assert _open(session, EXHAUSTED_RULE) == [referral.id]

        session.delete(hidden)
        session.flush()
        found = cascade.hand_on(session, SYSTEM, seat.id)
        assert found is not None
        assert found.graduate_id == hides.id


def test_who_left_or_took_consent_back_is_passed_over(
    session_factory: SessionFactory, line: Line
) -> None:
    left, refuses, last = line.zero
    with transaction(session_factory) as session:
        session.execute(
            sa.update(DriveEntry)
            .where(DriveEntry.graduate_id == left.id)
            .values(left_at=clock.now())
        )
        session.execute(
            sa.update(Consent)
            .where(Consent.graduate_id == refuses.id, Consent.purpose == ConsentPurpose.SERVICE)
            .values(withdrawn_at=clock.now())
        )
        _decline(session, line, _begin(session, line, last))
        seat = line.seat(session, SeatClass.ZERO_EMPLOYMENT)

        assert cascade.hand_on(session, SYSTEM, seat.id) is None


def test_a_seat_is_handed_on_once_however_often_it_is_looked_at(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        _decline(session, line, _begin(session, line, line.zero[0]))
    drain(session_factory)
    with transaction(session_factory) as session:
        for seat in session.scalars(sa.select(Seat.id).order_by(Seat.id)).all():
            assert cascade.hand_on(session, SYSTEM, seat) is None
        assert cascade.waiting_seats(session, SYSTEM) == []
        assert _pending(session) == [line.zero[1].id]


def test_one_seat_given_back_asks_one_person_whichever_seat_that_one_gets(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        _decline(session, line, _begin(session, line, line.tiered[0]))
        seat = line.seat(session, SeatClass.HARDSHIP)
        made = cascade.hand_on(session, SYSTEM, seat.id)
        assert made is not None
        held = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == made.id)).one()
        assert held.seat_id == line.seat(session, SeatClass.ZERO_EMPLOYMENT).id
        assert seat.state is SeatState.OPEN

        assert cascade.hand_on(session, SYSTEM, seat.id) is None
        assert cascade.waiting_seats(session, SYSTEM) == []


def test_an_ordinary_seat_is_handed_on_to_nobody(
    session_factory: SessionFactory, line: Line
) -> None:
    with transaction(session_factory) as session:
        plain = make_referable(session, line.drive)
        seat = line.seat(session, SeatClass.ORDINARY)
        referral = make_referral(session, line.posting, plain, seat=seat)
        _decline(session, line, referral)

        asked = sa.select(Job.id).where(Job.name == HAND_ON_JOB)
        assert session.scalars(asked).all() == []
        assert cascade.hand_on(session, SYSTEM, seat.id) is None
