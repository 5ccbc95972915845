"""Silence never approves and never just closes: the seat comes back, somebody gets a task, a late answer works."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState, TaskState
from matcher.kinds.casework import ContactChannel, ServiceKind
from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import ContactedSide, DeclineReason, HoldEnd, ReferralState
from matcher.models.drives import Drive
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import (
    acceptance,
    attempts,
    employer_answers,
    person_answers,
    seat_holds,
    silence,
)
from matcher.services.referrals.silence import RULES
from tests.factories.accounts import make_actor
from tests.factories.cases import make_act, make_case
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState
_DAY = dt.timedelta(days=1)
_TODAY = clock.today()
_YESTERDAY = _TODAY - _DAY
_LONG_AGO = clock.now() - dt.timedelta(days=30)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _silent(
    session: Session,
    drive: Drive,
    state: ReferralState = _R.SENT,
    *,
    due_on: dt.date = _YESTERDAY,
    kept: bool = False,
    **changes: object,
) -> Referral:
    """Insert a referral whose answer was due on a day, with a seat held until then."""
    reserved = {SeatClass.ZERO_EMPLOYMENT: 1} if kept else None
    posting = make_posting(session, drive, headcount=1, reserved=reserved)
    fields: dict[str, object] = {"decide_by_on": due_on, "asked_at": _LONG_AGO}
    referral = make_referral(session, posting, state=state, seat=True, **(fields | changes))
    _hold(session, referral).until_on = None if state is _R.ACCEPTED else due_on
    session.flush()
    return referral


def _hold(session: Session, referral: Referral) -> SeatHold:
    found = sa.select(SeatHold).where(SeatHold.referral_id == referral.id)
    return session.scalars(found.order_by(SeatHold.id.desc()).limit(1)).one()


def _seat(session: Session, referral: Referral) -> Seat:
    return session.get_one(Seat, _hold(session, referral).seat_id)


def _open(session: Session, referral: Referral) -> list[str]:
    found = sa.select(Task.rule).where(
        Task.state == TaskState.OPEN,
        Task.subject_kind == "referral",
        Task.subject_id == referral.id,
    )
    return sorted(session.scalars(found))


def _night(session: Session) -> list[silence.Looked]:
    return [silence.look_at(session, SYSTEM, one) for one in silence.due_ids(session, SYSTEM)]


def _effects(session: Session) -> list[int]:
    """Count everything a look may leave behind."""
    counted = (ReferralStep.id, Task.id, SeatHold.ended_at)
    return [session.scalar(sa.select(sa.func.count(column))) or 0 for column in counted]


@pytest.mark.parametrize("state", [_R.PROPOSED, _R.SENT, _R.INTERVIEW, _R.OFFERED, _R.ON_HOLD])
def test_who_says_nothing_loses_the_seat_and_nothing_else(
    session: Session, drive: Drive, state: ReferralState
) -> None:
    referral = _silent(session, drive, state)

    [looked] = _night(session)

    assert looked.is_told
    assert looked.is_lapsed
    assert referral.state is state
    assert _hold(session, referral).ended_as is HoldEnd.LAPSED
    assert _seat(session, referral).state is SeatState.OPEN
    assert _open(session, referral) == [RULES[state]]


def test_a_second_look_adds_nothing(session: Session, drive: Drive) -> None:
    referral = _silent(session, drive)
    _silent(session, drive, kept=True)

    _night(session)
    once = _effects(session)
    for _ in range(2):
        _night(session)
        silence.look_at(session, SYSTEM, referral.id)

    assert _effects(session) == once


def test_the_task_is_the_case_owners_and_is_not_opened_again_once_closed(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person = make_referable(session, drive)
    case = make_case(session, person, owner_id=worker.account_id)
    posting = make_posting(session, drive)
    make_referral(
        session, posting, person, decide_by_on=_YESTERDAY, asked_at=_LONG_AGO, case_id=case.id
    )

    _night(session)
    task = session.scalars(sa.select(Task)).one()
    tasks.close_task(session, task.id, TaskState.DONE, by_account_id=worker.account_id)
    _night(session)

    assert task.assignee_id == worker.account_id
    assert task.union_id == drive.union_id
    assert session.scalar(sa.select(sa.func.count(Task.id))) == 1


def test_the_last_day_itself_is_in_time_but_a_decision_put_off_is_told_on_its_day(
    session: Session, drive: Drive
) -> None:
    sent = _silent(session, drive, due_on=_TODAY)
    put_off = _silent(session, drive, _R.ON_HOLD, due_on=_TODAY)

    _night(session)

    assert _open(session, sent) == []
    assert _open(session, put_off) == ["referral.hold_decide"]
    assert [_seat(session, one).state for one in (sent, put_off)] == [SeatState.HELD] * 2


def test_a_seat_is_held_while_an_answer_is_waited_for_in_time(
    session: Session, drive: Drive
) -> None:
    referral = _silent(session, drive, _R.INTERVIEW)
    referral.decide_by_on = _TODAY + 5 * _DAY
    session.flush()

    _night(session)

    assert _seat(session, referral).state is SeatState.HELD


def test_who_accepted_and_did_not_come_keeps_the_seat_and_somebody_is_told(
    session: Session, drive: Drive
) -> None:
    referral = _silent(session, drive, _R.ACCEPTED)

    _night(session)

    assert referral.state is _R.ACCEPTED
    assert _seat(session, referral).state is SeatState.FILLED
    assert _open(session, referral) == ["referral.report_due"]


def test_a_new_day_is_asked_for_anew(session: Session, drive: Drive, worker: Actor) -> None:
    referral = _silent(session, drive, _R.INTERVIEW)
    _night(session)

    employer_answers.invite(session, worker, referral.id, on=_TODAY)
    assert _open(session, referral) == []
    referral.decide_by_on = _TODAY - 2 * _DAY
    session.flush()
    _night(session)

    assert _open(session, referral) == ["referral.result_due"]


def test_a_late_offer_takes_a_free_seat_and_a_late_yes_finds_none_when_all_are_taken(
    session: Session, drive: Drive, worker: Actor
) -> None:
    late = _silent(session, drive)
    _night(session)

    employer_answers.offer(session, worker, late.id)
    assert _seat(session, late).state is SeatState.OFFERED
    late.decide_by_on = _hold(session, late).until_on = _YESTERDAY
    session.flush()
    _night(session)
    seat = _seat(session, late)
    assert seat.state is SeatState.OPEN
    assert late.state is _R.OFFERED
    seat.state = SeatState.CLOSED
    session.flush()

    with pytest.raises(RuleBrokenError, match="名额已经定满"):
        acceptance.accept(session, worker, late.id)


def test_an_answer_drops_the_tasks_of_silence(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = _silent(session, drive, _R.OFFERED)
    _night(session)
    assert _open(session, referral)

    acceptance.accept(session, worker, referral.id)

    assert _open(session, referral) == []
    assert referral.state is _R.ACCEPTED


def test_a_kept_seat_has_a_call_before_its_last_day(
    session: Session, drive: Drive, worker: Actor
) -> None:
    near = _silent(session, drive, due_on=_TODAY + _DAY, kept=True)
    far = _silent(session, drive, due_on=_TODAY + 30 * _DAY, kept=True)
    ordinary = _silent(session, drive, due_on=_TODAY + _DAY)

    _night(session)

    assert _open(session, near) == [attempts.CALL_RULE]
    assert _open(session, far) == _open(session, ordinary) == []
    found = sa.select(Task).where(Task.rule == attempts.CALL_RULE)
    assert session.scalars(found).one().due_on == _TODAY + _DAY

    attempts.log_attempt(
        session, worker, near.id, side=ContactedSide.PERSON, outcome=CallOutcome.REACHED
    )
    assert _open(session, near) == []
    _night(session)
    assert _open(session, near) == []


def test_a_kept_seat_lapses_only_after_somebody_has_called(
    session: Session, drive: Drive, worker: Actor
) -> None:
    manager = make_actor(session, Role.DRIVE_MANAGER)
    session.execute(
        sa.text("UPDATE membership SET union_id = :union WHERE account_id = :account"),
        {"union": drive.union_id, "account": manager.account_id},
    )
    referral = _silent(session, drive, due_on=_TODAY - 20 * _DAY, kept=True)

    _night(session)
    assert _seat(session, referral).state is SeatState.HELD
    assert _open(session, referral) == sorted(
        [attempts.CALL_RULE, attempts.ESCALATED_RULE, "referral.employer_silent"]
    )
    found = sa.select(Task).where(Task.rule == attempts.ESCALATED_RULE)
    assert session.scalars(found).one().assignee_id == manager.account_id

    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.EMPLOYER, outcome=CallOutcome.NO_ANSWER
    )
    _night(session)
    assert _hold(session, referral).ended_as is HoldEnd.LAPSED
    assert _seat(session, referral).state is SeatState.OPEN
    assert referral.state is _R.SENT
    assert _open(session, referral) == ["referral.employer_silent"]


def test_a_kept_seat_past_its_release_day_is_like_any_other(session: Session, drive: Drive) -> None:
    referral = _silent(session, drive, kept=True)
    _seat(session, referral).release_on = _TODAY
    session.flush()

    _night(session)

    assert _hold(session, referral).ended_as is HoldEnd.LAPSED


def test_only_a_contact_since_the_ask_is_an_attempt(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = _silent(session, drive, kept=True)
    case = make_case(session, owner_id=worker.account_id)
    referral.case_id = case.id
    before = referral.asked_at - _DAY
    make_act(session, case, ServiceKind.RECOMMENDATION)
    make_act(session, case, ServiceKind.CALL_BACK, channel=ContactChannel.PHONE, entered_at=before)
    assert not attempts.has_attempt(session, referral)

    make_act(session, case, ServiceKind.CALL_BACK, channel=ContactChannel.PHONE)
    assert attempts.has_attempt(session, referral)


def test_a_call_to_the_person_is_a_service_act_of_the_case(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person = make_referable(session, drive)
    case = make_case(session, person, owner_id=worker.account_id)
    referral = make_referral(session, make_posting(session, drive), person, case_id=case.id)

    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.PERSON, outcome=CallOutcome.REACHED
    )

    session.refresh(case)
    assert case.last_contact_on == _TODAY


def test_a_call_put_off_is_due_on_its_day_and_a_note_needs_a_case(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_referral(session, make_posting(session, drive))
    call = {"side": ContactedSide.EMPLOYER, "outcome": CallOutcome.FOLLOW_UP}
    for wrong in ({}, {"follow_up_on": _TODAY}, {"follow_up_on": _TODAY + _DAY, "note": "说要等"}):
        with pytest.raises(InvalidInputError):
            attempts.log_attempt(session, worker, referral.id, **call, **wrong)

    attempts.log_attempt(session, worker, referral.id, **call, follow_up_on=_TODAY + _DAY)
    assert _open(session, referral) == [attempts.AGAIN_RULE]
    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.EMPLOYER, outcome=CallOutcome.REACHED
    )
    assert _open(session, referral) == []


def test_nothing_expires_before_somebody_closed_the_task_and_a_month_passed(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = _silent(session, drive, due_on=_TODAY - 60 * _DAY)
    for _ in range(2):
        _night(session)
        assert referral.state is _R.SENT

    task = session.scalars(sa.select(Task)).one()
    tasks.close_task(session, task.id, TaskState.DONE, by_account_id=worker.account_id)
    fresh = _silent(session, drive)
    _night(session)

    assert (referral.state, referral.ended_state) == (_R.EXPIRED, _R.SENT)
    assert fresh.state is _R.SENT
    employer_answers.offer(session, worker, referral.id)
    assert referral.state is _R.OFFERED
    person_answers.decline(session, worker, referral.id, reason=DeclineReason.PLACE)
    assert seat_holds.live_hold(session, referral.id) is None
