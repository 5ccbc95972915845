"""Pins (人工指定): pairs a person fixed or forbade before a plan is solved.

Whoever is fixed leaves the market with the seat taken; a forbidden pair leaves it as well. What is left is solved
like any market, and `Pinned.restored` puts both together again. A fixed pair has to be an edge: no word of a person
makes somebody eligible.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.fair_plan import fair_plan, seated_as
from matcher.allocation.given_seats import groups_taken
from matcher.allocation.market import Market, named
from matcher.allocation.most_plan import most_plan
from matcher.allocation.plan_result import NOBODY, PlanResult
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError
from matcher.kinds.plans import PinKind, PlanRule


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One pair, by ids of graduate and posting."""

    kind: PinKind
    graduate: int
    posting: int

    def __str__(self) -> str:
        """Name the pair as errors do."""
        return f"{self.kind.label}毕业生 {self.graduate} — 岗位 {self.posting}"


@dataclass(frozen=True, slots=True, eq=False)
class Pinned:
    """A market around its pins.

    Parameters
    ----------
    market : what is left to be solved
    whole : the market as it was
    rows, edges : of what is left, the numbers in `whole`
    edge, group : by graduate of `whole`, the seat that is fixed, or -1
    """

    market: Market
    whole: Market
    rows: NDArray[np.int64]
    edges: NDArray[np.int64]
    edge: NDArray[np.int64]
    group: NDArray[np.int8]

    def restored(self, result: PlanResult) -> PlanResult:
        """Put a plan of what is left and the fixed seats together, as a plan of the whole market."""
        edge, group = self._outer(result.edge, self.edge), self.group.copy()
        group[self.rows] = result.group
        kinds = seated_as(self.whole, edge, group)
        kinds[self.rows] = result.seated_as
        fallback_group = None
        if result.fallback_group is not None:
            fallback_group = np.full(len(edge), NOBODY, dtype=np.int8)
            fallback_group[self.rows] = result.fallback_group
        return replace(
            result,
            edge=edge,
            group=group,
            seated_as=kinds,
            first=None if result.first is None else self._outer(result.first, self.edge),
            fallback=None if result.fallback is None else self._outer(result.fallback),
            fallback_group=fallback_group,
            uncovered=self.rows[result.uncovered],
        )

    def _outer(
        self, edge: NDArray[np.int64], fixed: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Number edges of what is left as in the whole market."""
        outer = np.full(len(self.edge), NOBODY, dtype=np.int64) if fixed is None else fixed.copy()
        seated = edge >= 0
        outer[self.rows[seated]] = self.edges[edge[seated]]
        return outer


def solved(
    market: Market, rules: PlanRules, rule: PlanRule, pins: Sequence[Pin] = ()
) -> PlanResult:
    """Solve a market around its pins, by either rule.

    Raises
    ------
    InvalidInputError
        The pins cannot all be kept; the sentence names each and says what to do.
    """
    solver = fair_plan if rule is PlanRule.FAIR else most_plan
    if not pins:
        return solver(market, rules)
    around = pinned(market, rules, pins)
    return around.restored(solver(around.market, rules))


def pinned(market: Market, rules: PlanRules, pins: Sequence[Pin]) -> Pinned:
    """Take pins out of a market.

    Raises
    ------
    InvalidInputError
        As of `solved`.
    """
    _refuse(_contradictions(pins))
    _refuse(_strangers(market, pins))
    fixed = [pin for pin in pins if pin.kind is PinKind.PIN]
    found = edges_of(market, fixed)
    _refuse(f"{pin}：不符合该岗位的条件、尚待确认，或一方已经谢绝、回避。请解除该固定，或先补正资料。"
            for pin, at in zip(fixed, found.tolist(), strict=True) if at < 0)  # fmt: skip
    edge = np.full(market.n_graduates, NOBODY, dtype=np.int64)
    edge[_rows(market.graduates, [pin.graduate for pin in fixed])] = found
    group = groups_taken(market, rules, edge)
    _refuse(_without_seat(market, edge, group))
    forbidden = edges_of(market, [pin for pin in pins if pin.kind is PinKind.FORBID])
    return _taken_out(market, edge, group, forbidden[forbidden >= 0])


def edges_of(market: Market, pairs: Iterable[Pin]) -> NDArray[np.int64]:
    """Return the edge of each pair, -1 where a pair is none; both ids have to be in the market."""
    listed = list(pairs)
    people = _rows(market.graduates, [pin.graduate for pin in listed])
    offers = _rows(market.postings, [pin.posting for pin in listed])
    edges = np.full(len(listed), NOBODY, dtype=np.int64)
    for at, (row, offer) in enumerate(zip(people.tolist(), offers.tolist(), strict=True)):
        first, last = market.pointer[row], market.pointer[row + 1]
        there = np.flatnonzero(market.posting[first:last] == offer)
        if len(there):
            edges[at] = first + there[0]
    return edges


def _rows(ids: NDArray[np.int32], wanted: Sequence[int]) -> NDArray[np.int64]:
    return np.searchsorted(ids, np.asarray(wanted, dtype=np.int64)).astype(np.int64)


def _contradictions(pins: Sequence[Pin]) -> Iterator[str]:
    """Say which pins stand twice or against each other."""
    for pin, count in Counter(pins).items():
        if count > 1:
            yield f"{pin}：登记了 {count} 次。请只保留一条。"
    pairs = {(pin.graduate, pin.posting) for pin in pins if pin.kind is PinKind.FORBID}
    offers: dict[int, set[int]] = {}
    for pin in pins:
        if pin.kind is PinKind.PIN:
            offers.setdefault(pin.graduate, set()).add(pin.posting)
            if (pin.graduate, pin.posting) in pairs:
                yield f"毕业生 {pin.graduate} — 岗位 {pin.posting}：既固定又禁止。请解除其中一条。"
    for graduate, several in sorted(offers.items()):
        if len(several) > 1:
            yield f"毕业生 {graduate}：被固定在多个岗位（{named(sorted(several))}）。请只保留一个。"


def _strangers(market: Market, pins: Sequence[Pin]) -> Iterator[str]:
    """Say whose graduate or posting is not in the market."""
    people, offers = set(market.graduates.tolist()), set(market.postings.tolist())
    for pin in pins:
        if pin.graduate not in people:
            why = "没有参加排序、没有同意，或已有着落"
            yield f"{pin}：毕业生 {pin.graduate} 不在本次市场中（{why}）。请解除，或先将其加入排序。"
        if pin.posting not in offers:
            why = "没有空席、已关闭，或没有参加排序"
            yield f"{pin}：岗位 {pin.posting} 不在本次市场中（{why}）。请解除，或先增加席位。"


def _without_seat(
    market: Market, edge: NDArray[np.int64], group: NDArray[np.int8]
) -> Iterator[str]:
    """Say at which postings more people are fixed than seats are open to them."""
    lacking = np.flatnonzero((edge >= 0) & (group < 0))
    for offer in np.unique(market.posting[edge[lacking]]).tolist():
        people = np.flatnonzero(edge >= 0)
        there = people[market.posting[edge[people]] == offer]
        without = lacking[market.posting[edge[lacking]] == offer]
        ordinary, hardship, zero = market.seats[offer].tolist()
        yield (
            f"岗位 {market.postings[offer]}：固定了毕业生 {named(market.graduates[there])}，"
            f"但空席为普通 {ordinary}、困难预留 {hardship}、零就业预留 {zero}，"
            f"没有向毕业生 {named(market.graduates[without])} 开放的席位。请解除固定，或增加席位。"
        )


def _refuse(problems: Iterable[str]) -> None:
    listed = list(problems)
    if listed:
        message = "人工指定无法同时满足：" + "".join(listed)
        raise InvalidInputError("plan_pins", message, fields={"pins": message}, problems=listed)


def _taken_out(
    market: Market,
    edge: NDArray[np.int64],
    group: NDArray[np.int8],
    forbidden: NDArray[np.int64],
) -> Pinned:
    rows = np.flatnonzero(edge < 0)
    graduate = market.graduate_of_edge()
    is_left = edge[graduate] < 0
    is_left[forbidden] = False
    edges = np.flatnonzero(is_left)
    seats = market.seats.copy()
    taken = np.flatnonzero(edge >= 0)
    np.subtract.at(seats, (market.posting[edge[taken]], group[taken]), 1)
    left = replace(
        market,
        graduates=market.graduates[rows],
        classes=market.classes[rows],
        lottery=market.lottery[rows],
        seats=seats,
        pointer=np.searchsorted(graduate[edges], np.append(rows, market.n_graduates)),
        posting=market.posting[edges],
        wish=market.wish[edges],
        fit=market.fit[edges],
        place=market.place[edges],
        ordinary_key=market.ordinary_key[edges],
        reserved_key=market.reserved_key[edges],
    )
    return Pinned(left, market, rows, edges, edge, group)
