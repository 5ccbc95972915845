"""Other tables a reader cannot tell from the true one: they keep what is known, and people are not divided."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import milp

from matcher.statistics.alternative_tables import AlternativeTables, Line, Move

_PAIRS = ("ab", "bc", "ca")
_VALUES: dict[Any, int] = {**dict.fromkeys("abc", 4), **dict.fromkeys(_PAIRS, 8), "twice": 24}
_LINES: list[Line] = [
    *((((1, one[0]), (1, one[1]), (-1, one)), 0, True) for one in _PAIRS),
    (((1, "ab"), (1, "bc"), (1, "ca"), (-1, "twice")), 0, True),
]
"""Everybody stands in two of three courses: the person-times are twice the people, so never odd."""


@pytest.mark.parametrize("by", [1, -1, 3, -3])
def test_people_are_not_divided(by: int) -> None:
    tables = AlternativeTables(_VALUES, dict.fromkeys(_VALUES, 1.0), _LINES)

    found = tables.cheapest(Move(((1, "twice"),), by), set())

    assert found is not None
    assert all(far == pytest.approx(round(far)) for far in found.values())
    assert abs(found["twice"]) == pytest.approx(abs(by) + 1)


def test_whole_numbers_are_looked_for_without_presolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver's own way of making programmes smaller goes wrong with some whole-number ones."""
    asked: list[dict[str, Any]] = []

    def watched(*given_: Any, options: dict[str, Any], **more: Any) -> Any:
        asked.append(options)
        return milp(*given_, options=options, **more)

    monkeypatch.setattr("matcher.statistics.alternative_tables.milp", watched)
    tables = AlternativeTables(_VALUES, dict.fromkeys(_VALUES, 1.0), _LINES)
    tables.cheapest(Move(((1, "twice"),), 1), set())

    assert [one["presolve"] for one in asked] == [False]


@st.composite
def _tables(draw: st.DrawFn) -> tuple[dict[Any, int], list[Line]]:
    """Figures with relations of any kind, most of which divide people if fractions are allowed."""
    keys = range(draw(st.integers(3, 8)))
    values: dict[Any, int] = {key: draw(st.integers(0, 12)) for key in keys}
    lines: list[Line] = []
    for _ in range(draw(st.integers(1, 5))):
        several = draw(st.lists(st.sampled_from(keys), min_size=2, max_size=4, unique=True))
        terms = tuple((draw(st.sampled_from([1, 1, -1, 2])), key) for key in several)
        total = sum(weight * values[key] for weight, key in terms)
        is_equal = draw(st.booleans())
        lines.append((terms, total + (0 if is_equal else draw(st.integers(0, 3))), is_equal))
    return values, lines


@settings(deadline=None, max_examples=50)
@given(_tables(), st.integers(-5, 5).filter(bool))
def test_another_table_keeps_all_that_is_known(
    made: tuple[dict[Any, int], list[Line]], by: int
) -> None:
    values, lines = made

    found = AlternativeTables(values, dict.fromkeys(values, 1.0), lines).cheapest(
        Move(((1, 0),), by), set()
    )

    if found is None:
        return
    other = {key: value + found.get(key, 0.0) for key, value in values.items()}
    assert all(value >= -1e-6 for value in other.values())
    assert found[0] / by >= 1 - 1e-6
    for terms, constant, is_equal in lines:
        total = sum(weight * other[key] for weight, key in terms)
        assert total <= constant + 1e-5
        assert not is_equal or total >= constant - 1e-5
