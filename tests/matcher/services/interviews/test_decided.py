"""What an answer makes of an appointment: what took place is kept, what cannot be any more is written nowhere."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.interviews import InterviewState
from matcher.kinds.referrals import FallThroughReason, ReferralState, RefusalReason
from matcher.models.graduates import Graduate
from matcher.models.interviews import Interview
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import Referral
from matcher.services.interviews import attendance, booking, days
from matcher.services.interviews.sight import slot_and_day
from matcher.services.referrals import acceptance, arrivals, employer_answers, offering_again
from tests.factories.interviews import make_day, make_interview, make_slots
from tests.factories.referrals import make_referral
from tests.matcher.services.interviews.world import DayWorld, make_world

_R = ReferralState
_DAY = dt.timedelta(days=1)


def _appointment(world: DayWorld, *, in_days: int) -> tuple[Referral, Interview]:
    """Insert an appointment of some day, written at its referral as a booking does."""
    on = clock.today() + in_days * _DAY
    day = make_day(world.session, world.drive, held_on=on)
    slot = make_slots(world.session, day, world.employers[0], 1)[0]
    begins = f"{clock.in_china(slot.begins_at):%H:%M}"
    referral = world.refer(
        state=_R.INTERVIEW, interview_on=on, interview_words=f"{begins}，{day.place}"
    )
    return referral, make_interview(world.session, slot, referral)


def _offer(world: DayWorld, referral: Referral) -> None:
    employer_answers.offer(world.session, world.employer_actor(), referral.id)


def _put_off(world: DayWorld, referral: Referral) -> None:
    employer_answers.hold(
        world.session, world.employer_actor(), referral.id, decide_on=clock.today() + _DAY
    )


def _refuse(world: DayWorld, referral: Referral) -> None:
    employer_answers.refuse(
        world.session, world.employer_actor(), referral.id, reason=RefusalReason.SKILL
    )


def _hire(world: DayWorld, referral: Referral) -> None:
    _offer(world, referral)
    acceptance.accept(world.session, world.manager, referral.id)


@pytest.mark.parametrize("answer", [_offer, _put_off, _refuse, _hire])
def test_who_came_can_be_said_after_the_answer(
    session: Session, answer: Callable[[DayWorld, Referral], None]
) -> None:
    world = make_world(session)
    referral, interview = _appointment(world, in_days=-1)
    answer(world, referral)
    state = referral.state

    attendance.note(session, world.employer_actor(), interview.public_id, attended=True)

    assert (interview.state, referral.has_attended) == (InterviewState.ATTENDED, True)
    assert referral.state is state


def test_what_is_still_to_come_is_off_once_the_job_is_offered(session: Session) -> None:
    world = make_world(session)
    referral, interview = _appointment(world, in_days=7)

    _offer(world, referral)

    assert interview.state is InterviewState.CANCELLED
    assert (referral.interview_on, referral.interview_words) == (None, None)
    with pytest.raises(RuleBrokenError) as refused:
        employer_answers.note_attendance(session, world.manager, referral.id, attended=True)
    assert refused.value.code == "referral_step_wrong"


def test_a_slip_about_an_earlier_day_is_corrected_there_alone(session: Session) -> None:
    world = make_world(session)
    referral, interview = _appointment(world, in_days=-1)
    by = world.employer_actor()
    attendance.note(session, by, interview.public_id, attended=False)
    employer_answers.invite(session, by, referral.id, on=clock.today() + _DAY)

    attendance.note(session, by, interview.public_id, attended=True)

    assert (interview.state, referral.has_attended) == (InterviewState.ATTENDED, None)


def test_a_cancelled_appointment_is_not_written_at_the_referral(session: Session) -> None:
    world = make_world(session)
    (one, interview), (other, _) = (_appointment(world, in_days=n) for n in (7, 8))

    booking.cancel(session, world.manager, interview.public_id)
    days.cancel_day(session, world.manager, _day_of(session, other))

    for referral in (one, other):
        assert referral.state is _R.INTERVIEW
        assert (referral.interview_on, referral.interview_words) == (None, None)


def _day_of(session: Session, referral: Referral) -> str:
    booked = session.scalars(sa.select(Interview).where(Interview.referral_id == referral.id)).one()
    return slot_and_day(session, booked.slot_id)[1].public_id


def test_another_hour_agreed_since_stays_when_the_appointment_is_cancelled(
    session: Session,
) -> None:
    world = make_world(session)
    referral, interview = _appointment(world, in_days=7)
    referral.interview_words = "14:00，公司前台"

    booking.cancel(session, world.manager, interview.public_id)

    assert referral.interview_words == "14:00，公司前台"


@pytest.mark.parametrize("in_days", [-1, 7])
def test_nobody_is_invited_anew_to_a_slot_given_away_or_a_day_that_is_over(
    session: Session, in_days: int
) -> None:
    world = make_world(session)
    other, interview = _appointment(world, in_days=in_days)
    person = session.get_one(Graduate, interview.graduate_id)
    offered = make_referral(session, world.postings[1], person, state=_R.OFFERED)
    acceptance.accept(session, world.manager, offered.id)
    assert (interview.state is InterviewState.CANCELLED) is (in_days > 0)

    arrivals.fall_through(session, world.manager, offered.id, reason=FallThroughReason.TERMS)

    assert (other.state, other.interview_on, other.interview_words) == (_R.SENT, None, None)
    told = sa.select(OutboxMessage.id).where(OutboxMessage.template == "interview_invited")
    assert session.scalars(told).all() == []


def test_a_day_agreed_in_words_that_is_to_come_is_taken_up(session: Session) -> None:
    world = make_world(session)
    on = clock.today() + _DAY
    referral = world.refer(state=_R.WITHDRAWN, ended_state=_R.INTERVIEW, interview_on=on)

    offering_again.offer_again(session, world.manager, referral.id)

    assert (referral.state, referral.interview_on) == (_R.INTERVIEW, on)
