"""Students of the demo: whatever the day, some stand on the September list, and the new ones enter this year."""

import datetime as dt

import pytest

from matcher.services.entitlements import september
from seeds import demo_money


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1), dt.date(2026, 9, 1), dt.date(2026, 11, 23)])
def test_a_third_of_the_students_is_in_the_last_year_of_study(day: dt.date) -> None:
    entered = [demo_money._entered(number, day) for number in range(12)]
    ends = [one.year + demo_money._YEARS for one in entered]

    assert ends.count(september.list_year(day)) == 4
    assert entered.count(dt.date(day.year, 9, 1)) == 4
