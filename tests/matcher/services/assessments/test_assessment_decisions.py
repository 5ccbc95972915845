"""A tier is set by a person alone: the result itself, or near the line either way with a reason."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import TierAnswer
from matcher.models.assessments import AssessmentDecision
from matcher.models.households import Household
from matcher.models.tasks import Task
from matcher.services.hardship import assessment_decisions
from matcher.services.hardship.assessments import AssessmentWish
from matcher.services.permissions import Actor
from tests.factories.assessments import (
    CLEAN,
    LOCAL_RULES,
    assess,
    make_income,
    wished,
)


def test_a_result_sets_no_tier_until_somebody_adopts_it(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    row = assess(session, clerk, household)
    before = household.tier

    assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    assert (before, household.tier) == (HardshipTier.NONE, HardshipTier.DEEP)
    assert household.tier_on == clock.today()


@pytest.mark.parametrize("tier", [HardshipTier.RELATIVE, HardshipTier.NONE])
def test_away_from_the_line_only_the_result_itself_is_adopted(
    session: Session, clerk: Actor, household: Household, tier: HardshipTier
) -> None:
    make_income(session, household, 20000)
    row = assess(session, clerk, household)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, tier)

    assert caught.value.code == "tier_not_adoptable"


def test_near_the_line_a_person_decides_either_way_with_a_reason(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 23400)
    row = assess(session, clerk, household, wished(rigid=0))
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
    row = assess(session, clerk, household, wished(rigid=0, event_harm=0, accident=0))
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
    row = assess(session, clerk, household, wish)
    assert (row.answer, row.tier) == (TierAnswer.YES, None)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    assert caught.value.code == "tier_not_adoptable"


def test_what_was_decided_or_replaced_is_decided_no_more(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    first = assess(session, clerk, household)
    second = assess(session, clerk, household)
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
    row = assess(session, clerk, household)

    with pytest.raises(RuleBrokenError) as caught:
        assessment_decisions.decline(session, clerk, household.id, row.public_id, reason=" ")

    assert caught.value.code == "declining_needs_reason"


def test_what_lacks_becomes_a_task_of_the_owner(
    session: Session, clerk: Actor, household: Household
) -> None:
    household.owner_id = clerk.account_id
    row = assess(session, clerk, household)

    task = assessment_decisions.ask_for_papers(
        session, clerk, household.id, row.public_id, due_on=clock.today()
    )

    assert task.assignee_id == clerk.account_id
    assert "家庭年度总收入" in task.facts["asked"]
    assert session.get_one(Task, task.id).rule == assessment_decisions.ASK_RULE


def test_the_database_keeps_a_decision_as_it_is(
    session: Session, clerk: Actor, household: Household
) -> None:
    make_income(session, household, 20000)
    row = assess(session, clerk, household)
    assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.DEEP)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text("UPDATE assessment_decision SET reason = 'x'"))


def test_an_aid_formula_in_force_takes_no_tier_away(
    session: Session, clerk: Actor, household: Household, local: Path
) -> None:
    local.write_text(LOCAL_RULES.format(tier="", percent=10), encoding="utf-8")
    household.tier = HardshipTier.DEEP
    make_income(session, household, 25000)
    row = assess(session, clerk, household, AssessmentWish(rule_set="local"))
    assert row.answer is TierAnswer.NO

    with pytest.raises(RuleBrokenError):
        assessment_decisions.adopt(session, clerk, household.id, row.public_id, HardshipTier.NONE)

    assert household.tier is HardshipTier.DEEP
