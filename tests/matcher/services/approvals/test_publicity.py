"""Publicity (公示): what hangs and for how long, and what an objection does."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.approvals import (
    ActKind,
    ApprovalState,
    NoticeState,
    ObjectionChannel,
    ObjectionOutcome,
    StepKind,
)
from matcher.kinds.households import FileState
from matcher.models.approvals import Approval
from matcher.models.households import Household
from matcher.models.publicity import Notice, Objection
from matcher.services.approvals import history, notice_views, objections, publicity, steps
from matcher.services.approvals.objections import ObjectionInput
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.hardship.applications import submit_file
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_draft, make_office

_PHONE = NoticeInput(contact="0951-5012345")


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


@pytest.fixture
def household(session: Session, office: Office) -> Household:
    """A file whose visit is done: publicity is due."""
    made = make_draft(session, office.unit, entered_by=office.chair)
    approval = submit_file(session, office.chair, made.id)
    steps.end_visit(session, office.chair, approval.id)
    return made


def _publish(
    session: Session, office: Office, household: Household, facts: NoticeInput = _PHONE
) -> Notice:
    return publicity.publish(session, office.chair, ("household", household.id), facts)


def _approval(session: Session, notice: Notice) -> Approval:
    return session.get_one(Approval, notice.approval_id)


def _object(session: Session, office: Office, notice: Notice) -> Objection:
    facts = ObjectionInput(
        received_on=clock.today(), channel=ObjectionChannel.CALL, statement="该户有两套住房"
    )
    return objections.receive(session, office.chair, notice.id, facts)


def _pass_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    later = clock.today() + dt.timedelta(days=days)
    monkeypatch.setattr(clock, "today", lambda: later)


def test_only_masked_name_unit_and_tier_hang_and_nobody_else_of_the_family(
    session: Session, office: Office, household: Household
) -> None:
    notice = _publish(session, office, household)

    assert notice.lines == {"name": "张*国", "unit": "红星机械厂", "tier": "deep"}
    told = json.dumps(notice.lines, ensure_ascii=False)
    assert "小雨" not in told
    assert "建" not in told


def test_it_is_a_printed_sheet_unless_a_page_is_asked_for(
    session: Session, office: Office, household: Household
) -> None:
    notice = _publish(session, office, household)

    assert notice.token is None


def test_it_hangs_seven_days_and_again_three(
    session: Session, office: Office, household: Household
) -> None:
    first = _publish(session, office, household)
    assert first.to_on - first.from_on == dt.timedelta(days=7)
    objection = _object(session, office, first)
    _recheck(session, office, objection, ObjectionOutcome.DISMISSED)

    again = _publish(session, office, household)

    assert (again.round, again.to_on - again.from_on) == (2, dt.timedelta(days=3))


def _recheck(
    session: Session, office: Office, objection: Objection, outcome: ObjectionOutcome
) -> None:
    objections.decide_recheck(
        session, office.county_approver, objection.id, outcome, "已核实，另一套为租住"
    )


def test_the_chair_may_hide_the_tier_and_nobody_else_of_the_union(
    session: Session, office: Office, household: Household
) -> None:
    clerk = make_actor(session, Role.CASEWORKER, union=office.unit)
    hiding = NoticeInput(contact="0951-5012345", hide_tier=True)
    with pytest.raises(RuleBrokenError) as refused:
        publicity.publish(session, clerk, ("household", household.id), hiding)
    assert refused.value.code == "tier_hidden_by_chair"

    assert _publish(session, office, household, hiding).lines["tier"] is None


@pytest.mark.parametrize("contact", [" ", "abc", "工会办公室", "0951"])
def test_a_telephone_for_objections_has_to_stand_on_it(
    session: Session, office: Office, household: Household, contact: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _publish(session, office, household, NoticeInput(contact=contact))

    assert set(refused.value.details["fields"]) == {"contact"}  # type: ignore[call-overload]


def test_a_file_is_published_once_at_a_time(
    session: Session, office: Office, household: Household
) -> None:
    _publish(session, office, household)

    with pytest.raises(RuleBrokenError) as refused:
        _publish(session, office, household)

    assert refused.value.code == "notice_running"


def test_the_page_by_link_is_there_for_its_days_only(
    session: Session, office: Office, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = _publish(session, office, household, NoticeInput(contact="12351", with_page=True))
    assert notice.token is not None
    assert notice_views.read_by_link(session, notice.token) is not None
    assert notice_views.read_by_link(session, "none") is None

    _pass_days(monkeypatch, 8)

    assert notice_views.read_by_link(session, notice.token) is None


def test_without_an_objection_the_file_goes_on_by_itself_after_the_last_day(
    session: Session, office: Office, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = _publish(session, office, household)
    _pass_days(monkeypatch, 7)
    assert publicity.end_due_notices(session, SYSTEM) == 0

    _pass_days(monkeypatch, 1)
    assert publicity.end_due_notices(session, SYSTEM) == 1
    assert publicity.end_due_notices(session, SYSTEM) == 0

    approval = _approval(session, notice)
    assert notice.state is NoticeState.ENDED
    assert (approval.step_kind, approval.waits_at_id) == (StepKind.DECISION, office.county.id)


def test_an_objection_stops_the_file_until_it_is_rechecked_and_published_again(
    session: Session, office: Office, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = _publish(session, office, household)
    objection = _object(session, office, notice)
    approval = _approval(session, notice)
    assert (notice.state, approval.is_stopped) == (NoticeState.STOPPED, True)

    _pass_days(monkeypatch, 30)
    assert publicity.end_due_notices(session, SYSTEM) == 0
    assert approval.step_kind is StepKind.PUBLICITY

    _recheck(session, office, objection, ObjectionOutcome.DISMISSED)
    assert (approval.is_stopped, approval.waits_at_id) == (False, office.unit.id)
    _publish(session, office, household)
    _pass_days(monkeypatch, 4)
    publicity.end_due_notices(session, SYSTEM)

    assert approval.step_kind is StepKind.DECISION
    kinds = [line.act.kind for line in history.lines_of(session, approval)]
    assert kinds[2:7] == [
        ActKind.PUBLISHED,
        ActKind.OBJECTED,
        ActKind.SENT_UP,
        ActKind.RECHECKED,
        ActKind.PUBLISHED,
    ]


def test_the_recheck_is_not_for_who_entered_or_visited(
    session: Session, office: Office, household: Household
) -> None:
    objection = _object(session, office, _publish(session, office, household))

    with pytest.raises(RuleBrokenError) as refused:
        objections.decide_recheck(
            session, office.chair, objection.id, ObjectionOutcome.DISMISSED, "没有问题"
        )

    assert refused.value.code == "own_entry"


@pytest.mark.parametrize(
    ("outcome", "state", "file_state"),
    [
        (ObjectionOutcome.UPHELD_AMEND, ApprovalState.RETURNED, FileState.DRAFT),
        (ObjectionOutcome.UPHELD_REFUSE, ApprovalState.REFUSED, FileState.REFUSED),
    ],
)
def test_an_objection_that_holds_sends_the_file_back_or_ends_it(
    session: Session,
    office: Office,
    household: Household,
    outcome: ObjectionOutcome,
    state: ApprovalState,
    file_state: FileState,
) -> None:
    notice = _publish(session, office, household)
    objection = _object(session, office, notice)

    _recheck(session, office, objection, outcome)

    assert (_approval(session, notice).state, household.state) == (state, file_state)


def test_what_somebody_said_is_sealed(
    session: Session, office: Office, household: Household
) -> None:
    notice = _publish(session, office, household)
    objection = _object(session, office, notice)
    stored = session.scalar(
        sa.select(Objection.statement_cipher).where(Objection.id == objection.id)
    )

    assert "住房".encode() not in (stored or b"")
    lines = objections.objections_of(session, office.chair, notice.approval_id or 0)
    assert lines[0].statement == "该户有两套住房"


def test_an_objection_that_came_in_time_but_is_typed_late_still_stops_the_file(
    session: Session, office: Office, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = _publish(session, office, household)
    came = clock.today()
    _pass_days(monkeypatch, 8)
    publicity.end_due_notices(session, SYSTEM)
    assert _approval(session, notice).step_kind is StepKind.DECISION

    facts = ObjectionInput(received_on=came, channel=ObjectionChannel.LETTER, statement="不符")
    objections.receive(session, office.chair, notice.id, facts)

    approval = _approval(session, notice)
    assert (approval.is_stopped, approval.step_kind) == (True, StepKind.PUBLICITY)


def test_what_came_after_the_last_day_is_no_objection(
    session: Session, office: Office, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = _publish(session, office, household)
    _pass_days(monkeypatch, 9)
    facts = ObjectionInput(
        received_on=clock.today(), channel=ObjectionChannel.CALL, statement="不符"
    )

    with pytest.raises(RuleBrokenError) as refused:
        objections.receive(session, office.chair, notice.id, facts)

    assert refused.value.code == "objection_outside_days"


def test_a_notice_with_a_slip_is_taken_down_and_published_anew(
    session: Session, office: Office, household: Household
) -> None:
    notice = _publish(session, office, household)

    publicity.take_down(session, office.chair, notice.id, "电话写错")

    assert notice.state is NoticeState.WITHDRAWN
    again = _publish(session, office, household)
    assert (again.round, again.to_on - again.from_on) == (2, dt.timedelta(days=7))
