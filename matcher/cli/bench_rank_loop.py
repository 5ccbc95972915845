"""A peer of `yangguang bench rank`: what a small project does, a Python loop with RapidFuzz over eligible pairs.

Rows are objects with plain values, texts are compared by RapidFuzz with its default scorer, the best are kept by
`heapq`. RapidFuzz gives another similarity than the product's, so keys cannot be equal; all other points are, and are
checked. Which pairs are eligible is told to the loop: it pays for points and texts alone.
"""

import heapq
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from matcher.cli.bench_rank_market import Market
from matcher.kinds import PriorityMode
from matcher.ranking.pairs import POINTS_MASK, YES_CODE
from matcher.ranking.parameters import PartPoints
from matcher.ranking.tables import GraduateTable, PostingTable


@dataclass(slots=True)
class _Row:
    """A graduate or posting as plain values."""

    values: dict[str, Any]
    text: str


class LoopPeer:
    """The lists of postings, one eligible pair after another."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._graduates: dict[int, _Row] = {}

    def prepare(self, rows: list[int]) -> None:
        """Turn graduates into objects, which is not measured."""
        market = self._market
        for row in rows:
            if row not in self._graduates:
                text = market.texts.texts[int(market.text_of_graduate[row])]
                self._graduates[row] = _Row(_plain(market.snapshot.graduates, row), text)

    def graduate(self, row: int) -> dict[str, Any]:
        """Return the values of a prepared graduate."""
        return self._graduates[row].values

    def posting(self, row: int) -> tuple[_Row, dict[int, int]]:
        """Return a posting as an object with the codes of the majors it accepts."""
        market = self._market
        values = _plain(market.snapshot.postings, row)
        table = market.snapshot.acceptance
        span = slice(table.pointer[values["requirement"]], table.pointer[values["requirement"] + 1])
        accepted = dict(zip(table.leaf[span].tolist(), table.code[span].tolist(), strict=True))
        return _Row(values, market.texts.texts[int(market.text_of_posting[row])]), accepted

    def keys(
        self, posting: _Row, accepted: dict[int, int], rows: list[int], length: int
    ) -> list[tuple[bool, tuple[int, ...], int]]:
        """Return the best of the eligible graduates, best first, by the mode's order."""
        parameters = self._market.snapshot.parameters
        best = []
        for row in rows:
            graduate = self._graduates[row]
            certain, points = points_of(
                graduate.values, posting.values, accepted, parameters.points
            )
            ratio = fuzz.WRatio(graduate.text, posting.text)
            fit = points + int(ratio * parameters.points.text / 100)
            rank = graduate.values["rank"]
            order: tuple[int, ...] = (fit,)
            if parameters.ordinary_mode is PriorityMode.EQUAL_CONDITIONS:
                width = max(1, parameters.equal_width)
                order = (fit // width, rank, fit % width)
            best.append((certain, order, -graduate.values["lottery"]))
        return heapq.nlargest(length, best)


def points_of(
    graduate: dict[str, Any], posting: dict[str, Any], accepted: dict[int, int], points: PartPoints
) -> tuple[bool, int]:
    """Return whether a pair is certain and its points without text."""
    code = accepted.get(graduate["leaf"][0], 0)
    if second := accepted.get(graduate["leaf"][1], 0):
        code = max(code, second - points.second_major)
    gained = (code & POINTS_MASK) + _place(graduate, posting, points)
    gained += _occupation(graduate, posting, points)
    if posting["industry"] >= 0 and posting["industry"] in graduate["industry"]:
        gained += points.industry
    if posting["pay_high"] >= 0:
        short = max(0, graduate["wanted_pay"] - posting["pay_high"])
        gained += max(0, points.pay - short // points.pay_step_yuan)
    if graduate["unit_mask"] & posting["unit_mask"]:
        gained += points.unit
    unstated = not graduate["city"][0] and graduate["mobility"] < 2
    known = posting["city"] and posting["education"] >= 0 and not unstated
    return bool(code >= YES_CODE and known), gained


def _place(graduate: dict[str, Any], posting: dict[str, Any], points: PartPoints) -> int:
    """Return the points of the place; nobody of this market names a whole province."""
    city = posting["city"]
    if not city:
        return 0
    if city in graduate["city"]:
        return points.place_choices[graduate["city"].index(city)]
    moves = graduate["mobility"] >= 1
    return points.place_province if moves and city // 10_000 in graduate["province"] else 0


def _occupation(graduate: dict[str, Any], posting: dict[str, Any], points: PartPoints) -> int:
    if posting["occupation"] in graduate["occupation"]:
        return points.occupation_choices[graduate["occupation"].index(posting["occupation"])]
    same = posting["occupation_group"] in graduate["occupation_group"]
    return points.occupation_group if same else 0


def _plain(table: GraduateTable | PostingTable, row: int) -> dict[str, Any]:
    """Return a row without its text as plain values."""
    columns = table.arrays()
    return {name: columns[name][row].tolist() for name in columns if name not in ("term", "weight")}
