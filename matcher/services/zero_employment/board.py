"""The board (看板): the newest claim of every household in sight as a card, with figures and districts of one select.

A constant number of queries whatever the number of households.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.clocks import ClockState
from matcher.kinds.zero_employment import ClaimState, RecognitionBasis
from matcher.models.accounts import Account
from matcher.models.clocks import Clock
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.policy.zero_employment import get_definition
from matcher.services.hardship.sight import lines_in_sight
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.board_query import board_rows, running_clocks


@dataclass(frozen=True, slots=True)
class Card:
    """One household on the board; numbers and places, no names of persons but who answers."""

    household: str
    """Public id."""
    file_number: str
    state: ClaimState
    basis: RecognitionBasis
    district_id: int
    group: str
    """before, uncleared, cleared or apart."""
    is_whole: bool
    """The actor may open it."""
    is_quiet: bool
    clock: ClockState | None
    """The worst of its clocks."""
    due_on: dt.date | None
    nearest: Clock | None
    """The clock that is due first."""
    owner: str
    owner_union: str
    n_graduates: int


@dataclass(slots=True)
class Figures:
    """Counts of cards: recognised = cleared + uncleared + apart, and uncleared = on time + amber + overdue."""

    before: int = 0
    cleared: int = 0
    on_time: int = 0
    amber: int = 0
    overdue: int = 0
    quiet: int = 0
    apart: int = 0

    @property
    def uncleared(self) -> int:
        """Recognised, and nobody works stably yet."""
        return self.on_time + self.amber + self.overdue

    @property
    def recognised(self) -> int:
        """The denominator of the 100 %."""
        return self.cleared + self.uncleared + self.apart

    @property
    def total(self) -> int:
        """All cards."""
        return self.before + self.recognised

    def add(self, group: str, clock: str | None, *, is_quiet: bool, count: int) -> None:
        """Count so many cards."""
        if group != "uncleared":
            setattr(self, group, getattr(self, group) + count)
            return
        name = clock if clock in ("amber", "overdue") else "on_time"
        setattr(self, name, getattr(self, name) + count)
        self.quiet += count if is_quiet else 0


SHOWN = ("recognised", "uncleared", "cleared", "apart", "before", "on_time", "amber", "overdue", "quiet")  # fmt: skip
"""Figures, each with the cards behind it."""


@dataclass(frozen=True)
class BoardFilter:
    """What of the board is asked for; `show` is one of SHOWN."""

    show: str = ""
    district_id: int | None = None
    state: ClaimState | None = None
    clock: ClockState | None = None
    owner_id: int | None = None


@dataclass(frozen=True)
class Board:
    """A part of the board with the figures of all of it.

    Parameters
    ----------
    figures : of the district asked for, or of everything in sight
    districts : figures by district, of everything in sight
    n_shown : cards the filter leaves
    quiet_days : days without anything tried after which a card says so
    place : name of the actor's union
    """

    cards: tuple[Card, ...]
    n_shown: int
    figures: Figures
    districts: dict[int, Figures]
    names: dict[int, str]
    owners: list[tuple[int, str]]
    quiet_days: int
    place: str


def read_board(
    session: Session,
    by: Actor,
    wanted: BoardFilter = BoardFilter(),
    *,
    limit: int = 200,
    offset: int = 0,
) -> Board:
    """Return the board of everything in the actor's sight, so many cards of it."""
    require(by, Permission.VIEW_FILES)
    union = session.get(Union, by.union_id) if by.union_id is not None else None
    today = clock.today()
    quiet_days = get_definition(union.region_code if union else None, today).quiet_days
    rows = board_rows(by, today, quiet_days)
    districts = _count(session, rows)
    chosen = [wanted.district_id] if wanted.district_id is not None else list(districts)
    figures = _sum(districts[one] for one in chosen if one in districts)
    picked = sa.select(rows).where(*_conditions(rows, wanted))
    return Board(
        cards=tuple(_cards(session, rows, picked.limit(limit).offset(offset))),
        n_shown=_n_shown(session, wanted, figures, picked),
        figures=figures,
        districts=districts,
        names=_names(session, districts),
        owners=_owners(session, by),
        quiet_days=quiet_days,
        place=union.name if union else "",
    )


def _n_shown(
    session: Session, wanted: BoardFilter, figures: Figures, picked: sa.Select[Any]
) -> int:
    """Return how many cards the filter leaves: a figure, unless it asks for more than figures tell."""
    if wanted.state is None and wanted.clock is None and wanted.owner_id is None:
        told: int = getattr(figures, wanted.show if wanted.show in SHOWN else "total")
        return told
    return session.scalars(sa.select(sa.func.count()).select_from(picked.subquery())).one()


def _count(session: Session, rows: sa.Subquery) -> dict[int, Figures]:
    keys = (rows.c.district_id, rows.c.group, rows.c.clock, rows.c.is_quiet)
    counted = sa.select(*keys, sa.func.count()).group_by(*keys).order_by(rows.c.district_id)
    found: dict[int, Figures] = {}
    for district_id, group, standing, is_quiet, count in session.execute(counted):
        figures = found.setdefault(district_id, Figures())
        figures.add(group, standing, is_quiet=bool(is_quiet), count=count)
    return found


def _sum(parts: Iterable[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        for name in Figures.__dataclass_fields__:
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def _conditions(rows: sa.Subquery, wanted: BoardFilter) -> list[sa.ColumnElement[bool]]:
    uncleared = rows.c.group == "uncleared"
    late = rows.c.clock
    shown: dict[str, sa.ColumnElement[bool]] = {
        "recognised": rows.c.group != "before",
        "uncleared": uncleared,
        "cleared": rows.c.group == "cleared",
        "apart": rows.c.group == "apart",
        "before": rows.c.group == "before",
        "on_time": sa.and_(uncleared, sa.func.coalesce(late, "on_time") == "on_time"),
        "amber": sa.and_(uncleared, late == "amber"),
        "overdue": sa.and_(uncleared, late == "overdue"),
        "quiet": sa.and_(uncleared, rows.c.is_quiet == 1),
    }
    found = [shown[wanted.show]] if wanted.show in shown else []
    if wanted.district_id is not None:
        found.append(rows.c.district_id == wanted.district_id)
    if wanted.state is not None:
        found.append(rows.c.state == wanted.state)
    if wanted.clock is not None:
        found.append(late == wanted.clock.value)
    if wanted.owner_id is not None:
        owned = sa.select(Clock.subject_id).where(
            running_clocks(), Clock.owner_id == wanted.owner_id
        )
        found.append(rows.c.household_id.in_(owned))
    return found


def _cards(session: Session, rows: sa.Subquery, picked: sa.Select[Any]) -> Iterable[Card]:
    """Return the cards of a part, district by district, what is due first before the rest."""
    is_over = rows.c.group.in_(("cleared", "apart"))
    order = (rows.c.district_id, is_over, rows.c.due_on.is_(None), rows.c.due_on)
    found = session.execute(picked.order_by(*order, rows.c.file_number, rows.c.claim_id)).all()
    ids = [row.household_id for row in found]
    nearest, graduates = _nearest(session, ids), _graduates(session, ids)
    for row in found:
        running, owner, owner_union = nearest.get(row.household_id, (None, "", ""))
        yield Card(
            household=row.public_id,
            file_number=row.file_number,
            state=row.state,
            basis=row.basis,
            district_id=row.district_id,
            group=row.group,
            is_whole=bool(row.is_whole),
            is_quiet=bool(row.is_quiet),
            clock=ClockState(row.clock) if row.clock else None,
            due_on=row.due_on,
            nearest=running,
            owner=owner,
            owner_union=owner_union,
            n_graduates=graduates.get(row.household_id, 0),
        )


def _nearest(session: Session, ids: list[int]) -> dict[int, tuple[Clock, str, str]]:
    """Return the clock due first of each household, with the names of who answers and where."""
    found = session.execute(
        sa.select(Clock, Account.display_name, Union.name)
        .join(Union, Union.id == Clock.owner_union_id)
        .outerjoin(Account, Account.id == Clock.owner_id)
        .where(running_clocks(), Clock.subject_id.in_(ids))
        .order_by(Clock.due_on.desc(), Clock.id.desc())
    )
    return {one.subject_id: (one, owner or "", place) for one, owner, place in found}


def _graduates(session: Session, ids: list[int]) -> dict[int, int]:
    found = session.execute(
        sa.select(Graduate.household_id, sa.func.count(Graduate.id))
        .where(Graduate.household_id.in_(ids))
        .group_by(Graduate.household_id)
    )
    return {household_id: count for household_id, count in found if household_id is not None}


def _names(session: Session, districts: Iterable[int]) -> dict[int, str]:
    found = sa.select(Union.id, Union.name).where(Union.id.in_(list(districts)))
    return {row.id: row.name for row in session.execute(found.order_by(Union.id))}


def _owners(session: Session, by: Actor) -> list[tuple[int, str]]:
    """Return who answers for a running clock of a household in sight."""
    clocks = (
        sa.select(Clock.owner_id)
        .join(Household, Household.id == Clock.subject_id)
        .where(running_clocks(), lines_in_sight(by))
    )
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(clocks))
    return [(row.id, row.display_name) for row in session.execute(found.order_by(Account.id))]
