"""What one change gives: by class the same as covering everybody anew."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.coverage import Coverage, Links, covered
from matcher.allocation.gains import gain
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.rules import PlanRules
from tests.factories.allocation import ReserveRule, random_market, rules_of, without_edges

N_MARKETS = 600


def seated_by_class(market: Market, found: Coverage) -> list[int]:
    seated = found.order[found.seated.edge[found.order] >= 0]
    counts = Counter(market.classes[seated].tolist())
    return [counts[person_class] for person_class in range(6)]


def changed(seed: int, full: Market) -> tuple[Market, Links, np.ndarray]:
    """A market that lacks some pairs and seats of another, the pairs and the seats it lacks."""
    rng = np.random.default_rng(seed)
    # Either one person's pairs, as a course would give, or pairs of anybody, as an employer would by asking less.
    owner = full.graduate_of_edge()
    lacks = rng.random(full.n_edges) < 0.3
    if seed % 2:
        lacks &= owner == rng.integers(full.n_graduates)
    more = (rng.random(full.seats.shape) < 0.1).astype(np.int32)
    more = np.minimum(more, full.seats) if seed % 3 == 0 else np.zeros_like(more)
    fewer = replace(without_edges(full, ~lacks), seats=full.seats - more)
    links = Links(owner[lacks].astype(np.int64), full.posting[lacks].astype(np.int64))
    return fewer, links, more


def test_a_change_gives_by_class_what_covering_everybody_anew_gives(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(N_MARKETS):
        full, rules = random_market(seed), rules_of(seed, reserve_rule)
        market, links, more = changed(seed, full)
        standing, anew = covered(market, rules), covered(full, rules)
        before, after = seated_by_class(market, standing), seated_by_class(full, anew)

        found = gain(market, rules, links, extra_seats=more, standing=standing)

        expected = [now - was for now, was in zip(after, before, strict=True)]
        assert found.by_class.tolist() == expected, seed
        assert found.total == sum(expected) >= 0, seed
        assert seated_by_class(market, standing) == before, seed
        seated = Counter(market.classes[found.seated].tolist())
        assert all(seated[of] >= number for of, number in enumerate(expected)), seed


def test_a_higher_class_gets_the_seat_of_a_lower_one_and_both_are_counted() -> None:
    market = market_of(
        graduates=[1, 2],
        postings=[1],
        classes=[3, 5],
        lottery=[0, 1],
        seats=[[1, 0, 0]],
        edges=Edges([0], [0], [1], [1], [1], [1]),
    )

    found = gain(market, PlanRules(guarantee_class=1), Links(np.array([1]), np.array([0])))

    assert found.by_class.tolist() == [0, 0, 0, -1, 0, 1]
    assert (found.total, found.seated.tolist()) == (0, [1])


def test_several_changes_can_be_asked_of_one_standing(reserve_rule: ReserveRule) -> None:
    for seed in range(60):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        standing, rng = covered(market, rules), np.random.default_rng(seed)
        for _ in range(3):
            rows = rng.integers(0, market.n_graduates, 4), rng.integers(0, market.n_postings, 4)
            links = Links(*rows)

            again = gain(market, rules, links, standing=standing)

            assert again.by_class.tolist() == gain(market, rules, links).by_class.tolist(), seed


def test_a_pair_that_is_eligible_anyway_gives_nothing() -> None:
    for seed in range(60):
        market, rules = random_market(seed), PlanRules(guarantee_class=1)
        links = Links(market.graduate_of_edge().astype(np.int64), market.posting.astype(np.int64))

        assert gain(market, rules, links).total == 0, seed
        assert gain(market, rules, Links.none()).seated.tolist() == [], seed


@pytest.mark.usefixtures("plain_python")
def test_plain_python_gives_the_same() -> None:
    for seed in range(40):
        full, rules = random_market(seed), PlanRules(guarantee_class=1)
        market, links, more = changed(seed, full)
        before = seated_by_class(market, covered(market, rules))
        after = seated_by_class(full, covered(full, rules))

        found = gain(market, rules, links, extra_seats=more)

        assert found.by_class.tolist() == [a - b for a, b in zip(after, before, strict=True)], seed
