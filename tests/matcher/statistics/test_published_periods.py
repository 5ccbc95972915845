"""Times of adjoining periods add up: neither a month withheld nor a month never published can be subtracted."""

import datetime as dt
from itertools import permutations

import pytest

from matcher.statistics.published_versions import Place, Version, question_of
from matcher.statistics.suppression import withhold

_T = 5
_PLACE = Place("all", 1, "policy_times", "value")
_MONTHS = {"July": (7, 7), "August": (8, 8), "September": (9, 9), "drive": (7, 9)}
_TIMES = {"July": 40, "August": 60, "September": 2, "drive": 102}


def _published(names: tuple[str, ...], times: dict[str, int] = _TIMES) -> set[str]:
    """Publish versions one after another; return those that show their figure."""
    out: list[Version] = []
    for name in names:
        first, last = _MONTHS[name]
        days = dt.date(2026, first, 1), dt.date(2026, last + 1, 1) - dt.timedelta(days=1)
        new = Version(name, 1, {_PLACE: times[name]}, days=days)
        places = frozenset(key[1] for key in withhold(question_of(_T, new, out)).withheld)  # type: ignore[index]  # keys are pairs
        out.append(Version(name, 1, new.figures, places, days))
    return {one.name for one in out if not one.withheld}  # type: ignore[misc]  # names are words


@pytest.mark.parametrize("order", list(permutations(_TIMES)))
def test_a_small_month_is_not_the_whole_less_the_others(order: tuple[str, ...]) -> None:
    shown = _published(order)

    assert "September" not in shown
    assert not {"July", "August", "drive"} <= shown


@pytest.mark.parametrize("order", list(permutations(("July", "August", "drive"))))
def test_a_month_nobody_published_is_not_the_rest_of_those_that_were(
    order: tuple[str, ...],
) -> None:
    assert len(_published(order)) < len(order)


def test_months_that_are_not_small_are_all_shown() -> None:
    times = {"July": 40, "August": 60, "September": 80, "drive": 180}

    assert _published(tuple(times), times) == set(times)
