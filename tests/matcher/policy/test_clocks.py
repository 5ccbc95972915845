"""When a clock warns is data; it never warns before the start or after the end."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.clocks import load_manners, manner_of

_DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))


@given(_DAYS, st.integers(1, 400), st.sampled_from(sorted(load_manners())))
def test_the_amber_day_lies_between_start_and_end(start: dt.date, days: int, rule: str) -> None:
    due = start + dt.timedelta(days=days)

    assert start <= manner_of(rule).amber_on(start, due) <= due


def test_thirty_days_turn_amber_nine_days_before_the_end() -> None:
    assert manner_of("x").amber_on(dt.date(2026, 1, 1), dt.date(2026, 1, 31)) == dt.date(
        2026, 1, 22
    )


def test_a_rule_may_warn_in_its_own_manner() -> None:
    stable = manner_of("zero_employment.stable")

    assert stable.amber_on(dt.date(2026, 1, 1), dt.date(2026, 4, 1)) == dt.date(2026, 3, 18)


def test_every_manner_says_its_source() -> None:
    assert all(one.source for one in load_manners().values())
