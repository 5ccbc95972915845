"""The market of a drive (安置市场) as it stands at one moment: people, free seats, pairs, orders.

Read in one read-only transaction, then worked out in arrays; no row of a person is in memory but as numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.market import Market, market_of
from matcher.allocation.pins import Pin
from matcher.allocation.rules import HIGHEST_CLASS
from matcher.kinds.plans import PinKind
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.live_rows import LiveRows, live_rows
from matcher.services.plans.live_seats import live_seats
from matcher.services.plans.market_pairs import candidate_pairs, edges_of, listed_pairs, rows_of
from matcher.services.plans.parameters import PlanParameters
from matcher.services.plans.pins import live_pins
from matcher.services.plans.standing import Standing, standing_of

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MarketInput:
    """What a market is worked out from, read at one moment.

    Parameters
    ----------
    listed : graduate and posting ids of the stored lists' first places, and of the pairs that are fixed
    postings, seats : ids of postings with free seats, and those by group
    pins : those that stand
    """

    rows: LiveRows
    standing: Standing
    listed: tuple[Ints, Ints]
    postings: NDArray[np.int32]
    seats: NDArray[np.int32]
    pins: tuple[Pin, ...]


@dataclass(frozen=True, eq=False)
class DriveMarket:
    """A market with what it rests on.

    Parameters
    ----------
    provisional : by graduate row the posting row the last publication proposed, or -1
    figures : counts, no ids
    """

    market: Market
    provisional: Ints
    figures: dict[str, Any]


def read_market(
    session: Session, drive: Drive, run: RankingRun, parameters: PlanParameters
) -> MarketInput:
    """Read everything a plan of a drive needs; callers have checked who asks."""
    rows, pins = live_rows(session, drive, run), live_pins(session, drive.id)
    postings, seats = live_seats(session, drive.id, clock.today())
    return MarketInput(
        rows=rows,
        standing=standing_of(session, drive.id),
        listed=_and_fixed(listed_pairs(session, run, parameters.list_length), pins),
        postings=postings,
        seats=seats,
        pins=pins,
    )


def _and_fixed(listed: tuple[Ints, Ints], pins: Sequence[Pin]) -> tuple[Ints, Ints]:
    """Add the fixed pairs: somebody may be fixed far below the lists' first places."""
    fixed = [(pin.graduate, pin.posting) for pin in pins if pin.kind is PinKind.PIN]
    more = np.asarray(fixed, dtype=np.int64).reshape(-1, 2)
    return np.concatenate([listed[0], more[:, 0]]), np.concatenate([listed[1], more[:, 1]])


def make_market(given: MarketInput, parameters: PlanParameters) -> DriveMarket:
    """Work a market out; needs no database any more."""
    snapshot = given.rows.snapshot
    people, offers = _taking_part(given)
    graduates = np.asarray(snapshot.graduates.id)[people]
    postings = np.asarray(snapshot.postings.id)[offers]
    classes = np.asarray(snapshot.graduates.rank)[people].astype(np.int8)
    guaranteed = people[parameters.rules.guaranteed(classes)]
    pairs = candidate_pairs(snapshot, given.listed, guaranteed, given.standing.ruled_out)
    rows = (_places(len(snapshot.graduates), people), _places(len(snapshot.postings), offers))
    pairs = pairs.kept((rows[0][pairs.graduate] >= 0) & (rows[1][pairs.posting] >= 0))
    edges, sure = edges_of(snapshot, pairs, parameters, rows)
    provisional = _provisional(given.standing, graduates, postings)
    own, other = rows[0][sure.graduate], rows[1][sure.posting]
    market = market_of(
        graduates=graduates,
        postings=postings,
        classes=classes,
        lottery=np.asarray(snapshot.graduates.lottery)[people].astype(np.int64),
        seats=given.seats[rows_of(given.postings, postings.astype(np.int64))],
        edges=edges,
        favour=np.where(provisional[own] == other, parameters.rules.stickiness, 0),
        posting_lottery=np.asarray(snapshot.postings.lottery)[offers].astype(np.int64),
    )
    return DriveMarket(market, provisional, _figures(market, given, parameters))


def _taking_part(given: MarketInput) -> tuple[Ints, Ints]:
    """Rows of the snapshot that are in the market, by ascending id."""
    snapshot = given.rows.snapshot
    people = rows_of(snapshot.graduates.id, given.standing.seated_for)
    offers = rows_of(snapshot.postings.id, given.postings.astype(np.int64))
    return people[people >= 0], offers[offers >= 0]


def _places(n_rows: int, chosen: Ints) -> Ints:
    """By row of a table the place among the chosen, or -1."""
    places = np.full(n_rows, -1, dtype=np.int64)
    places[chosen] = np.arange(len(chosen))
    return places


def _provisional(
    standing: Standing, graduates: NDArray[np.int32], postings: NDArray[np.int32]
) -> Ints:
    found = np.full(len(graduates), -1, dtype=np.int64)
    known = standing.provisional_posting
    people = np.asarray(sorted(known), dtype=np.int64)
    own = rows_of(graduates, people)
    other = rows_of(postings, np.asarray([known[one] for one in people.tolist()], dtype=np.int64))
    found[own[own >= 0]] = other[own >= 0]
    return found


def _figures(market: Market, given: MarketInput, parameters: PlanParameters) -> dict[str, Any]:
    by_class = np.bincount(market.classes, minlength=HIGHEST_CLASS + 1)
    not_ranked = len(given.standing.seated_for) - market.n_graduates
    return {
        "graduates": market.n_graduates,
        "by_class": by_class.tolist(),
        "guaranteed": int(parameters.rules.guaranteed(market.classes).sum()),
        "postings": market.n_postings,
        "seats": market.seats.sum(axis=0).tolist(),
        "edges": market.n_edges,
        "provisional": len(given.standing.provisional),
        "changed_since_run": given.rows.n_changed,
        "lists_behind": given.rows.n_behind,
        "left_out": {**given.standing.n_left_out, "not_ranked": not_ranked},
    }


def open_rows(given: MarketInput) -> Snapshot:
    """Return the rows a market was worked out from, for what would help."""
    return given.rows.snapshot
