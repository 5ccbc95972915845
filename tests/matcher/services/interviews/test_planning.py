"""The proposal and its confirmation: coverage first, nothing before it is confirmed, everything once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.interviews import InterviewDayState, InterviewState, NoSlotReason
from matcher.kinds.referrals import ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.interviews import Interview, InterviewSlot
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import AnswerLink
from matcher.services.interviews import confirming, planning
from tests.factories.accounts import make_actor
from tests.factories.interviews import make_interview, make_slots
from tests.matcher.services.interviews.world import make_world


def test_a_proposal_changes_nothing(session: Session) -> None:
    world = make_world(session)
    referral = world.refer()
    found = planning.propose(session, world.manager, world.day.public_id)
    assert [one.referral_id for one in found.interviews] == [referral.id]
    assert session.scalar(sa.select(sa.func.count(Interview.id))) == 0
    assert referral.state is ReferralState.SENT


def test_who_has_nobody_in_work_is_served_first_and_others_hear_why_not(session: Session) -> None:
    world = make_world(session, slots=1, employers=1)
    others = [world.refer(fit_points=900) for _ in range(2)]
    first = world.refer(graduate=world.person(zero_employment=True), fit_points=1)
    found = planning.propose(session, world.manager, world.day.public_id)
    assert [one.graduate_id for one in found.interviews] == [first.graduate_id]
    assert [one.graduate_id for one in found.without] == sorted(one.graduate_id for one in others)
    assert {one.reason for one in found.without} == {NoSlotReason.TAKEN}


def test_everybody_gets_one_before_anybody_gets_two(session: Session) -> None:
    world = make_world(session, slots=1)
    both = world.person(zero_employment=True)
    world.refer(0, both, fit_points=900)
    world.refer(1, both, fit_points=900)
    other = world.refer(0)
    found = planning.propose(session, world.manager, world.day.public_id)
    assert not found.without
    assert {one.graduate_id for one in found.interviews} == {both.id, other.graduate_id}


def test_one_who_is_elsewhere_at_all_free_times_is_told_apart(session: Session) -> None:
    world = make_world(session, slots=1)
    person = world.person()
    referral = world.refer(0, person)
    slot = make_slots(session, world.day, world.employers[1], 1, room=2)[0]
    make_interview(session, slot, world.refer(1, person))
    found = planning.propose(session, world.manager, world.day.public_id)
    assert [(one.graduate_id, one.reason) for one in found.without] == [
        (referral.graduate_id, NoSlotReason.BUSY)
    ]


def test_a_confirmation_books_invites_and_tells_each_person_once(session: Session) -> None:
    world = make_world(session)
    person = world.person()
    first, second = world.refer(0, person), world.refer(1, person)
    shown = planning.propose(session, world.manager, world.day.public_id)
    done = confirming.confirm(session, world.manager, world.day.public_id, shown.digest)
    assert len(done.interviews) == 2
    assert not done.refused
    assert {first.state, second.state} == {ReferralState.INTERVIEW}
    assert first.interview_on == world.day.held_on
    assert world.day.state is InterviewDayState.ARRANGED
    messages = list(session.scalars(sa.select(OutboxMessage)))
    assert [one.template for one in messages] == ["interviews_arranged"]
    assert session.scalar(sa.select(sa.func.count(AnswerLink.id))) == 1
    session.commit()
    assert "interview_day.arranged" in set(session.scalars(sa.select(AuditEntry.action)))


def test_what_changed_since_it_was_shown_is_shown_again(session: Session) -> None:
    world = make_world(session)
    world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)
    world.refer()
    with pytest.raises(ConflictError) as refused:
        confirming.confirm(session, world.manager, world.day.public_id, shown.digest)
    assert refused.value.code == "proposal_changed"
    assert session.scalar(sa.select(sa.func.count(Interview.id))) == 0


def test_a_second_press_of_the_button_books_nothing_more(session: Session) -> None:
    world = make_world(session)
    world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)
    confirming.confirm(session, world.manager, world.day.public_id, shown.digest)
    with pytest.raises(RuleBrokenError):
        confirming.confirm(session, world.manager, world.day.public_id, shown.digest)
    assert session.scalar(sa.select(sa.func.count(Interview.id))) == 1


def test_an_interview_agreed_in_words_is_left_alone(session: Session) -> None:
    world = make_world(session)
    world.refer(state=ReferralState.INTERVIEW)
    assert planning.propose(session, world.manager, world.day.public_id).people == 0


def test_one_whose_appointment_was_cancelled_is_proposed_again(session: Session) -> None:
    world = make_world(session)
    referral = world.refer(state=ReferralState.INTERVIEW)
    slot = make_slots(session, world.day, world.employers[0], 1, room=2)[0]
    make_interview(
        session,
        slot,
        referral,
        state=InterviewState.CANCELLED,
        settled_at=referral.proposed_at,
    )
    found = planning.propose(session, world.manager, world.day.public_id)
    assert [one.referral_id for one in found.interviews] == [referral.id]


def test_another_unions_day_is_not_there_and_an_employer_plans_nothing(session: Session) -> None:
    world = make_world(session)
    stranger = make_actor(session, Role.DRIVE_MANAGER)
    with pytest.raises(NotFoundError):
        planning.propose(session, stranger, world.day.public_id)
    with pytest.raises(NotAllowedError):
        planning.propose(session, world.employer_actor(), world.day.public_id)


def test_slots_that_have_begun_are_given_to_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(session, slots=2, employers=1)
    for _ in range(2):
        world.refer()
    first, second = session.scalars(sa.select(InterviewSlot).order_by(InterviewSlot.begins_at))
    during = first.begins_at + dt.timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: during)

    found = planning.propose(session, world.manager, world.day.public_id)

    assert [one.slot_id for one in found.interviews] == [second.id]


def test_a_day_that_is_over_is_not_confirmed(session: Session) -> None:
    world = make_world(session)
    world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)
    world.day.held_on = clock.today() - dt.timedelta(days=1)

    with pytest.raises(RuleBrokenError) as refused:
        confirming.accept(session, world.manager, world.day.public_id, shown.digest)

    assert refused.value.code == "interview_day_past"
    assert world.day.state is InterviewDayState.PLANNED


def test_a_day_that_passes_while_it_is_arranged_refuses_each_and_fails_nothing(
    session: Session,
) -> None:
    world = make_world(session)
    referral = world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)
    world.day.held_on = clock.today() - dt.timedelta(days=1)

    made, refused = confirming.book_some(session, world.manager, world.day, shown.interviews)

    assert made == []
    assert [number for number, _ in refused] == [referral.id]
