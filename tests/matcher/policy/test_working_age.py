"""Retirement moves by birth month since 2025: known months of the decision's tables, and a second reckoning."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.working_age import load_rules, working_span

_KNOWN = [
    # class, born, age in years and months, month of retirement
    ("man", "1964-12", (60, 0), "2024-12"),
    ("man", "1965-01", (60, 1), "2025-02"),
    ("man", "1965-04", (60, 1), "2025-05"),
    ("man", "1965-05", (60, 2), "2025-07"),
    ("man", "1966-01", (60, 4), "2026-05"),
    ("man", "1970-01", (61, 4), "2031-05"),
    ("man", "1976-08", (62, 11), "2039-07"),
    ("man", "1976-09", (63, 0), "2039-09"),
    ("man", "1990-01", (63, 0), "2053-01"),
    ("woman_55", "1969-12", (55, 0), "2024-12"),
    ("woman_55", "1970-01", (55, 1), "2025-02"),
    ("woman_55", "1970-05", (55, 2), "2025-07"),
    ("woman_55", "1981-08", (57, 11), "2039-07"),
    ("woman_55", "1981-09", (58, 0), "2039-09"),
    ("woman_50", "1974-12", (50, 0), "2024-12"),
    ("woman_50", "1975-01", (50, 1), "2025-02"),
    ("woman_50", "1975-02", (50, 1), "2025-03"),
    ("woman_50", "1975-03", (50, 2), "2025-05"),
    ("woman_50", "1984-10", (54, 11), "2039-09"),
    ("woman_50", "1984-11", (55, 0), "2039-11"),
]


@pytest.mark.parametrize(("name", "born", "age", "month"), _KNOWN)
def test_known_birth_months_retire_as_the_decision_says(
    name: str, born: str, age: tuple[int, int], month: str
) -> None:
    rule, birth_on = load_rules()[name], dt.date.fromisoformat(f"{born}-15")

    assert divmod(rule.months_at_retirement(birth_on), 12) == age
    assert rule.retires_on(birth_on) == dt.date.fromisoformat(f"{month}-15")


def _second_reckoning(base: int, every: int, cap: int, year: int, month: int) -> int:
    """Walk through the months from January 2025 on, one birth month after the other, by the decision's words."""
    walking_year, walking_month, extra, in_step = 2025 - base, 1, 1, 0
    if (year, month) < (walking_year, walking_month):
        return base * 12
    while (walking_year, walking_month) != (year, month):
        walking_month += 1
        if walking_month == 13:
            walking_year, walking_month = walking_year + 1, 1
        in_step += 1
        if in_step == every:
            in_step, extra = 0, extra + 1
    return min(base * 12 + extra, cap * 12)


@given(
    st.sampled_from([("man", 60, 4, 63), ("woman_55", 55, 4, 58), ("woman_50", 50, 2, 55)]),
    st.dates(dt.date(1940, 1, 1), dt.date(2012, 12, 31)),
)
def test_every_birth_month_agrees_with_a_second_reckoning(
    case: tuple[str, int, int, int], born: dt.date
) -> None:
    name, base, every, cap = case

    told = load_rules()[name].months_at_retirement(born)

    assert told == _second_reckoning(base, every, cap, born.year, born.month)


def test_working_age_begins_on_the_sixteenth_birthday() -> None:
    span = working_span(dt.date(2010, 9, 3), "male", None)

    assert [span.holds(dt.date(2026, 9, day)) for day in (2, 3)] == [False, True]


def test_a_man_is_of_working_age_until_the_day_he_retires() -> None:
    span = working_span(dt.date(1965, 1, 20), "male", None)

    assert [span.holds(dt.date(2025, 2, day)) for day in (19, 20)] == [True, False]


def test_between_her_two_ages_a_woman_is_not_told_without_the_class_of_her_post() -> None:
    born, on = dt.date(1973, 6, 1), dt.date(2026, 11, 22)

    told = [working_span(born, "female", age).holds(on) for age in (None, 50, 55)]

    assert told == [None, False, True]


def test_of_unknown_sex_the_widest_span_is_doubtful() -> None:
    span = working_span(dt.date(1970, 6, 1), None, None)

    assert span.holds(dt.date(2026, 11, 22)) is None
    assert span.holds(dt.date(2000, 1, 1)) is True


def test_every_class_says_its_source_and_grade() -> None:
    assert all(rule.source and rule.grade == "A" for rule in load_rules().values())
