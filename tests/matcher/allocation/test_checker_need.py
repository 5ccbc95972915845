"""Rules of fallback seats for the checker: nobody gets one for the asking, and nobody is passed over."""

from copy import deepcopy
from typing import Any

import pytest

from matcher.allocation.bare import read_instance
from matcher.allocation.bare_plan import bare_hash, bare_instance, bare_plan
from matcher.allocation.checker import Report, check_plan
from matcher.allocation.checker_case import open_case
from matcher.allocation.checker_first import first_seats
from matcher.allocation.checker_instance import read_instance as taken
from matcher.allocation.checker_pins import taken_pins
from matcher.allocation.checker_plan import read_plan
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.hall import certificate
from tests.factories.allocation import ReserveRule, random_market, rules_of
from tests.matcher.allocation import test_circles
from tests.oracles.allocation import World

Written = dict[str, Any]


def missed(report: Report) -> set[str]:
    """Return the checks that are not met."""
    return {check.name for check in report.checks if check.met is False}


def planned(instance: Written) -> Written:
    bare = read_instance(instance)
    proof = certificate(bare.market, bare.rules)
    written: Written = bare_plan(
        bare, fair_plan(bare.market, bare.rules), proof, bare_hash(instance)
    )
    return written


def market(orders: dict[str, str], people: dict[str, tuple[int, str]]) -> Written:
    """An instance of one seat a posting; people with class and wishes."""
    return {
        "postings": [{"id": p, "seats": 1, "order": list(who)} for p, who in orders.items()],
        "graduates": [
            {"id": name, "class": own, "wishes": list(wishes)}
            for name, (own, wishes) in people.items()
        ],
    }


def seated(**where: str) -> Written:
    """A plan without hashes: by person a posting, with * behind it a fallback seat."""
    return {
        "seats": {
            name: {"posting": at[0], "kind": "fallback" if "*" in at else "open"}
            for name, at in where.items()
        },
        "fallbacks": {
            name: {"posting": at[-1], "group": "ordinary"}
            for name, at in where.items()
            if len(at) > 1
        },
    }


TWO = market({"a": "xy", "b": "y"}, {"x": (0, "a"), "y": (5, "ab")})
"""y has a seat at b without any guarantee, and x one at a."""


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_guarantee_nobody_needs_pushes_nobody_out(is_listed: bool) -> None:
    honest, false = planned(TWO), seated(y="a*a")
    if not is_listed:
        del false["fallbacks"]

    assert missed(check_plan(TWO, honest)) == set()
    assert {"need"} <= missed(check_plan(TWO, false)) <= {"need", "kinds"}


def test_who_had_a_seat_before_any_guarantee_is_not_passed_over_for_who_had_none() -> None:
    instance = market({"a": "yz"}, {"z": (5, "a"), "y": (5, "a")})

    assert missed(check_plan(instance, planned(instance))) == set()
    assert "need" in missed(check_plan(instance, seated(z="a*a")))


def test_among_equals_without_a_seat_the_lot_decides() -> None:
    instance = market({"a": "xyz"}, {"x": (0, "a"), "z": (5, "a"), "y": (5, "a")})
    drawn = deepcopy(instance)
    for number, person in enumerate(reversed(drawn["graduates"])):
        person["lottery"] = number

    assert missed(check_plan(instance, seated(z="a*a"))) == set()
    assert "need" in missed(check_plan(instance, seated(y="a*a")))
    assert missed(check_plan(drawn, seated(y="a*a"))) == set()


def test_a_fallback_seat_may_not_change_hands_in_a_circle() -> None:
    instance = test_circles.INSTANCE
    wrong = planned(instance)
    at = {name: one["posting"] for name, one in wrong["fallbacks"].items()}
    assert (at["p"], at["q"]) == ("n1", "n2")
    wrong["fallbacks"]["p"]["posting"], wrong["fallbacks"]["q"]["posting"] = "n2", "n1"
    wrong["seats"]["p"] = {"posting": "n2", "kind": "fallback"}
    wrong["seats"]["q"] = {"posting": "n1", "kind": "fallback"}
    del wrong["result_hash"]

    assert missed(check_plan(instance, planned(instance))) == set()
    assert missed(check_plan(instance, wrong)) == {"need"}


def test_a_fallback_seat_left_out_of_the_list_is_missed() -> None:
    plan = planned(TWO)
    del plan["fallbacks"]["y"]

    assert missed(check_plan(TWO, plan)) == {"fallbacks"}


def test_a_seat_is_called_fallback_if_and_only_if_the_guarantee_gave_it() -> None:
    instance = market({"a": "xy"}, {"x": (0, "a"), "y": (5, "a")})
    plan = planned(instance)
    assert plan["seats"] == {"y": {"posting": "a", "kind": "fallback"}}
    del plan["result_hash"]
    plan["seats"]["y"]["kind"] = "open"
    honest = planned(TWO)
    honest["seats"]["y"]["kind"] = "fallback"
    del honest["result_hash"]

    assert missed(check_plan(instance, plan)) == {"kinds"}
    assert missed(check_plan(TWO, honest)) == {"kinds"}


def test_first_seats_are_those_of_a_slow_acceptance(reserve_rule: ReserveRule) -> None:
    for seed in range(60):
        drawn, rules = random_market(seed), rules_of(seed, reserve_rule)
        instance, plan = taken(bare_instance(drawn, rules)), read_plan({"seats": {}})

        found = first_seats(open_case(instance, plan, taken_pins(instance, plan)))

        expected = World.of(drawn, rules).accepted()
        assert {person: at for person, (at, _) in found.items()} == expected, seed


def test_who_is_in_the_way_may_be_moved_to_a_free_seat_before_others_lose_theirs() -> None:
    instance = market({"a": "hxz", "b": "h"}, {"h": (5, "ab"), "x": (0, "a"), "z": (5, "a")})
    instance["postings"][0]["seats"] = 2
    plan = planned(instance)

    assert plan["fallbacks"]["h"]["posting"] == "b"
    assert missed(check_plan(instance, plan)) == set()
