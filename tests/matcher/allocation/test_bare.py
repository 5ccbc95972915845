"""Rules of bare instances: they mean what decisions.md says, all problems are told, a market survives the way out."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from matcher.allocation.bare import read_instance
from matcher.allocation.bare_plan import (
    bare_hash,
    bare_instance,
    bare_plan,
    instance_hash,
    written_pins,
)
from matcher.allocation.hall import certificate
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin, solved
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError
from matcher.kinds.plans import PinKind, PlanRule, ReserveOrder, UnfilledReserve
from tests.factories.allocation import ReserveRule, random_market, rules_of

Instance = dict[str, Any]


def instance(**changes: Any) -> Instance:
    """Two postings, three people: b is of class 5 and goes last at the seat it wants."""
    return {
        "postings": [
            {"id": "p", "seats": 1, "reserved": 0, "order": ["a", 7, "b"]},
            {"id": 9, "seats": 1, "reserved": 1, "order": [7, "a"]},
        ],
        "graduates": [
            {"id": "a", "class": 0, "wishes": ["p", 9]},
            {"id": 7, "class": 1, "wishes": ["p", 9]},
            {"id": "b", "class": 5, "wishes": ["p"]},
        ],
        "guarantee_class": 5,
        "mode": "minimum_guarantee",
        "unfilled": "release",
    } | changes


def solve(given: Instance, rule: PlanRule = PlanRule.FAIR) -> dict[str, Any]:
    """Return what is written."""
    bare = read_instance(given)
    proof = certificate(bare.market, bare.rules)
    return bare_plan(bare, solved(bare.market, bare.rules, rule), proof, bare_hash(given))


def problems_of(given: object) -> list[dict[str, str]]:
    """Return what an instance is refused for."""
    with pytest.raises(InvalidInputError) as refused:
        read_instance(given)
    assert refused.value.code == "plan_instance"
    problems = refused.value.details["problems"]
    assert isinstance(problems, list)
    for problem in problems[:20]:
        assert problem["record"] in refused.value.message
        assert problem["problem"] in refused.value.message
    return problems


def test_a_plan_is_written_as_decided() -> None:
    plan = solve(instance())

    assert plan["seats"] == {
        "7": {"posting": 9, "kind": "reserved"},
        "b": {"posting": "p", "kind": "fallback"},
    }
    assert plan["rule"] == "fair"
    assert plan["uncovered"] == []
    assert plan["certificate"] == []
    assert plan["fallbacks"] == {"b": {"posting": "p", "group": "ordinary"}}
    assert json.loads(json.dumps(plan)) == plan


def test_ids_keep_their_type_and_so_do_orders() -> None:
    bare = read_instance(instance())

    assert bare.graduates == ("a", 7, "b")
    assert bare.postings == ("p", 9)
    assert bare.market.lottery.tolist() == [0, 1, 2]
    assert bare.rules == PlanRules()


def test_whoever_cannot_be_seated_is_named_and_proved() -> None:
    given = instance()
    given["graduates"].append({"id": "c", "class": 5, "wishes": ["p"]})
    given["postings"][0]["order"].append("c")

    plan = solve(given)

    assert plan["uncovered"] == ["c"]
    assert plan["certificate"] == [
        {"people": ["b", "c"], "postings": ["p"], "seats": 1, "short": 1}
    ]


def test_what_is_left_out_takes_its_default() -> None:
    short = {"postings": instance()["postings"], "graduates": instance()["graduates"]}
    del short["postings"][0]["reserved"]

    bare = read_instance(short)

    assert bare.rules == PlanRules(5, ReserveOrder.MINIMUM_GUARANTEE, UnfilledReserve.RELEASE)
    assert bare.market.seats.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert read_instance(instance(guarantee_class=None)).rules.guarantee_class is None


def test_a_pair_stands_in_both_lists_or_is_none_and_that_is_said() -> None:
    given = instance()
    given["postings"][0]["order"] = ["b", "a"]
    given["postings"][1]["order"] = [7, "a", "b"]

    bare = read_instance(given)

    assert bare.market.n_edges == 4
    assert bare.remarks == (
        "志愿所填岗位未列出本人，不成组合：7 → p。",
        "岗位所列毕业生未填该岗位，不成组合：9 → b。",
    )


def test_an_unknown_field_is_remarked_on() -> None:
    assert read_instance(instance(note=1)).remarks == ("instance：不认识的字段 note，未使用。",)


def _changed(where: tuple[Any, ...], value: Any) -> Instance:
    given = instance()
    inner: Any = given
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value
    return given


@pytest.mark.parametrize(
    ("where", "value", "record", "words"),
    [
        (("postings", 0, "reserved"), 2, "postings[0]（岗位 p）", "多于席位 1 个"),
        (("postings", 1, "zero_employment"), 2, "postings[1]（岗位 9）", "多于预留 1 个"),
        (("postings", 0, "seats"), -1, "postings[0]（岗位 p）", "0 到"),
        (("postings", 0, "seats"), True, "postings[0]（岗位 p）", "整数"),
        (("postings", 0, "seats"), 1.5, "postings[0]（岗位 p）", "整数"),
        (("postings", 0, "seats"), None, "postings[0]（岗位 p）", "现为没有"),
        (("postings", 0, "order"), ["a", "x"], "postings[0]（岗位 p）", "毕业生 x 不在实例中"),
        (("postings", 0, "order"), ["a", "a"], "postings[0]（岗位 p）", "列了不止一次"),
        (("postings", 0, "order"), "a", "postings[0]（岗位 p）", "须为数组"),
        (("postings", 0, "order"), ["a", True], "postings[0]（岗位 p）", "不在实例中"),
        (("postings", 1, "id"), "p", "postings[1]（岗位 p）", "重复"),
        (("postings", 1, "id"), 1.0, "postings[1]（岗位 1.0）", "整数或完整的文字"),
        (("graduates", 2, "id"), "7", "graduates[2]（毕业生 7）", "重复"),
        (("graduates", 0, "class"), 6, "graduates[0]（毕业生 a）", "0 到 5"),
        (("graduates", 0, "wishes"), ["q"], "graduates[0]（毕业生 a）", "岗位 q 不在实例中"),
        (("graduates", 0, "wishes"), ["9"], "graduates[0]（毕业生 a）", "岗位 9 不在实例中"),
        (("graduates", 0), 5, "graduates[0]（毕业生 ?）", "须为 JSON 对象"),
        (("graduates",), {}, "instance", "须为数组"),
        (("guarantee_class",), 0, "instance", "1 到 5"),
        (("mode",), "both", "instance", "minimum_guarantee、over_and_above"),
        (("unfilled",), None, "instance", "release、hold"),
        (("postings", 1, "reserved_order"), ["a"], "postings[1]（岗位 9）", "同样的毕业生"),
        (("postings", 0, "fit_points"), [1], "postings[0]（岗位 p）", "等长"),
        (("graduates", 0, "wish_points"), [1, 2], "graduates[0]（毕业生 a）", "递减"),
        (("graduates", 0, "lottery"), 1, "graduates[1]（毕业生 7）", "现为没有"),
    ],
)
def test_each_problem_names_its_record_and_what_to_do(
    where: tuple[Any, ...], value: Any, record: str, words: str
) -> None:
    found = problems_of(_changed(where, value))

    assert any(one["record"] == record and words in one["problem"] for one in found), found


@pytest.mark.parametrize("given", [None, [], 3, "x"])
def test_what_is_no_object_is_no_instance(given: object) -> None:
    assert "JSON 对象" in problems_of(given)[0]["problem"]


def test_a_guaranteed_class_no_seat_is_open_to_is_a_problem_that_names_the_people() -> None:
    given = instance(unfilled="hold", guarantee_class=1)
    for posting in given["postings"]:
        posting |= {"seats": 1, "reserved": 1, "zero_employment": 1}

    assert "毕业生 7" in problems_of(given)[0]["problem"]


def test_all_problems_are_told_at_once() -> None:
    given = instance(mode="x")
    given["postings"][0] |= {"seats": 0, "reserved": 1, "order": ["z", "a", "a"]}
    given["graduates"][1]["class"] = -1

    assert len(problems_of(given)) == 5


def test_equal_lottery_numbers_are_refused() -> None:
    given = instance()
    for graduate in given["graduates"]:
        graduate["lottery"] = 3

    assert len(problems_of(given)) == 3


def test_without_points_the_most_plan_counts_places() -> None:
    """a and 7 both want p most; p lists a first, 9 lists 7 first: together two places fewer than the other way."""
    given = instance(graduates=instance()["graduates"][:2])
    given["postings"][0]["order"].remove("b")

    seats = solve(given, PlanRule.MOST)["seats"]

    assert {person: seat["posting"] for person, seat in seats.items()} == {"a": "p", "7": 9}


def test_a_market_written_as_an_instance_reads_back_as_the_same_plans(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(0, 60, 5):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        market = replace(market, seats=market.seats + np.asarray([1, 0, 0], dtype=np.int32))
        bare = read_instance(json.loads(json.dumps(bare_instance(market, rules))))
        ids = np.asarray(bare.graduates), np.asarray(bare.postings)

        assert bare.rules == replace(rules, stickiness=0)
        assert (ids[0] == market.graduates).all()
        assert (ids[1] == market.postings).all()
        assert (bare.market.wish == market.wish).all()
        for rule in PlanRule:
            there, here = solved(bare.market, rules, rule), solved(market, rules, rule)
            assert (there.edge == here.edge).all(), seed
            assert (there.seated_as == here.seated_as).all(), seed


def test_hashes_can_be_made_again_by_anybody() -> None:
    plan = solve(instance())

    assert plan["instance_hash"] == bare_hash(json.loads(json.dumps(instance(), indent=3)))
    assert plan["result_hash"] == bare_hash(plan["seats"])
    assert plan["result_hash"] != solve(instance(), PlanRule.MOST)["result_hash"]


def test_the_hash_of_a_market_is_that_of_the_instance_it_is_written_as(
    reserve_rule: ReserveRule,
) -> None:
    for seed in range(8):
        market, rules = random_market(seed), rules_of(seed, reserve_rule)
        written = json.loads(json.dumps(bare_instance(market, rules)))

        assert instance_hash(market, rules) == bare_hash(written)
    nobody = Market(**{one.name: getattr(market, one.name)[:0] for one in fields(Market)})
    nobody = replace(nobody, pointer=np.zeros(1, dtype=np.int64))
    assert instance_hash(nobody, PlanRules()) == bare_hash(bare_instance(nobody, PlanRules()))


def test_pins_are_written_in_one_order_whatever_the_order_they_were_made_in() -> None:
    pins = [Pin(PinKind.PIN, 7, 3), Pin(PinKind.FORBID, 7, 2), Pin(PinKind.FORBID, 1, 9)]

    assert written_pins(pins) == written_pins(pins[::-1])
    assert written_pins(pins)[0] == {"graduate": 1, "posting": 9, "kind": "forbid"}
