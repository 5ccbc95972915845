"""Yearly incomes and rigid expenses of a household (家庭收入、刚性支出)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.household_facts import ExpenseKind, IncomeKind
from matcher.models.household_facts import HouseholdExpense, HouseholdIncome
from matcher.models.households import Household
from matcher.services.hardship import changes, parts
from matcher.services.permissions import Actor

_FIRST_YEAR = 1990


@dataclass(frozen=True, kw_only=True)
class IncomeInput:
    """An income of one kind of a year; without a member it is the family's."""

    year: int
    kind: IncomeKind
    amount_fen: int
    member_id: int | None = None
    basis: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExpenseInput:
    """A rigid expense of a year as the family bore it; `gross_fen` is before insurance and relief."""

    year: int
    kind: ExpenseKind
    amount_fen: int
    gross_fen: int | None = None
    member_id: int | None = None
    basis: str | None = None


INCOME_FIELDS = tuple(IncomeInput.__dataclass_fields__)
EXPENSE_FIELDS = tuple(ExpenseInput.__dataclass_fields__)

_INCOME_TWICE = RuleBrokenError("income_twice", "这一年的这类收入已登记，请修改那一条。")


def record_income(
    session: Session,
    by: Actor,
    household_id: int,
    facts: IncomeInput,
    credit: changes.Credit = changes.NO_CREDIT,
) -> HouseholdIncome:
    """Record an income; one a member, year and kind (constraint)."""
    household = parts.open_for_change(session, by, household_id)
    row = HouseholdIncome(household_id=household.id, **_checked(session, household, facts))
    parts.add(session, by, household, row, INCOME_FIELDS, credit, refusal=_INCOME_TWICE)
    return row


def change_income(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: IncomeInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> HouseholdIncome:
    """Correct an income."""
    household = parts.open_for_change(session, by, household_id)
    row = parts.get_part(session, household, HouseholdIncome, row_id)
    values = _checked(session, household, facts)
    parts.change(session, by, household, row, values, seen=seen, refusal=_INCOME_TWICE)
    return row


def record_expense(
    session: Session,
    by: Actor,
    household_id: int,
    facts: ExpenseInput,
    credit: changes.Credit = changes.NO_CREDIT,
) -> HouseholdExpense:
    """Record a rigid expense; there may be several of a kind."""
    household = parts.open_for_change(session, by, household_id)
    row = HouseholdExpense(household_id=household.id, **_checked(session, household, facts))
    parts.add(session, by, household, row, EXPENSE_FIELDS, credit)
    return row


def change_expense(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: ExpenseInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> HouseholdExpense:
    """Correct a rigid expense."""
    household = parts.open_for_change(session, by, household_id)
    row = parts.get_part(session, household, HouseholdExpense, row_id)
    parts.change(session, by, household, row, _checked(session, household, facts), seen=seen)
    return row


def _checked(
    session: Session, household: Household, facts: IncomeInput | ExpenseInput
) -> dict[str, Any]:
    """Return the columns of an amount, its member being one of the file."""
    if facts.member_id is not None:
        parts.get_member(session, household, facts.member_id)
    wrong = {}
    if not _FIRST_YEAR <= facts.year <= clock.today().year:
        wrong["year"] = "年度应为 1990 年至今年。"
    if facts.amount_fen < 0:
        wrong["amount"] = "金额不能是负数。"
    gross = getattr(facts, "gross_fen", None)
    if gross is not None and gross < facts.amount_fen:
        wrong["gross"] = "总费用不能小于自己负担的金额。"
    if wrong:
        raise InvalidInputError("amount", "请改正标出的项目。", fields=wrong)
    return asdict(facts)


def incomes_of(
    session: Session, household_id: int, *, year: int | None = None
) -> list[HouseholdIncome]:
    """Return the incomes of a file in sight, newest year first."""
    found = sa.select(HouseholdIncome).where(HouseholdIncome.household_id == household_id)
    if year is not None:
        found = found.where(HouseholdIncome.year == year)
    return list(session.scalars(found.order_by(HouseholdIncome.year.desc(), HouseholdIncome.id)))


def expenses_of(
    session: Session, household_id: int, *, year: int | None = None
) -> list[HouseholdExpense]:
    """Return the rigid expenses of a file in sight, newest year first."""
    found = sa.select(HouseholdExpense).where(HouseholdExpense.household_id == household_id)
    if year is not None:
        found = found.where(HouseholdExpense.year == year)
    return list(session.scalars(found.order_by(HouseholdExpense.year.desc(), HouseholdExpense.id)))
