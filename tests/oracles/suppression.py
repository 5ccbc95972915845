"""A reader who wants to know: ranges of withheld figures by whole-number programmes, and what plain algebra determines.

Slow and on its own: it shares no code with `matcher.statistics.suppression`.
"""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Key = Hashable
Line = tuple[Mapping[Key, int], int, bool]
"""Weights, constant, and whether the sum equals it (else: is at most that)."""


def range_of(
    weights: Mapping[Key, int],
    shown: Mapping[Key, int],
    hidden: Sequence[Key],
    lines: Sequence[Line],
    *,
    far: float = 2_000.0,
) -> tuple[float, float]:
    """Return the least and the greatest a sum can be, for all a reader of the shown figures can tell.

    Parameters
    ----------
    far : no figure is taken to be greater; solvers go astray if it is out of all proportion
    """
    base = sum(weight * shown[key] for key, weight in weights.items() if key in shown)
    place = {key: number for number, key in enumerate(hidden)}
    goal = np.zeros(len(hidden))
    for key, weight in weights.items():
        if key in place:
            goal[place[key]] += weight
    if not goal.any():
        return base, base
    constraints = [_constraint(line, shown, place) for line in lines]
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * goal,
            constraints=[one for one in constraints if one is not None],
            integrality=np.ones(len(hidden)),
            bounds=Bounds(np.zeros(len(hidden)), np.full(len(hidden), far)),
            options={"presolve": False},  # with it some orders of the lines give a wrong end
        )
        assert found.status == 0, found.message
        ends.append(base + sign * found.fun)
    return round(ends[0], 6), round(ends[1], 6)


def _constraint(
    line: Line, shown: Mapping[Key, int], place: Mapping[Key, int]
) -> LinearConstraint | None:
    weights, constant, is_equal = line
    row, known = np.zeros(len(place)), 0
    for key, weight in weights.items():
        if key in place:
            row[place[key]] += weight
        else:
            known += weight * shown[key]
    if not row.any():
        return None
    rest = constant - known
    return LinearConstraint(row, rest if is_equal else -np.inf, rest)


def determined(shown: Mapping[Key, int], hidden: Sequence[Key], lines: Sequence[Line]) -> set[Key]:
    """Return withheld figures that follow from the equations alone, by elimination in exact fractions."""
    rows = []
    for weights, constant, is_equal in lines:
        if is_equal:
            rest = constant - sum(w * shown[key] for key, w in weights.items() if key in shown)
            rows.append([Fraction(weights.get(key, 0)) for key in hidden] + [Fraction(rest)])
    reduced = _reduced(rows, len(hidden))
    found = set()
    for row in reduced:
        used = [number for number in range(len(hidden)) if row[number]]
        if len(used) == 1:
            found.add(hidden[used[0]])
    return found


def _reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    done = 0
    for column in range(width):
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for number, row in enumerate(rows):
            if number != done and row[column]:
                factor = row[column]
                rows[number] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]
