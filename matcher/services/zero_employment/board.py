"""The board (看板): the newest claim of every household in sight as a card, with figures counted from the same cards.

A constant number of queries whatever the number of households; cards, table by district and figures are one list
looked at in three ways, so that they cannot disagree.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock as time
from matcher.kinds import UnionKind
from matcher.kinds.clocks import ClockState
from matcher.kinds.zero_employment import ClaimState, RecognitionBasis
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union, UnionClosure
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.policy.zero_employment import get_definition
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.board_query import newest_claims
from matcher.services.zero_employment.steps import APART, BEFORE_RECOGNITION, CLEARED, UNCLEARED

_SERVED = (ClaimState.RECOGNISED, ClaimState.AIDED)
"""States in which something should be tried every so many days."""


@dataclass(frozen=True, slots=True)
class Card:
    """One household on the board; numbers and places, no names of persons."""

    household: str
    """Public id."""
    file_number: str
    state: ClaimState
    basis: RecognitionBasis
    district_id: int
    district: str
    is_whole: bool
    """The actor may open it."""
    rule: str | None
    due_on: dt.date | None
    due_is_known: bool
    clock: ClockState | None
    owner_id: int | None
    owner: str | None
    owner_union: str | None
    level: int
    recognised_on: dt.date | None
    working_since_on: dt.date | None
    tried_on: dt.date | None
    """Last day anything was tried, if anything was."""
    quiet_days: int | None
    """Days without anything tried, if they are too many."""
    n_graduates: int

    @property
    def is_counted(self) -> bool:
        """Whether it is recognised: in the denominator."""
        return self.state not in BEFORE_RECOGNITION

    @property
    def is_uncleared(self) -> bool:
        """Whether it is recognised and nobody works stably."""
        return self.state in UNCLEARED


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of cards; recognised = cleared + uncleared + apart, and uncleared = on time + amber + overdue."""

    before: int
    recognised: int
    cleared: int
    uncleared: int
    on_time: int
    amber: int
    overdue: int
    quiet: int
    apart: int


@dataclass(frozen=True)
class Board:
    """All cards in sight, in order of district and urgency."""

    cards: tuple[Card, ...]
    quiet_days: int
    """Days without anything tried after which a card says so, where the actor is."""
    place: str
    """Name of the actor's union."""


def figures_of(cards: Iterable[Card]) -> Figures:
    """Count cards."""
    seen = list(cards)
    uncleared = [one for one in seen if one.is_uncleared]
    return Figures(
        before=sum(one.state in BEFORE_RECOGNITION for one in seen),
        recognised=sum(one.is_counted for one in seen),
        cleared=sum(one.state in CLEARED for one in seen),
        uncleared=len(uncleared),
        on_time=sum(one.clock not in (ClockState.AMBER, ClockState.OVERDUE) for one in uncleared),
        amber=sum(one.clock is ClockState.AMBER for one in uncleared),
        overdue=sum(one.clock is ClockState.OVERDUE for one in uncleared),
        quiet=sum(one.quiet_days is not None for one in uncleared),
        apart=sum(one.state in APART for one in seen),
    )


def read_board(session: Session, by: Actor) -> Board:
    """Return the board of everything in the actor's sight."""
    require(by, Permission.VIEW_FILES)
    today = time.today()
    union = session.get(Union, by.union_id) if by.union_id is not None else None
    limit = get_definition(union.region_code if union else None, today).quiet_days
    districts = _districts(session)
    graduates = _counts_of_graduates(session, by)
    cards = [
        _card(row, today, limit, districts, graduates.get(row.household_id, 0))
        for row in session.execute(newest_claims(by))
    ]
    cards.sort(key=_order)
    return Board(tuple(cards), limit, union.name if union else "")


def _districts(session: Session) -> dict[int, tuple[int, str]]:
    """Return for each union the county union it belongs to, or itself where it belongs to none."""
    above = aliased(Union)
    rows = session.execute(
        sa.select(UnionClosure.descendant_id, above.id, above.name)
        .join(above, above.id == UnionClosure.ancestor_id)
        .where(sa.or_(above.kind == UnionKind.COUNTY, UnionClosure.depth == 0))
        .order_by(UnionClosure.descendant_id, UnionClosure.depth)
    )
    found: dict[int, tuple[int, str]] = {}
    for union_id, above_id, name in rows:  # itself first, then the nearest county
        if union_id not in found or found[union_id][0] == union_id:
            found[union_id] = (above_id, name)
    return found


def _counts_of_graduates(session: Session, by: Actor) -> dict[int, int]:
    """Return how many graduates households in sight have."""
    rows = session.execute(
        sa.select(Graduate.household_id, sa.func.count(Graduate.id))
        .join(Household, Household.id == Graduate.household_id)
        .join(ZeroEmploymentClaim, ZeroEmploymentClaim.household_id == Household.id)
        .where(whole_in_sight(by), ZeroEmploymentClaim.is_open)
        .group_by(Graduate.household_id)
    )
    return {household_id: count for household_id, count in rows if household_id is not None}


def _card(
    row: sa.Row[Any],
    today: dt.date,
    limit: int,
    districts: dict[int, tuple[int, str]],
    n_graduates: int,
) -> Card:
    district_id, district = districts[row.union_id]
    tried = max((day for day in (row.tried_on, row.referred_on) if day is not None), default=None)
    since = max(
        day for day in (tried, row.reopened_on, row.recognised_on, dt.date.min) if day is not None
    )
    quiet = (today - since).days if row.state in _SERVED else 0
    return Card(
        household=row.public_id,
        file_number=row.file_number,
        state=row.state,
        basis=row.basis,
        district_id=district_id,
        district=district,
        is_whole=bool(row.is_whole),
        rule=row.rule,
        due_on=row.due_on,
        due_is_known=bool(row.due_is_known),
        clock=_clock_state(row.due_on, row.amber_on, today),
        owner_id=row.owner_id,
        owner=row.owner,
        owner_union=row.owner_union,
        level=row.level or 0,
        recognised_on=row.recognised_on,
        working_since_on=row.working_since_on,
        tried_on=tried,
        quiet_days=quiet if quiet >= limit else None,
        n_graduates=n_graduates,
    )


def _clock_state(
    due_on: dt.date | None, amber_on: dt.date | None, today: dt.date
) -> ClockState | None:
    if due_on is None or amber_on is None:
        return None
    if today > due_on:
        return ClockState.OVERDUE
    return ClockState.AMBER if today >= amber_on else ClockState.ON_TIME


_LAST = dt.date.max


def _order(card: Card) -> tuple[int, bool, dt.date, str]:
    """Districts as they were made, what is due first, what is over last."""
    over = card.state in CLEARED or card.state in APART
    return card.district_id, over, card.due_on or _LAST, card.file_number


def by_district(cards: Sequence[Card]) -> list[tuple[int, str, list[Card]]]:
    """Return cards district by district, in the order they stand."""
    groups: dict[int, tuple[str, list[Card]]] = {}
    for card in cards:
        groups.setdefault(card.district_id, (card.district, []))[1].append(card)
    return [(district_id, name, inside) for district_id, (name, inside) in groups.items()]
