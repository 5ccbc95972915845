"""The market of a plan (安置市场): who may sit where, who would rather sit where, who goes first where.

Plain arrays without a name in them. Rows are numbered by ascending id and each graduate's edges stand best wish
first, so the same facts give the same arrays and the same hash in whatever order they come.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.allocation.rules import HIGHEST_CLASS, N_GROUPS, PlanRules
from matcher.errors import InvalidInputError

KEY_LIMIT = 1 << 62
"""Keys stay below: the bit above is the fallback seat's (`matcher.ranking.order`)."""

_SHOWN = 5
"""Records an error names at most; the rest is a count."""


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Graduates, postings and the pairs (edges) that may come about; made by `market_of`.

    Parameters
    ----------
    graduates, postings : int32[G], int32[P], ids, ascending
    classes : int8[G], 5 zero-employment, 4 to 1 the tiers, 0 everybody else
    lottery : int64[G], lower first, distinct
    seats : int32[P, 3], ordinary, reserved for hardship, reserved for zero-employment
    pointer : int64[G + 1], into the edges, which stand by graduate, best wish first
    posting : int32[E], row of the posting
    wish, fit : int32[E], points; a promised seat's wish holds the points of a plan that keeps promises (stickiness)
    place : int32[E], 1 for the own best wish: by the wishes alone, without such points
    ordinary_key, reserved_key : int64[E], order at the posting, higher first, distinct inside a posting
    """

    graduates: NDArray[np.int32]
    postings: NDArray[np.int32]
    classes: NDArray[np.int8]
    lottery: NDArray[np.int64]
    seats: NDArray[np.int32]
    pointer: NDArray[np.int64]
    posting: NDArray[np.int32]
    wish: NDArray[np.int32]
    fit: NDArray[np.int32]
    place: NDArray[np.int32]
    ordinary_key: NDArray[np.int64]
    reserved_key: NDArray[np.int64]

    @property
    def n_graduates(self) -> int:
        """Count the graduates."""
        return len(self.graduates)

    @property
    def n_postings(self) -> int:
        """Count the postings."""
        return len(self.postings)

    @property
    def n_edges(self) -> int:
        """Count the pairs."""
        return len(self.posting)

    def graduate_of_edge(self) -> NDArray[np.int32]:
        """Row of the graduate of each edge, int32[E]; made when asked."""
        rows = np.arange(self.n_graduates, dtype=np.int32)
        return np.repeat(rows, np.diff(self.pointer))

    def content_hash(self) -> str:
        """SHA-256 over all arrays, whatever machine they lie on."""
        digest = hashlib.sha256()
        for field in fields(self):
            array: NDArray[Any] = getattr(self, field.name)
            little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{field.name} {array.dtype.name} {array.shape}\n".encode())
            digest.update(little.data)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Pairs in any order: rows of graduate and posting, points and keys as of `Market`."""

    graduate: ArrayLike
    posting: ArrayLike
    wish: ArrayLike
    fit: ArrayLike
    ordinary_key: ArrayLike
    reserved_key: ArrayLike


def market_of(
    *,
    graduates: ArrayLike,
    postings: ArrayLike,
    classes: ArrayLike,
    lottery: ArrayLike,
    seats: ArrayLike,
    edges: Edges,
    favour: ArrayLike | None = None,
    posting_lottery: ArrayLike | None = None,
) -> Market:
    """Check what is given and put it in order.

    Parameters
    ----------
    graduates, postings : ids, ascending; rows of `edges` are places in them
    seats : [P, 3], see `Market`
    favour : [E], points a plan adds to the wish of a pair to keep it
    posting_lottery : [P], lower first; decides between equal wishes. The lower id does if missing

    Raises
    ------
    InvalidInputError
        Something contradicts itself; the sentence names the records by id.
    """
    people = _ids(graduates, "graduates", "毕业生")
    offers = _ids(postings, "postings", "岗位")
    drawn = np.arange(len(offers)) if posting_lottery is None else posting_lottery
    order = _exact(drawn, np.int64, len(offers), "posting_lottery")
    columns = _columns(edges)
    _check_rows(columns, len(people), len(offers))
    turn, place = _in_order(columns, order, favour)
    graduate = columns.pop("graduate")[turn]
    market = Market(
        graduates=people,
        postings=offers,
        classes=_exact(classes, np.int8, len(people), "classes"),
        lottery=_exact(lottery, np.int64, len(people), "lottery"),
        seats=_exact(np.reshape(np.asarray(seats), (-1, N_GROUPS)), np.int32, len(offers), "seats"),
        pointer=np.searchsorted(graduate, np.arange(len(people) + 1)).astype(np.int64),
        posting=columns["posting"][turn].astype(np.int32),
        wish=columns["wish"][turn].astype(np.int32),
        fit=columns["fit"][turn].astype(np.int32),
        place=place[turn],
        ordinary_key=columns["ordinary_key"][turn],
        reserved_key=columns["reserved_key"][turn],
    )
    _check_people(market)
    _check_seats(market)
    _check_edges(market, graduate)
    return market


def _in_order(
    columns: dict[str, NDArray[np.int64]], order: NDArray[np.int64], favour: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Return the order of the pairs, favours added to their wishes, and by pair the place without them."""

    def sorted_by_wish() -> NDArray[np.intp]:
        return np.lexsort((order[columns["posting"]], -columns["wish"], columns["graduate"]))

    own = sorted_by_wish()
    place = _places(columns["graduate"], own)
    if favour is None:
        return own, place
    columns["wish"] = columns["wish"] + _exact(favour, np.int64, len(own), "favour")
    return sorted_by_wish(), place


def _places(graduate: NDArray[np.int64], turn: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return by pair its place among the pairs of its graduate, 1 for the first in an order."""
    ordered = graduate[turn]
    first = np.searchsorted(ordered, ordered)
    place = np.empty(len(turn), dtype=np.int32)
    place[turn] = np.arange(len(turn)) - first + 1
    return place


def _ids(given: ArrayLike, field: str, word: str) -> NDArray[np.int32]:
    ids = np.asarray(given, dtype=np.int64).reshape(-1)
    again = ids[1:][np.diff(ids) <= 0]
    if len(again):
        raise _wrong("plan_ids", f"{word}编号须从小到大且不重复：{named(again)}。", field)
    return ids.astype(np.int32)


def _exact(given: ArrayLike, kind: Any, length: int, field: str) -> NDArray[Any]:
    """Array of a type and length, refused if it cannot be one."""
    found = np.asarray(given)
    array = found.astype(kind)
    if len(array) != length or not np.array_equal(array, found):
        raise _wrong("plan_columns", f"{field} 的长度或取值不对，应有 {length} 项。", field)
    return np.ascontiguousarray(array)


def _columns(edges: Edges) -> dict[str, NDArray[np.int64]]:
    names = [field.name for field in fields(edges)]
    columns = {name: np.asarray(getattr(edges, name), dtype=np.int64).reshape(-1) for name in names}
    if len({len(column) for column in columns.values()}) > 1:
        raise _wrong("plan_columns", "组合各列的长度不一致。", "edges")
    return columns


def _check_rows(columns: dict[str, NDArray[np.int64]], n_graduates: int, n_postings: int) -> None:
    for name, limit in (("graduate", n_graduates), ("posting", n_postings)):
        outside = (columns[name] < 0) | (columns[name] >= limit)
        if outside.any():
            raise _wrong(
                "plan_columns", f"组合指向不存在的行：{named(columns[name][outside])}。", name
            )


def _check_people(market: Market) -> None:
    outside = (market.classes < 0) | (market.classes > HIGHEST_CLASS)
    if outside.any():
        who = named(market.graduates[outside])
        raise _wrong("plan_class", f"类别须在 0 到 {HIGHEST_CLASS} 之间：毕业生 {who}。", "classes")
    turn = np.argsort(market.lottery, kind="stable")
    same = np.diff(market.lottery[turn]) == 0
    if same.any():
        who = named(np.sort(market.graduates[turn[1:][same]]))
        raise _wrong("plan_lottery", f"抽签号重复：毕业生 {who}。", "lottery")


def _check_seats(market: Market) -> None:
    negative = (market.seats < 0).any(axis=1)
    if negative.any():
        which = named(market.postings[negative])
        raise _wrong("plan_seats", f"席位数为负，或预留席位多于招聘人数：岗位 {which}。", "seats")


def _check_edges(market: Market, graduate: NDArray[np.int64]) -> None:
    """Refuse a pair that stands twice, and keys that are out of range or equal inside a posting."""
    for name in ("ordinary_key", "reserved_key"):
        keys: NDArray[np.int64] = getattr(market, name)
        outside = (keys < 0) | (keys >= KEY_LIMIT)
        if outside.any():
            which = named(np.unique(market.postings[market.posting[outside]]))
            raise _wrong("plan_key", f"次序号超出范围：岗位 {which}。", name)
        turn = np.lexsort((keys, market.posting))
        same = (np.diff(market.posting[turn]) == 0) & (np.diff(keys[turn]) == 0)
        if same.any():
            which = named(np.unique(market.postings[market.posting[turn[1:][same]]]))
            raise _wrong("plan_key", f"两名毕业生在同一岗位次序相同：岗位 {which}。", name)
    pair = np.sort(graduate * market.n_postings + market.posting)
    twice = pair[1:][np.diff(pair) == 0]
    if len(twice):
        who = named(np.unique(market.graduates[twice // market.n_postings]))
        raise _wrong("plan_pair_twice", f"同一组合出现两次：毕业生 {who}。", "edges")


def refuse_class_without_seat(market: Market, rules: PlanRules) -> None:
    """Refuse a guarantee for a class that no seat at all is open to.

    Raises
    ------
    InvalidInputError
        People of a guaranteed class are here, but every seat is kept for others.
    """
    seats = market.seats.sum(axis=0)
    here = np.unique(market.classes[rules.guaranteed(market.classes)]).tolist()
    for person_class in here:
        if not seats[np.asarray(rules.open_to(person_class))].any():
            who = named(market.graduates[market.classes == person_class])
            raise _wrong(
                "plan_class_without_seat",
                f"类别 {person_class} 设有保底，但没有一个席位向其开放：毕业生 {who}。",
                "seats",
            )


def named(ids: NDArray[Any] | Sequence[object]) -> str:
    """Name some records by id, and say how many there are in all."""
    shown = "、".join(str(one) for one in list(ids)[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} 等 {len(ids)} 个"


def _wrong(code: str, message: str, field: str) -> InvalidInputError:
    return InvalidInputError(code, message, fields={field: message})
