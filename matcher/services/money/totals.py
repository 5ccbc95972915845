"""Totals of the ledger (资金合计): amount, people and person-times by payer, programme, year and union.

The amount is the plain sum of the entries. A person-time (人次) is an entry that was not reversed, a person (人) is
counted once in every total asked for, however many entries and whatever union below. Payers are never drawn together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.money import Payer
from matcher.models.money import LedgerEntry
from matcher.models.organisations import Union
from matcher.policy.programmes import load_programmes
from matcher.services.money.entries import EntryFilter, narrowed
from matcher.services.money.people import person_key, with_member
from matcher.services.permissions import Actor

_REVERSAL = aliased(LedgerEntry, name="taken_back")


@dataclass(frozen=True)
class Total:
    """What was given: the sum, to how many people, how often."""

    amount_fen: int
    people: int
    times: int


NOTHING = Total(0, 0, 0)


@dataclass(frozen=True)
class ProgrammeYear:
    """A programme's total of one year."""

    payer: Payer
    programme: str
    year: int
    total: Total


def _sums() -> tuple[sa.ColumnElement[Any], ...]:
    stands = sa.and_(LedgerEntry.reverses_id.is_(None), _REVERSAL.id.is_(None))
    return (
        sa.func.coalesce(sa.func.sum(LedgerEntry.amount_fen), 0).label("amount"),
        sa.func.count(sa.distinct(sa.case((stands, person_key())))).label("people"),
        sa.func.count(sa.case((stands, LedgerEntry.id))).label("times"),
    )


def _grouped(
    session: Session, by: Actor, wish: EntryFilter, *keys: Any
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    found = with_member(sa.select(*keys, *_sums()))
    found = (
        found.outerjoin(_REVERSAL, _REVERSAL.reverses_id == LedgerEntry.id)
        .where(*narrowed(session, by, wish))
        .group_by(*keys)
        .order_by(*keys)
    )
    return session.execute(found).all()


def _total(row: Any) -> Total:
    return Total(int(row.amount), int(row.people), int(row.times))


def by_programme_year(session: Session, by: Actor, wish: EntryFilter) -> list[ProgrammeYear]:
    """Return the total of every programme and year, programmes in the order of the data, years rising."""
    rows = _grouped(session, by, wish, LedgerEntry.payer, LedgerEntry.programme, LedgerEntry.year)
    order = {one.code: place for place, one in enumerate(load_programmes())}
    found = [ProgrammeYear(row.payer, row.programme, row.year, _total(row)) for row in rows]
    return sorted(found, key=lambda one: (order.get(one.programme, len(order)), one.year))


def by_payer(session: Session, by: Actor, wish: EntryFilter) -> dict[Payer, Total]:
    """Return the total of every payer: somebody in two programmes is one person here."""
    return {row.payer: _total(row) for row in _grouped(session, by, wish, LedgerEntry.payer)}


def by_payer_year(session: Session, by: Actor, wish: EntryFilter) -> dict[tuple[Payer, int], Total]:
    """Return the total of every payer and year."""
    rows = _grouped(session, by, wish, LedgerEntry.payer, LedgerEntry.year)
    return {(row.payer, row.year): _total(row) for row in rows}


@dataclass(frozen=True)
class UnionTotal:
    """The total of one programme in the books of one union (its own, not those below)."""

    union_id: int
    union: str
    payer: Payer
    programme: str
    total: Total


def by_union(session: Session, by: Actor, wish: EntryFilter) -> list[UnionTotal]:
    """Return the total of every programme in the books of each union."""
    rows = _grouped(
        session,
        by,
        wish,
        LedgerEntry.union_id,
        LedgerEntry.payer,
        LedgerEntry.programme,
    )
    ids = {row.union_id for row in rows}
    named = session.execute(sa.select(Union.id, Union.name, Union.code).where(Union.id.in_(ids)))
    names = {row.id: (row.code, row.name) for row in named}
    found = [
        UnionTotal(row.union_id, names[row.union_id][1], row.payer, row.programme, _total(row))
        for row in rows
    ]
    order = {one.code: place for place, one in enumerate(load_programmes())}
    return sorted(found, key=lambda one: (names[one.union_id][0], order.get(one.programme, 99)))


@dataclass(frozen=True)
class ThreeYears:
    """One line of a three-year table (三年情况): a programme with its total of each year."""

    payer: Payer
    programme: str
    totals: tuple[Total, ...]
    """One a year, in the order of the years asked for."""


def three_years(
    session: Session, by: Actor, wish: EntryFilter, last_year: int
) -> tuple[tuple[int, ...], list[ThreeYears]]:
    """Return the years and a line for each programme that has an entry in them."""
    years = (last_year - 2, last_year - 1, last_year)
    span = EntryFilter(
        payer=wish.payer,
        programme=wish.programme,
        union_id=wish.union_id,
        own_union_id=wish.own_union_id,
        years=(years[0], years[-1]),
    )
    found: dict[tuple[Payer, str], dict[int, Total]] = {}
    for one in by_programme_year(session, by, span):
        found.setdefault((one.payer, one.programme), {})[one.year] = one.total
    lines = [
        ThreeYears(payer, programme, tuple(totals.get(year, NOTHING) for year in years))
        for (payer, programme), totals in found.items()
    ]
    return years, lines
