"""Assessments are worked out of the file, by the rules of the day, and kept for ever."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role
from matcher.kinds.household_facts import ExpenseKind, IncomeKind
from matcher.kinds.households import HardshipCause, HukouKind
from matcher.kinds.tiers import StandardKind, TierAnswer
from matcher.models.assessments import Assessment
from matcher.models.household_facts import HouseholdCause
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.hardship import assessments
from matcher.services.hardship.assessments import AssessmentWish
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.assessments import (
    LOCAL_RULES,
    assess,
    make_expense,
    make_income,
    make_line,
    wished,
)
from tests.factories.people import make_household, make_member


def _values(row: Assessment) -> dict[str, tuple[object, object]]:
    return {one["name"]: (one["value"], one["origin"]) for one in row.inputs}


def test_incomes_expenses_people_and_line_are_read_from_the_file(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    make_income(session, household, 3000, IncomeKind.TRANSFER)
    make_income(session, household, 4000, IncomeKind.UNION_AID)
    make_income(session, household, 90000, year=2024)
    make_expense(session, household, 1000)
    make_expense(session, household, 2000, ExpenseKind.TUITION)
    make_expense(session, household, 7000, ExpenseKind.HOUSING)

    row = assess(session, clerk, household)

    values = _values(row)
    assert values["income"] == (2300000, "file")
    assert values["rigid"] == (300000, "file")
    assert values["people"] == (3, "file")
    assert values["minimum"] == (65000, "table")
    assert (row.answer, row.tier) == (TierAnswer.YES, HardshipTier.DEEP)
    assert row.per_head_fen == 55556  # 20,000 / 3 / 12
    assert row.margin_fen == 9444
    texts = [line["source"] for line in row.working if line["part"] == "input"]
    assert any("2025 年度收入 2 项" in text for text in texts)
    assert any("某市民政局通知" in text for text in texts)


def test_a_year_without_rows_is_missing_and_asked_for(
    session: Session, clerk: Actor, household: Household
) -> None:
    row = assess(session, clerk, household)

    assert row.answer is TierAnswer.UNKNOWN
    assert row.asked_for[:2] == ["income", "rigid"]
    assert row.tier is None


def test_a_typed_value_stands_in_for_the_files_and_is_shown_as_such(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)

    row = assess(session, clerk, household, wished(income=3000000, people=3))

    assert _values(row)["income"] == (3000000, "typed")
    assert _values(row)["people"] == (3, "file"), "the same value as the file's is the file's"
    shown = next(line for line in row.working if line["label"] == "家庭年度总收入")
    assert "手工填写" in shown["source"]
    assert "20,000.00" in shown["source"]


def test_the_year_of_the_aid_is_chosen_and_changes_what_is_added(
    session: Session, clerk: Actor, household: Household
) -> None:
    on = dt.date(2018, 8, 1)
    make_income(session, household, 28000, year=2017)
    make_income(session, household, 4000, IncomeKind.UNION_AID, year=2017)
    make_income(session, household, 0, IncomeKind.UNION_AID, year=2018)
    typed = {"tuition": 0, "income": 2800000}

    def answer(year: str) -> TierAnswer:
        wish = AssessmentWish(
            rule_set="yinchuan_2018", on=on, typed=typed, choices={"aid_year": year}
        )
        return assess(session, clerk, household, wish).answer

    assert answer("previous") is TierAnswer.NO
    assert answer("current") is TierAnswer.YES
    with pytest.raises(InvalidInputError):
        answer("some")


def test_a_rural_holder_is_measured_by_the_rural_line(
    session: Session, clerk: Actor, union: Union
) -> None:
    household = make_household(session, union)
    make_member(session, household, is_holder=True, hukou=HukouKind.RURAL)
    make_line(session, union.id, 650)
    make_line(session, union.id, 500, kind=StandardKind.RURAL_MINIMUM)

    assert _values(assess(session, clerk, household))["minimum"] == (50000, "table")


def test_a_cause_of_accident_and_its_cost_before_insurance_are_read(
    session: Session, clerk: Actor, household: Household
) -> None:
    session.add(HouseholdCause(household_id=household.id, position=0, cause=HardshipCause.ACCIDENT))
    make_income(session, household, 60000)
    make_expense(session, household, 49000, ExpenseKind.ACCIDENT, gross=70000)

    row = assess(session, clerk, household, wished(rigid=0, event_harm=0))

    values = _values(row)
    assert values["accident"] == (1, "file")
    assert (values["accident_cost"][0], values["compensation"][0]) == (7000000, 2100000)
    assert row.tier is HardshipTier.ACCIDENTAL


def test_a_new_assessment_replaces_the_one_before_by_the_same_rules(
    session: Session, clerk: Actor, household: Household
) -> None:
    first = assess(session, clerk, household)
    other = assess(session, clerk, household, AssessmentWish(rule_set="generation_2016"))
    second = assess(session, clerk, household)

    entries = assessments.list_assessments(session, clerk, household.id)

    assert (first.replaces_id, other.replaces_id, second.replaces_id) == (None, None, first.id)
    assert [(one.row.id, one.is_replaced) for one in entries] == [
        (second.id, False),
        (other.id, False),
        (first.id, True),
    ]


@pytest.mark.parametrize("act", ["UPDATE assessment SET answer = 'no'", "DELETE FROM assessment"])
def test_the_database_keeps_an_assessment_as_it_is(
    session: Session, clerk: Actor, household: Household, act: str
) -> None:
    assess(session, clerk, household)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(act))


def test_two_cannot_replace_the_same_assessment(
    session: Session, clerk: Actor, household: Household
) -> None:
    row = assess(session, clerk, household)
    columns = {c.name: getattr(row, c.name) for c in Assessment.__table__.columns}
    twin = columns | {"public_id": "twin"}
    del twin["id"]

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(Assessment).values(**twin))


def test_nobody_else_sees_or_makes_an_assessment(
    session: Session, clerk: Actor, union: Union, household: Household
) -> None:
    row = assess(session, clerk, household)
    stranger = make_actor(session, Role.CASEWORKER)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)

    with pytest.raises(NotFoundError):
        assessments.list_assessments(session, stranger, household.id)
    with pytest.raises(NotFoundError):
        assessments.get_assessment(session, stranger, household.id, row.public_id)
    with pytest.raises(NotAllowedError):
        assess(session, manager, household)


def test_an_impossible_number_is_refused(
    session: Session, clerk: Actor, household: Household
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        assess(session, clerk, household, wished(people=0, income=10**9))

    assert set(caught.value.details["fields"]) == {"people", "income"}  # type: ignore[call-overload]


def test_a_closed_file_is_not_assessed(session: Session, clerk: Actor, union: Union) -> None:
    household = make_household(session, union, is_open=False, state="exited")

    with pytest.raises(RuleBrokenError):
        assess(session, clerk, household)


def test_an_office_can_correct_a_rule_set_by_a_file_of_its_own(
    session: Session, clerk: Actor, household: Household, local: Path
) -> None:
    local.write_text(LOCAL_RULES.format(tier='tier="deep"', percent=110), encoding="utf-8")
    make_income(session, household, 25000)

    row = assess(session, clerk, household)

    assert (row.rule_set, row.rule_version) == ("local", "7")
    assert row.tier is HardshipTier.DEEP
