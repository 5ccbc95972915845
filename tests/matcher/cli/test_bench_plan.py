"""The machine contract of `yangguang bench plan`, and that its peers seat the same people. No time is asserted."""

import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from matcher.allocation.rules import PlanRules
from matcher.cli.bench_plan import guaranteed_max_flow, measure, plan
from matcher.cli.bench_plan_market import make_plan_market
from matcher.cli.bench_plan_peers import measure_peers
from matcher.cli.bench_plan_shapes import PlanBenchOut
from matcher.kinds.plans import UnfilledReserve
from tests.factories.allocation import RESERVE_RULES, ReserveRule, random_market, rules_of
from tests.oracles.allocation import World


def test_the_same_seed_makes_the_same_market_and_another_one_another() -> None:
    first, again, other = (make_plan_market(200, 40, seed).market for seed in (5, 5, 6))

    assert first.content_hash() == again.content_hash() != other.content_hash()
    assert first.seats.sum(axis=0).all()


def test_people_of_a_guaranteed_class_bring_all_their_pairs() -> None:
    market = make_plan_market(400, 120, 2).market
    pairs = np.diff(market.pointer)

    assert pairs[market.classes < 5].max() <= 120
    assert pairs[market.classes == 5].mean() >= pairs[market.classes < 5].mean()


def test_both_plans_of_the_bench_seat_all_guaranteed_people_who_can_be() -> None:
    found = measure(600, 60, seed=3, peers=0)

    assert found.guaranteed_placed == found.guaranteed_max_flow
    assert found.placed_most_by_class[5] == found.placed_fair_by_class[5]
    assert found.placed_most >= found.placed_fair
    assert sum(found.placed_most_by_class) == found.placed_most
    assert sum(found.people_by_class) == 600
    assert (found.ratio_matching, found.ratio_algmatch, found.peers) == (None, None, None)


@pytest.mark.parametrize("reserve_rule", RESERVE_RULES)
def test_the_flow_of_the_guaranteed_is_the_slow_one(reserve_rule: ReserveRule) -> None:
    for seed in range(12):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        world = World.of(market, rules)

        assert guaranteed_max_flow(market, rules) == world.most_seated(world.guaranteed()), seed


def test_peers_seat_the_same_people() -> None:
    found, absent = measure_peers(120, 24, 1)

    assert absent is None
    assert found.matching is not None
    assert found.algmatch is not None
    assert found.matching.equal
    assert found.algmatch.equal
    assert found.placed > 0


def test_a_peer_that_seats_people_elsewhere_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    other = PlanRules(guarantee_class=1, unfilled=UnfilledReserve.HOLD)
    monkeypatch.setattr("matcher.cli.bench_plan_peers._PLAIN", other)

    with pytest.raises(AssertionError, match="elsewhere"):
        measure_peers(120, 24, 1)


def test_without_the_peers_a_word_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matching", "algmatch"):
        monkeypatch.setitem(sys.modules, name, None)

    found, absent = measure_peers(60, 12, 1)

    assert (found.matching, found.algmatch) == (None, None)
    assert "peers" in (absent or "")


@pytest.mark.parametrize(("graduates", "postings"), [(0, 20), (20, 0), (0, 0)])
def test_an_empty_side_is_measured_as_well(graduates: int, postings: int) -> None:
    assert measure(graduates, postings, seed=1, peers=0).edges == 0


def test_the_shape_is_the_models_one() -> None:
    ran = CliRunner().invoke(
        plan, ["--graduates", "60", "--postings", "12", "--peers", "0", "--json"]
    )

    assert ran.exit_code == 0, ran.output
    assert set(json.loads(ran.stdout)) == set(PlanBenchOut.model_fields)
