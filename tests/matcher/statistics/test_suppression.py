"""Small counts stay untold: whatever a reader adds, subtracts or divides, no withheld small count comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.statistics.suppression import (
    Answer,
    Cell,
    Change,
    Key,
    Question,
    Relation,
    Rest,
    Tie,
    sum_relation,
    withhold,
)
from tests.oracles.suppression import Line, determined, range_of

_T = 5


def _lines(relations: Iterable[Relation]) -> list[Line]:
    lines: list[Line] = []
    for one in relations:
        weights: dict[Key, int] = {}
        for weight, key in one.terms:
            weights[key] = weights.get(key, 0) + weight
        lines.append((weights, one.constant, one.is_equal))
    return lines


@dataclass
class _Reader:
    """Everything published, as a reader has it."""

    question: Question
    answer: Answer

    def __post_init__(self) -> None:
        withheld = self.answer.withheld | {
            one.key for one in self.question.cells if one.shown is False
        }
        self.shown = {c.key: c.value for c in self.question.cells if c.key not in withheld}
        self.hidden = [c.key for c in self.question.cells if c.key in withheld]
        self.lines = _lines(self.question.relations)

    def range(self, weights: Mapping[Key, int], *, far: float = 2_000.0) -> tuple[float, float]:
        return range_of(weights, self.shown, self.hidden, self.lines, far=far)

    def closely_known(self) -> set[Key]:
        """Return small counts that a reader knows to be small, or not to be one."""
        return {
            one.key
            for one in self.question.cells
            if one.is_protected
            and 0 < one.value < self.question.threshold
            and not self._is_wide(self.range({one.key: 1}))
        }

    def known_rests(self) -> set[tuple[Key, Key]]:
        values = {one.key: one.value for one in self.question.cells}
        return {
            (one.total, one.part)
            for one in self.question.rests
            if 0 < values[one.total] - values[one.part] < self.question.threshold
            and not self._is_wide(self.range({one.total: 1, one.part: -1}))
        }

    def small_determined(self) -> set[Key]:
        values = {one.key: one.value for one in self.question.cells}
        found = determined(self.shown, self.hidden, self.lines)
        return {key for key in found if 0 < values[key] < self.question.threshold}

    def _is_wide(self, found: tuple[float, float]) -> bool:
        return found[0] <= 1 and found[1] >= self.question.threshold


# One version: a union with its parts, lines that add up, parts within their whole


@st.composite
def sheets(draw: st.DrawFn) -> Question:
    """A union of two to four parts; four lines as the sheet has them, people who stand in two parts."""
    parts = [f"u{n}" for n in range(draw(st.integers(2, 4)))]
    cells: dict[Key, int] = {}
    relations: list[Relation] = []
    rests: list[Rest] = []
    for union in parts:
        signed, study = draw(_counts), draw(_counts)
        need = draw(_counts)
        earlier = draw(st.integers(0, signed + study + need))
        served = draw(st.integers(0, need))
        cells |= {
            (union, "signed"): signed,
            (union, "study"): study,
            (union, "need"): need,
            (union, "total"): signed + study + need,
            (union, "earlier"): earlier,
            (union, "this_year"): signed + study + need - earlier,
            (union, "served"): served,
            (union, "helped"): draw(st.integers(0, served)),
        }
    for line in ("signed", "study", "need", "total", "earlier", "this_year", "served", "helped"):
        cells[("top", line)] = sum(cells[(union, line)] for union in parts)
        relations.append(sum_relation(("top", line), [(union, line) for union in parts]))
    for union in (*parts, "top"):
        relations += [
            sum_relation((union, "total"), [(union, line) for line in ("signed", "study", "need")]),
            sum_relation((union, "total"), [(union, "earlier"), (union, "this_year")]),
            Relation(((1, (union, "served")), (-1, (union, "need"))), is_equal=False),
            Relation(((1, (union, "helped")), (-1, (union, "served"))), is_equal=False),
        ]
        rests.append(Rest((union, "total"), (union, "earlier")))
    costs = {union: 10.0 if union == "top" else 1.0 for union in (*parts, "top")}
    return Question(
        threshold=_T,
        cells=[Cell(key, value, cost=costs[key[0]]) for key, value in cells.items()],  # type: ignore[index]  # keys are pairs
        relations=relations,
        rests=rests,
    )


_counts = st.one_of(st.integers(0, 6), st.integers(0, 40))


@settings(deadline=None)
@given(sheets())
def test_no_small_count_of_a_sheet_can_be_told(question: Question) -> None:
    reader = _Reader(question, withhold(question))

    assert reader.answer.exposed == frozenset()
    assert reader.closely_known() == set()
    assert reader.known_rests() == set()
    assert reader.small_determined() == set()


@settings(deadline=None)
@given(sheets())
def test_a_sheet_without_small_counts_is_shown_whole(question: Question) -> None:
    large = replace(
        question, cells=[replace(one, value=one.value * _T * 2) for one in question.cells]
    )

    assert withhold(large).withheld == frozenset()


def test_one_small_part_takes_another_with_it() -> None:
    question = Question(
        threshold=_T,
        cells=[Cell("a", 3), Cell("b", 40), Cell("c", 20), Cell("all", 63, cost=10)],
        relations=[sum_relation("all", ["a", "b", "c"])],
    )

    answer = withhold(question)

    assert answer.small == {"a"}
    assert len(answer.others) == 1
    assert "all" not in answer.withheld


def test_noughts_and_counts_from_the_threshold_on_are_shown() -> None:
    question = Question(threshold=_T, cells=[Cell("none", 0), Cell("some", _T), Cell("few", 4)])

    assert withhold(question).withheld == {"few"}


def test_what_tells_nothing_of_people_is_shown_however_small() -> None:
    question = Question(threshold=_T, cells=[Cell("fairs", 2, is_protected=False)])

    assert withhold(question).withheld == frozenset()


def test_a_total_and_its_earlier_years_do_not_tell_two_people_of_this_year() -> None:
    question = Question(
        threshold=_T,
        cells=[Cell("all", 50, cost=10), Cell("earlier", 48)],
        relations=[Relation(((1, "earlier"), (-1, "all")), is_equal=False)],
        rests=[Rest("all", "earlier")],
    )

    assert withhold(question).withheld == {"earlier"}


def test_the_money_of_a_withheld_count_is_withheld_and_cannot_be_subtracted() -> None:
    cells = [Cell("people a", 2), Cell("people b", 30), Cell("people c", 25), Cell("people", 57)]
    cells += [
        Cell(f"fen{one.key.removeprefix('people')}", one.value * 100_000, is_protected=False)  # type: ignore[attr-defined]  # keys are words
        for one in cells
    ]
    question = Question(
        threshold=_T,
        cells=cells,
        relations=[
            sum_relation("people", ["people a", "people b", "people c"]),
            sum_relation("fen", ["fen a", "fen b", "fen c"]),
        ],
        ties=[Tie(f"people{one}", f"fen{one}") for one in ("", " a", " b", " c")],
    )

    reader = _Reader(question, withhold(question))

    assert "fen a" in reader.answer.withheld
    low, high = reader.range({"fen a": 1}, far=20_000_000.0)
    assert low <= 100_000
    assert high >= 500_000


# Several versions


def test_a_small_change_since_the_last_version_is_withheld() -> None:
    question = Question(
        threshold=_T,
        cells=[Cell("july", 50, shown=True), Cell("august", 52), Cell("other", 60)],
        changes=[Change("july", "august")],
    )

    assert withhold(question).small == {"august"}


def test_a_small_change_cannot_be_worked_out_from_the_other_parts() -> None:
    question = Question(
        threshold=_T,
        cells=[
            Cell("july a", 50, shown=True),
            Cell("a", 52),
            Cell("b", 60),
            Cell("c", 60),
            Cell("all", 172),
        ],
        relations=[sum_relation("all", ["a", "b", "c"])],
        changes=[Change("july a", "a")],
    )

    reader = _Reader(question, withhold(question))
    low, high = reader.range({"a": 1})

    assert low <= 52 - _T
    assert high >= 52 + _T


def test_a_later_version_does_not_tell_what_an_earlier_one_withheld() -> None:
    """The city withheld two parts; one of them publishes the same figure itself."""
    city = [
        Cell("city a", 3, shown=False),
        Cell("city b", 40, shown=False),
        Cell("city", 43, shown=True),
    ]
    question = Question(
        threshold=_T,
        cells=[*city, Cell("b", 40)],
        relations=[
            sum_relation("city", ["city a", "city b"]),
            Relation(((1, "b"), (-1, "city b"))),
        ],
    )

    assert withhold(question).withheld == {"b"}


def test_what_earlier_versions_already_tell_is_said() -> None:
    question = Question(
        threshold=_T,
        cells=[Cell("all", 43, shown=True), Cell("b", 40, shown=True), Cell("a", 3)],
        relations=[sum_relation("all", ["a", "b"])],
    )

    assert withhold(question).exposed == {"a"}


@pytest.mark.parametrize("surplus", [0, 1, 4])
def test_people_who_stand_in_two_parts_change_nothing(surplus: int) -> None:
    question = Question(
        threshold=_T,
        cells=[Cell("a", 3), Cell("b", 40), Cell("c", 20), Cell("all", 63 - surplus, cost=10)],
        relations=[sum_relation("all", ["a", "b", "c"], surplus)],
    )

    reader = _Reader(question, withhold(question))

    assert reader.closely_known() == set()
