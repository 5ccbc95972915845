"""Published versions of several periods (报告期): what is counted by times adds up over adjoining days.

Whoever reads July, August and the whole drive subtracts and has September, published or not. So a version is tied to
those whose days tile its own, and where one stretch of days is left over, the rest is a figure nobody publishes and
that must not be told either. Figures of people are not added: they are counted from the drive's first day on.
"""

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from matcher.statistics.suppression import Cell, Relation

Days = tuple[dt.date, dt.date]
PlaceT = TypeVar("PlaceT", bound=Hashable)

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch(Generic[PlaceT]):
    """What a version tells of its days that adds up over days.

    Parameters
    ----------
    days : first and last
    figures : by place; True where few of it tell something of somebody
    """

    name: Hashable
    days: Days
    figures: Mapping[PlaceT, tuple[int, bool]]


def tie_periods(
    stretches: Sequence[Stretch[PlaceT]], threshold: int
) -> tuple[list[Cell], list[Relation]]:
    """Return the rests nobody published, as withheld figures, and the sums over days a reader knows."""
    cells: list[Cell] = []
    relations: list[Relation] = []
    for whole in stretches:
        inside = sorted(
            (one for one in stretches if _is_inside(one.days, whole.days)),
            key=lambda one: (one.days, str(one.name)),
        )
        for chain, is_full in _chains(inside, whole.days):
            for place, (value, is_protected) in whole.figures.items():
                if not all(place in one.figures for one in chain):
                    continue
                rest = value - sum(one.figures[place][0] for one in chain)
                terms = (*((1, (one.name, place)) for one in chain), (-1, (whole.name, place)))
                if is_full and abs(rest) < threshold:
                    relations.append(Relation(terms, -rest))
                elif not is_full and rest >= 0:
                    names = tuple(one.name for one in chain)
                    key = (("rest", whole.name, *names), place)
                    cells.append(Cell(key, rest, is_protected, shown=False))
                    relations.append(Relation(((1, key), *terms)))
    return cells, relations


def _is_inside(days: Days, whole: Days) -> bool:
    return days != whole and whole[0] <= days[0] and days[1] <= whole[1]


def _chains(
    inside: Sequence[Stretch[PlaceT]], days: Days
) -> Iterator[tuple[tuple[Stretch[PlaceT], ...], bool]]:
    """Yield the rows of stretches without a day in common that leave at most one gap, and whether they leave none."""
    waiting: list[tuple[tuple[Stretch[PlaceT], ...], dt.date, int]] = [((), days[0], 0)]
    while waiting:
        chain, begins, gaps = waiting.pop()
        left = gaps + (begins <= days[1])
        if chain and left <= 1:
            yield chain, left == 0
        for one in inside:
            more = gaps + (one.days[0] > begins)
            if one.days[0] >= begins and more <= 1:
                waiting.append(((*chain, one), one.days[1] + _DAY, more))
