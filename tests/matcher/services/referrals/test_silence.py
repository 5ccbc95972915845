"""Silence never approves and never just closes: the seat comes back, somebody gets a task, a late answer works."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import Role, SeatState, TaskState
from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import ContactedSide, DeclineReason, HoldEnd, ReferralState
from matcher.models.drives import Drive
from matcher.models.referrals import ReferralStep, SeatHold
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import (
    acceptance,
    employer_answers,
    person_answers,
    seat_holds,
    silence,
)
from matcher.services.referrals.attempts import log_attempt
from matcher.services.referrals.silence_rules import RULES
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.factories.silent_referrals import (
    LONG_AGO,
    YESTERDAY,
    hold_of,
    make_silent,
    night,
    open_rules,
    seat_of,
)
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
_R = ReferralState
_DAY = dt.timedelta(days=1)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _effects(session: Session) -> list[int]:
    """Count everything a look may leave behind."""
    counted = (ReferralStep.id, Task.id, SeatHold.ended_at)
    return [session.scalar(sa.select(sa.func.count(column))) or 0 for column in counted]


@pytest.mark.parametrize("state", [_R.PROPOSED, _R.SENT, _R.INTERVIEW, _R.OFFERED, _R.ON_HOLD])
def test_who_says_nothing_loses_the_seat_and_nothing_else(
    session: Session, drive: Drive, state: ReferralState
) -> None:
    referral = make_silent(session, drive, state)

    [looked] = night(session)

    assert looked.is_told
    assert looked.is_lapsed
    assert referral.state is state
    assert hold_of(session, referral).ended_as is HoldEnd.LAPSED
    assert seat_of(session, referral).state is SeatState.OPEN
    assert open_rules(session, referral) == [RULES[state]]


def test_a_second_look_adds_nothing(session: Session, drive: Drive) -> None:
    referral = make_silent(session, drive)
    make_silent(session, drive, kept=True)

    night(session)
    once = _effects(session)
    for _ in range(2):
        night(session)
        silence.look_at(session, SYSTEM, referral.id)

    assert _effects(session) == once


def test_the_task_is_the_case_owners_and_is_not_opened_again_once_closed(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person = make_referable(session, drive)
    case = make_case(session, person, owner_id=worker.account_id)
    posting = make_posting(session, drive)
    make_referral(
        session, posting, person, decide_by_on=YESTERDAY, asked_at=LONG_AGO, case_id=case.id
    )

    night(session)
    task = session.scalars(sa.select(Task)).one()
    tasks.close_task(session, task.id, TaskState.DONE, by_account_id=worker.account_id)
    night(session)

    assert task.assignee_id == worker.account_id
    assert task.union_id == drive.union_id
    assert session.scalar(sa.select(sa.func.count(Task.id))) == 1


def test_the_last_day_itself_is_in_time_but_a_decision_put_off_is_told_on_its_day(
    session: Session, drive: Drive
) -> None:
    sent = make_silent(session, drive, due_on=TODAY)
    put_off = make_silent(session, drive, _R.ON_HOLD, due_on=TODAY)

    night(session)

    assert open_rules(session, sent) == []
    assert open_rules(session, put_off) == ["referral.hold_decide"]
    assert [seat_of(session, one).state for one in (sent, put_off)] == [SeatState.HELD] * 2


def test_a_seat_is_held_while_an_answer_is_waited_for_in_time(
    session: Session, drive: Drive
) -> None:
    referral = make_silent(session, drive, _R.INTERVIEW)
    referral.decide_by_on = TODAY + 5 * _DAY
    session.flush()

    night(session)

    assert seat_of(session, referral).state is SeatState.HELD


def test_who_accepted_and_did_not_come_keeps_the_seat_and_somebody_is_told(
    session: Session, drive: Drive
) -> None:
    referral = make_silent(session, drive, _R.ACCEPTED)

    night(session)

    assert referral.state is _R.ACCEPTED
    assert seat_of(session, referral).state is SeatState.FILLED
    assert open_rules(session, referral) == ["referral.report_due"]


def test_a_new_day_is_asked_for_anew(session: Session, drive: Drive, worker: Actor) -> None:
    referral = make_silent(session, drive, _R.INTERVIEW)
    night(session)

    employer_answers.invite(session, worker, referral.id, on=TODAY)
    assert open_rules(session, referral) == []
    referral.decide_by_on = TODAY - 2 * _DAY
    session.flush()
    night(session)

    assert open_rules(session, referral) == ["referral.result_due"]


def test_a_late_offer_takes_a_free_seat_and_a_late_yes_finds_none_when_all_are_taken(
    session: Session, drive: Drive, worker: Actor
) -> None:
    late = make_silent(session, drive)
    night(session)

    employer_answers.offer(session, worker, late.id)
    assert seat_of(session, late).state is SeatState.OFFERED
    late.decide_by_on = hold_of(session, late).until_on = YESTERDAY
    session.flush()
    night(session)
    seat = seat_of(session, late)
    assert seat.state is SeatState.OPEN
    assert late.state is _R.OFFERED
    seat.state = SeatState.CLOSED
    session.flush()

    with pytest.raises(RuleBrokenError, match="名额已经定满"):
        acceptance.accept(session, worker, late.id)


def test_an_answer_drops_the_tasks_of_silence(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_silent(session, drive, _R.OFFERED)
    night(session)
    assert open_rules(session, referral)

    acceptance.accept(session, worker, referral.id)

    assert open_rules(session, referral) == []
    assert referral.state is _R.ACCEPTED


def test_a_kept_seat_past_its_release_day_is_like_any_other(session: Session, drive: Drive) -> None:
    referral = make_silent(session, drive, kept=True)
    seat_of(session, referral).release_on = TODAY
    session.flush()

    night(session)

    assert hold_of(session, referral).ended_as is HoldEnd.LAPSED


def test_nothing_expires_before_somebody_saw_to_it_and_a_month_passed(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_silent(session, drive, due_on=TODAY - 60 * _DAY)
    for _ in range(2):
        night(session)
        assert referral.state is _R.SENT

    log_attempt(
        session,
        worker,
        referral.id,
        side=ContactedSide.EMPLOYER,
        outcome=CallOutcome.NO_ANSWER,
    )
    assert session.scalars(sa.select(Task)).one().state is TaskState.DONE
    fresh = make_silent(session, drive)
    night(session)

    assert (referral.state, referral.ended_state) == (_R.EXPIRED, _R.SENT)
    assert fresh.state is _R.SENT
    employer_answers.offer(session, worker, referral.id)
    assert referral.state is _R.OFFERED
    person_answers.decline(session, worker, referral.id, reason=DeclineReason.PLACE)
    assert seat_holds.live_hold(session, referral.id) is None
