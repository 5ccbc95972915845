"""Assessments are worked out of the file, kept for ever, and adopted by people alone."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role
from matcher.kinds.household_facts import ExpenseKind, IncomeKind
from matcher.kinds.households import HardshipCause, HukouKind
from matcher.kinds.tiers import StandardKind, TierAnswer
from matcher.models.assessments import Assessment, AssessmentDecision
from matcher.models.household_facts import HouseholdCause
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.hardship import assessment_decisions, assessments
from matcher.services.hardship.assessments import AssessmentWish
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.assessments import CLEAN, make_expense, make_income, make_line
from tests.factories.people import make_household, make_member


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def household(session: Session, union: Union) -> Household:
    """Give a household of three, measured by a line of 650."""
    made = make_household(session, union, tier=HardshipTier.NONE)
    make_member(session, made, is_holder=True)
    make_member(session, made)
    make_member(session, made)
    make_line(session, union.id)
    return made


def _wish(**typed: int) -> AssessmentWish:
    return AssessmentWish(typed=CLEAN | typed)


def _assess(
    session: Session, by: Actor, household: Household, wish: AssessmentWish | None = None
) -> Assessment:
    return assessments.assess(session, by, household.id, wish=wish or _wish())


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

    row = _assess(session, clerk, household)

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
    row = _assess(session, clerk, household)

    assert row.answer is TierAnswer.UNKNOWN
    assert row.asked_for[:2] == ["income", "rigid"]
    assert row.tier is None


def test_a_typed_value_stands_in_for_the_files_and_is_shown_as_such(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)

    row = _assess(session, clerk, household, _wish(income=3000000, people=3))

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
        return _assess(session, clerk, household, wish).answer

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

    assert _values(_assess(session, clerk, household))["minimum"] == (50000, "table")


def test_a_cause_of_accident_and_its_cost_before_insurance_are_read(
    session: Session, clerk: Actor, household: Household
) -> None:
    session.add(HouseholdCause(household_id=household.id, position=0, cause=HardshipCause.ACCIDENT))
    make_income(session, household, 60000)
    make_expense(session, household, 49000, ExpenseKind.ACCIDENT, gross=70000)

    row = _assess(session, clerk, household, _wish(rigid=0, event_harm=0))

    values = _values(row)
    assert values["accident"] == (1, "file")
    assert (values["accident_cost"][0], values["compensation"][0]) == (7000000, 2100000)
    assert row.tier is HardshipTier.ACCIDENTAL


def test_a_new_assessment_replaces_the_one_before_by_the_same_rules(
    session: Session, clerk: Actor, household: Household
) -> None:
    first = _assess(session, clerk, household)
    other = _assess(session, clerk, household, AssessmentWish(rule_set="generation_2016"))
    second = _assess(session, clerk, household)

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
    _assess(session, clerk, household)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(act))


def test_the_database_keeps_a_decision_as_it_is(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    row = _assess(session, clerk, household)
    assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text("UPDATE assessment_decision SET reason = 'x'"))


def test_two_cannot_replace_the_same_assessment(
    session: Session, clerk: Actor, household: Household
) -> None:
    row = _assess(session, clerk, household)
    columns = {c.name: getattr(row, c.name) for c in Assessment.__table__.columns}
    twin = columns | {"public_id": "twin"}
    del twin["id"]

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(Assessment).values(**twin))


def test_a_result_sets_no_tier_until_somebody_adopts_it(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    row = _assess(session, clerk, household)
    assert household.tier is HardshipTier.NONE

    assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    assert household.tier is HardshipTier.DEEP
    assert household.tier_on == clock.today()


@pytest.mark.parametrize("tier", [HardshipTier.RELATIVE, HardshipTier.NONE])
def test_away_from_the_line_only_the_result_itself_is_adopted(
    session: Session, clerk: Actor, household: Household, tier: HardshipTier
) -> None:
    make_income(session, household, 20000)
    row = _assess(session, clerk, household)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, tier)

    assert caught.value.code == "tier_not_adoptable"


def test_near_the_line_a_person_decides_either_way_with_a_reason(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 23400)
    row = _assess(session, clerk, household, _wish(rigid=0))
    assert (row.is_near, row.tier) == (True, HardshipTier.RELATIVE)

    def adopt(reason: str) -> AssessmentDecision:
        return assessment_decisions.adopt(
            session, clerk, household.id, row.public_id, HardshipTier.DEEP, reason=reason
        )

    with pytest.raises(RuleBrokenError) as caught:
        adopt("")
    assert caught.value.code == "near_line_needs_reason"
    decision = adopt("工资本月起下调，入户核实")

    assert decision.reason == "工资本月起下调，入户核实"
    assert household.tier is HardshipTier.DEEP


def test_a_no_takes_the_tier_away_when_it_is_adopted(
    session: Session, clerk: Actor, household: Household
) -> None:
    household.tier = HardshipTier.RELATIVE
    make_income(session, household, 90000)
    row = _assess(session, clerk, household, _wish(rigid=0, event_harm=0, accident=0))
    assert row.answer is TierAnswer.NO

    assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.NONE)

    assert household.tier is HardshipTier.NONE


@pytest.mark.parametrize("name", ["generation_2016", "yinchuan_2018"])
def test_an_older_generation_sets_no_tier(
    session: Session, clerk: Actor, household: Household, name: str
) -> None:
    make_income(session, household, 10000)
    wish = AssessmentWish(
        rule_set=name, typed=CLEAN | {"aid": 0, "tuition": 0, "six_months": 1, "rigid": 0}
    )
    row = _assess(session, clerk, household, wish)
    assert (row.answer, row.tier) == (TierAnswer.YES, None)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    assert caught.value.code == "tier_not_adoptable"


def test_what_was_decided_or_replaced_is_decided_no_more(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    first = _assess(session, clerk, household)
    second = _assess(session, clerk, household)
    assessment_decisions.decline(
        session, clerk, household.id, second.public_id, reason="收入证明存疑"
    )

    codes = []
    for row in (first, second):
        with pytest.raises(RuleBrokenError) as caught:
            assessment_decisions.adopt(
                session, clerk, household.id, row.public_id, HardshipTier.DEEP
            )
        codes.append(caught.value.code)

    assert codes == ["assessment_replaced", "assessment_decided"]


def test_declining_needs_a_reason(session: Session, clerk: Actor, household: Household) -> None:
    row = _assess(session, clerk, household)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.decline(session, clerk, household.id, row.public_id, reason=" ")

    assert caught.value.code == "declining_needs_reason"


def test_what_lacks_becomes_a_task_of_the_owner(
    session: Session, clerk: Actor, household: Household
) -> None:
    household.owner_id = clerk.account_id
    row = _assess(session, clerk, household)

    task = assessment_decisions.ask_for_papers(
        session, clerk, household.id, row.public_id, due_on=clock.today()
    )

    assert task.assignee_id == clerk.account_id
    assert "家庭年度总收入" in task.facts["asked"]
    assert session.get_one(Task, task.id).rule == assessment_decisions.ASK_RULE


def test_nobody_else_sees_or_makes_an_assessment(
    session: Session, clerk: Actor, union: Union, household: Household
) -> None:
    row = _assess(session, clerk, household)
    stranger = make_actor(session, Role.CASEWORKER)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)

    with pytest.raises(NotFoundError):
        assessments.list_assessments(session, stranger, household.id)
    with pytest.raises(NotFoundError):
        assessments.get_assessment(session, stranger, household.id, row.public_id)
    with pytest.raises(NotAllowedError):
        _assess(session, manager, household)


def test_an_impossible_number_is_refused(
    session: Session, clerk: Actor, household: Household
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _assess(session, clerk, household, _wish(people=0, income=10**9))

    assert set(caught.value.details["fields"]) == {"people", "income"}  # type: ignore[call-overload]


def test_a_closed_file_is_not_assessed(session: Session, clerk: Actor, union: Union) -> None:
    household = make_household(session, union, is_open=False, state="exited")

    with pytest.raises(RuleBrokenError):
        _assess(session, clerk, household)


LOCAL = (
    'title="某市分类"\ngeneration="x"\nversion="7"\nregion="640100"\nvalid_from=2026-01-01\n'
    'source="某文件"\ngrade="a"\nheadline="f"\n[near]\nsource="x"\n[figures.f]\nlabel="月收入"\n'
    'plus=["income"]\nper_head=true\nmonths=12\n[[grades]]\ncode="deep"\nlabel="深度困难"\n{tier}\n'
    'any=[[{{figure="f", is="<", of="minimum", percent={percent}}}]]\nsource="x"\ngrade="a"\n'
)
"""A rule set an office lays beside the shipped ones."""


@pytest.fixture
def local(session: Session) -> Iterator[Path]:
    """Give the place of a rule set of the office's own, and clear it away."""
    folder = settings_of(session).data / "tiers"
    folder.mkdir(exist_ok=True)
    path = folder / "local.toml"
    yield path
    path.unlink()


def test_an_office_can_correct_a_rule_set_by_a_file_of_its_own(
    session: Session, clerk: Actor, household: Household, local: Path
) -> None:
    local.write_text(LOCAL.format(tier='tier="deep"', percent=110), encoding="utf-8")
    make_income(session, household, 25000)

    row = _assess(session, clerk, household)

    assert (row.rule_set, row.rule_version) == ("local", "7")
    assert row.tier is HardshipTier.DEEP


def test_an_aid_formula_in_force_takes_no_tier_away(
    session: Session, clerk: Actor, household: Household, local: Path
) -> None:
    local.write_text(LOCAL.format(tier="", percent=10), encoding="utf-8")
    household.tier = HardshipTier.DEEP
    make_income(session, household, 25000)
    row = _assess(session, clerk, household, AssessmentWish(rule_set="local"))
    assert row.answer is TierAnswer.NO

    with pytest.raises(RuleBrokenError):
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.NONE)

    assert household.tier is HardshipTier.DEEP
