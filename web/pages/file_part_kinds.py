"""The parts of a file as pages know them (档案各项): form, use cases, columns; one entry a part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from matcher.db.base import Base
from matcher.models.household_facts import (
    HomeVisit,
    HouseholdDocument,
    HouseholdExpense,
    HouseholdIncome,
)
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.services.hardship import amounts, documents, schoolings, visits, work_history
from matcher.services.hardship.changes import Credit
from matcher.services.permissions import Actor
from web.i18n import msg
from web.schemas.file_parts import (
    Attribution,
    DocumentForm,
    ExpenseForm,
    IncomeForm,
    SchoolingForm,
    VisitForm,
    WorkForm,
)

Marks = Mapping[str, str] | None
_FEN = 100
_CREDIT = frozenset(Attribution.model_fields)


@dataclass(frozen=True)
class PartKind:
    """One part: its words, form, table, columns, and what adds and changes a row.

    Parameters
    ----------
    add : session, actor, household, plain facts, credit → row
    change : session, actor, household, row, plain facts, marks → row
    """

    title: str
    one: str
    form: type[Attribution]
    model: type[Base]
    fields: tuple[str, ...]
    add: Callable[[Session, Actor, int, dict[str, Any], Credit], Base]
    change: Callable[[Session, Actor, int, int, dict[str, Any], Marks], Base]


def facts_of(form: Attribution) -> dict[str, Any]:
    """Return a form as the use case takes it: money in fen, without whose work it was."""
    found: dict[str, Any] = {}
    for name, value in form.model_dump().items():
        if isinstance(value, Decimal):
            found[f"{name}_fen"] = int(value * _FEN)
        elif name in ("gross", "fee"):
            found[f"{name}_fen"] = None
        elif name not in _CREDIT and name != "scan":
            found[name] = value
    return found


def credit_of(form: Attribution) -> Credit:
    """Return whose work it was."""
    return Credit(on_behalf_of_id=form.on_behalf_of_id, credited_to_id=form.credited_to_id)


def initial(row: Base, form: type[Attribution]) -> dict[str, Any]:
    """Return what stands in a row, by field of the form; sealed values stay out."""
    found: dict[str, Any] = {}
    for name in form.model_fields:
        if name in ("amount", "gross", "fee"):
            fen = getattr(row, f"{name}_fen")
            found[name] = None if fen is None else f"{Decimal(fen) / _FEN:.2f}"
        elif name == "scan" or not hasattr(row, name):
            continue
        else:
            value = getattr(row, name)
            is_flag = isinstance(value, bool)
            found[name] = str(value).lower() if is_flag else value
    return found


def sent_scan() -> documents.Scan | None:
    """Return the file that came with the form."""
    sent = request.files.get("scan")
    if sent is None or not sent.filename:
        return None
    return documents.Scan(sent.read(), sent.mimetype or "")


def _add_work(
    session: Session, by: Actor, _household_id: int, facts: dict[str, Any], credit: Credit
) -> Base:
    member_id = facts.pop("member_id")
    return work_history.record_work(session, by, member_id, work_history.WorkInput(**facts), credit)


def _change_work(
    session: Session, by: Actor, household_id: int, row_id: int, facts: dict[str, Any], seen: Marks
) -> Base:
    facts.pop("member_id")
    made = work_history.WorkInput(**facts)
    return work_history.change_work(session, by, household_id, row_id, made, seen=seen)


def _add_schooling(
    session: Session, by: Actor, household_id: int, facts: dict[str, Any], credit: Credit
) -> Base:
    member_id = facts.pop("member_id")
    made = schoolings.SchoolingInput(**facts)
    return schoolings.record_schooling(session, by, household_id, member_id, made, credit)


def _change_schooling(
    session: Session, by: Actor, household_id: int, row_id: int, facts: dict[str, Any], seen: Marks
) -> Base:
    facts.pop("member_id")
    made = schoolings.SchoolingInput(**facts)
    return schoolings.change_schooling(session, by, household_id, row_id, made, seen=seen)


def _add_document(
    session: Session, by: Actor, household_id: int, facts: dict[str, Any], credit: Credit
) -> Base:
    made = documents.DocumentInput(**facts)
    return documents.record_document(session, by, household_id, made, sent_scan(), credit)


def _change_document(
    session: Session, by: Actor, household_id: int, row_id: int, facts: dict[str, Any], seen: Marks
) -> Base:
    made = documents.DocumentInput(**facts)
    return documents.change_document(
        session, by, household_id, row_id, made, sent_scan(), seen=seen
    )


KINDS: dict[str, PartKind] = {
    "incomes": PartKind(
        msg("收入"),
        msg("一笔收入"),
        IncomeForm,
        HouseholdIncome,
        amounts.INCOME_FIELDS,
        lambda s, by, h, facts, credit: amounts.record_income(
            s, by, h, amounts.IncomeInput(**facts), credit
        ),
        lambda s, by, h, row, facts, seen: amounts.change_income(
            s, by, h, row, amounts.IncomeInput(**facts), seen=seen
        ),
    ),
    "expenses": PartKind(
        msg("刚性支出"),
        msg("一笔支出"),
        ExpenseForm,
        HouseholdExpense,
        amounts.EXPENSE_FIELDS,
        lambda s, by, h, facts, credit: amounts.record_expense(
            s, by, h, amounts.ExpenseInput(**facts), credit
        ),
        lambda s, by, h, row, facts, seen: amounts.change_expense(
            s, by, h, row, amounts.ExpenseInput(**facts), seen=seen
        ),
    ),
    "work": PartKind(
        msg("就业"),
        msg("一段就业状况"),
        WorkForm,
        MemberEmployment,
        work_history.WORK_FIELDS,
        _add_work,
        _change_work,
    ),
    "schooling": PartKind(
        msg("就学"),
        msg("一段就学情况"),
        SchoolingForm,
        MemberSchooling,
        schoolings.SCHOOLING_FIELDS,
        _add_schooling,
        _change_schooling,
    ),
    "visits": PartKind(
        msg("走访"),
        msg("一次走访"),
        VisitForm,
        HomeVisit,
        visits.VISIT_FIELDS,
        lambda s, by, h, facts, credit: visits.record_visit(
            s, by, h, visits.VisitInput(**facts), credit
        ),
        lambda s, by, h, row, facts, seen: visits.change_visit(
            s, by, h, row, visits.VisitInput(**facts), seen=seen
        ),
    ),
    "papers": PartKind(
        msg("材料"),
        msg("一份材料"),
        DocumentForm,
        HouseholdDocument,
        documents.DOCUMENT_FIELDS,
        _add_document,
        _change_document,
    ),
}
"""Parts by their word in the address."""
