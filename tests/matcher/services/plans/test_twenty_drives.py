"""Twenty made-up drives, ranked by the engine: everybody guaranteed who can be seated is, under whatever rules.

What can be seated is the maximum flow of all pairs they are eligible for (networkx), and what the certificate says
cannot, cannot.
"""

from itertools import product

import numpy as np
import pytest

from matcher.allocation.coverage import Links
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.hall import certificate
from matcher.allocation.market import Market, market_of
from matcher.allocation.objections import objections
from matcher.allocation.rules import PlanRules
from matcher.cli.bench_rank_market import make_market
from matcher.kinds import ListSide
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.parts import pair_parts
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.market_pairs import candidate_pairs, edges_of
from matcher.services.plans.parameters import PlanParameters
from tests.oracles.allocation import World, placed_of

N_GRADUATES, N_POSTINGS = 1_500, 300
NOTHING = np.zeros((0, 2), dtype=np.int64)
RULES = [
    PlanRules(guarantee, *rule)
    for guarantee, rule in product((5, 1), product(ReserveOrder, UnfilledReserve))
]


def listed(snapshot: Snapshot, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Graduate and posting ids of the first places of all lists."""
    people, offers = snapshot.graduates.id, snapshot.postings.id
    ranked = rank_graduates(snapshot, range(len(people)), length=length)
    own, partners = pairs_on(ranked, people)
    found = [(own, partners)]
    for side in (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED):
        ranked = rank_postings(snapshot, range(len(offers)), side, length=length)
        own, partners = pairs_on(ranked, offers)
        found.append((partners, own))
    graduates, postings = zip(*found, strict=True)
    return np.concatenate(graduates), np.concatenate(postings)


def pairs_on(ranked: Ranked, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    row, place = np.nonzero(ranked.partners >= 0)
    return ids[row].astype(np.int64), ranked.partners[row, place].astype(np.int64)


def market_from(
    snapshot: Snapshot, seats: np.ndarray, guaranteed: np.ndarray, length: int = 5
) -> Market:
    """The market of a drive in which these rows bring all they are eligible for, the others their lists."""
    people, offers = snapshot.graduates, snapshot.postings
    pairs = candidate_pairs(snapshot, listed(snapshot, length), guaranteed, NOTHING)
    turns = (np.argsort(people.id), np.argsort(offers.id))
    edges, _ = edges_of(snapshot, pairs, PlanParameters(), tuple(map(np.argsort, turns)))
    return market_of(
        graduates=people.id[turns[0]],
        postings=offers.id[turns[1]],
        classes=people.rank[turns[0]],
        lottery=people.lottery[turns[0]],
        seats=seats,
        edges=edges,
        posting_lottery=offers.lottery[turns[1]],
    )


def guaranteed_rows(snapshot: Snapshot, rules: PlanRules) -> np.ndarray:
    return np.flatnonzero(rules.guaranteed(np.asarray(snapshot.graduates.rank).astype(np.int8)))


def assert_brings_all(snapshot: Snapshot, market: Market, rules: PlanRules) -> None:
    """Everybody guaranteed has an edge to each posting that takes them for certain, asked pair by pair."""
    offers = np.arange(len(snapshot.postings))
    for row in guaranteed_rows(snapshot, rules).tolist():
        parts = pair_parts(snapshot, np.full(len(offers), row), offers)
        sure = snapshot.postings.id[parts["eligible"] & parts["confirmed"]]
        at = int(np.searchsorted(market.graduates, snapshot.graduates.id[row]))
        edges = market.posting[market.pointer[at] : market.pointer[at + 1]]
        assert sorted(market.postings[edges].tolist()) == sorted(sure.tolist())


@pytest.mark.parametrize("seed", range(20))
def test_coverage_is_the_maximum_flow_and_the_certificate_says_the_rest(seed: int) -> None:
    snapshot, rules = make_market(N_GRADUATES, N_POSTINGS, seed).snapshot, RULES[seed % len(RULES)]
    rng = np.random.default_rng(seed)
    # Few seats, so that not everybody can be seated.
    seats = rng.poisson((0.5, 0.15, 0.1), (N_POSTINGS, 3))
    market = market_from(snapshot, seats, guaranteed_rows(snapshot, rules))

    assert_brings_all(snapshot, market, rules)
    result = fair_plan(market, rules)

    world, placed = World.of(market, rules), placed_of(market, result.edge)
    for least in range(rules.guarantee_class or 5, 6):
        people = np.flatnonzero(market.classes >= least).tolist()
        assert len(placed.keys() & set(people)) == world.most_seated(people)
    assert len(result.uncovered)
    assert objections(market, rules, result).published.tolist() == []
    assert sum(found.short for found in certificate(market, rules)) == len(result.uncovered)


@pytest.mark.parametrize("seed", range(4))
def test_a_certificate_from_lists_alone_is_closed_on_all_eligible_pairs(seed: int) -> None:
    snapshot, rules = make_market(N_GRADUATES, N_POSTINGS, seed).snapshot, PlanRules(1)
    seats = np.random.default_rng(seed).poisson((0.1, 0.05, 0.02), (N_POSTINGS, 3))
    guaranteed = guaranteed_rows(snapshot, rules)
    full = market_from(snapshot, seats, guaranteed, 1)
    lists = market_from(snapshot, seats, guaranteed[:0], 1)

    def full_edges(rows: np.ndarray) -> Links:
        owner = full.graduate_of_edge()
        kept = np.isin(owner, rows)
        return Links(owner[kept].astype(np.int64), full.posting[kept].astype(np.int64))

    sets = certificate(lists, rules, full_edges)

    short, left_over = (len(fair_plan(one, rules).uncovered) for one in (lists, full))
    assert lists.n_edges < full.n_edges
    assert sum(found.short for found in sets) == left_over < short
