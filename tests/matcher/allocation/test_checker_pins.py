"""Rules of pins for the checker: they are kept, all else is counted beside them, and the proof is of the whole."""

from typing import Any

import numpy as np
import pytest

from matcher.allocation.bare import read_instance
from matcher.allocation.bare_plan import bare_hash, bare_instance, bare_plan
from matcher.allocation.checker import Report, check_plan
from matcher.allocation.hall import certificate
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin, solved
from matcher.errors import InvalidInputError
from matcher.kinds.plans import PinKind, PlanRule
from tests.factories.allocation import ReserveRule, random_market, rules_of

Written = dict[str, Any]

INSTANCE: Written = {
    "postings": [{"id": "a", "seats": 1, "order": ["z", "x"]}, {"id": "b", "seats": 1, "order": ["z"]}],
    "graduates": [
        {"id": "x", "class": 0, "wishes": ["a"]},
        {"id": "z", "class": 5, "wishes": ["a", "b"]},
    ],
}  # fmt: skip


def missed(report: Report) -> set[str]:
    """Return the checks that are not met."""
    return {check.name for check in report.checks if check.met is False}


def pin(graduate: str, posting: str, kind: str = "pin") -> Written:
    return {"graduate": graduate, "posting": posting, "kind": kind}


def test_a_fixed_person_sits_where_it_was_fixed_and_nobody_may_object() -> None:
    plan = {
        "seats": {"x": {"posting": "a", "kind": "open"}, "z": {"posting": "b", "kind": "open"}},
        "certificate": [],
        "uncovered": [],
    }

    assert "choice" in missed(check_plan(INSTANCE, plan))
    report = check_plan(INSTANCE, plan | {"pins": [pin("x", "a")]})
    assert missed(report) == set()
    assert (report.pins, report.blocking) == (1, 0)
    assert missed(check_plan(INSTANCE, plan | {"pins": [pin("x", "a", "forbid")]})) >= {"pins"}
    assert missed(check_plan(INSTANCE, plan | {"pins": [pin("z", "a")]})) >= {"pins"}


def test_who_has_no_seat_because_of_a_pin_alone_stands_in_no_set() -> None:
    instance = {**INSTANCE, "postings": INSTANCE["postings"][:1]}
    instance["graduates"] = [
        {"id": "x", "class": 0, "wishes": ["a"]},
        {"id": "z", "class": 5, "wishes": ["a"]},
    ]
    plan = {"seats": {"x": {"posting": "a", "kind": "open"}}, "uncovered": ["z"]}
    pins = {"pins": [pin("x", "a")]}
    false_proof = [{"people": ["z"], "postings": [], "seats": 0, "short": 1}]

    report = check_plan(instance, plan | pins | {"certificate": []})

    assert missed(report) == set()
    assert report.most_seated[5] == 0
    assert missed(check_plan(instance, plan | {"certificate": []})) >= {"certificate", "coverage"}
    assert missed(check_plan(instance, plan | pins | {"certificate": false_proof})) == {
        "certificate"
    }


@pytest.mark.parametrize(
    "pins",
    [
        [pin("y", "a")],
        [pin("x", "c")],
        [pin("x", "c", "forbid")],
        [pin("x", "b")],
        [pin("x", "a"), pin("x", "a")],
        [pin("z", "a"), pin("z", "b")],
        [pin("z", "a"), pin("z", "a", "forbid")],
        [pin("x", "a"), pin("z", "a")],
    ],
)
def test_pins_nobody_could_keep_are_found(pins: list[Written]) -> None:
    plan = {"seats": {"z": {"posting": "a"}}, "pins": pins}

    assert "pins" in missed(check_plan(INSTANCE, plan))


def test_the_hash_of_the_pins_is_looked_at() -> None:
    pins = [pin("x", "a", "forbid")]
    plan = {"seats": {"z": {"posting": "a"}}, "pins": pins, "pins_hash": bare_hash(pins)}

    assert missed(check_plan(INSTANCE, plan)) == set()
    assert missed(check_plan(INSTANCE, plan | {"pins_hash": bare_hash([])})) == {"pins_hash"}


def _some_pins(market: Market, seed: int) -> list[Pin]:
    rng = np.random.default_rng(seed)
    graduate = market.graduate_of_edge()
    edges = rng.permutation(market.n_edges)[: int(rng.integers(1, 5))].tolist()
    kinds = [list(PinKind)[one] for one in rng.integers(0, 2, len(edges)).tolist()]
    return [
        Pin(kind, int(graduate[edge]) + 1, int(market.posting[edge]) + 1)
        for kind, edge in zip(kinds, edges, strict=True)
    ]


@pytest.mark.parametrize("rule", list(PlanRule))
def test_plans_around_pins_are_right_on_any_market(
    rule: PlanRule, reserve_rule: ReserveRule
) -> None:
    checked = 0
    for seed in range(90):
        try:
            instance = bare_instance(random_market(seed), rules_of(seed, reserve_rule))
            bare = read_instance(instance)
            pins = _some_pins(bare.market, seed)
            result = solved(bare.market, bare.rules, rule, pins)
        except InvalidInputError:
            continue
        proof = certificate(bare.market, bare.rules)
        plan = bare_plan(bare, result, proof, bare_hash(instance))
        plan["pins"] = [
            {
                "graduate": bare.graduates[one.graduate - 1],
                "posting": bare.postings[one.posting - 1],
                "kind": one.kind.value,
            }
            for one in pins
        ]

        report = check_plan(instance, plan)

        assert missed(report) == set(), (seed, [one for one in report.checks if one.met is False])
        checked += 1
    assert checked > 25
