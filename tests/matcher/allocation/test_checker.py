"""Rules of the checker: it finds every kind of wrong plan, passes right ones, and shares nothing with the solver."""

import ast
import json
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.allocation.bare import read_instance
from matcher.allocation.bare_plan import bare_hash, bare_instance, bare_plan
from matcher.allocation.checker import Report, check_plan
from matcher.allocation.checker_reading import UnreadableError, load
from matcher.allocation.hall import certificate
from matcher.allocation.market import Market
from matcher.allocation.pins import solved
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import PlanRule
from tests.factories.allocation import ReserveRule, random_market, rules_of
from tests.oracles.allocation import World
from tests.support import tree

Written = dict[str, Any]


def file_of(market: Market, rules: PlanRules, rule: PlanRule = PlanRule.FAIR) -> Written:
    """Return what the product writes: an instance and its plan, as JSON."""
    instance = bare_instance(market, rules)
    written: Written = json.loads(
        json.dumps({"instance": instance, "plan": planned(instance, rule)})
    )
    return written


def planned(instance: Written, rule: PlanRule = PlanRule.FAIR) -> Written:
    bare = read_instance(instance)
    result = solved(bare.market, bare.rules, rule)
    return bare_plan(bare, result, certificate(bare.market, bare.rules), bare_hash(instance))


def missed(report: Report) -> set[str]:
    """Return the checks that are not met."""
    return {check.name for check in report.checks if check.met is False}


def roomy(seed: int) -> Market:
    """A random market in which some seat is open to everybody."""
    market = random_market(seed)
    return replace(market, seats=market.seats + np.asarray([1, 0, 0], dtype=np.int32))


INSTANCE: Written = {
    "postings": [
        {"id": "p", "seats": 2, "reserved": 1, "order": ["a", "b", "e", "f"]},
        {"id": "q", "seats": 1, "reserved": 0, "order": ["b", "a", "c"]},
        {"id": "r", "seats": 1, "reserved": 1, "order": ["d", "c", "a"]},
    ],
    "graduates": [
        {"id": "a", "class": 0, "wishes": ["p", "q", "r"]},
        {"id": "b", "class": 0, "wishes": ["q", "p"]},
        {"id": "c", "class": 2, "wishes": ["q", "r"]},
        {"id": "d", "class": 0, "wishes": ["r"]},
        {"id": "e", "class": 5, "wishes": ["p"]},
        {"id": "f", "class": 5, "wishes": ["p"]},
    ],
    "unfilled": "hold",
}
"""p: a and one of e, f; q: b; r is kept for c; e or f has no seat if a keeps its own."""


def test_the_plan_of_the_example_is_right() -> None:
    plan = planned(INSTANCE)

    report = check_plan(INSTANCE, plan)

    assert missed(report) == set()
    assert report.is_good
    assert report.people == (3, 0, 1, 0, 0, 2)
    assert report.most_seated == (None, None, None, None, None, 2)
    assert plan["seats"]["e"]["posting"] == plan["seats"]["f"]["posting"] == "p"


def _without(name: str) -> Callable[[Written], None]:
    return lambda plan: plan["seats"].pop(name)


def _seat(name: str, posting: str, kind: str = "open") -> Callable[[Written], None]:
    return lambda plan: plan["seats"].update({name: {"posting": posting, "kind": kind}})


def _set(*path: Any) -> Callable[[Written], None]:
    def change(plan: Written) -> None:
        inner = plan
        for step in path[:-2]:
            inner = inner[step]
        inner[path[-2]] = path[-1]

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_seat("x", "p"), {"known", "result_hash"}),
        (_seat("a", "z"), {"known", "result_hash"}),
        (_seat("d", "p"), {"eligible", "seats", "result_hash"}),
        (_seat("a", "p"), {"seats", "choice", "result_hash"}),
        (_seat("d", "r"), {"reserves", "seats", "choice", "result_hash"}),
        (_set("seats", "b", "kind", "reserved"), {"kinds", "result_hash"}),
        (_set("seats", "b", "kind", "fallback"), {"kinds", "result_hash"}),
        (_without("b"), {"choice", "result_hash"}),
        (_without("f"), {"coverage", "fallbacks", "uncovered", "certificate", "result_hash"}),
        (_set("fallbacks", "a", {"posting": "p", "group": "ordinary"}), {"fallbacks"}),
        (_set("fallbacks", "e", {"posting": "q", "group": "ordinary"}), {"fallbacks"}),
        (_set("uncovered", ["e"]), {"uncovered"}),
        (
            _set("certificate", [{"people": ["e"], "postings": ["p"], "seats": 0, "short": 1}]),
            {"certificate"},
        ),
        (_set("instance_hash", "0" * 64), {"instance_hash"}),
        (_set("result_hash", "0" * 64), {"result_hash"}),
    ],
)
def test_every_kind_of_mistake_is_found(
    change: Callable[[Written], None], expected: set[str]
) -> None:
    plan = planned(INSTANCE)

    change(plan)

    assert missed(check_plan(INSTANCE, plan)) >= expected


def test_who_has_two_seats_is_found() -> None:
    listed = [{"graduate": "b", "posting": "q"}, {"graduate": "b", "posting": "p"}]

    assert "one_seat" in missed(check_plan(INSTANCE, {"seats": listed}))


def _too_few() -> tuple[Written, Written]:
    instance = deepcopy(INSTANCE)
    instance["postings"][0]["seats"] = 1
    return instance, planned(instance)


def test_a_proof_is_looked_through() -> None:
    instance, plan = _too_few()
    assert plan["certificate"] == [
        {"people": ["e", "f"], "postings": ["p"], "seats": 1, "short": 1}
    ]
    assert missed(check_plan(instance, plan)) == set()

    for wrong in (
        {"people": ["e", "f"], "postings": [], "seats": 0, "short": 2},
        {"people": ["e", "f"], "postings": ["p", "q"], "seats": 1, "short": 1},
        {"people": ["e", "f"], "postings": ["p"], "seats": 0, "short": 2},
        {"people": ["e", "f"], "postings": ["p"], "seats": 1, "short": 2},
        {"people": ["e", "f", "b"], "postings": ["p", "q"], "seats": 2, "short": 1},
        {"people": ["e", "f", "y"], "postings": ["p"], "seats": 1, "short": 2},
        {"people": [], "postings": [], "seats": 0, "short": 0},
    ):
        assert missed(check_plan(instance, plan | {"certificate": [wrong]})) == {"certificate"}, (
            wrong
        )
    twice = plan["certificate"] * 2
    assert missed(check_plan(instance, plan | {"certificate": twice})) == {"certificate"}
    assert missed(check_plan(instance, plan | {"certificate": []})) == {"certificate"}


@pytest.mark.parametrize("rule", list(PlanRule))
def test_plans_of_the_product_are_right_on_any_market(
    rule: PlanRule, reserve_rule: ReserveRule
) -> None:
    for seed in range(0, 100, 3):
        written = file_of(roomy(seed), rules_of(seed, reserve_rule), rule)

        report = check_plan(written["instance"], written["plan"])

        assert missed(report) == set(), (seed, report)


def _made_elsewhere(market: Market, seed: int) -> dict[int, int]:
    """Seat people at random where there is room: rows."""
    rng = np.random.default_rng(seed)
    room, placed = market.seats.sum(axis=1), {}
    graduate = market.graduate_of_edge()
    for edge in rng.permutation(market.n_edges).tolist():
        row, posting = int(graduate[edge]), int(market.posting[edge])
        if row not in placed and room[posting] and rng.random() < 0.8:
            placed[row] = posting
            room[posting] -= 1
    return placed


def test_what_it_counts_is_what_slow_oracles_count_of_plans_made_elsewhere(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(40):
        market, rules = roomy(seed), rules_of(seed, reserve_rule)
        placed = _made_elsewhere(market, seed)
        seats = {
            str(market.graduates[row]): {"posting": int(market.postings[posting])}
            for row, posting in placed.items()
        }

        report = check_plan(bare_instance(market, rules), {"seats": seats}, "most")

        world = World.of(market, rules)
        people = [np.flatnonzero(market.classes >= least).tolist() for least in range(6)]
        most = tuple(map(world.most_seated, people))
        assert report.most_seated == most, seed
        reached = tuple(sum(report.seated[least:]) for least in range(6))
        assert ("coverage" in missed(report)) == (reached != most)
        if rules.releases:
            assert report.blocking == len(world.objections(placed)), seed


def test_a_plan_without_fallbacks_takes_those_it_calls_so() -> None:
    plan = planned(INSTANCE)
    for name in ("fallbacks", "certificate", "uncovered", "instance_hash", "result_hash", "rule"):
        del plan[name]

    report = check_plan(INSTANCE, plan)

    assert report.rule == "fair"
    assert {one.name: one.met for one in report.checks}["instance_hash"] is None
    assert missed(report) == set()


@pytest.mark.parametrize(
    ("instance", "plan", "rule"),
    [
        ({}, {"seats": {}}, None),
        (INSTANCE, {}, None),
        (INSTANCE, {"seats": {"a": 1}}, None),
        (INSTANCE, {"seats": {}}, "best"),
        (INSTANCE, {"seats": {}, "certificate": [{}]}, None),
        (INSTANCE | {"postings": [{"id": "p", "seats": 1, "reserved": 2, "order": []}]}, {}, None),
    ],
)
def test_what_cannot_be_read_is_said_so(instance: Any, plan: Any, rule: str | None) -> None:
    with pytest.raises(UnreadableError):
        check_plan(instance, plan, rule)


def test_text_that_is_no_json_is_said_so() -> None:
    with pytest.raises(UnreadableError, match="JSON"):
        load("{")


def test_it_uses_the_standard_library_alone() -> None:
    folder = tree.ROOT / "matcher" / "allocation"
    for path in sorted(folder.glob("checker*.py")):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            else:
                continue
            for name in names:
                is_own = name.startswith("matcher.allocation.checker")
                assert is_own or name.split(".")[0] in sys.stdlib_module_names, (path.name, name)
