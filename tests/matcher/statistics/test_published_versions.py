"""Versions of several unions and times, published one after another: none tells what another withheld."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.statistics.indicators import indicators_by_code, sheet_indicators
from matcher.statistics.published_versions import (
    Figures,
    Place,
    Version,
    question_of,
    read_figures,
    read_place,
    shows_ratio,
)
from matcher.statistics.suppression import Key, Question, withhold
from tests.oracles.suppression import Line, range_of

_T = 5
_CITY, _COUNTIES = 1, (2, 3)
_TOWNS = {2: (21, 22), 3: (31, 32)}

Counts = dict[str, int]

_MONEY = "job_aid_fen"

_LINES = (
    *("graduates", "graduates_this_year", "graduates_earlier", "signed", "study", "need_help"),
    *("served", "helped", "job_aid_times", _MONEY),
)
_COUNTED = tuple(code for code in _LINES if code != _MONEY)


@st.composite
def _people(draw: st.DrawFn) -> Counts:
    """One union's own people, as counts of every line."""
    some = st.one_of(st.integers(0, 4), st.integers(0, 30))
    signed, study, need = draw(some), draw(st.integers(0, 3)), draw(some)
    everyone = signed + study + need
    earlier = draw(st.integers(0, everyone))
    served = draw(st.integers(0, need))
    times = draw(some)
    return {
        "graduates": everyone,
        "graduates_this_year": everyone - earlier,
        "graduates_earlier": earlier,
        "signed": signed,
        "study": study,
        "need_help": need,
        "served": served,
        "helped": draw(st.integers(0, served)),
        "job_aid_times": times,
        _MONEY: times * 50_000,
    }


def _sum(several: Iterable[Counts]) -> Counts:
    found = list(several)
    return {code: sum(one[code] for one in found) for code in _LINES}


def _figures(counts: Counts) -> Figures:
    """Return figures as a sheet keeps them."""
    made: dict[str, Mapping[str, Any]] = {}
    for one in sheet_indicators():
        if one.is_ratio and all(code in counts for code in one.parts):
            above = sum(counts[code] for code in one.numerator)
            made[one.code] = _figure(0, numerator=above, denominator=counts[one.parts[-1]])
        elif one.code in counts:
            earlier = counts["graduates_earlier"] if one.code == "graduates" else None
            made[one.code] = _figure(counts[one.code], earlier=earlier)
    return made


def _figure(value: int, **more: int | None) -> Mapping[str, Any]:
    empty = {"numerator": None, "denominator": None, "earlier": None, "reported": None, "typed": 0}
    return {"value": value, **empty, **more}


def _version(
    name: str, union_id: int, tree: Mapping[int, Counts], withheld: frozenset[Place] | None = None
) -> Version:
    """Return the version of a union's sheet; the union above has its own people under its own number."""
    if union_id == _CITY:
        parts = {one: _sum(tree[town] for town in (one, *_TOWNS[one])) for one in _COUNTIES}
    else:
        parts = {town: tree[town] for town in _TOWNS[union_id]}
    parts[union_id] = tree[union_id]
    total = _figures(_sum(parts.values()))
    children = {one: _figures(counts) for one, counts in parts.items()}
    return Version(name, union_id, read_figures(union_id, total, children), withheld)


@st.composite
def _publications(draw: st.DrawFn) -> list[Version]:
    """Sheets of the city and its counties, at two times, in any order; between the times some people come."""
    unions = [_CITY, *_COUNTIES, *(town for towns in _TOWNS.values() for town in towns)]
    first = {one: draw(_people()) for one in unions}
    moved = {one for one in unions if draw(st.booleans())}
    second = {one: draw(_people()) if one in moved else counts for one, counts in first.items()}
    wanted = draw(
        st.lists(
            st.tuples(st.sampled_from([_CITY, *_COUNTIES]), st.sampled_from([1, 2])),
            unique=True,
            min_size=1,
            max_size=3,
        )
    )
    return [
        _version(f"{union_id} at {time}", union_id, first if time == 1 else second)
        for union_id, time in wanted
    ]


def _published(versions: Sequence[Version]) -> tuple[Question, list[Version]]:
    """Publish one version after another; return the last question and all as they were published."""
    out: list[Version] = []
    for one in versions:
        question = question_of(_T, one, out)
        withheld = frozenset(key[1] for key in withhold(question).withheld)  # type: ignore[index]  # keys are pairs
        out.append(Version(one.name, one.top, one.figures, withheld))
    return question, out


def _truths(versions: Sequence[Version]) -> list[Line]:
    """Return what holds in every version, written down anew: sums over unions, over years, over need."""
    lines: list[Line] = []
    for one in versions:
        has = one.figures.keys()
        for code in _COUNTED:
            parts = [p for p in has if p.code == code and p.part == "value"]
            whole = Place("all", one.top, code, "value")
            lines.append((_weights(one, {**dict.fromkeys(parts, 1), whole: -1}), 0, True))
        for scope, union_id in {(p.scope, p.union_id) for p in has}:
            for plus, minus in (
                (["signed", "study", "need_help"], "graduates"),
                (["graduates_this_year", "graduates_earlier"], "graduates"),
            ):
                terms = {Place(scope, union_id, code, "value"): 1 for code in plus}
                lines.append(
                    (_weights(one, terms | {Place(scope, union_id, minus, "value"): -1}), 0, True)
                )
            for small, large in (("served", "need_help"), ("helped", "served")):
                terms = {Place(scope, union_id, small, "value"): 1}
                terms[Place(scope, union_id, large, "value")] = -1
                lines.append((_weights(one, terms), 0, False))
    return lines


def _weights(version: Version, terms: Mapping[Place, int]) -> dict[Key, int]:
    return {(version.name, place): weight for place, weight in terms.items()}


@settings(deadline=None, max_examples=12)
@given(_publications())
def test_no_version_tells_what_another_withheld(versions: list[Version]) -> None:
    _, out = _published(versions)
    shown: dict[Key, int] = {}
    hidden: list[Key] = []
    for one in out:
        for place, value in one.figures.items():
            if place.code == _MONEY:
                continue
            if place in (one.withheld or ()):
                hidden.append((one.name, place))
            else:
                shown[(one.name, place)] = value
    lines = [*_truths(out), *_same_figures(out)]
    closely = []
    for one in out:
        for place in one.withheld or ():
            if place.code == _MONEY or not 0 < one.figures[place] < _T:
                continue
            low, high = range_of({(one.name, place): 1}, shown, hidden, lines)
            if low > 1 or high < _T:
                closely.append((one.name, str(place), one.figures[place], low, high))

    assert closely == []


def _same_figures(versions: Sequence[Version]) -> list[Line]:
    """Return: a figure that is equal in two versions is taken for the same."""
    lines: list[Line] = []
    for number, later in enumerate(versions):
        for before in versions[:number]:
            for place, value in before.figures.items():
                if later.figures.get(place) == value and place.code != _MONEY:
                    lines.append(({(before.name, place): 1, (later.name, place): -1}, 0, True))
    return lines


@settings(deadline=None, max_examples=12)
@given(_publications())
def test_the_same_figure_never_changes_by_a_few_before_readers_eyes(
    versions: list[Version],
) -> None:
    _, out = _published(versions)

    told = [
        (str(place), value, before.figures[place])
        for number, later in enumerate(out)
        for before in out[:number]
        for place, value in later.figures.items()
        if place in before.figures
        and place not in (before.withheld or ())
        and place not in (later.withheld or ())
        and place.code != _MONEY
        and 0 < abs(value - before.figures[place]) < _T
    ]

    assert told == []


@settings(deadline=None, max_examples=12)
@given(_publications())
def test_no_small_count_is_shown(versions: list[Version]) -> None:
    _, out = _published(versions)

    small = [
        (str(place), value)
        for one in out
        for place, value in one.figures.items()
        if 0 < value < _T and place not in (one.withheld or ())
    ]

    assert small == []


def _published_one_by_one(*versions: tuple[int, dict[int, int]]) -> list[frozenset[int]]:
    """Publish one line of sheets (top, its own figure and its parts'); return whose figures each withheld."""
    made = [
        Version(
            number, top, {Place("all", one, "helped", "value"): n for one, n in figures.items()}
        )
        for number, (top, figures) in enumerate(versions)
    ]
    _, out = _published(made)
    return [frozenset(place.union_id for place in one.withheld or ()) for one in out]


def test_a_figure_that_two_people_joined_since_it_was_shown_is_withheld() -> None:
    assert _published_one_by_one((1, {1: 50}), (1, {1: 52})) == [frozenset(), {1}]
    assert _published_one_by_one((1, {1: 50}), (1, {1: 55})) == [frozenset(), frozenset()]


def test_a_later_figure_does_not_tell_the_near_one_that_was_withheld_before() -> None:
    """If 44 were shown, 40 could not have been less than 39, so 3 of 43 could not have been 5."""
    before = (1, {1: 43, 2: 3, 3: 40})

    assert _published_one_by_one(before, (3, {3: 44})) == [{2, 3}, {3}]
    assert _published_one_by_one(before, (3, {3: 50})) == [{2, 3}, frozenset()]


def test_a_share_is_shown_only_beside_all_it_is_made_of() -> None:
    overall = indicators_by_code()["overall_rate"]
    helped = Place("all", 1, "helped", "value")

    assert shows_ratio(overall, "all", 1, frozenset())
    assert not shows_ratio(overall, "all", 1, frozenset({helped}))
    assert shows_ratio(overall, "all", 2, frozenset({helped}))


def test_a_share_of_what_is_no_line_counts_as_that_count() -> None:
    values = {"settled_rate": _figure(6_000, numerator=3, denominator=5)}

    assert read_figures(1, values, {})[Place("all", 1, "settled", "value")] == 3


@pytest.mark.parametrize(
    "place", [Place("all", 12, "helped", "earlier"), Place("own", 1, "a", "value")]
)
def test_a_place_is_read_as_it_is_written(place: Place) -> None:
    assert read_place(str(place)) == place
