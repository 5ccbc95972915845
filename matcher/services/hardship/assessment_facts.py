"""What the file itself says for an assessment (测算所需): incomes, expenses, causes, people, the local line.

Only what somebody entered counts: a year without rows is missing, never nothing. Each value says which rows it is
the sum of, so that the working can show it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.household_facts import ExpenseKind, IncomeKind
from matcher.kinds.households import HardshipCause, HukouKind
from matcher.kinds.tiers import StandardKind
from matcher.models.household_facts import HouseholdCause, HouseholdExpense, HouseholdIncome
from matcher.models.households import Household, HouseholdMember
from matcher.policy.tiers.inputs import Given, Origin
from matcher.services.hardship.standard_lines import line_for

RIGID = (
    ExpenseKind.TUITION,
    ExpenseKind.SCHOOLING,
    ExpenseKind.MEDICAL,
    ExpenseKind.DISABILITY,
    ExpenseKind.WORK_COST,
)
"""疾病、残疾、子女上学、必要就业成本: what the sources count as rigid."""

_ACCIDENTS = (HardshipCause.DISASTER, HardshipCause.ACCIDENT, HardshipCause.MAJOR_ILLNESS)


@dataclass
class FileFacts:
    """Values of a file by name, and the year they are of."""

    year: int | None
    values: dict[str, Given] = field(default_factory=dict)

    def put(self, name: str, value: int | None, note: str) -> None:
        """Keep a value of the file unless there is none."""
        if value is not None:
            self.values[name] = Given(value, Origin.FILE, note)


def read_file(
    session: Session, household: Household, on: dt.date, choices: Mapping[str, str]
) -> FileFacts:
    """Return what a file says for an assessment on a day; the newest year up to it that has incomes."""
    newest = sa.select(sa.func.max(HouseholdIncome.year)).where(
        HouseholdIncome.household_id == household.id, HouseholdIncome.year <= on.year
    )
    facts = FileFacts(year=session.scalar(newest))
    _put_people(session, household, facts)
    _put_incomes(session, household, facts, _aid_year(on, choices))
    _put_expenses(session, household, facts)
    _put_causes(session, household, facts)
    _put_line(session, household, on, facts)
    return facts


def _aid_year(on: dt.date, choices: Mapping[str, str]) -> int:
    return on.year if choices.get("aid_year") == "current" else on.year - 1


def _put_people(session: Session, household: Household, facts: FileFacts) -> None:
    count = session.scalar(
        sa.select(sa.func.count()).where(HouseholdMember.household_id == household.id)
    )
    facts.put("people", count or None, "档案成员")


def _put_incomes(session: Session, household: Household, facts: FileFacts, aid_year: int) -> None:
    rows = session.scalars(
        sa.select(HouseholdIncome).where(
            HouseholdIncome.household_id == household.id,
            HouseholdIncome.year.in_([aid_year, facts.year or aid_year]),
        )
    ).all()
    own = [r for r in rows if r.year == facts.year and r.kind is not IncomeKind.UNION_AID]
    aid = [r for r in rows if r.year == aid_year and r.kind is IncomeKind.UNION_AID]
    facts.put("income", _total(own), f"{facts.year} 年度收入 {len(own)} 项，不含工会助学资金")
    facts.put("aid", _total(aid), f"{aid_year} 年度工会助学资金 {len(aid)} 项")


def _total(rows: Iterable[HouseholdIncome] | Iterable[HouseholdExpense]) -> int | None:
    amounts = [row.amount_fen for row in rows]
    return sum(amounts) if amounts else None


def _put_expenses(session: Session, household: Household, facts: FileFacts) -> None:
    rows = session.scalars(
        sa.select(HouseholdExpense).where(
            HouseholdExpense.household_id == household.id, HouseholdExpense.year == facts.year
        )
    ).all()
    rigid = [row for row in rows if row.kind in RIGID]
    tuition = [row for row in rows if row.kind is ExpenseKind.TUITION]
    facts.put(
        "rigid", _total(rigid), f"{facts.year} 年度支出 {len(rigid)} 项（疾病、残疾、就学、就业）"
    )
    facts.put("tuition", _total(tuition), f"{facts.year} 年度学费 {len(tuition)} 项")
    _put_accident(facts, [row for row in rows if row.kind is ExpenseKind.ACCIDENT])


def _put_accident(facts: FileFacts, rows: list[HouseholdExpense]) -> None:
    """Costs stand in the file after insurance and relief; with the gross amount both sides are shown."""
    if not rows:
        return
    gross = sum(row.amount_fen if row.gross_fen is None else row.gross_fen for row in rows)
    note = f"{facts.year} 年度意外、灾害损失 {len(rows)} 项"
    facts.put("accident_cost", gross, note)
    facts.put("compensation", gross - sum(row.amount_fen for row in rows), note)


def _put_causes(session: Session, household: Household, facts: FileFacts) -> None:
    causes = session.scalars(
        sa.select(HouseholdCause.cause).where(HouseholdCause.household_id == household.id)
    ).all()
    if causes:
        facts.put("accident", int(any(cause in _ACCIDENTS for cause in causes)), "致困原因")


def line_kind(session: Session, household: Household) -> StandardKind:
    """Return which line a household is measured by: the rural one for a rural holder."""
    hukou = session.scalar(
        sa.select(HouseholdMember.hukou).where(
            HouseholdMember.household_id == household.id, HouseholdMember.is_holder
        )
    )
    return StandardKind.RURAL_MINIMUM if hukou is HukouKind.RURAL else StandardKind.URBAN_MINIMUM


def _put_line(session: Session, household: Household, on: dt.date, facts: FileFacts) -> None:
    if not household.region_code:
        return
    kind = line_kind(session, household)
    line = line_for(session, household.union_id, kind, household.region_code, on)
    if line is not None:
        note = describe(line.kind, line.region, line.source)
        facts.values["minimum"] = Given(line.monthly_fen, Origin.TABLE, note)


def describe(kind: StandardKind, region: str, source: str) -> str:
    """Return what a line is and where it comes from."""
    return f"{kind.label}，地区 {region}，{source}"
