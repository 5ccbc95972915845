"""The market of `yangguang bench plan`: the one of `bench rank`, ranked, with seats drawn from the seed.

Pairs are the first places of the lists of both sides, and everything open to people of zero-employment households.
A posting has four seats on average; three of ten keep some for hardship, a quarter of these for zero-employment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.rules import PlanRules
from matcher.cli.bench_rank_market import make_market
from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.market_pairs import candidate_pairs, edges_of
from matcher.services.plans.parameters import PlanParameters

Ints = NDArray[np.int64]

_LAST_SEAT = 0.25
"""Share of postings that have no further seat behind each: four seats on average."""

_MOST_SEATS = 60
_KEPT, _KEPT_FOR_ZERO = 0.3, 0.25


@dataclass(frozen=True, slots=True, eq=False)
class PlanMarket:
    """A market and the rules it is solved by."""

    market: Market
    rules: PlanRules


def make_plan_market(graduates: int, postings: int, seed: int) -> PlanMarket:
    """Draw, rank and join; the same numbers give the same arrays."""
    return plan_market_of(make_market(graduates, postings, seed).snapshot, seed)


def plan_market_of(snapshot: Snapshot, seed: int) -> PlanMarket:
    """Rank and join what was drawn."""
    parameters = PlanParameters()
    people, offers = np.argsort(snapshot.graduates.id), np.argsort(snapshot.postings.id)
    market = market_of(
        graduates=snapshot.graduates.id[people],
        postings=snapshot.postings.id[offers],
        classes=snapshot.graduates.rank[people],
        lottery=snapshot.graduates.lottery[people].astype(np.int64),
        seats=_seats(snapshot, seed)[offers],
        edges=_edges(snapshot, parameters, (np.argsort(people), np.argsort(offers))),
        posting_lottery=snapshot.postings.lottery[offers].astype(np.int64),
    )
    return PlanMarket(market, parameters.rules)


def _edges(snapshot: Snapshot, parameters: PlanParameters, rows: tuple[Ints, Ints]) -> Edges:
    listed = _listed(snapshot, parameters.list_length)
    guaranteed = np.flatnonzero(parameters.rules.guaranteed(snapshot.graduates.rank))
    nobody = np.zeros((0, 2), dtype=np.int64)
    pairs = candidate_pairs(snapshot, listed, guaranteed, nobody)
    return edges_of(snapshot, pairs, parameters, rows)[0]


def _listed(snapshot: Snapshot, length: int) -> tuple[Ints, Ints]:
    """Return graduate and posting ids of the first places of all lists."""
    people, offers = snapshot.graduates, snapshot.postings
    all_offers, all_people = np.arange(len(offers)), np.arange(len(people))
    kept = np.flatnonzero(offers.reserved)
    ranked = rank_postings(snapshot, all_offers, ListSide.POSTING_ORDINARY, length=length)
    sides = [_pairs(ranked, offers.id)]
    ranked = rank_postings(snapshot, kept, ListSide.POSTING_RESERVED, length=length)
    sides.append(_pairs(ranked, offers.id[kept]))
    postings, graduates = (np.concatenate(columns) for columns in zip(*sides, strict=True))
    subjects, partners = _pairs(rank_graduates(snapshot, all_people, length=length), people.id)
    return np.concatenate([graduates, subjects]), np.concatenate([postings, partners])


def _pairs(ranked: Ranked, ids: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return subjects and partners of lists, by id."""
    filled = ranked.partners >= 0
    return np.repeat(ids, filled.sum(axis=1)), ranked.partners[filled]


def _seats(snapshot: Snapshot, seed: int) -> NDArray[np.int64]:
    """Draw ordinary, hardship and zero-employment seats of each posting."""
    rng = np.random.default_rng([seed, len(snapshot.postings)])
    n = len(snapshot.postings)
    total = np.minimum(rng.geometric(_LAST_SEAT, n), _MOST_SEATS)
    kept = np.where(snapshot.postings.reserved, rng.binomial(total, _KEPT), 0)
    zero = rng.binomial(kept, _KEPT_FOR_ZERO)
    return np.stack([total - kept, kept - zero, zero], axis=1)
