"""A market is checked before it is believed, and the same facts have the same hash in whatever order they come."""

from typing import Any

import numpy as np
import pytest

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import (
    KEY_LIMIT,
    Edges,
    Market,
    market_of,
    named,
    refuse_class_without_seat,
)
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError
from matcher.kinds.plans import SeatedAs, UnfilledReserve

EDGES = {
    "graduate": [0, 0, 1, 1],
    "posting": [0, 1, 0, 1],
    "wish": [1, 2, 5, 5],
    "fit": [3, 3, 3, 3],
    "ordinary_key": [4, 4, 5, 5],
    "reserved_key": [4, 4, 5, 5],
}
FACTS: dict[str, Any] = {
    "graduates": [11, 12],
    "postings": [21, 22],
    "classes": [5, 0],
    "lottery": [7, 3],
    "seats": [[1, 0, 0], [1, 0, 1]],
}


def market_from(edges: dict[str, Any] | None = None, **facts: Any) -> Market:
    return market_of(**FACTS | facts, edges=Edges(**EDGES | (edges or {})))


@pytest.mark.parametrize(
    ("facts", "code", "told"),
    [
        ({"graduates": [12, 11]}, "plan_ids", "11"),
        ({"postings": [21, 21]}, "plan_ids", "21"),
        ({"classes": [5, 6]}, "plan_class", "12"),
        ({"classes": [-1, 0]}, "plan_class", "11"),
        ({"classes": [5]}, "plan_columns", "classes"),
        ({"classes": [0.5, 1]}, "plan_columns", "classes"),
        ({"lottery": [7, 7]}, "plan_lottery", "12"),
        ({"seats": [[1, 0, 0], [-1, 2, 0]]}, "plan_seats", "22"),
        ({"posting_lottery": [1]}, "plan_columns", "posting_lottery"),
        ({"edges": {"graduate": [0, 0, 1, 2]}}, "plan_columns", "2"),
        ({"edges": {"posting": [0, 1, 0, -1]}}, "plan_columns", "-1"),
        ({"edges": {"wish": [1, 2]}}, "plan_columns", "长度"),
        ({"edges": {"posting": [0, 1, 0, 0]}}, "plan_key", "21"),
        ({"edges": {"reserved_key": [4, 4, 4, 5]}}, "plan_key", "21"),
        ({"edges": {"ordinary_key": [4, -4, 5, 5]}}, "plan_key", "22"),
        ({"edges": {"ordinary_key": [4, KEY_LIMIT, 5, 5]}}, "plan_key", "22"),
        (
            {"edges": {"posting": [0, 1, 0, 0], "ordinary_key": [4, 4, 5, 6], "reserved_key": [4, 4, 5, 6]}},
            "plan_pair_twice",
            "12",
        ),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_by_id(
    facts: dict[str, Any], code: str, told: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        market_from(**facts)

    assert refused.value.code == code
    assert told in str(refused.value.details["fields"])


def test_edges_stand_by_graduate_best_wish_first_and_the_lottery_decides_between_equals() -> None:
    market = market_from(posting_lottery=[9, 4])

    assert market.pointer.tolist() == [0, 2, 4]
    assert market.postings[market.posting].tolist() == [22, 21, 22, 21]
    assert market.graduate_of_edge().tolist() == [0, 0, 1, 1]


def test_the_order_of_the_edges_given_does_not_matter_and_everything_else_does() -> None:
    turned = {name: column[::-1] for name, column in EDGES.items()}
    others = [
        market_from({name: [0, 1, 2, 4]})
        for name in ("wish", "fit", "ordinary_key", "reserved_key")
    ]
    others += [market_from(classes=[5, 1]), market_from(seats=[[1, 0, 0], [2, 0, 0]])]
    others += [market_from(lottery=[3, 7]), market_from(graduates=[11, 13])]
    hashes = {market.content_hash() for market in others}

    assert market_from(turned).content_hash() == market_from().content_hash()
    assert len(hashes | {market_from().content_hash()}) == len(others) + 1


def test_a_guarantee_for_a_class_without_any_seat_is_refused() -> None:
    seats = [[0, 0, 1], [0, 0, 0]]
    market = market_from(classes=[3, 0], seats=seats)

    with pytest.raises(InvalidInputError, match="11") as refused:
        refuse_class_without_seat(
            market, PlanRules(guarantee_class=3, unfilled=UnfilledReserve.HOLD)
        )

    assert refused.value.code == "plan_class_without_seat"
    refuse_class_without_seat(market, PlanRules(guarantee_class=3))
    refuse_class_without_seat(market, PlanRules(unfilled=UnfilledReserve.HOLD))


@pytest.mark.parametrize(
    "rules", [{"guarantee_class": 0}, {"guarantee_class": 6}, {"stickiness": -1}]
)
def test_rules_that_mean_nothing_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        PlanRules(**rules)

    assert refused.value.code == "plan_rules"
    assert list(refused.value.details["fields"]) == list(rules)


def test_many_records_are_named_by_the_first_and_their_number() -> None:
    assert named([3, 1]) == "3、1"
    assert named(np.arange(7)) == "0、1、2、3、4 等 7 个"


def test_the_hash_of_a_plan_says_who_sits_where_and_how() -> None:
    market = market_from()
    result = fair_plan(market, PlanRules())
    kinds = result.seated_as.copy()
    kinds[0] = SeatedAs.RELEASED.code
    turned = {name: column[::-1] for name, column in EDGES.items()}

    same = fair_plan(market_from(turned), PlanRules()).result_hash(market)
    other = fair_plan(market_from(graduates=[11, 13]), PlanRules())

    assert same == result.result_hash(market)
    assert other.result_hash(market_from(graduates=[11, 13])) != same
    result.seated_as[:] = kinds
    assert result.result_hash(market) != same
    assert result.posting_row(market).tolist() == [1, 0]


def test_a_promised_seat_comes_first_for_the_plan_and_keeps_its_place_among_the_own_wishes() -> (
    None
):
    plain, kept = market_from(), market_from(favour=[10, 0, 0, 0])

    assert (plain.posting[:2].tolist(), plain.place.tolist()) == ([1, 0], [1, 2, 1, 2])
    assert (kept.posting[:2].tolist(), kept.place.tolist()) == ([0, 1], [2, 1, 1, 2])
    assert kept.wish[:2].tolist() == [11, 2]
