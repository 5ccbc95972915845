"""Limits are dated, by region, and say their source."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy import deadlines
from matcher.policy.deadlines import Deadline, LimitUnit, add_months, get_deadline
from matcher.policy.targets import load_targets, suggested_targets


def test_every_rule_has_a_source_and_a_first_day() -> None:
    sources = [rule.source for rule in deadlines.load_deadlines()]
    sources += [target.source for target in load_targets()]

    assert sources
    assert all(sources)


def test_a_check_of_an_employer_is_good_for_six_months() -> None:
    limit = get_deadline("employer_recheck", "640104", dt.date(2026, 11, 22))

    assert limit.after(dt.date(2026, 8, 31)) == dt.date(2027, 2, 28)


def test_no_limit_holds_before_its_first_day() -> None:
    with pytest.raises(LookupError):
        get_deadline("employer_recheck", None, dt.date(2026, 1, 12))


def test_the_nearest_region_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    def limit(region: str, value: int) -> Deadline:
        day = dt.date(2020, 1, 1)
        return Deadline("x", region, day, None, value, LimitUnit.DAYS, "试验")

    rules = (limit("", 1), limit("64", 2), limit("6401", 3))
    monkeypatch.setattr(deadlines, "load_deadlines", lambda: rules)
    on = dt.date(2026, 1, 1)

    found = [get_deadline("x", region, on).value for region in ("640104", "640200", "110101", None)]

    assert found == [3, 2, 1, 1]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2080, 1, 1)), st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_months_last(day: dt.date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or ((later + dt.timedelta(days=1)).day == 1 and later.day < day.day)


def test_targets_of_a_day_before_any_are_none() -> None:
    assert suggested_targets(dt.date(2017, 1, 1)) == {}
