"""Tables a reader cannot tell from the true one: the linear programmes behind `suppression`.

Only moves are looked for: how far each figure of the other table lies from the true one. A figure never falls below
nought. Figures that no relation ties together are never in one programme, so that the programmes stay small.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, hstack, vstack

Key = Hashable
Terms = tuple[tuple[int, Key], ...]
Line = tuple[Terms, int, bool]
"""Terms, constant, and whether the sum equals it (else: is at most that)."""

_MOVED = 1e-6
"""Below this a figure has not moved: the solver's tolerance is a tenth of it."""
_STILL = 1e-4
"""Even what is withheld moves only where it must: fewer figures hang on each other."""
_MOST_SECONDS = 20.0
"""For one programme in whole numbers; without an answer by then the fractional one stands, which withholds no less."""

_SOLVER = {"time_limit": _MOST_SECONDS, "presolve": False}
"""With presolve some orders of the lines give a wrong answer to whole-number programmes."""


@dataclass(frozen=True, slots=True)
class Move:
    """A sum of cells and by how much at least it is to move (less than nought: down)."""

    terms: Terms
    by: float


class AlternativeTables:
    """Finds other tables that keep all relations.

    Parameters
    ----------
    values : every figure
    costs : of the figures that may be withheld, the loss for each unit they move; nought for those that are
        withheld for good. All others are fixed.
    """

    def __init__(
        self, values: Mapping[Key, int], costs: Mapping[Key, float], lines: Sequence[Line]
    ) -> None:
        self._component_of: dict[Key, _Component] = {}
        for keys, own in _components(costs, lines):
            component = _Component(keys, own, values, costs)
            self._component_of.update(dict.fromkeys(keys, component))

    def cheapest(self, move: Move, hidden: Set[Key]) -> dict[Key, float] | None:
        """Return how far each figure moves in the cheapest table that has the move; None if there is none."""
        within = {
            id(found): found for _, key in move.terms if (found := self._component_of.get(key))
        }
        if len(within) == 1:
            (component,) = within.values()
            return component.cheapest(move, hidden)
        return self._apart(move, hidden)

    def _apart(self, move: Move, hidden: Set[Key]) -> dict[Key, float] | None:
        """Move one of several terms that hang together by nothing, the cheapest that can."""
        for weight, key in move.terms:
            component = self._component_of.get(key)
            one = Move(((weight, key),), move.by)
            if component and (found := component.cheapest(one, hidden)) is not None:
                return found
        return None


def _components(
    costs: Mapping[Key, float], lines: Sequence[Line]
) -> list[tuple[list[Key], list[Line]]]:
    """Group what can move by the relations it stands in."""
    of_key: defaultdict[Key, list[int]] = defaultdict(list)
    for number, (terms, _, _) in enumerate(lines):
        for _, key in terms:
            of_key[key].append(number)
    seen: set[Key] = set()
    groups = []
    for start in costs:
        if start in seen:
            continue
        seen.add(start)
        keys, waiting, own = [start], [start], dict[int, None]()
        while waiting:
            numbers = [number for number in of_key[waiting.pop()] if number not in own]
            own.update(dict.fromkeys(numbers))
            near = [key for number in numbers for _, key in lines[number][0]]
            fresh = list(dict.fromkeys(key for key in near if key in costs and key not in seen))
            seen.update(fresh)
            keys += fresh
            waiting += fresh
        groups.append((keys, [lines[number] for number in own]))
    return groups


class _Component:
    """Figures that hang together: moves up and down of each at its cost, under the relations."""

    def __init__(
        self,
        keys: list[Key],
        lines: list[Line],
        values: Mapping[Key, int],
        costs: Mapping[Key, float],
    ) -> None:
        self._keys, self._lines, self._values = keys, lines, values
        self._place = {key: number for number, key in enumerate(keys)}
        self._costs = np.array([costs[key] for key in keys])
        self._upper = np.array([np.inf] * len(keys) + [float(values[key]) for key in keys])

    def cheapest(self, move: Move, hidden: Set[Key]) -> dict[Key, float] | None:
        """Return how far each figure moves; None if there is no such table."""
        free = np.array([key in hidden for key in self._keys])
        costs = np.tile(np.where(free, 0.0, self._costs) + _STILL, 2)
        most = vstack([self._most[0], self._asked(move)], format="csr")
        most_is = np.append(self._most[1], -abs(move.by))
        equal, equal_to = self._equal
        found = linprog(
            costs,
            A_ub=most,
            b_ub=most_is,
            A_eq=equal if equal.shape[0] else None,
            b_eq=equal_to if equal.shape[0] else None,
            bounds=np.column_stack([np.zeros(len(self._upper)), self._upper]),
            method="highs",
        )
        if found.status != 0:
            return None
        if _is_whole(found.x):
            return self._moved(found.x)
        return self._moved(self._whole(costs, most, most_is, otherwise=found.x))

    def _whole(
        self,
        costs: NDArray[np.float64],
        most: csr_matrix,
        most_is: NDArray[np.float64],
        *,
        otherwise: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Look for a table of whole numbers, since readers know that people are not divided."""
        equal, equal_to = self._equal
        constraints = [LinearConstraint(most, -np.inf, most_is)]
        if equal.shape[0]:
            constraints.append(LinearConstraint(equal, equal_to, equal_to))
        found = milp(
            costs,
            constraints=constraints,
            integrality=np.ones(len(self._upper)),
            bounds=Bounds(np.zeros(len(self._upper)), self._upper),
            options=_SOLVER,
        )
        return otherwise if found.x is None else np.asarray(found.x)

    def _moved(self, moves: NDArray[np.float64]) -> dict[Key, float]:
        size = len(self._keys)
        far = moves[:size] - moves[size:]
        return {
            self._keys[number]: float(far[number]) for number in np.flatnonzero(abs(far) > _MOVED)
        }

    def _asked(self, move: Move) -> csr_matrix:
        row = np.zeros((1, len(self._keys)))
        for weight, key in move.terms:
            if key in self._place:
                row[0, self._place[key]] += weight if move.by < 0 else -weight
        return csr_matrix(np.hstack([row, -row]))

    @cached_property
    def _equal(self) -> tuple[csr_matrix, NDArray[np.float64]]:
        lines = [terms for terms, _, is_equal in self._lines if is_equal]
        return self._matrix(lines), np.zeros(len(lines))

    @cached_property
    def _most(self) -> tuple[csr_matrix, NDArray[np.float64]]:
        lines = [(terms, constant) for terms, constant, is_equal in self._lines if not is_equal]
        room = [
            constant - sum(weight * self._values[key] for weight, key in terms)
            for terms, constant in lines
        ]
        return self._matrix([terms for terms, _ in lines]), np.array(room, dtype=float)

    def _matrix(self, lines: Sequence[Terms]) -> csr_matrix:
        """Return sums as a matrix of moves up and, in its second half, down."""
        found = [
            (row, self._place[key], float(weight))
            for row, terms in enumerate(lines)
            for weight, key in terms
            if key in self._place
        ]
        rows, columns, weights = zip(*found, strict=True) if found else ((), (), ())
        matrix = csr_matrix((weights, (rows, columns)), shape=(len(lines), len(self._keys)))
        return hstack([matrix, -matrix], format="csr")


def _is_whole(moves: NDArray[np.float64]) -> bool:
    return bool(np.all(np.abs(moves - np.round(moves)) < _MOVED))
