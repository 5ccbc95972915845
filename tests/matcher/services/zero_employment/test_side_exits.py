"""Leaving without work takes a statement, grounds, a second approver and a notice; the household stays counted."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.approvals import Decision
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.households import WorkStatus
from matcher.kinds.zero_employment import (
    ClaimState,
    SideExitReason,
    SideExitState,
    StatementForm,
    StatutoryRefusalReason,
)
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.zero_employment import SideExit, ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.approvals import publicity, steps
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.zero_employment import aid, refusals, side_exits
from matcher.services.zero_employment.consequences import refresh
from matcher.services.zero_employment.refusals import CHECK_POINTS, RefusalInput
from matcher.services.zero_employment.side_exits import SideExitInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.zero_employment import DAY, make_jobless, make_work

Aided = tuple[Household, HouseholdMember, ZeroEmploymentClaim]


def _refuse(
    session: Session, people: dict[str, Actor], aided: Aided, *, suitable: bool = True
) -> None:
    household, member, _ = aided
    made = refusals.record_refusal(
        session,
        people["clerk"],
        household.id,
        RefusalInput(
            member_id=member.id,
            post_title="质检员",
            employer_name="某食品公司",
            referred_on=time.today(),
            refused_on=time.today(),
            reason=StatutoryRefusalReason.PAY,
            words="太远了，工资也不高",
        ),
    )
    points = dict.fromkeys(CHECK_POINTS, True) | {"distance": suitable}
    refusals.check_refusal(
        session, people["other"], household.id, made.id, points=points, note="查地图，公交 20 分钟"
    )


def _exit(aided: Aided, reason: SideExitReason, **changes: object) -> SideExitInput:
    fields: dict[str, object] = {
        "reason": reason,
        "statement": "我现在不想找工作",
        "statement_form": StatementForm.WRITTEN,
        "statement_member_id": aided[1].id,
        "stated_on": DAY,
    }
    return SideExitInput(**(fields | changes))  # type: ignore[arg-type]  # of a dict


def _propose(session: Session, people: dict[str, Actor], aided: Aided) -> SideExit:
    facts = _exit(aided, SideExitReason.OWN_WISH)
    return side_exits.propose(session, people["clerk"], aided[0].id, facts)


def _approval_id(session: Session, leaving: SideExit) -> int:
    approval = side_exits.approval_of(session, leaving)
    assert approval is not None
    return approval.id


def test_only_refusals_of_suitable_posts_count(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    for suitable in (True, False, True):
        _refuse(session, people, aided, suitable=suitable)
    facts = _exit(aided, SideExitReason.REFUSALS)

    with pytest.raises(RuleBrokenError, match="次数还不够"):
        side_exits.propose(session, people["clerk"], aided[0].id, facts)
    _refuse(session, people, aided)
    leaving = side_exits.propose(session, people["clerk"], aided[0].id, facts)

    assert len(leaving.evidence["refusals"]) == 3
    assert aided[2].state is ClaimState.EXIT_REVIEW


def test_nothing_goes_without_the_persons_statement(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    household, _, _ = aided
    stranger, (other,) = make_jobless(session, make_union(session))
    assert stranger.id != household.id
    for changes in (
        {"statement": " "},
        {"statement_member_id": other.id},
        {"statement_form": StatementForm.PHONE},
        {"stated_on": DAY + dt.timedelta(days=1)},
    ):
        facts = _exit(aided, SideExitReason.OWN_WISH, **changes)
        with pytest.raises(InvalidInputError):
            side_exits.propose(session, people["clerk"], household.id, facts)


def test_the_second_approver_is_never_who_proposed(
    session: Session, union: Union, people: dict[str, Actor], aided: Aided
) -> None:
    leaving = _propose(session, people, aided)
    both = make_actor(session, Role.APPROVER, union=union)
    leaving.proposed_by_id = both.account_id
    session.flush()

    with pytest.raises(RuleBrokenError):
        steps.decide(session, both, _approval_id(session, leaving), Decision.PASS)
    leaving.decided_by_id = both.account_id
    with pytest.raises(IntegrityError):
        session.flush()


def test_agreed_noticed_and_not_objected_to_it_is_set_apart_and_still_counted(
    session: Session, people: dict[str, Actor], aided: Aided, today: list[dt.date]
) -> None:
    leaving = _propose(session, people, aided)
    claim = aided[2]
    steps.decide(session, people["approver"], _approval_id(session, leaving), Decision.PASS)
    assert (claim.state, leaving.state) == (ClaimState.EXIT_NOTICE, SideExitState.NOTICED)
    assert leaving.decided_by_id == people["approver"].account_id

    officer = make_actor(
        session, Role.GRASSROOTS_OFFICER, union=session.get_one(Union, claim.union_id)
    )
    notice = publicity.publish(
        session, officer, ("side_exit", leaving.id), NoticeInput(contact="0951-1234567")
    )
    assert notice.lines["tier"] is None
    today[0] = notice.to_on + dt.timedelta(days=1)
    publicity.end_due_notices(session, SYSTEM)

    assert (claim.state, leaving.state) == (ClaimState.SET_APART, SideExitState.DONE)
    assert leaving.notice_id == notice.id
    assert claim.is_open
    assert claim.recognised_on is not None
    aid.come_back(session, people["clerk"], aided[0].id, "本人来电，愿意工作")
    assert claim.state is ClaimState.AIDED


def test_a_refused_side_exit_leads_back_to_aid(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    leaving = _propose(session, people, aided)

    steps.decide(
        session,
        people["approver"],
        _approval_id(session, leaving),
        Decision.REFUSE,
        comment="岗位不合适",
    )

    assert (aided[2].state, leaving.state) == (ClaimState.AIDED, SideExitState.REFUSED)
    again = _propose(session, people, aided)
    assert again.id != leaving.id


def test_somebody_who_finds_work_meanwhile_ends_the_side_exit(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    leaving = _propose(session, people, aided)
    make_work(session, aided[1], WorkStatus.EMPLOYED, DAY)

    refresh(session, aided[0].id)

    assert aided[2].state is ClaimState.ONE_WORKING
    assert leaving.state is SideExitState.REFUSED


def test_proposing_does_not_stop_the_clock_of_the_first_job(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    _propose(session, people, aided)

    rule = "zero_employment.one_employed"
    assert clocks.running_clock(session, rule, ("household", aided[0].id)) is not None


def test_contact_is_lost_after_three_months_with_attempts(
    session: Session, union: Union, people: dict[str, Actor], aided: Aided, today: list[dt.date]
) -> None:
    household = aided[0]
    graduate = make_graduate(session, union=union, household=household)
    case = GraduateCase(
        union_id=union.id,
        graduate_id=graduate.id,
        household_id=household.id,
        opened_on=DAY,
        created_at=time.now(),
    )
    session.add(case)
    session.flush()
    facts = _exit(aided, SideExitReason.LOST_CONTACT)
    today[0] = DAY + dt.timedelta(days=100)
    with pytest.raises(RuleBrokenError, match="没有尝试记录"):
        side_exits.propose(session, people["clerk"], household.id, facts)
    act = ServiceAct(
        case_id=case.id,
        union_id=union.id,
        kind=ServiceKind.CALL_BACK,
        happened_on=DAY + dt.timedelta(days=30),
        entered_at=time.now(),
        outcome=ActOutcome.NO_ANSWER,
    )
    session.add(act)
    session.flush()

    leaving = side_exits.propose(session, people["clerk"], household.id, facts)

    assert leaving.evidence["last"] == DAY.isoformat()
    found = session.scalars(sa.select(SideExit)).one()
    assert found.reason is SideExitReason.LOST_CONTACT


def test_a_family_that_still_counts_has_not_changed(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    facts = _exit(aided, SideExitReason.CHANGED)
    with pytest.raises(RuleBrokenError, match="仍有计入"):
        side_exits.propose(session, people["clerk"], aided[0].id, facts)
    make_work(session, aided[1], WorkStatus.RETIRED, DAY)

    side_exits.propose(session, people["clerk"], aided[0].id, facts)

    assert aided[2].state is ClaimState.EXIT_REVIEW
