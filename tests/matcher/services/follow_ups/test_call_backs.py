"""Call-backs: once a month and job, told to the owner; a job that ended ends everywhere, in one transaction."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role, SeatState, TaskState
from matcher.kinds.casework import CaseClosing, ServiceKind
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState
from matcher.kinds.households import WorkStatus
from matcher.kinds.placements import PlacementEnd, PlacementState
from matcher.kinds.referrals import ReferralState
from matcher.kinds.zero_employment import ClaimState
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.placements import Placement
from matcher.models.postings import Seat
from matcher.models.referrals import SeatHold
from matcher.models.tasks import Task
from matcher.policy.deadlines import add_months
from matcher.services.follow_ups import answering, call_backs, call_lists
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements import nightly
from tests.factories.accounts import make_actor, make_union
from tests.factories.aided import make_aided
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import facts as job_facts
from tests.factories.placements import make_placement
from tests.factories.referrals import make_consent, make_referral

_LEFT = CallBackFacts(
    answer=CallBackAnswer.LEFT, left_on=dt.date(2020, 1, 1), reason=PlacementEnd.QUIT
)


def _months_ago(months: int, days: int = 0) -> dt.date:
    return add_months(clock.today(), -months) - dt.timedelta(days=days)


def _open(session: Session) -> list[CallBack]:
    opened = [
        call_backs.open_call(session, SYSTEM, due) for due in call_backs.due_calls(session, SYSTEM)
    ]
    return [one for one in opened if one is not None]


def _due(session: Session, *, months: int = 1, **changes: object) -> tuple[CallBack, Actor]:
    """Insert a job so many months old with its case, and open its call-back."""
    union = make_union(session)
    graduate = make_graduate(session, union)
    make_consent(session, graduate, ConsentPurpose.SERVICE)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    if "case" not in changes:
        make_case(session, graduate, owner_id=worker.account_id)
    changes.pop("case", None)
    make_placement(session, graduate, started_on=_months_ago(months), **changes)
    return _open(session)[0], worker


def _task(session: Session, row: CallBack) -> Task | None:
    return session.scalar(
        sa.select(Task).where(
            Task.rule == "call_back.answer",
            Task.subject_kind == "call_back",
            Task.subject_id == row.id,
            Task.state == TaskState.OPEN,
        )
    )


@pytest.mark.parametrize(
    ("started", "months"),
    [
        (_months_ago(0, 5), []),
        (_months_ago(1), [1]),
        (_months_ago(2), [1]),
        (_months_ago(3), [3]),
        (_months_ago(7), [6]),
    ],
)
def test_a_job_is_asked_about_for_the_longest_time_that_is_over(
    session: Session, started: dt.date, months: list[int]
) -> None:
    make_placement(session, started_on=started)
    assert [row.months for row in _open(session)] == months


def test_looking_again_opens_nothing_again(session: Session) -> None:
    make_placement(session, started_on=_months_ago(1))
    due = call_backs.due_calls(session, SYSTEM)
    assert len(_open(session)) == 1
    assert not call_backs.due_calls(session, SYSTEM)
    assert call_backs.open_call(session, SYSTEM, due[0]) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PlacementState.REVOKED, "revocation_reason": "mistake"},
        {"ended_on": clock.today(), "end_reason": PlacementEnd.QUIT},
        {"destination_code": "80"},
    ],
)
def test_what_ended_was_revoked_or_is_study_is_not_called_about(
    session: Session, changes: dict[str, object]
) -> None:
    make_placement(session, started_on=_months_ago(3), **changes)
    assert _open(session) == []


def test_the_owner_has_the_task_and_the_person_one_message(session: Session) -> None:
    row, worker = _due(session)
    task = _task(session, row)
    assert task is not None
    assert (task.assignee_id, task.due_on) == (worker.account_id, row.due_on)
    messages = list(session.scalars(sa.select(OutboxMessage)))
    assert [one.template for one in messages] == ["still_there_asked"]
    assert set(messages[0].parameters) - {"_consent"} == {"drive"}


def test_a_later_month_takes_the_place_of_an_earlier_one(session: Session) -> None:
    row, _ = _due(session)
    session.get_one(Placement, row.placement_id).started_on = _months_ago(3)
    session.flush()
    later = _open(session)
    assert [one.months for one in later] == [3]
    session.refresh(row)
    assert row.state is CallBackState.DROPPED
    assert _task(session, row) is None


def test_still_there_is_a_service_and_closes_the_task(session: Session) -> None:
    row, worker = _due(session)
    facts = CallBackFacts(answer=CallBackAnswer.STILL_THERE, words="转正了")
    answering.answer_call(session, worker, row.public_id, facts, expected_version=row.version_id)
    act = session.get_one(ServiceAct, row.act_id)
    assert (act.kind, act.credited_to_id) == (ServiceKind.CALL_BACK, worker.account_id)
    assert _task(session, row) is None
    assert session.get_one(Placement, row.placement_id).is_live
    line, said = call_lists.read_call(session, worker, row.public_id)
    assert (line.call.state, said) == (CallBackState.ANSWERED, "转正了")


def test_nobody_answering_leaves_it_due(session: Session) -> None:
    row, worker = _due(session)
    answering.note_attempt(session, worker, row.public_id)
    assert row.state is CallBackState.DUE
    assert _task(session, row) is not None


def test_a_second_answer_is_refused(session: Session) -> None:
    row, worker = _due(session)
    facts = CallBackFacts(answer=CallBackAnswer.STILL_THERE)
    answering.answer_call(session, worker, row.public_id, facts)
    with pytest.raises(RuleBrokenError) as refused:
        answering.answer_call(session, worker, row.public_id, facts)
    assert refused.value.code == "call_back_settled"


def test_a_job_that_was_left_needs_its_last_day_and_a_reason(session: Session) -> None:
    row, worker = _due(session)
    for facts in (
        CallBackFacts(answer=CallBackAnswer.LEFT),
        replace(_LEFT, left_on=clock.today() + dt.timedelta(days=1)),
        _LEFT,  # before it began
    ):
        with pytest.raises(InvalidInputError) as refused:
            answering.answer_call(session, worker, row.public_id, facts)
        assert "left_on" in refused.value.details["fields"]  # type: ignore[operator]


def test_a_job_that_ended_ends_seat_referral_and_placement_and_opens_the_case(
    session: Session,
) -> None:
    referral = make_referral(session, state=ReferralState.IN_POST)
    referral.reported_on = _months_ago(1)
    graduate = session.get_one(Graduate, referral.graduate_id)
    union = session.get_one(Union, graduate.union_id)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    closed = make_case(
        session,
        graduate,
        owner_id=worker.account_id,
        closed_on=clock.today(),
        closing_reason=CaseClosing.EMPLOYED,
    )
    placement = make_placement(
        session,
        graduate,
        referral_id=referral.id,
        case_id=closed.id,
        closed_case=True,
        state=PlacementState.VERIFIED,
        started_on=_months_ago(1),
    )
    row = _open(session)[0]
    facts = replace(_LEFT, left_on=clock.today())
    answering.answer_call(session, worker, row.public_id, facts)
    assert (placement.ended_on, placement.end_reason) == (clock.today(), PlacementEnd.QUIT)
    assert referral.left_on == clock.today()
    hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == referral.id)).one()
    assert session.get_one(Seat, hold.seat_id).state is SeatState.OPEN
    case = session.scalars(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == graduate.id, GraduateCase.closed_on.is_(None)
        )
    ).one()
    assert case.owner_id == worker.account_id
    task = session.scalars(
        sa.select(Task).where(Task.rule == "placement.case_reopened", Task.subject_id == case.id)
    ).one()
    assert task.due_on == clock.today()


def test_a_verified_job_that_ends_today_leaves_no_work_in_the_household_tomorrow(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    aided = make_aided(session)
    started = _months_ago(1)
    placement = aided.verified(job_facts(started_on=started, contract_from_on=started))
    assert aided.claim_state() is ClaimState.ONE_WORKING
    row, tomorrow = _open(session)[0], clock.now() + dt.timedelta(days=1)

    answering.answer_call(
        session, aided.clerk, row.public_id, replace(_LEFT, left_on=clock.today())
    )
    assert placement.ended_on == clock.today()
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    nightly.catch_up(session)

    session.refresh(aided.member)
    assert aided.claim_state() is ClaimState.AIDED
    assert aided.member.work_status is WorkStatus.UNEMPLOYED


def test_a_changed_job_ends_nothing_and_asks_for_the_new_one(session: Session) -> None:
    row, worker = _due(session)
    facts = CallBackFacts(answer=CallBackAnswer.CHANGED)
    answering.answer_call(session, worker, row.public_id, facts)
    placement = session.get_one(Placement, row.placement_id)
    assert placement.is_live
    found = sa.select(Task).where(Task.rule == "call_back.changed")
    assert session.scalars(found).one().subject_id == placement.id


def test_the_person_answers_the_own_one_and_no_other(session: Session) -> None:
    row, _ = _due(session)
    other = Actor(account_id=None, role=Role.GRADUATE, graduate_id=make_graduate(session).id)
    own = Actor(account_id=None, role=Role.GRADUATE, graduate_id=row.graduate_id)
    facts = CallBackFacts(answer=CallBackAnswer.STILL_THERE)
    with pytest.raises(NotFoundError):
        answering.answer_call(session, other, row.public_id, facts)
    answering.answer_call(session, own, row.public_id, facts)
    assert row.via is not None
    assert row.via.value == "link"


def test_another_union_sees_nothing(session: Session) -> None:
    row, worker = _due(session)
    stranger = make_actor(session, Role.CASEWORKER)
    with pytest.raises(NotFoundError):
        call_lists.read_call(session, stranger, row.public_id)
    assert call_lists.list_calls(session, stranger).total == 0
    assert call_lists.list_calls(session, worker, mine=True).total == 1


def test_a_call_back_whose_job_ended_otherwise_is_dropped_at_night(session: Session) -> None:
    row, _ = _due(session)
    placement = session.get_one(Placement, row.placement_id)
    placement.ended_on, placement.end_reason = clock.today(), PlacementEnd.EXPIRED
    session.flush()
    assert call_backs.drop_gone(session, SYSTEM) == 1
    assert row.state is CallBackState.DROPPED
