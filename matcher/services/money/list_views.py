"""Payment lists as pages show them: the lists of the actor's part of the tree, one list with everybody on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.money import PaymentListState
from matcher.models.accounts import Account
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import PaymentLine, PaymentList
from matcher.models.organisations import Union
from matcher.services.hardship import sight
from matcher.services.money import duplicates
from matcher.services.money.duplicates import SameAid
from matcher.services.money.lists import APPLIED_FOR, LINE, person_of
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing, not_found


@dataclass(frozen=True)
class ListRow:
    """A list with how many it pays and how much."""

    payment_list: PaymentList
    union: str
    people: int
    amount_fen: int


@dataclass(frozen=True)
class ListRows:
    """A page of lists and how many there are in all."""

    rows: Sequence[ListRow]
    total: int


@dataclass(frozen=True)
class LineRow:
    """A line with its person's name in full (who shows it masks it) and equal aid from other hands."""

    line: PaymentLine
    name: str
    file_number: str | None
    household_public_id: str | None
    """None if the actor does not see the file whole."""
    same: SameAid


@dataclass(frozen=True)
class ListView:
    """One list, whole."""

    payment_list: PaymentList
    union: str
    lines: Sequence[LineRow]
    hands: dict[str, str]
    """Names of who made, submitted, approved and marked it, by act."""
    may_change: bool
    may_approve: bool
    """The actor has the permission and had no hand in it."""
    may_record: bool
    takes_names: bool
    """Whether people are put on it by name; otherwise approved applications alone."""

    @property
    def amount_fen(self) -> int:
        """What the list comes to."""
        return sum(one.line.amount_fen for one in self.lines)

    @property
    def waiting(self) -> int:
        """How many lines wait for a decision on equal aid."""
        if self.payment_list.state is PaymentListState.PAID:
            return 0
        return sum(one.same.waits for one in self.lines)


def list_lists(
    session: Session,
    by: Actor,
    *,
    state: PaymentListState | None = None,
    programme: str | None = None,
    year: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> ListRows:
    """Return the payment lists of the actor's part of the tree, the newest first."""
    require(by, Permission.VIEW_MONEY)
    wanted: list[sa.ColumnElement[bool]] = [PaymentList.union_id.in_(scope_of(by).unions())]
    equal = (
        (PaymentList.state, state),
        (PaymentList.programme, programme),
        (PaymentList.year, year),
    )
    wanted += [column == value for column, value in equal if value is not None]
    total = session.scalar(sa.select(sa.func.count(PaymentList.id)).where(*wanted)) or 0
    found = (
        sa.select(
            PaymentList,
            Union.name,
            sa.func.count(PaymentLine.id).label("people"),
            sa.func.coalesce(sa.func.sum(PaymentLine.amount_fen), 0).label("amount"),
        )
        .join(Union, Union.id == PaymentList.union_id)
        .outerjoin(PaymentLine, PaymentLine.list_id == PaymentList.id)
        .where(*wanted)
        .group_by(PaymentList.id, Union.id)
        .order_by(PaymentList.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = [
        ListRow(row.PaymentList, row.name, row.people, int(row.amount))
        for row in session.execute(found)
    ]
    return ListRows(rows, total)


def find_list(session: Session, by: Actor, public_id: str) -> PaymentList:
    """Return a payment list of the actor's part of the tree."""
    require(by, Permission.VIEW_MONEY)
    found = sa.select(PaymentList).where(
        PaymentList.public_id == public_id, PaymentList.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


def view(session: Session, by: Actor, public_id: str) -> ListView:
    """Return a list with everybody on it and what the actor may do."""
    row = find_list(session, by, public_id)
    lines = _line_rows(session, by, row)
    hands = {row.made_by_id, row.submitted_by_id, *(one.line.entered_by_id for one in lines)}
    return ListView(
        payment_list=row,
        union=session.get_one(Union, row.union_id).name,
        lines=lines,
        hands=_names(session, row),
        may_change=may(by, Permission.RECORD_MONEY) and row.state.is_open,
        may_approve=may(by, Permission.APPROVE_MONEY) and by.account_id not in hands,
        may_record=may(by, Permission.RECORD_MONEY),
        takes_names=row.programme not in APPLIED_FOR,
    )


def _line_rows(session: Session, by: Actor, row: PaymentList) -> list[LineRow]:
    whole = set(
        session.scalars(
            sa.select(Household.id)
            .join(PaymentLine, PaymentLine.household_id == Household.id)
            .where(PaymentLine.list_id == row.id, sight.whole_in_sight(by))
        )
        if may(by, Permission.VIEW_FILES)
        else ()
    )
    return [
        LineRow(
            line=one.PaymentLine,
            name=one.name or "",
            file_number=one.file_number,
            household_public_id=one.public_id if one.household_id in whole else None,
            same=duplicates.same_aid(
                session,
                (LINE, one.PaymentLine.id),
                person_of(one.PaymentLine),
                one.PaymentLine.purpose,
                year=row.year,
            ),
        )
        for one in session.execute(_named_lines().where(PaymentLine.list_id == row.id))
    ]


def _named_lines() -> sa.Select[*tuple[Any, ...]]:
    member = aliased(HouseholdMember, name="line_member")
    return (
        sa.select(
            PaymentLine,
            sa.func.coalesce(member.name, Graduate.name).label("name"),
            Household.id.label("household_id"),
            Household.file_number,
            Household.public_id,
        )
        .outerjoin(member, member.id == PaymentLine.member_id)
        .outerjoin(Graduate, Graduate.id == PaymentLine.graduate_id)
        .outerjoin(Household, Household.id == PaymentLine.household_id)
        .order_by(PaymentLine.id)
    )


_ACTS = {
    "made": "made_by_id",
    "submitted": "submitted_by_id",
    "approved": "approved_by_id",
    "paid": "paid_by_id",
}


def _names(session: Session, row: PaymentList) -> dict[str, str]:
    ids = {act: getattr(row, column) for act, column in _ACTS.items()}
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(set(ids.values())))
    names = {one.id: one.display_name for one in session.execute(found)}
    return {act: names[number] for act, number in ids.items() if number in names}


@dataclass(frozen=True)
class Payee:
    """Somebody who can be put on a list."""

    kind: str
    """member or graduate."""
    id: int
    name: str
    place: str
    """File number and relation, or the school."""
    has_card: bool


def find_payees(session: Session, by: Actor, name: str, *, limit: int = 8) -> list[Payee]:
    """Return members of files seen whole and graduates of the own tree by the beginning of their name."""
    require(by, Permission.RECORD_MONEY)
    if not name.strip():
        return []
    members = session.execute(
        sa.select(HouseholdMember, Household.file_number)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            sight.whole_in_sight(by),
            Household.is_open,
            HouseholdMember.left_on.is_(None),
            HouseholdMember.name.startswith(name.strip(), autoescape=True),
        )
        .order_by(HouseholdMember.name, HouseholdMember.id)
        .limit(limit)
    ).all()
    found = [
        Payee(
            "member",
            row.HouseholdMember.id,
            row.HouseholdMember.name,
            f"{row.file_number}，{row.HouseholdMember.relation}",
            row.HouseholdMember.card_cipher is not None,
        )
        for row in members
    ]
    known = {row.HouseholdMember.graduate_id for row in members}
    people = sa.select(Graduate).where(
        Graduate.union_id.in_(scope_of(by).unions()),
        Graduate.name.startswith(name.strip(), autoescape=True),
    )
    for one in session.scalars(people.order_by(Graduate.name, Graduate.id).limit(limit)):
        if one.id not in known:
            found.append(Payee("graduate", one.id, one.name, one.school or "", has_card=False))
    return found


def chosen_payee(text: str) -> tuple[str, int]:
    """Return kind and number of a payee as a form sends them; raises NotFoundError."""
    kind, _, number = text.partition(":")
    if kind not in ("member", "graduate", "household") or not number.isdecimal():
        raise not_found()
    return kind, int(number)
