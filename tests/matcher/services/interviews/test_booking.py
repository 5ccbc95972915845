"""Changes by hand: one person a slot, one place a person, every time told, every change kept."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.interviews import InterviewDayState, InterviewState
from matcher.kinds.referrals import DeclineReason, ReferralState
from matcher.models.interviews import Interview, InterviewSlot
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import Referral
from matcher.services.interviews import attendance, booking, days
from matcher.services.interviews.days import DayInput
from matcher.services.referrals import employer_answers, person_answers
from tests.factories.interviews import make_day, make_interview, make_slots
from tests.factories.people import make_graduate
from tests.matcher.services.interviews.world import DayWorld, make_world


def _slots(world: DayWorld, employer: int = 0) -> list[InterviewSlot]:
    found = sa.select(InterviewSlot).where(
        InterviewSlot.employer_id == world.employers[employer].id
    )
    return list(world.session.scalars(found.order_by(InterviewSlot.begins_at)))


def _book(world: DayWorld, slot: InterviewSlot, referral: Referral) -> Interview:
    return booking.book(world.session, world.manager, slot.public_id, referral.public_id)


def _sent(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutboxMessage.template).order_by(OutboxMessage.id)))


def test_a_slot_takes_one_person(session: Session) -> None:
    world = make_world(session)
    slot = _slots(world)[0]
    _book(world, slot, world.refer())
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, slot, world.refer())
    assert refused.value.code == "interview_slot_taken"
    with pytest.raises(IntegrityError):
        make_interview(session, slot, world.refer())


def test_nobody_is_in_two_places_at_once(session: Session) -> None:
    world = make_world(session)
    person = world.person()
    _book(world, _slots(world, 0)[0], world.refer(0, person))
    other = world.refer(1, person)
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, _slots(world, 1)[0], other)
    assert refused.value.code == "interview_elsewhere"
    with pytest.raises(IntegrityError), session.begin_nested():
        make_interview(session, _slots(world, 1)[0], other)
    assert _book(world, _slots(world, 1)[1], other).state is InterviewState.BOOKED


def test_times_that_only_overlap_are_two_places_too(session: Session) -> None:
    world = make_world(session)
    person = world.person()
    _book(world, _slots(world, 0)[0], world.refer(0, person))
    later = make_day(
        session, world.drive, held_on=world.day.held_on, first_minute=550, slot_minutes=15
    )
    slot = make_slots(session, later, world.employers[1], 1)[0]
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, slot, world.refer(1, person))
    assert refused.value.code == "interview_elsewhere"


def test_a_slot_belongs_to_the_employer_the_person_was_referred_to(session: Session) -> None:
    world = make_world(session)
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, _slots(world, 1)[0], world.refer(0))
    assert refused.value.code == "interview_other_employer"


@pytest.mark.parametrize("state", [ReferralState.PROPOSED, ReferralState.OFFERED])
def test_only_sent_referrals_are_interviewed(session: Session, state: ReferralState) -> None:
    world = make_world(session)
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, _slots(world)[0], world.refer(state=state))
    assert refused.value.code == "interview_not_due"


def test_a_move_keeps_the_old_time_and_tells_the_new_one(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    slots = _slots(world)
    before = _book(world, slots[0], referral)
    after = booking.move(session, world.manager, before.public_id, slots[2].public_id)
    assert (before.state, after.state) == (InterviewState.MOVED, InterviewState.BOOKED)
    assert after.slot_id == slots[2].id
    assert referral.interview_words is not None
    assert referral.interview_words.startswith("09:40")
    assert _sent(session) == ["interviews_arranged", "interviews_arranged"]
    _book(world, slots[0], world.refer())  # the old time is free


def test_two_people_change_places(session: Session) -> None:
    world = make_world(session)
    slots = _slots(world)
    one, other = (_book(world, slots[n], world.refer()) for n in (0, 1))
    new_one, new_other = booking.swap(session, world.manager, one.public_id, other.public_id)
    assert (new_one.slot_id, new_other.slot_id) == (slots[1].id, slots[0].id)
    assert (new_one.graduate_id, new_other.graduate_id) == (one.graduate_id, other.graduate_id)


def test_a_swap_that_puts_somebody_in_two_places_changes_nothing(session: Session) -> None:
    world = make_world(session)
    person = world.person()
    mine = _book(world, _slots(world, 0)[0], world.refer(0, person))
    _book(world, _slots(world, 1)[1], world.refer(1, person))
    other = _book(world, _slots(world, 0)[1], world.refer(0))
    with pytest.raises(RuleBrokenError), session.begin_nested():
        booking.swap(session, world.manager, mine.public_id, other.public_id)
    session.refresh(mine)
    assert mine.state is InterviewState.BOOKED


def test_a_cancelled_appointment_frees_the_slot_and_keeps_the_referral(session: Session) -> None:
    world = make_world(session)
    slot, referral = _slots(world)[0], world.refer()
    interview = _book(world, slot, referral)
    booking.cancel(session, world.manager, interview.public_id)
    assert interview.state is InterviewState.CANCELLED
    assert referral.state is ReferralState.INTERVIEW
    assert _sent(session)[-1] == "interviews_cancelled"
    assert _book(world, slot, referral).state is InterviewState.BOOKED


def test_a_referral_that_ends_frees_its_slot(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    interview = _book(world, _slots(world)[0], referral)
    person_answers.decline(session, world.manager, referral.id, reason=DeclineReason.PLACE)
    assert interview.state is InterviewState.CANCELLED


def test_an_employer_that_names_another_day_frees_the_slot_and_the_person_is_told(
    session: Session,
) -> None:
    world = make_world(session)
    referral = world.refer()
    slot = _slots(world)[0]
    interview = _book(world, slot, referral)
    later = world.day.held_on + dt.timedelta(days=3)
    employer_answers.invite(
        session, world.employer_actor(), referral.id, on=later, note="14:00，公司前台"
    )
    assert interview.state is InterviewState.MOVED
    assert referral.interview_on == later
    assert _sent(session) == ["interviews_arranged", "interview_invited"]
    assert _book(world, slot, world.refer()).state is InterviewState.BOOKED


def test_the_same_time_said_again_keeps_the_slot(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    interview = _book(world, _slots(world)[0], referral)
    employer_answers.invite(
        session,
        world.employer_actor(),
        referral.id,
        on=world.day.held_on,
        note=referral.interview_words,
    )
    assert interview.state is InterviewState.BOOKED
    assert _sent(session) == ["interviews_arranged"]


def test_attendance_is_recorded_on_the_day_by_the_employer_or_the_union(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    interview = _book(world, _slots(world)[0], referral)
    with pytest.raises(RuleBrokenError) as refused:
        attendance.note(session, world.employer_actor(), interview.public_id, attended=True)
    assert refused.value.code == "interview_not_yet"
    _bring_to_today(session, interview, referral)
    attendance.note(session, world.employer_actor(), interview.public_id, attended=True)
    assert (interview.state, referral.has_attended) == (InterviewState.ATTENDED, True)
    attendance.note(session, world.manager, interview.public_id, attended=False)
    assert (interview.state, referral.has_attended) == (InterviewState.MISSED, False)


def test_another_employer_records_nothing(session: Session) -> None:
    world = make_world(session)
    interview = _book(world, _slots(world)[0], world.refer())
    with pytest.raises(NotFoundError):
        attendance.note(session, world.employer_actor(1), interview.public_id, attended=True)


def test_attendance_recorded_at_the_referral_shows_in_the_list(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    interview = _book(world, _slots(world)[0], referral)
    _bring_to_today(session, interview, referral)
    employer_answers.note_attendance(session, world.manager, referral.id, attended=False)
    assert interview.state is InterviewState.MISSED


def _bring_to_today(session: Session, interview: Interview, referral: Referral) -> None:
    interview.begins_at = clock.now()
    referral.interview_on = clock.today()
    session.flush()


def test_a_day_called_off_cancels_and_tells(session: Session) -> None:
    world = make_world(session)
    interview = _book(world, _slots(world)[0], world.refer())
    assert days.cancel_day(session, world.manager, world.day.public_id) == 1
    assert interview.state is InterviewState.CANCELLED
    assert world.day.state is InterviewDayState.CANCELLED
    assert _sent(session)[-1] == "interviews_cancelled"
    with pytest.raises(RuleBrokenError) as refused:
        _book(world, _slots(world)[1], world.refer())
    assert refused.value.code == "interview_day_cancelled"


def test_a_planned_day_gets_slots_outside_its_break(session: Session) -> None:
    world = make_world(session)
    facts = DayInput(
        held_on=clock.today() + dt.timedelta(days=2),
        place="人才市场",
        first_minute=11 * 60 + 40,
        slot_minutes=20,
        slots_each=2,
        breaks=[(12 * 60, 13 * 60)],
    )
    day = days.plan_day(session, world.manager, world.drive.id, facts)
    world.refer(0)
    chosen = [one.public_id for one, _ in days.may_come(session, world.manager, day.public_id)]
    assert chosen == [world.employers[0].public_id]
    assert days.add_employers(session, world.manager, day.public_id, chosen, rooms=2) == 1
    made = session.scalars(sa.select(InterviewSlot).where(InterviewSlot.day_id == day.id))
    times = sorted((one.room, f"{clock.in_china(one.begins_at):%H:%M}") for one in made)
    assert times == [(1, "11:40"), (1, "13:00"), (2, "11:40"), (2, "13:00")]
    assert days.add_employers(session, world.manager, day.public_id, chosen) == 0


def test_an_employer_with_appointments_stays_on_the_list(session: Session) -> None:
    world = make_world(session)
    _book(world, _slots(world)[0], world.refer())
    day, employer = world.day.public_id, world.employers[0].public_id
    with pytest.raises(RuleBrokenError) as refused:
        days.remove_employer(session, world.manager, day, employer)
    assert refused.value.code == "interviews_arranged"
    days.remove_employer(session, world.manager, day, world.employers[1].public_id)
    assert not _slots(world, 1)


def test_the_message_says_nothing_but_day_and_drive(session: Session) -> None:
    world = make_world(session)
    graduate = make_graduate(session, world.union)
    _book(world, _slots(world)[0], world.refer(0, graduate))
    message = session.scalars(sa.select(OutboxMessage)).one()
    assert set(message.parameters) - {"_consent"} == {"drive", "day"}
    assert message.parameters["drive"] == world.drive.neutral_name
