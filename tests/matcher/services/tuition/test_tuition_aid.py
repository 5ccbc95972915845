"""Tuition aid end to end: application, chain, payment before term, sheet and papers."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.approvals import ApprovalState, Decision
from matcher.kinds.households import FileState
from matcher.kinds.money import ReversalReason
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage, TuitionState
from matcher.models.approvals import Approval
from matcher.models.household_facts import HomeVisit
from matcher.models.money import LedgerEntry, PaymentList
from matcher.models.publicity import Notice
from matcher.models.tasks import Task
from matcher.models.tuition import TuitionApplication
from matcher.services.approvals import publicity, queue, steps
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.money import ledger, list_steps, lists
from matcher.services.money import paying as marking
from matcher.services.money.ledger import ReversalInput
from matcher.services.money.lists import ListInput
from matcher.services.permissions import SYSTEM
from matcher.services.tuition import applications, listing, papers, statistics
from matcher.services.tuition import lists as tuition_lists
from matcher.services.tuition.applications import SUBJECT, ApplicationInput
from matcher.services.tuition.lists import ApplicationFilter
from tests.factories.accounts import make_actor
from tests.factories.money import Paying, make_paying, make_student, set_standard
from tests.factories.people import make_household


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def _wish(**changes: object) -> ApplicationInput:
    fields: dict[str, object] = {
        "year": clock.today().year,
        "stage": TuitionStage.NEW,
        "batch": AdmissionBatch.FIRST,
        "term_starts_on": dt.date(clock.today().year, 9, 1),
        "need": "父亲下岗",
    }
    return ApplicationInput(**(fields | changes))  # type: ignore[arg-type]  # by name


def _apply(session: Session, paying: Paying, **schooling: object) -> TuitionApplication:
    household, _, row = make_student(session, paying.office.unit, **schooling)  # type: ignore[arg-type]  # by name
    return applications.apply(session, paying.office.chair, household.id, row.id, _wish())


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        act()
    return refused.value.code


def _shown_in_public(
    session: Session, paying: Paying, row: TuitionApplication, monkeypatch: pytest.MonkeyPatch
) -> Approval:
    """Send an application through visit and publicity."""
    chair = paying.office.chair
    approval = applications.submit(session, chair, row.id)
    steps.end_visit(session, chair, approval.id)
    publicity.publish(session, chair, (SUBJECT, row.id), NoticeInput(contact="0951-5012345"))
    later = clock.today() + dt.timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)
    return approval


def _approve(
    session: Session, paying: Paying, row: TuitionApplication, monkeypatch: pytest.MonkeyPatch
) -> Approval:
    """Send an application through visit, publicity and both decisions."""
    approval = _shown_in_public(session, paying, row, monkeypatch)
    steps.decide(session, paying.approver, approval.id, Decision.PASS)
    return steps.decide(session, paying.office.city_approver, approval.id, Decision.PASS)


def test_an_application_goes_through_the_chain_to_the_students_card(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)

    approval = _approve(session, paying, row, monkeypatch)

    assert approval.state is ApprovalState.APPROVED
    assert (row.state, row.amount_fen, row.place) == (
        TuitionState.APPROVED,
        400_000,
        SchoolPlace.INSIDE,
    )
    due = session.scalars(sa.select(Task).where(Task.rule == "payment.due")).one()
    assert due.due_on == row.term_starts_on - dt.timedelta(days=1)
    made = _list(session, paying)
    assert [one.application.id for one in listing.list_approved(session, paying.clerk, made)] == [
        row.id
    ]
    listing.put_on_list(session, paying.clerk, made.id, [row.id])
    assert listing.list_approved(session, paying.clerk, made) == []
    list_steps.submit_list(session, paying.clerk, made.id)
    list_steps.approve_list(session, paying.approver, made.id)
    marking.mark_paid(session, paying.clerk, made.id, paid_on=clock.today())

    entry = session.scalars(sa.select(LedgerEntry)).one()
    assert (entry.programme, entry.amount_fen, entry.member_id) == (
        "tuition_aid",
        400_000,
        row.member_id,
    )
    assert (entry.subject_kind, entry.subject_id) == (SUBJECT, row.id)
    session.refresh(due)
    assert due.state is TaskState.DONE
    assert tuition_lists.find_row(session, paying.office.chair, row.public_id).paid == "paid"


def _list(session: Session, paying: Paying) -> PaymentList:
    wish = ListInput(programme="tuition_aid", title="金秋助学", year=clock.today().year)
    return lists.create_list(session, paying.clerk, wish)


def test_the_notice_says_nothing_of_the_student_or_the_school(
    session: Session, paying: Paying
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    approval = applications.submit(session, paying.office.chair, row.id)
    steps.end_visit(session, paying.office.chair, approval.id)

    publicity.publish(
        session, paying.office.chair, (SUBJECT, row.id), NoticeInput(contact="0951-5012345")
    )

    lines = session.scalars(sa.select(Notice.lines)).one()
    assert set(lines) <= {"name", "unit", "tier"}
    assert lines["name"].startswith("王")
    assert "春" not in str(lines)


def test_who_entered_an_application_does_not_decide_on_it_and_who_returned_it_may(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    row.entered_by_id = paying.approver.account_id
    approval = _shown_in_public(session, paying, row, monkeypatch)

    assert approval.waits_at_id == paying.office.city.id
    returned = steps.decide(
        session, paying.office.city_approver, approval.id, Decision.RETURN, comment="补学费收据"
    )
    session.commit()

    assert returned.state is ApprovalState.RETURNED
    assert row.state is TuitionState.DRAFT
    again = _approve_at_city(session, paying, row, monkeypatch)
    assert again.state is ApprovalState.APPROVED


def _approve_at_city(
    session: Session, paying: Paying, row: TuitionApplication, monkeypatch: pytest.MonkeyPatch
) -> Approval:
    approval = _shown_in_public(session, paying, row, monkeypatch)
    return steps.decide(session, paying.office.city_approver, approval.id, Decision.PASS)


def test_an_old_visit_does_not_stand_for_this_years_application(
    session: Session, paying: Paying
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    session.execute(sa.update(HomeVisit).values(visited_on=clock.today() - dt.timedelta(days=400)))
    approval = applications.submit(session, paying.office.chair, row.id)

    def end() -> None:
        steps.end_visit(session, paying.office.chair, approval.id)

    assert _code(end) == "visit_missing"


def test_one_live_application_a_student_and_year(session: Session, paying: Paying) -> None:
    household, _, schooling = make_student(session, paying.office.unit)
    chair = paying.office.chair

    def apply() -> TuitionApplication:
        return applications.apply(session, chair, household.id, schooling.id, _wish())

    first = apply()

    assert _code(apply) == "tuition_applied"
    applications.cancel(session, chair, first.id)
    assert apply().id != first.id


def test_only_files_in_force_and_schoolings_that_run_may_apply(
    session: Session, paying: Paying
) -> None:
    household, _, schooling = make_student(session, paying.office.unit)
    chair = paying.office.chair

    def apply() -> TuitionApplication:
        return applications.apply(session, chair, household.id, schooling.id, _wish())

    schooling.ended_on = clock.today()
    session.flush()
    assert _code(apply) == "schooling_over"

    household.state = FileState.DRAFT
    session.flush()

    assert _code(apply) == "tuition_not_on_file"
    household.state, schooling.ended_on = FileState.ACTIVE, None
    session.flush()
    long_ago = _wish(term_starts_on=dt.date(2019, 9, 1))
    with pytest.raises(InvalidInputError):
        applications.apply(session, chair, household.id, schooling.id, long_ago)


def test_families_out_of_sight_answer_like_missing_ones(session: Session, paying: Paying) -> None:
    row = _apply(session, paying)
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        tuition_lists.view(session, stranger, row.public_id)
    with pytest.raises(NotFoundError):
        applications.cancel(session, stranger, row.id)
    assert tuition_lists.list_applications(session, stranger, ApplicationFilter()).total == 0


def test_the_sheet_counts_students_and_reads_what_was_paid_from_the_ledger(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    inside = _apply(session, paying)
    outside = _apply(session, paying, region_code="110108")
    _apply(session, paying)
    for row in (inside, outside):
        _approve(session, paying, row, monkeypatch)
    made = _list(session, paying)
    listing.put_on_list(session, paying.clerk, made.id, [inside.id, outside.id])
    list_steps.submit_list(session, paying.clerk, made.id)
    list_steps.approve_list(session, paying.approver, made.id)
    marking.mark_paid(session, paying.clerk, made.id, paid_on=clock.today())
    entry = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id).limit(1)).one()
    ledger.reverse(session, paying.clerk, entry.id, ReversalInput(reason=ReversalReason.RETURNED))

    sheet = statistics.tuition_sheet(
        session, paying.manager, clock.today().year, paying.office.city.id
    )

    total = sheet.total
    assert (total.applied, total.approved, total.approved_fen) == (2, 2, 900_000)
    assert total.of_kind == {
        (TuitionStage.NEW, SchoolPlace.INSIDE): 1,
        (TuitionStage.NEW, SchoolPlace.OUTSIDE): 1,
    }
    assert (total.paid, total.paid_fen) == (1, 500_000)


def test_the_students_of_a_year_are_those_nobody_applied_for(
    session: Session, paying: Paying
) -> None:
    _apply(session, paying)
    _, waiting, _ = make_student(session, paying.office.unit)
    make_household(session, paying.office.unit)

    found, total = tuition_lists.list_students(session, paying.office.chair, clock.today().year)

    assert ([one.schooling.member_id for one in found], total) == ([waiting.id], 1)


def test_form_names_and_sheet_are_printed_and_logged(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    _approve(session, paying, row, monkeypatch)

    form = papers.print_form(session, paying.office.chair, row.public_id)
    names = papers.print_names(session, paying.office.chair, row.year)
    sheet = papers.print_sheet(session, paying.clerk, row.year)

    assert all(one.content.startswith(b"%PDF") for one in (form, names, sheet))
    assert queue.approvals_of(session, paying.office.chair, (SUBJECT, row.id))
