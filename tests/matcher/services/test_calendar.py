"""Rules of working days; the days of the notices are checked against the notices themselves."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher.models.calendar import CalendarDay
from matcher.services.calendar import (
    add_working_days,
    count_working_days,
    is_working_day,
    last_known_day,
    seed_calendar_days,
)


@pytest.fixture
def seeded(sqlite_session: Session) -> Session:
    """Give a session on a database with the noticed years."""
    seed_calendar_days(sqlite_session)
    sqlite_session.flush()
    return sqlite_session


@pytest.mark.parametrize(
    ("day", "is_working"),
    [  # 国办发明电〔2025〕7号, holidays of 2026
        (dt.date(2026, 1, 1), False),
        (dt.date(2026, 1, 4), True),  # a Sunday, worked
        (dt.date(2026, 2, 17), False),
        (dt.date(2026, 2, 28), True),  # a Saturday, worked
        (dt.date(2026, 10, 7), False),
        (dt.date(2026, 10, 10), True),  # a Saturday, worked
        (dt.date(2026, 11, 21), False),
        (dt.date(2026, 11, 23), True),
    ],
)
def test_a_noticed_day_is_as_the_notice_says(
    day: dt.date, is_working: bool, seeded: Session
) -> None:
    answer = is_working_day(seeded, day)

    assert (answer.is_working, answer.is_known) == (is_working, True)


def test_a_day_no_notice_covers_is_monday_to_friday_and_says_so(seeded: Session) -> None:
    last = last_known_day(seeded)
    assert last is not None
    monday = last + dt.timedelta(days=14 - last.weekday())

    answers = [is_working_day(seeded, monday + dt.timedelta(days=n)) for n in range(7)]

    assert [answer.is_working for answer in answers] == [True] * 5 + [False] * 2
    assert not any(answer.is_known for answer in answers)


def test_a_period_skips_holidays_and_counts_worked_weekends(seeded: Session) -> None:
    # From 13 February 2026 (Friday): 14 February is worked; the holiday lasts from 15 to 23.
    deadline = add_working_days(seeded, dt.date(2026, 2, 13), 2)

    assert (deadline.day, deadline.is_known) == (dt.date(2026, 2, 24), True)
    assert count_working_days(seeded, dt.date(2026, 2, 13), deadline.day) == 2


def test_a_period_that_runs_past_the_notices_says_so(seeded: Session) -> None:
    last = last_known_day(seeded)
    assert last is not None

    assert not add_working_days(seeded, last, 1).is_known


def test_a_period_of_no_days_is_refused(seeded: Session) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        add_working_days(seeded, dt.date(2026, 1, 1), 0)


def test_seeding_again_adds_nothing_and_keeps_corrections(seeded: Session) -> None:
    corrected = seeded.get_one(CalendarDay, dt.date(2026, 3, 2))
    corrected.is_working = False
    corrected.source = "更正"
    seeded.flush()

    added = seed_calendar_days(seeded)

    assert added == 0
    assert not is_working_day(seeded, dt.date(2026, 3, 2)).is_working
