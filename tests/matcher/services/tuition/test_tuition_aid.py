"""Tuition aid end to end: the city's standard, three answers, the chain, paying before term, sheet and papers."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState, Verdict
from matcher.kinds.approvals import ApprovalState, Decision
from matcher.kinds.household_facts import SchoolLevel
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
from matcher.services.tuition import applications, listing, papers, standards, statistics
from matcher.services.tuition import lists as tuition_lists
from matcher.services.tuition.applications import SUBJECT, ApplicationInput
from matcher.services.tuition.lists import ApplicationFilter
from matcher.services.tuition.standards import StandardInput
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


def _approve(
    session: Session, paying: Paying, row: TuitionApplication, monkeypatch: pytest.MonkeyPatch
) -> Approval:
    """Send an application through visit, publicity and both decisions."""
    chair = paying.office.chair
    approval = applications.submit(session, chair, row.id)
    steps.end_visit(session, chair, approval.id)
    publicity.publish(session, chair, (SUBJECT, row.id), NoticeInput(contact="0951-5012345"))
    later = clock.today() + dt.timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)
    steps.decide(session, paying.approver, approval.id, Decision.PASS)
    return steps.decide(session, paying.office.city_approver, approval.id, Decision.PASS)


def test_the_city_sets_the_standard_and_a_county_cannot(session: Session, paying: Paying) -> None:
    county = make_actor(session, Role.DRIVE_MANAGER, union=paying.office.county)
    wish = StandardInput(
        from_year=clock.today().year,
        home_region="640000",
        batches=frozenset(AdmissionBatch),
        amounts={(TuitionStage.NEW, SchoolPlace.INSIDE, SchoolLevel.BACHELOR): 1},
        source="县通知",
    )

    with pytest.raises(RuleBrokenError) as refused:
        standards.set_standard(session, county, wish)
    assert refused.value.code == "standard_of_city"
    with pytest.raises(NotAllowedError):
        standards.set_standard(session, paying.clerk, wish)
    set_standard(session, paying)

    below = standards.standard_for(session, paying.office.unit.id, clock.today().year)
    assert below is not None
    assert below.union == paying.office.city.name
    assert not standards.may_set(session, county)
    assert standards.may_set(session, paying.manager)


def test_a_new_edition_replaces_the_year_and_leaves_what_was_judged(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    applications.submit(session, paying.office.chair, row.id)

    key = (TuitionStage.NEW, SchoolPlace.INSIDE, SchoolLevel.BACHELOR)
    set_standard(session, paying, amounts={key: 600_000}, source="市工办〔2026〕9 号")

    now = standards.standard_for(session, paying.office.unit.id, row.year)
    assert now is not None
    assert now.terms.amounts == {key: 600_000}
    assert (row.amount_fen, row.standard_source) == (400_000, "市工办〔2026〕1 号")
    editions = standards.list_editions(session, paying.clerk)
    assert [one.standard.replaced_at is None for one in editions] == [True, False]


def test_where_no_city_set_one_the_dated_data_hold_for_their_year_only(
    session: Session, paying: Paying
) -> None:
    found = standards.standard_for(session, paying.office.unit.id, 2018)

    assert found is not None
    assert found.union is None
    assert standards.standard_for(session, paying.office.unit.id, 2019) is None


def test_without_a_standard_nothing_can_be_sent_and_nothing_is_refused(
    session: Session, paying: Paying
) -> None:
    row = _apply(session, paying)

    answer = applications.answer_of(session, row)

    assert (answer.verdict, answer.missing) == (Verdict.MAYBE, ("standard",))

    def submit() -> None:
        applications.submit(session, paying.office.chair, row.id)

    assert _code(submit) == "tuition_missing"


@pytest.mark.parametrize(
    ("schooling", "code"),
    [
        ({"is_military": True}, "military"),
        ({"is_regular_admission": False}, "not_regular"),
        ({"level": SchoolLevel.SENIOR_HIGH}, "not_higher"),
    ],
)
def test_who_is_outside_the_standard_is_told_why(
    session: Session, paying: Paying, schooling: dict[str, object], code: str
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying, **schooling)

    assert applications.answer_of(session, row).against == (code,)

    def submit() -> None:
        applications.submit(session, paying.office.chair, row.id)

    assert _code(submit) == "tuition_not_entitled"


def test_a_college_student_is_outside_this_aid_and_stays_a_graduate_to_be_helped(
    session: Session, paying: Paying
) -> None:
    """二本以上 limits this aid only: the batch is kept at the application and nowhere else."""
    set_standard(session, paying)
    row = _apply(session, paying, level=SchoolLevel.COLLEGE)
    applications.change(session, paying.office.chair, row.id, _wish(batch=AdmissionBatch.COLLEGE))

    assert applications.answer_of(session, row).against == ("batch_below",)
    assert SchoolLevel.COLLEGE.is_higher
    columns = {column.name for column in TuitionApplication.__table__.columns}
    assert "batch" in columns


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
    approval = applications.submit(session, paying.office.chair, row.id)
    steps.end_visit(session, paying.office.chair, approval.id)
    publicity.publish(
        session, paying.office.chair, (SUBJECT, row.id), NoticeInput(contact="0951-5012345")
    )
    later = clock.today() + dt.timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)

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
    approval = applications.submit(session, paying.office.chair, row.id)
    steps.end_visit(session, paying.office.chair, approval.id)
    publicity.publish(
        session, paying.office.chair, (SUBJECT, row.id), NoticeInput(contact="0951-5012345")
    )
    later = clock.today() + dt.timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)
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
