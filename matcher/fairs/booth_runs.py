"""Rows of booths (展位排): booths side by side with a common front, in the order one walks past them.

An employer with several booths gets a stretch of one row; booths back to back touch as well but have no common
front, so they are in different rows.
"""

from collections.abc import Sequence
from itertools import pairwise

from matcher.fairs.floor import Spot, Walks

Run = tuple[int, ...]
"""Booths side by side, by their place among the spots."""


def find_runs(spots: Sequence[Spot], walks: Walks) -> list[Run]:
    """Return every booth in one row, rows as long as they get, in the order of a walk that turns at their ends."""
    lines = [*_lines(spots, walks, across=True), *_lines(spots, walks, across=False)]
    line_of: dict[int, int] = {}
    for number, line in enumerate(lines):
        for booth in line:
            if len(line) > len(lines[line_of.get(booth, number)]) or booth not in line_of:
                line_of[booth] = number
    chosen: list[Run] = []
    for number, line in enumerate(lines):
        own = tuple(booth for booth in line if line_of[booth] == number)
        chosen += _pieces(own, spots, walks)
    return _in_walking_order(chosen, spots)


def _lines(spots: Sequence[Spot], walks: Walks, *, across: bool) -> list[Run]:
    """Return the rows of one direction."""

    def where(i: int) -> tuple[int, int, int]:
        spot = spots[i]
        first, then = (spot.row, spot.column) if across else (spot.column, spot.row)
        return spot.hall, first, then

    return _pieces(tuple(sorted(range(len(spots)), key=where)), spots, walks)


def _pieces(booths: Sequence[int], spots: Sequence[Spot], walks: Walks) -> list[Run]:
    """Split a sequence of booths where two that follow do not stand side by side in one direction."""
    found: list[list[int]] = [[booth] for booth in booths[:1]]
    for before, booth in pairwise(booths):
        step = _step(spots, before, booth)
        straight = len(found[-1]) < 2 or step == _step(spots, *found[-1][-2:])
        if straight and side_by_side(spots, walks, before, booth):
            found[-1].append(booth)
        else:
            found.append([booth])
    return [tuple(run) for run in found]


def _step(spots: Sequence[Spot], one: int, other: int) -> tuple[int, int]:
    return spots[other].column - spots[one].column, spots[other].row - spots[one].row


def side_by_side(spots: Sequence[Spot], walks: Walks, one: int, other: int) -> bool:
    """Say whether two booths touch and one steps from the front of one to that of the other."""
    columns, rows = _step(spots, one, other)
    touch = spots[one].hall == spots[other].hall and abs(columns) + abs(rows) == 1
    return touch and int(walks.between[one, other]) <= 1


def _in_walking_order(runs: list[Run], spots: Sequence[Spot]) -> list[Run]:
    """Order rows by hall and place, every second one walked backwards."""

    def first(run: Run) -> tuple[int, int, int]:
        return min((spots[i].hall, spots[i].row, spots[i].column) for i in run)

    ordered = sorted(runs, key=first)
    return [run if i % 2 == 0 else run[::-1] for i, run in enumerate(ordered)]


def windows(runs: Sequence[Run], size: int) -> list[Run]:
    """Return every stretch of so many booths, in walking order."""
    return [run[i : i + size] for run in runs for i in range(len(run) - size + 1)]
