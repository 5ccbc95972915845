"""Entries as lists (台账明细): narrowed as the address says, each with whom it is about and what reversed it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.money import EntrySource, Payer
from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.models.money import LedgerEntry
from matcher.models.organisations import Union, UnionClosure
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """Which entries; None does not narrow. `union_id` means the union and all below it."""

    payer: Payer | None = None
    programme: str | None = None
    year: int | None = None
    years: tuple[int, int] | None = None
    """First and last year."""
    union_id: int | None = None
    own_union_id: int | None = None
    """The books of this union alone."""
    source: EntrySource | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    person: sa.ColumnElement[bool] | None = None
    """A condition on the entry, for the entries of one person or household."""


@dataclass(frozen=True)
class EntryRow:
    """An entry with the names a page needs, in full: who shows it masks them."""

    entry: LedgerEntry
    name: str | None
    union: str
    reversal_public_id: str | None
    """Of the entry that reversed it."""
    reverses_public_id: str | None


@dataclass(frozen=True)
class EntryRows:
    """A page of entries with how many there are, and their plain sum by payer."""

    rows: Sequence[EntryRow]
    total: int
    sums_fen: dict[Payer, int]


def narrowed(session: Session, by: Actor, wish: EntryFilter) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter inside the actor's part of the tree."""
    require(by, Permission.VIEW_MONEY)
    wanted: list[sa.ColumnElement[bool]] = [LedgerEntry.union_id.in_(scope_of(by).unions())]
    for union_id in (wish.union_id, wish.own_union_id):
        if union_id is not None and not scope_of(by).admits(session, union_id):
            raise not_found()
    if wish.union_id is not None:
        below = sa.select(UnionClosure.descendant_id).where(
            UnionClosure.ancestor_id == wish.union_id
        )
        wanted.append(LedgerEntry.union_id.in_(below))
    equal: tuple[tuple[Any, object], ...] = (
        (LedgerEntry.union_id, wish.own_union_id),
        (LedgerEntry.payer, wish.payer),
        (LedgerEntry.programme, wish.programme),
        (LedgerEntry.year, wish.year),
        (LedgerEntry.source, wish.source),
    )
    wanted += [column == value for column, value in equal if value is not None]
    if wish.years is not None:
        wanted.append(LedgerEntry.year.between(*wish.years))
    if wish.from_on is not None:
        wanted.append(LedgerEntry.happened_on >= wish.from_on)
    if wish.until_on is not None:
        wanted.append(LedgerEntry.happened_on <= wish.until_on)
    if wish.person is not None:
        wanted.append(wish.person)
    return wanted


def list_entries(
    session: Session, by: Actor, wish: EntryFilter, *, limit: int = 50, offset: int = 0
) -> EntryRows:
    """Return entries, the newest day first, with the sum of all that match, never across payers."""
    wanted = narrowed(session, by, wish)
    sums = session.execute(
        sa.select(
            LedgerEntry.payer,
            sa.func.count(LedgerEntry.id),
            sa.func.sum(LedgerEntry.amount_fen),
        )
        .where(*wanted)
        .group_by(LedgerEntry.payer)
        .order_by(LedgerEntry.payer)
    ).all()
    found = (
        _rows()
        .where(*wanted)
        .order_by(LedgerEntry.happened_on.desc(), LedgerEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return EntryRows(
        [_row(one) for one in session.execute(found)],
        sum(number for _payer, number, _sum in sums),
        {payer: int(amount) for payer, _number, amount in sums},
    )


def find_row(session: Session, by: Actor, public_id: str) -> EntryRow:
    """Return one entry with its names."""
    wanted = narrowed(session, by, EntryFilter())
    found = session.execute(_rows().where(LedgerEntry.public_id == public_id, *wanted)).first()
    if found is None:
        raise not_found()
    return _row(found)


_HOLDER = aliased(HouseholdMember, name="entry_holder")
_REVERSAL = aliased(LedgerEntry, name="reversal")
_REVERSED = aliased(LedgerEntry, name="reversed")


def _rows() -> sa.Select[*tuple[Any, ...]]:
    """Select entries with the person's name: the graduate's, else the member's, else the household's holder."""
    member = aliased(HouseholdMember, name="member")
    holder = (
        sa.select(sa.func.min(_HOLDER.name))
        .where(_HOLDER.household_id == LedgerEntry.household_id, _HOLDER.is_holder)
        .scalar_subquery()
    )
    return (
        sa.select(
            LedgerEntry,
            sa.func.coalesce(Graduate.name, member.name, holder).label("name"),
            Union.name.label("union_name"),
            _REVERSAL.public_id.label("reversal"),
            _REVERSED.public_id.label("reversed"),
        )
        .join(Union, Union.id == LedgerEntry.union_id)
        .outerjoin(Graduate, Graduate.id == LedgerEntry.graduate_id)
        .outerjoin(member, member.id == LedgerEntry.member_id)
        .outerjoin(_REVERSAL, _REVERSAL.reverses_id == LedgerEntry.id)
        .outerjoin(_REVERSED, _REVERSED.id == LedgerEntry.reverses_id)
    )


def _row(found: sa.Row[*tuple[Any, ...]]) -> EntryRow:
    return EntryRow(found.LedgerEntry, found.name, found.union_name, found.reversal, found.reversed)


def of_household(household_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on entries for a household with everybody in it."""
    members = sa.select(HouseholdMember.id).where(HouseholdMember.household_id == household_id)
    people = sa.select(HouseholdMember.graduate_id).where(
        HouseholdMember.household_id == household_id, HouseholdMember.graduate_id.is_not(None)
    )
    return sa.or_(
        LedgerEntry.household_id == household_id,
        LedgerEntry.member_id.in_(members),
        LedgerEntry.graduate_id.in_(people),
    )
