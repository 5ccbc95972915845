"""The way of a hardship file through its chain: visit, publicity, county, city; returned, refused, withdrawn."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role, TaskState
from matcher.kinds.approvals import ActKind, ApprovalState, Decision, StepKind
from matcher.kinds.households import FileState, HukouKind, Sex
from matcher.kinds.zero_employment import ClaimState
from matcher.models.approvals import Approval, ApprovalAct
from matcher.models.household_facts import HomeVisit
from matcher.models.households import Household, HouseholdMember
from matcher.models.reviews import RegisterChange
from matcher.models.tasks import Task
from matcher.services.approvals import history, notice_views, publicity, steps
from matcher.services.approvals.history import Credit
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.hardship.applications import submit_file
from matcher.services.hardship.people import members_of
from matcher.services.permissions import SYSTEM
from matcher.services.zero_employment.claims import open_claim_of
from matcher.services.zero_employment.consequences import refresh
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_draft, make_office
from tests.factories.zero_employment import make_work


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


def _submit(session: Session, office: Office) -> tuple[Household, Approval]:
    household = make_draft(session, office.unit, entered_by=office.chair)
    return household, submit_file(session, office.chair, household.id)


def _publish(session: Session, office: Office, household: Household) -> None:
    publicity.publish(
        session, office.chair, ("household", household.id), NoticeInput(contact="0951-5012345")
    )


def _wait_out(session: Session, monkeypatch: pytest.MonkeyPatch, days: int = 8) -> None:
    later = clock.today() + dt.timedelta(days=days)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)


def _to_county(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> tuple[Household, Approval]:
    household, approval = _submit(session, office)
    steps.end_visit(session, office.chair, approval.id)
    _publish(session, office, household)
    _wait_out(session, monkeypatch)
    return household, approval


def _acts(session: Session, approval: Approval) -> list[ActKind]:
    return [line.act.kind for line in history.lines_of(session, approval)]


def _open_rules(session: Session) -> list[str]:
    found = sa.select(Task.rule).where(
        Task.subject_kind == "approval", Task.state == TaskState.OPEN
    )
    return list(session.scalars(found))


def test_a_family_without_work_is_a_clue_as_soon_as_its_file_is_in_force(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, approval = _to_county(session, office, monkeypatch)
    for member in members_of(session, household.id):
        member.hukou, member.sex = HukouKind.URBAN, Sex.MALE
        member.birth_on = dt.date(1980, 5, 1)
        make_work(session, member)
    refresh(session, household.id)
    steps.decide(session, office.county_approver, approval.id, Decision.PASS)
    assert open_claim_of(session, household.id) is None

    steps.decide(session, office.city_approver, approval.id, Decision.PASS)

    claim = open_claim_of(session, household.id)
    assert claim is not None
    assert claim.state is ClaimState.CLUE


def test_a_file_goes_from_application_to_approval_and_its_tier_is_adopted(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, approval = _to_county(session, office, monkeypatch)
    assert household.state is FileState.IN_APPROVAL
    assert (approval.step_kind, approval.waits_at_id) == (StepKind.DECISION, office.county.id)

    steps.decide(session, office.county_approver, approval.id, Decision.PASS)
    assert approval.waits_at_id == office.city.id
    steps.decide(session, office.city_approver, approval.id, Decision.PASS)

    assert approval.state is ApprovalState.APPROVED
    assert household.state is FileState.ACTIVE
    assert household.approved_on == clock.today()
    assert household.tier is HardshipTier.DEEP
    assert _acts(session, approval) == [
        ActKind.SUBMITTED,
        ActKind.VISITED,
        ActKind.PUBLISHED,
        ActKind.PUBLICITY_ENDED,
        ActKind.PASSED,
        ActKind.APPROVED,
    ]
    assert _open_rules(session) == []
    change = session.scalars(sa.select(RegisterChange)).one()
    assert change.household_id == household.id
    assert change.fields[:3] == ["file_number", "tier", "holder_name"]


def test_each_waiting_step_has_one_task_at_the_union_whose_turn_it_is(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, approval = _submit(session, office)
    assert _open_rules(session) == ["approval.visit"]

    steps.end_visit(session, office.chair, approval.id)
    assert _open_rules(session) == ["approval.publish"]

    task = session.scalars(sa.select(Task).where(Task.state == TaskState.OPEN)).one()
    assert (task.union_id, task.due_on) == (office.unit.id, approval.due_on)


def test_a_file_on_its_way_cannot_be_sent_a_second_time(session: Session, office: Office) -> None:
    household, _ = _submit(session, office)

    with pytest.raises(RuleBrokenError) as refused:
        submit_file(session, office.chair, household.id)

    assert refused.value.code == "file_not_draft"
    with pytest.raises(RuleBrokenError) as twice:
        steps.start(
            session,
            office.chair,
            chain="hardship_file",
            subject=("household", household.id),
            union_id=office.unit.id,
        )
    assert twice.value.code == "approval_running"


def test_the_visit_has_to_stand_in_the_file_with_both_signatures(
    session: Session, office: Office
) -> None:
    household, approval = _submit(session, office)
    visit = session.scalars(sa.select(HomeVisit)).one()
    visit.authorisation_signed_on = visit.authorisation_signer_id = None
    with pytest.raises(RuleBrokenError) as unsigned:
        steps.end_visit(session, office.chair, approval.id)
    session.delete(visit)
    session.flush()
    with pytest.raises(RuleBrokenError) as missing:
        steps.end_visit(session, office.chair, approval.id)

    assert (unsigned.value.code, missing.value.code) == ("visit_unsigned", "visit_missing")
    assert household.state is FileState.IN_APPROVAL


def test_a_return_says_what_to_amend_and_the_file_is_a_draft_again(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, approval = _to_county(session, office, monkeypatch)
    with pytest.raises(RuleBrokenError) as silent:
        steps.decide(session, office.county_approver, approval.id, Decision.RETURN, comment=" ")
    assert silent.value.code == "return_needs_comment"

    steps.decide(
        session, office.county_approver, approval.id, Decision.RETURN, comment="请补低保证明"
    )

    assert (approval.state, household.state) == (ApprovalState.RETURNED, FileState.DRAFT)
    assert history.lines_of(session, approval)[-1].comment == "请补低保证明"
    again = submit_file(session, office.chair, household.id)
    assert again.id != approval.id


def test_a_refusal_needs_a_reason_and_frees_the_members(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, approval = _to_county(session, office, monkeypatch)
    with pytest.raises(RuleBrokenError) as silent:
        steps.decide(session, office.county_approver, approval.id, Decision.REFUSE)
    assert silent.value.code == "refusal_needs_reason"

    steps.decide(
        session, office.county_approver, approval.id, Decision.REFUSE, comment="收入超过标准"
    )

    assert (household.state, household.is_open) == (FileState.REFUSED, False)
    members = session.scalars(sa.select(HouseholdMember.in_open_file)).all()
    assert set(members) == {False}


def test_the_database_refuses_a_refusal_without_a_reason(session: Session, office: Office) -> None:
    _, approval = _submit(session, office)
    act = ApprovalAct(
        approval_id=approval.id,
        position=1,
        kind=ActKind.REFUSED,
        happened_on=clock.today(),
        entered_at=clock.now(),
    )
    session.add(act)

    with pytest.raises(DatabaseError):
        session.flush()


@pytest.mark.parametrize(
    "change", ["DELETE FROM approval_act", "UPDATE approval_act SET kind = 'approved'"]
)
def test_the_database_refuses_to_change_an_approvals_history(
    session: Session, office: Office, change: str
) -> None:
    _submit(session, office)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(change))


def test_who_typed_for_whom_and_whose_work_it_was_are_kept_apart(
    session: Session, office: Office
) -> None:
    _, approval = _submit(session, office)
    colleague = make_actor(session, Role.GRASSROOTS_OFFICER, union=office.unit)
    yesterday = clock.today() - dt.timedelta(days=1)

    credit = Credit(happened_on=yesterday, credited_to_id=office.chair.account_id)
    steps.end_visit(session, colleague, approval.id, credit=credit)

    act = next(
        line.act for line in history.lines_of(session, approval) if line.act.kind is ActKind.VISITED
    )
    assert act.actor_id == colleague.account_id
    assert act.credited_to_id == office.chair.account_id
    assert act.happened_on == yesterday
    assert act.entered_at <= clock.now()


def test_what_another_decided_meanwhile_is_told_and_not_overwritten(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, approval = _to_county(session, office, monkeypatch)
    seen = approval.version_id
    steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    with pytest.raises(ConflictError):
        steps.decide(
            session,
            office.county_approver,
            approval.id,
            Decision.REFUSE,
            comment="晚了",
            expected_version=seen,
        )


def test_a_step_is_done_where_it_waits_and_nowhere_else(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, approval = _to_county(session, office, monkeypatch)

    with pytest.raises(RuleBrokenError) as early:
        steps.decide(session, office.city_approver, approval.id, Decision.PASS)

    assert early.value.code == "not_your_step"
    stranger = make_actor(session, Role.APPROVER)
    with pytest.raises(NotFoundError):
        steps.decide(session, stranger, approval.id, Decision.PASS)


def test_withdrawing_takes_the_notice_down_and_makes_the_file_a_draft(
    session: Session, office: Office
) -> None:
    household, approval = _submit(session, office)
    steps.end_visit(session, office.chair, approval.id)
    _publish(session, office, household)

    steps.withdraw(session, office.chair, approval.id, comment="本人申请撤回")

    assert household.state is FileState.DRAFT
    assert notice_views.list_notices(session, office.chair)[0].state.value == "withdrawn"
