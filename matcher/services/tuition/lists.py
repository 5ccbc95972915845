"""Applications for tuition aid as pages show them: lists, one application, students nobody applied for yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState
from matcher.kinds.money import PaymentListState
from matcher.kinds.tuition import TuitionStage, TuitionState
from matcher.models.approvals import Approval
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import LedgerEntry, PaymentLine, PaymentList
from matcher.models.organisations import Union
from matcher.models.tuition import TuitionApplication
from matcher.policy.programmes import get_programme
from matcher.policy.tuition import TuitionAnswer
from matcher.services.approvals import queue
from matcher.services.hardship import sight
from matcher.services.money import duplicates
from matcher.services.money.duplicates import SameAid
from matcher.services.money.people import Person
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, not_found
from matcher.services.tuition.applications import SUBJECT, answer_of, read_need
from matcher.services.tuition.standards import StandardRow, standard_for

PROGRAMME = "tuition_aid"
Paid = Literal["paid", "listed", "waits"]
"""Whether it was paid, stands on a list, or waits for one."""


@dataclass(frozen=True)
class ApplicationRow:
    """An application with its student's name in full (who shows it masks it)."""

    application: TuitionApplication
    name: str
    file_number: str
    household_public_id: str
    union: str
    list_public_id: str | None
    list_state: PaymentListState | None
    entry_public_id: str | None
    """Of the ledger's entry that stands for it."""

    @property
    def paid(self) -> Paid | None:
        """Where the money stands; None before the approval."""
        if self.entry_public_id is not None:
            return "paid"
        if self.list_public_id is not None:
            return "listed"
        return "waits" if self.application.state is TuitionState.APPROVED else None


@dataclass(frozen=True)
class ApplicationRows:
    """A page of applications, how many there are, and what they come to."""

    rows: Sequence[ApplicationRow]
    total: int
    amount_fen: int


_REVERSAL = aliased(LedgerEntry, name="reversal")


def _selected() -> sa.Select[*tuple[Any, ...]]:
    standing = sa.and_(
        LedgerEntry.subject_kind == SUBJECT,
        LedgerEntry.subject_id == TuitionApplication.id,
        LedgerEntry.reverses_id.is_(None),
        ~sa.exists().where(_REVERSAL.reverses_id == LedgerEntry.id),
    )
    entry = (
        sa.select(sa.func.max(LedgerEntry.public_id))
        .where(standing)
        .correlate(TuitionApplication)
        .scalar_subquery()
    )
    return (
        sa.select(
            TuitionApplication,
            HouseholdMember.name.label("name"),
            Household.file_number,
            Household.public_id.label("household_public_id"),
            Union.name.label("union_name"),
            PaymentList.public_id.label("list_public_id"),
            PaymentList.state.label("list_state"),
            entry.label("entry_public_id"),
        )
        .join(HouseholdMember, HouseholdMember.id == TuitionApplication.member_id)
        .join(Household, Household.id == TuitionApplication.household_id)
        .join(Union, Union.id == TuitionApplication.union_id)
        .outerjoin(
            PaymentLine,
            sa.and_(
                PaymentLine.subject_kind == SUBJECT,
                PaymentLine.subject_id == TuitionApplication.id,
            ),
        )
        .outerjoin(PaymentList, PaymentList.id == PaymentLine.list_id)
    )


def _row(found: sa.Row[*tuple[Any, ...]]) -> ApplicationRow:
    return ApplicationRow(
        found.TuitionApplication,
        found.name,
        found.file_number,
        found.household_public_id,
        found.union_name,
        found.list_public_id,
        found.list_state,
        found.entry_public_id,
    )


@dataclass(frozen=True, kw_only=True)
class ApplicationFilter:
    """Which applications; None does not narrow."""

    year: int | None = None
    state: TuitionState | None = None
    stage: TuitionStage | None = None
    union_id: int | None = None
    paid: Paid | None = None
    household_id: int | None = None


def list_applications(
    session: Session, by: Actor, wish: ApplicationFilter, *, limit: int = 50, offset: int = 0
) -> ApplicationRows:
    """Return the applications of households seen whole, those whose term begins first before the others."""
    require(by, Permission.VIEW_FILES)
    found = _narrowed(_selected().where(sight.whole_in_sight(by)), wish)
    inner = found.with_only_columns(TuitionApplication.id, TuitionApplication.amount_fen).subquery()
    total, amount = session.execute(
        sa.select(sa.func.count(inner.c.id), sa.func.coalesce(sa.func.sum(inner.c.amount_fen), 0))
    ).one()
    order = (TuitionApplication.year.desc(), TuitionApplication.term_starts_on)
    rows = session.execute(
        found.order_by(*order, TuitionApplication.id).limit(limit).offset(offset)
    )
    return ApplicationRows([_row(one) for one in rows], total, int(amount))


def _narrowed(
    found: sa.Select[*tuple[Any, ...]], wish: ApplicationFilter
) -> sa.Select[*tuple[Any, ...]]:
    equal: tuple[tuple[Any, object], ...] = (
        (TuitionApplication.year, wish.year),
        (TuitionApplication.state, wish.state),
        (TuitionApplication.stage, wish.stage),
        (TuitionApplication.union_id, wish.union_id),
        (TuitionApplication.household_id, wish.household_id),
    )
    for column, value in equal:
        if value is not None:
            found = found.where(column == value)
    if wish.paid == "paid":
        return found.where(PaymentList.state == PaymentListState.PAID)
    if wish.paid == "listed":
        return found.where(PaymentList.state != PaymentListState.PAID)
    if wish.paid == "waits":
        return found.where(
            PaymentLine.id.is_(None), TuitionApplication.state == TuitionState.APPROVED
        )
    return found


@dataclass(frozen=True)
class ApplicationView:
    """One application, whole."""

    row: ApplicationRow
    need: str
    answer: TuitionAnswer
    standard: StandardRow | None
    approvals: Sequence[Approval]
    same: SameAid


def view(session: Session, by: Actor, public_id: str) -> ApplicationView:
    """Return an application with its answer, its approvals and equal aid from other hands."""
    row = find_row(session, by, public_id)
    one = row.application
    person = Person(member_id=one.member_id, household_id=one.household_id)
    purpose = get_programme(PROGRAMME).purpose
    return ApplicationView(
        row=row,
        need=read_need(session, one),
        answer=answer_of(session, one),
        standard=standard_for(session, one.union_id, one.year),
        approvals=queue.approvals_of(session, by, (SUBJECT, one.id)),
        same=duplicates.same_aid(session, (SUBJECT, one.id), person, purpose, year=one.year),
    )


def find_row(session: Session, by: Actor, public_id: str) -> ApplicationRow:
    """Return an application of a household seen whole."""
    require(by, Permission.VIEW_FILES)
    wanted = (TuitionApplication.public_id == public_id, sight.whole_in_sight(by))
    found = session.execute(_selected().where(*wanted)).first()
    if found is None:
        raise not_found()
    return _row(found)


def find_application(session: Session, by: Actor, public_id: str) -> TuitionApplication:
    """Return the plain row of an application of a household seen whole."""
    return find_row(session, by, public_id).application


@dataclass(frozen=True)
class Student:
    """A child at school of a household on file, with the schooling an application is made of."""

    schooling: MemberSchooling
    name: str
    household_id: int
    household_public_id: str
    file_number: str
    has_card: bool


def list_students(
    session: Session, by: Actor, year: int, *, limit: int = 50, offset: int = 0
) -> tuple[list[Student], int]:
    """Return students of higher schools without a live application for a school year."""
    live = sa.exists().where(
        TuitionApplication.member_id == HouseholdMember.id,
        TuitionApplication.year == year,
        TuitionApplication.state.not_in([TuitionState.REFUSED, TuitionState.CANCELLED]),
    )
    levels = [one for one in SchoolLevel if one.is_higher]
    found = _students(by).where(MemberSchooling.level.in_(levels), ~live)
    counted = found.with_only_columns(MemberSchooling.id).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
    ordered = found.order_by(Household.file_number, MemberSchooling.id)
    rows = session.execute(ordered.limit(limit).offset(offset))
    return [_student(row) for row in rows], total


def find_student(session: Session, by: Actor, schooling_id: int) -> Student:
    """Return a running schooling of a household seen whole, with the student."""
    found = session.execute(_students(by).where(MemberSchooling.id == schooling_id)).first()
    if found is None:
        raise not_found()
    return _student(found)


def _students(by: Actor) -> sa.Select[*tuple[Any, ...]]:
    require(by, Permission.VIEW_FILES)
    return (
        sa.select(
            MemberSchooling,
            HouseholdMember.name,
            HouseholdMember.card_cipher.is_not(None).label("has_card"),
            Household.id.label("household_id"),
            Household.public_id,
            Household.file_number,
        )
        .join(HouseholdMember, HouseholdMember.id == MemberSchooling.member_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            sight.whole_in_sight(by),
            Household.state == FileState.ACTIVE,
            MemberSchooling.ended_on.is_(None),
            HouseholdMember.left_on.is_(None),
        )
    )


def _student(row: sa.Row[*tuple[Any, ...]]) -> Student:
    return Student(
        row.MemberSchooling,
        row.name,
        row.household_id,
        row.public_id,
        row.file_number,
        bool(row.has_card),
    )


def lock_application(session: Session, by: Actor, application_id: int) -> TuitionApplication:
    """Return an application of the actor's part of the tree, locked, for putting it on a list."""
    found = (
        sa.select(TuitionApplication)
        .join(Household, Household.id == TuitionApplication.household_id)
        .where(TuitionApplication.id == application_id, sight.lines_in_sight(by))
    )
    return first_or_missing(session, found, lock=True)
