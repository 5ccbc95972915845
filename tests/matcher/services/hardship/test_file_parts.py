"""The parts of a file: what is true of each kind, constraints, removal undone, credit apart from typing."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.household_facts import (
    ExpenseKind,
    IncomeKind,
    SchoolLevel,
    VisitOutcome,
)
from matcher.kinds.households import HardshipCause, WorkStatus
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment
from matcher.models.households import Household
from matcher.services.hardship import (
    amounts,
    causes,
    changes,
    parts,
    people,
    schoolings,
    visits,
    work_history,
)
from matcher.services.hardship.amounts import ExpenseInput, IncomeInput
from matcher.services.hardship.causes import CausesInput
from matcher.services.hardship.changes import Credit
from matcher.services.hardship.schoolings import SchoolingInput
from matcher.services.hardship.visits import VisitInput
from matcher.services.hardship.work_history import WorkInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_account, make_actor
from tests.factories.files import child, holder, open_draft
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
WAGE = IncomeInput(year=2025, kind=IncomeKind.WAGE, amount_fen=3_023_900)


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def file(session: Session, worker: Actor) -> Household:
    return open_draft(session, worker, holder(), child())


def _wrong(error: pytest.ExceptionInfo[InvalidInputError]) -> set[str]:
    fields = error.value.details["fields"]
    assert isinstance(fields, dict)
    return set(fields)


def test_one_income_a_member_year_and_kind(
    session: Session, worker: Actor, file: Household
) -> None:
    amounts.record_income(session, worker, file.id, WAGE)

    with pytest.raises(RuleBrokenError) as twice:
        amounts.record_income(session, worker, file.id, WAGE)

    assert twice.value.code == "income_twice"
    assert len(amounts.incomes_of(session, file.id, year=2025)) == 1


def test_an_amount_has_a_year_that_was_and_covers_what_was_paid(
    session: Session, worker: Actor, file: Household
) -> None:
    spent = ExpenseInput(
        year=TODAY.year + 1, kind=ExpenseKind.MEDICAL, amount_fen=200, gross_fen=100
    )

    with pytest.raises(InvalidInputError) as refused:
        amounts.record_expense(session, worker, file.id, spent)

    assert _wrong(refused) == {"year", "gross"}


def test_the_member_of_an_amount_is_one_of_the_file(
    session: Session, worker: Actor, file: Household
) -> None:
    other = open_draft(session, worker)
    stranger = people.members_of(session, other.id)[0]
    facts = IncomeInput(year=2025, kind=IncomeKind.WAGE, amount_fen=1, member_id=stranger.id)

    with pytest.raises(NotFoundError):
        amounts.record_income(session, worker, file.id, facts)


def test_a_row_of_another_file_answers_like_a_missing_one(
    session: Session, worker: Actor, file: Household
) -> None:
    other = open_draft(session, worker)
    row = amounts.record_income(session, worker, other.id, WAGE)

    with pytest.raises(NotFoundError):
        amounts.change_income(session, worker, file.id, row.id, WAGE)
    with pytest.raises(NotFoundError):
        parts.remove(session, worker, file.id, HouseholdIncome, row.id, reason="录错")


def test_a_removed_row_comes_back_as_it_was_and_only_once(
    session: Session, worker: Actor, file: Household
) -> None:
    row_id = amounts.record_income(session, worker, file.id, WAGE).id

    removed = parts.remove(session, worker, file.id, HouseholdIncome, row_id, reason="录错")
    gone = amounts.incomes_of(session, file.id)
    parts.put_back(session, worker, file.id, removed.id)
    back = amounts.incomes_of(session, file.id)
    with pytest.raises(RuleBrokenError) as again:
        parts.put_back(session, worker, file.id, removed.id)

    assert gone == []
    assert [(one.id, one.amount_fen) for one in back] == [(row_id, 3_023_900)]
    assert again.value.code == "put_back_taken"


def test_whose_work_it_was_stands_apart_from_who_typed_it(
    session: Session, worker: Actor, file: Household
) -> None:
    doer, principal = make_account(session), make_account(session)
    credit = Credit(credited_to_id=doer.id, on_behalf_of_id=principal.id)

    amounts.record_income(session, worker, file.id, WAGE, credit)

    newest = changes.list_changes(session, file)[0][0]
    told = (newest.actor_id, newest.credited_to_id, newest.on_behalf_of_id)
    assert told == (worker.account_id, doer.id, principal.id)


def test_causes_are_one_main_and_at_most_three_more(
    session: Session, worker: Actor, file: Household
) -> None:
    four = tuple(list(HardshipCause)[1:5])
    main = HardshipCause.SCHOOLING
    for facts, field in (
        (CausesInput(main=main, secondary=four), "secondary"),
        (CausesInput(main=main, secondary=(main,)), "secondary"),
        (CausesInput(main=HardshipCause.OTHER), "detail"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            causes.set_causes(session, worker, file.id, facts)
        assert _wrong(refused) == {field}

    causes.set_causes(session, worker, file.id, CausesInput(main=main, secondary=four[:3]))
    causes.set_causes(session, worker, file.id, CausesInput(main=four[0], secondary=(main,)))
    assert [one.cause for one in causes.causes_of(session, file.id)] == [four[0], main]


@pytest.mark.parametrize(
    ("position", "cause"), [(0, HardshipCause.DISASTER), (4, HardshipCause.DISASTER)]
)
def test_the_table_itself_holds_one_main_cause_and_three_more(
    session: Session, worker: Actor, file: Household, position: int, cause: HardshipCause
) -> None:
    causes.set_causes(session, worker, file.id, CausesInput(main=HardshipCause.SCHOOLING))

    row = {"household_id": file.id, "position": position, "cause": cause}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(HouseholdCause), row)


def test_causes_another_set_meanwhile_are_shown(
    session: Session, worker: Actor, file: Household
) -> None:
    seen = causes.cause_facts([])
    causes.set_causes(session, worker, file.id, CausesInput(main=HardshipCause.SCHOOLING))

    with pytest.raises(ConflictError) as conflict:
        causes.set_causes(
            session, worker, file.id, CausesInput(main=HardshipCause.LAID_OFF), seen=seen
        )

    assert conflict.value.details["changed"] == {"main": "schooling"}


def test_a_new_stretch_of_work_ends_the_one_before_and_lists_show_the_newest(
    session: Session, worker: Actor, file: Household
) -> None:
    member = people.members_of(session, file.id)[1]
    first, second = dt.date(2025, 7, 1), dt.date(2026, 2, 1)
    lost = WorkInput(from_on=first, status=WorkStatus.UNEMPLOYED)
    work_history.record_work(session, worker, member.id, lost)

    found = WorkInput(from_on=second, status=WorkStatus.EMPLOYED)
    work_history.record_work(session, worker, member.id, found)
    with pytest.raises(RuleBrokenError) as refused:
        work_history.record_work(session, worker, member.id, lost)

    rows = work_history.work_of(session, file.id)
    assert [(row.from_on, row.to_on) for row in rows] == [
        (second, None),
        (first, dt.date(2026, 1, 31)),
    ]
    assert member.work_status is WorkStatus.EMPLOYED
    assert refused.value.code == "work_running"


def test_work_has_days_in_order_and_no_registration_beside_a_job(
    session: Session, worker: Actor, file: Household
) -> None:
    member = people.members_of(session, file.id)[1]
    facts = WorkInput(
        from_on=TODAY + dt.timedelta(days=1),
        to_on=TODAY,
        status=WorkStatus.EMPLOYED,
        is_registered_unemployed=True,
    )

    with pytest.raises(InvalidInputError) as refused:
        work_history.record_work(session, worker, member.id, facts)

    assert _wrong(refused) == {"from_on", "to_on", "is_registered_unemployed"}


def test_a_student_of_a_university_has_a_day_of_expected_graduation(
    session: Session, worker: Actor, file: Household
) -> None:
    member = people.members_of(session, file.id)[1]
    facts = SchoolingInput(school="某大学", level=SchoolLevel.BACHELOR)

    with pytest.raises(InvalidInputError) as refused:
        schoolings.record_schooling(session, worker, file.id, member.id, facts)

    assert _wrong(refused) == {"expected_graduation_on"}


def test_a_visit_keeps_findings_sealed_and_says_since_when_both_papers_are_signed(
    session: Session, worker: Actor, file: Household
) -> None:
    signer = people.members_of(session, file.id)[0]
    day = dt.date(2026, 3, 5)
    facts = VisitInput(
        visited_on=day,
        outcome=VisitOutcome.MET,
        visitors="李、张",
        findings="卧床两年",
        application_signed_on=day,
        application_signer_id=signer.id,
    )
    half = VisitInput(
        visited_on=day, outcome=VisitOutcome.MET, visitors="李", authorisation_signed_on=day
    )

    row = visits.record_visit(session, worker, file.id, facts)
    with pytest.raises(InvalidInputError) as refused:
        visits.record_visit(session, worker, file.id, half)

    assert row.findings_cipher is not None
    assert "卧床".encode() not in row.findings_cipher
    signed = visits.signatures_of(session, file.id)
    assert (signed.application_on, signed.authorisation_on) == (day, None)
    assert _wrong(refused) == {"authorisation_signer_id"}
    newest = changes.list_changes(session, file)[0][0]
    assert "卧床" not in str(newest.fields)


def test_a_removed_stretch_of_work_and_its_return_show_on_the_member(
    session: Session, worker: Actor, file: Household
) -> None:
    member = people.members_of(session, file.id)[1]
    facts = WorkInput(from_on=dt.date(2026, 2, 1), status=WorkStatus.UNEMPLOYED)
    row_id = work_history.record_work(session, worker, member.id, facts).id

    gone = parts.remove(session, worker, file.id, MemberEmployment, row_id, reason="录错")
    without = member.work_status
    parts.put_back(session, worker, file.id, gone.id)

    assert (without, member.work_status) == (WorkStatus.UNKNOWN, WorkStatus.UNEMPLOYED)
