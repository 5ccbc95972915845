"""Factories of what an assessment reads and of standard lines; `assess` alone goes through its use case."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.household_facts import ExpenseKind, IncomeKind
from matcher.kinds.tiers import (
    ExitKind,
    ExitReason,
    ExitState,
    FactGrade,
    StandardKind,
    TierAnswer,
)
from matcher.models.assessments import Assessment, HouseholdExit, StandardLine
from matcher.models.household_facts import HouseholdExpense, HouseholdIncome
from matcher.models.households import Household
from matcher.services.hardship import assessments
from matcher.services.hardship.assessments import AssessmentWish
from matcher.services.permissions import Actor

CLEAN = {"two_dwellings": 0, "business": 0, "vehicle": 0, "costly_school": 0}
"""Nothing excludes the household."""


def make_income(
    session: Session,
    household: Household,
    yuan: int,
    kind: IncomeKind = IncomeKind.WAGE,
    year: int = 2025,
) -> HouseholdIncome:
    """Insert a yearly income of the family."""
    row = HouseholdIncome(
        household_id=household.id,
        year=year,
        kind=kind,
        amount_fen=yuan * 100,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_expense(
    session: Session,
    household: Household,
    yuan: int,
    kind: ExpenseKind = ExpenseKind.MEDICAL,
    *,
    gross: int | None = None,
    year: int = 2025,
) -> HouseholdExpense:
    """Insert a yearly expense of the family."""
    row = HouseholdExpense(
        household_id=household.id,
        year=year,
        kind=kind,
        amount_fen=yuan * 100,
        gross_fen=None if gross is None else gross * 100,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_line(
    session: Session,
    union_id: int,
    yuan: int = 650,
    *,
    kind: StandardKind = StandardKind.URBAN_MINIMUM,
    region: str = "640100",
    valid_from: dt.date = dt.date(2026, 1, 1),
) -> StandardLine:
    """Insert a standard line."""
    row = StandardLine(
        union_id=union_id,
        kind=kind,
        region_code=region,
        valid_from=valid_from,
        monthly_fen=yuan * 100,
        source="某市民政局通知",
        grade=FactGrade.A,
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_assessment(session: Session, household: Household) -> Assessment:
    """Insert an assessment that cannot tell yet."""
    row = Assessment(
        household_id=household.id,
        rule_set="current",
        rule_version="1",
        region_code="640104",
        assessed_on=clock.today(),
        answer=TierAnswer.UNKNOWN,
        is_near=False,
        asked_for=["income"],
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_exit(session: Session, household: Household) -> HouseholdExit:
    """Insert an exit that waits for a second person."""
    row = HouseholdExit(
        household_id=household.id,
        kind=ExitKind.OTHER,
        reason=ExitReason.RETIRED,
        left_on=clock.today(),
        state=ExitState.PROPOSED,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


LOCAL_RULES = (
    'title="某市分类"\ngeneration="x"\nversion="7"\nregion="640100"\nvalid_from=2026-01-01\n'
    'source="某文件"\ngrade="a"\nheadline="f"\n[near]\nsource="x"\n[figures.f]\nlabel="月收入"\n'
    'plus=["income"]\nper_head=true\nmonths=12\n[[grades]]\ncode="deep"\nlabel="深度困难"\n{tier}\n'
    'any=[[{{figure="f", is="<", of="minimum", percent={percent}}}]]\nsource="x"\ngrade="a"\n'
)
"""A rule set an office lays beside the shipped ones."""


def wished(**typed: int) -> AssessmentWish:
    """Return a wish with typed values; nothing excludes the household."""
    return AssessmentWish(typed=CLEAN | typed)


def assess(
    session: Session, by: Actor, household: Household, wish: AssessmentWish | None = None
) -> Assessment:
    """Work out a household's tier by the use case."""
    return assessments.assess(session, by, household.id, wish=wish or wished())
