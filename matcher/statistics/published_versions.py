"""Published versions (公布版) as a question of suppression: their figures, and how those hang together.

A figure has a place: a union's whole subtree or its own rows, an indicator, and whether it is the figure itself, what
of it is of earlier years, or what was typed. The same place in two versions is the same quantity at two times. A reader
takes it for the same where both are equal, and for nearly the same where they are less than the threshold apart; if an
earlier version showed it, a difference that small is a small count itself and the newer one is withheld.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from matcher.statistics.checks import load_checks
from matcher.statistics.indicators import (
    Indicator,
    IndicatorUnit,
    indicators_by_code,
    sheet_indicators,
)
from matcher.statistics.published_periods import Days, Stretch, tie_periods
from matcher.statistics.suppression import Cell, Change, Question, Relation, Rest, Tie, sum_relation

Figures = Mapping[str, Mapping[str, Any]]
"""Code → figure as snapshots keep it: value, numerator, earlier, typed …"""

_PROTECTED = frozenset(
    {
        IndicatorUnit.PEOPLE,
        IndicatorUnit.PERSON_TIMES,
        IndicatorUnit.HOUSEHOLDS,
        IndicatorUnit.PAIRS,
    }
)
"""Units of which few tell something of somebody; events, employers and posts are nobody's."""

_TIES = {
    "job_aid_fen": "job_aid_times",
    "government_fen": "government_people",
    "tuition_fen": "tuition_people",
}
"""Money → the count it tells."""

_GUESSED = ((("settled", 1), ("employed", -1), ("study", -1)),)
"""Sums that hold by the way lines are counted, though no check says so; known where they hold in the figures."""

_COSTS = {("all", "value", True): 20.0, ("all", "value", False): 4.0, ("own", "value", False): 3.0}
_OTHER_COST = 2.5
"""Loss by withholding: the union's own totals most, then its parts, least what is of earlier years or typed."""


class Place(NamedTuple):
    """Where a figure stands: of a union's whole subtree (`all`) or own rows (`own`); value, earlier or typed."""

    scope: str
    union_id: int
    code: str
    part: str

    def __str__(self) -> str:
        """Return the place in one word, as it is stored."""
        return ":".join(map(str, self))


def read_place(word: str) -> Place:
    """Return a stored place."""
    scope, union_id, code, part = word.split(":")
    return Place(scope, int(union_id), code, part)


@dataclass(frozen=True)
class Version:
    """The figures of one version.

    Parameters
    ----------
    name : unlike that of any other version
    top : the union whose sheet it is
    withheld : places it withheld; None for the one to be decided
    days : of its period; None leaves out that times of adjoining periods add up
    """

    name: Hashable
    top: int
    figures: Mapping[Place, int]
    withheld: frozenset[Place] | None = None
    days: Days | None = None


def read_figures(
    union_id: int, values: Figures, children: Mapping[int, Figures]
) -> dict[Place, int]:
    """Return by place what a version of a sheet would tell of people; a share tells its numerator."""
    found = dict(_of_union("all", union_id, values))
    own_lines = [place for place in found if place.code in _on_sheet()]
    has_typed = any(values[place.code]["typed"] for place in own_lines)
    for part in ("earlier", "typed") if has_typed else ("earlier",):
        for place in own_lines:
            if values[place.code][part] is not None:
                found[place._replace(part=part)] = values[place.code][part]
    for child, figures in children.items():
        found.update(_of_union("own" if child == union_id else "all", child, figures))
    return found


def _of_union(scope: str, union_id: int, figures: Figures) -> Iterator[tuple[Place, int]]:
    for one in sheet_indicators():
        figure = figures.get(one.code)
        if figure is None or figure["value"] is None:
            continue
        if one.unit in _PROTECTED or one.code in _TIES:
            yield Place(scope, union_id, one.code, "value"), figure["value"]
        elif one.is_ratio and one.numerator[0] not in _on_sheet():
            yield Place(scope, union_id, one.numerator[0], "value"), figure["numerator"]


def _on_sheet() -> frozenset[str]:
    return frozenset(one.code for one in sheet_indicators())


def shows_ratio(
    indicator: Indicator, scope: str, union_id: int, withheld: frozenset[Place]
) -> bool:
    """Say whether a share may be shown: only beside all it is made of, so that it tells nothing more."""
    parts = (Place(scope, union_id, code, "value") for code in indicator.parts)
    return not any(place in withheld for place in parts)


def question_of(threshold: int, new: Version, earlier: Sequence[Version] = ()) -> Question:
    """Return what is to be decided about a version, with all that earlier ones tell, in the order of publication."""
    versions = [*earlier, new]
    cells: list[Cell] = []
    relations: list[Relation] = []
    rests: list[Rest] = []
    ties: list[Tie] = []
    for version in versions:
        cells += _cells(version)
        relations += [*_sums(version), *_checked(version)]
        rests += [
            Rest((version.name, place._replace(part="value")), (version.name, place))
            for place in version.figures
            if place.part == "earlier" and _is_protected(place.code)
        ]
        ties += list(_ties(version))
    links, changes = _links(versions, threshold)
    left, sums = tie_periods([_stretch(one, one.days) for one in versions if one.days], threshold)
    return Question(threshold, [*cells, *left], [*relations, *links, *sums], rests, ties, changes)


def _stretch(version: Version, days: Days) -> Stretch[Place]:
    """Return what of a version adds up over days: times and money, not people and not what was typed."""
    return Stretch(
        version.name,
        days,
        {
            place: (value, _is_protected(place.code))
            for place, value in version.figures.items()
            if place.part == "value" and _adds_up(place.code)
        },
    )


def _adds_up(code: str) -> bool:
    return indicators_by_code()[code].unit is IndicatorUnit.PERSON_TIMES or code in _TIES


def _is_protected(code: str) -> bool:
    return indicators_by_code()[code].unit in _PROTECTED


def _cells(version: Version) -> Iterator[Cell]:
    for place, value in version.figures.items():
        is_top = place.union_id == version.top
        yield Cell(
            (version.name, place),
            value,
            is_protected=_is_protected(place.code),
            shown=None if version.withheld is None else place not in version.withheld,
            cost=_COSTS.get((place.scope, place.part, is_top), _OTHER_COST),
        )


def _sums(version: Version) -> Iterator[Relation]:
    """Yield: a union's figure is the sum of its parts', but for those who stand in several."""
    parts: defaultdict[str, list[Place]] = defaultdict(list)
    for place in version.figures:
        if place.part == "value" and (place.scope, place.union_id) != ("all", version.top):
            parts[place.code].append(place)
    for code, places in parts.items():
        total = Place("all", version.top, code, "value")
        if total in version.figures:
            surplus = sum(version.figures[place] for place in places) - version.figures[total]
            keys = [(version.name, place) for place in places]
            yield sum_relation((version.name, total), keys, surplus)


def _checked(version: Version) -> Iterator[Relation]:
    """Yield the cross-checks of the sheet that hold in the figures, for every union and part of a figure."""
    known: dict[Hashable, int] = {
        (version.name, place): value for place, value in version.figures.items()
    }
    where = dict.fromkeys((place.scope, place.union_id, place.part) for place in version.figures)
    for scope, union_id, part in where:

        def at(code: str, place: tuple[str, int, str] = (scope, union_id, part)) -> Hashable:
            return version.name, Place(place[0], place[1], code, place[2])

        for terms, is_equal in _statements():
            line = Relation(tuple((sign, at(code)) for code, sign in terms), is_equal=is_equal)
            if _holds(line, known):
                yield line
        if part == "earlier":
            yield from _within(version, scope, union_id)


def _statements() -> Iterator[tuple[tuple[tuple[str, int], ...], bool]]:
    for check in load_checks():
        if check.is_hard:
            left = [(code, sign) for sign, code in check.left]
            right = [(code, -sign) for sign, code in check.right]
            yield (*left, *right), check.relation == "eq"
    for terms in _GUESSED:
        yield terms, True


def _holds(line: Relation, known: Mapping[Hashable, int]) -> bool:
    if not all(key in known for _, key in line.terms):
        return False
    total = sum(weight * known[key] for weight, key in line.terms)
    return total == 0 if line.is_equal else total <= 0


def _within(version: Version, scope: str, union_id: int) -> Iterator[Relation]:
    """Yield: what is of earlier years is within the whole, and the line of earlier years says the same."""
    for place in version.figures:
        if (place.scope, place.union_id, place.part) != (scope, union_id, "earlier"):
            continue
        key, whole = (version.name, place), (version.name, place._replace(part="value"))
        yield Relation(((1, key), (-1, whole)), is_equal=False)
        line = Place(scope, union_id, "graduates_earlier", "value")
        if place.code == "graduates" and version.figures.get(line) == version.figures[place]:
            yield Relation(((1, key), (-1, (version.name, line))))


def _ties(version: Version) -> Iterator[Tie]:
    for place in version.figures:
        count = place._replace(code=_TIES.get(place.code, ""))
        if count in version.figures:
            yield Tie((version.name, count), (version.name, place))


def _links(versions: Sequence[Version], threshold: int) -> tuple[list[Relation], list[Change]]:
    """Tie the same place in several versions together."""
    relations: list[Relation] = []
    changes: list[Change] = []
    for number, later in enumerate(versions):
        for before in versions[:number]:
            for place in (one for one in before.figures if one in later.figures):
                apart = abs(later.figures[place] - before.figures[place])
                was_shown = place not in (before.withheld or frozenset())
                if apart >= threshold or not _is_protected(place.code):
                    continue
                old, new = (before.name, place), (later.name, place)
                if apart == 0:
                    relations.append(Relation(((1, new), (-1, old))))
                elif was_shown and later.withheld is None:
                    changes.append(Change(old, new))
                elif not was_shown:
                    relations += _near(old, new, threshold)
    return relations, changes


def _near(old: Hashable, new: Hashable, threshold: int) -> list[Relation]:
    """Return: what was withheld then and now stands less than the threshold away is taken for nearly the same."""
    return [
        Relation(((1, new), (-1, old)), threshold, is_equal=False),
        Relation(((-1, new), (1, old)), threshold, is_equal=False),
    ]
