"""Bare instances (裸实例): a market as one JSON object, from whoever has one.

::

    {"postings": [{"id", "seats", "reserved", "order": [graduate ids, best first]}],
     "graduates": [{"id", "class": 0..5 (higher first), "wishes": [posting ids, best first]}],
     "guarantee_class": 5, "mode": "minimum_guarantee" | "over_and_above", "unfilled": "release" | "hold"}

`reserved` counts those of the seats that are kept for hardship. What the product itself writes says more, and others
may: `zero_employment` of the reserved seats kept for zero-employment households, `reserved_order` where these have an
order of their own, `lottery` of a graduate (lower first among equals; without it whoever is listed first),
`fit_points` beside `order` and `wish_points` beside `wishes`. Without points the most-placements plan counts places:
the fewer places down both lists a pair stands, the better.

Ids are whole numbers or strings. A pair may come about only if it stands in both lists. All problems of an instance
are told at once; nothing is left out without a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.bare_problems import (
    GRADUATE_FIELDS,
    INSTANCE_FIELDS,
    POSTING_FIELDS,
    Id,
    Named,
    Problems,
)
from matcher.allocation.market import Edges, Market, market_of, named
from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.kinds.plans import ReserveOrder, UnfilledReserve

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class BareInstance:
    """An instance read: rows of the market are places in the lists, its ids are rows + 1.

    Parameters
    ----------
    graduates, postings : ids as given, by row
    remarks : what was passed over, in words
    """

    market: Market
    rules: PlanRules
    graduates: tuple[Id, ...]
    postings: tuple[Id, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """One side's lists, laid end to end: by entry the own row, the other side's row and the place."""

    own: Ints
    other: Ints
    place: Ints


def read_instance(given: Any) -> BareInstance:
    """Check an instance and make a market of it.

    Raises
    ------
    InvalidInputError
        `plan_instance`; `details["problems"]` lists all that is wrong, by record.
    """
    problems = Problems()
    instance = problems.mapping(given, "instance", INSTANCE_FIELDS)
    postings = problems.records(instance, "postings", POSTING_FIELDS)
    graduates = problems.records(instance, "graduates", GRADUATE_FIELDS)
    row_of_posting, row_of_graduate = problems.ids(postings), problems.ids(graduates)
    rules = _rules(instance, problems)
    seats = _seats(postings, problems)
    classes = [
        problems.whole(record, name, "class", None, 0, HIGHEST_CLASS) for name, record in graduates
    ]
    lottery = problems.lottery(graduates)
    wishes = _lists(graduates, "wishes", row_of_posting, problems)
    orders = _lists(postings, "order", row_of_graduate, problems)
    reserved_place = _reserved_places(postings, orders, row_of_graduate, problems)
    wish_points = problems.points(graduates, "wishes", "wish_points", descend=True)
    fit_points = problems.points(postings, "order", "fit_points", descend=False)
    problems.classes_without_seat(graduates, classes, seats, rules)
    problems.refuse()
    names = (tuple(row_of_graduate), tuple(row_of_posting))
    at_wish, at_order = _in_both(wishes, orders, *map(len, names))
    _remark_on_lone_entries(wishes, orders, at_wish, at_order, names, problems)
    market = market_of(
        graduates=np.arange(1, len(names[0]) + 1),
        postings=np.arange(1, len(names[1]) + 1),
        classes=np.asarray(classes, dtype=np.int64),
        lottery=lottery,
        seats=np.asarray(seats, dtype=np.int64),
        edges=Edges(
            wishes.own[at_wish],
            wishes.other[at_wish],
            _from_the_end(wishes.place)[at_wish],
            _or_places(fit_points, orders)[at_order],
            _from_the_end(orders.place)[at_order],
            _from_the_end(reserved_place)[at_order],
        ),
    )
    # The pairs stand by graduate and place already, so other points of the wishes keep their order.
    wish = _or_places(wish_points, wishes)[at_wish].astype(np.int32)
    return BareInstance(replace(market, wish=wish), rules, *names, tuple(problems.remarks))


def _rules(instance: Mapping[str, Any], problems: Problems) -> PlanRules:
    guaranteed = None
    if instance.get("guarantee_class", HIGHEST_CLASS) is not None:
        guaranteed = problems.whole(
            instance, "instance", "guarantee_class", HIGHEST_CLASS, 1, HIGHEST_CLASS
        )
    return PlanRules(
        guaranteed,
        problems.member(instance, "mode", ReserveOrder, ReserveOrder.MINIMUM_GUARANTEE),
        problems.member(instance, "unfilled", UnfilledReserve, UnfilledReserve.RELEASE),
    )


def _seats(postings: Sequence[Named], problems: Problems) -> list[list[int]]:
    """Count ordinary, hardship and zero-employment seats of each posting."""
    found = []
    for name, record in postings:
        total = problems.whole(record, name, "seats", None, 0)
        reserved = problems.whole(record, name, "reserved", 0, 0)
        zero = problems.whole(record, name, "zero_employment", 0, 0)
        if reserved > total:
            problems.add(
                name, "reserved", f"预留 {reserved} 个多于席位 {total} 个，请改小预留或增加席位。"
            )
        if zero > reserved:
            problems.add(
                name, "zero_employment", f"零就业预留 {zero} 个多于预留 {reserved} 个，请改小。"
            )
        found.append([total - reserved, reserved - zero, zero])
    return found


def _lists(
    records: Sequence[Named], field: str, row_of: Mapping[Id, int], problems: Problems
) -> _Lists:
    """Read one list a record."""
    rows = [problems.rows(record, name, field, row_of) for name, record in records]
    lengths = np.asarray([len(one) for one in rows], dtype=np.int64)
    own = np.repeat(np.arange(len(rows)), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    other = np.fromiter((row for one in rows for row in one), np.int64, len(own))
    return _Lists(own, other, np.arange(len(own)) - first)


def _reserved_places(
    postings: Sequence[Named], orders: _Lists, row_of: Mapping[Id, int], problems: Problems
) -> Ints:
    """Return by entry of the orders its place in the order of reserved seats, the same one unless said otherwise."""
    places = orders.place.copy()
    bounds = np.searchsorted(orders.own, np.arange(len(postings) + 1))
    for row, (name, record) in enumerate(postings):
        if "reserved_order" not in record:
            continue
        entries = slice(bounds[row], bounds[row + 1])
        again = problems.rows(record, name, "reserved_order", row_of)
        place_of = {graduate: place for place, graduate in enumerate(again)}
        listed = orders.other[entries].tolist()
        if place_of.keys() != set(listed):
            problems.add(name, "reserved_order", "须与 order 列出同样的毕业生，只是次序可以不同。")
            continue
        places[entries] = [place_of[graduate] for graduate in listed]
    return places


def _in_both(
    wishes: _Lists, orders: _Lists, n_graduates: int, n_postings: int
) -> tuple[Ints, Ints]:
    """Return the entries of either side's lists that are the same pair, in the order of the wishes."""
    wanted = wishes.own * n_postings + wishes.other
    listed = orders.other * n_postings + orders.own
    _, at_wish, at_order = np.intersect1d(wanted, listed, assume_unique=True, return_indices=True)
    turn = np.argsort(at_wish)
    return at_wish[turn], at_order[turn]


def _remark_on_lone_entries(
    wishes: _Lists,
    orders: _Lists,
    at_wish: Ints,
    at_order: Ints,
    names: tuple[tuple[Id, ...], tuple[Id, ...]],
    problems: Problems,
) -> None:
    """Say which entries stand in one side's lists only: they are no pairs."""
    graduates, postings = names
    for lists, found, mine, theirs, words in (
        (wishes, at_wish, graduates, postings, "志愿所填岗位未列出本人，不成组合"),
        (orders, at_order, postings, graduates, "岗位所列毕业生未填该岗位，不成组合"),
    ):
        lone = np.delete(np.arange(len(lists.own)), found)
        pairs = [f"{mine[lists.own[at]]} → {theirs[lists.other[at]]}" for at in lone]
        if pairs:
            problems.remarks.append(f"{words}：{named(pairs)}。")


def _from_the_end(place: Ints) -> Ints:
    """Turn places into numbers of which the higher is the better."""
    numbers: Ints = int(place.max(initial=0)) + 1 - place
    return numbers


def _or_places(points: Ints | None, lists: _Lists) -> Ints:
    return _from_the_end(lists.place) if points is None else points
