"""Rules of the door: each refusal for its own reason, and whoever is inside may always go."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.clock import CHINA
from matcher.fairs.door_rules import TicketStanding, refusal_of
from matcher.kinds.fairs import DoorDirection, EntryRefusal

DAY = dt.date(2026, 11, 23)
GOOD = TicketStanding(
    is_of_this_fair=True,
    is_cancelled=False,
    is_closed=False,
    held_on=DAY,
    begins_minute=9 * 60,
    ends_minute=12 * 60,
    opens_minutes_before=30,
    is_inside=False,
)


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), CHINA)


@pytest.mark.parametrize(
    ("changes", "when", "why"),
    [
        ({}, at(10), None),
        ({}, at(8, 30), None),
        ({}, at(11, 59), None),
        ({}, at(8, 29), EntryRefusal.TOO_EARLY),
        ({}, at(12), EntryRefusal.OVER),
        ({}, at(10, day=DAY - dt.timedelta(days=1)), EntryRefusal.WRONG_DAY),
        ({}, at(10, day=DAY + dt.timedelta(days=1)), EntryRefusal.WRONG_DAY),
        ({"is_inside": True}, at(10), EntryRefusal.ALREADY_IN),
        ({"is_cancelled": True}, at(10), EntryRefusal.CANCELLED),
        ({"is_closed": True}, at(10), EntryRefusal.OVER),
        ({"is_of_this_fair": False}, at(10), EntryRefusal.OTHER_FAIR),
        ({"is_of_this_fair": False, "is_inside": True}, at(10), EntryRefusal.OTHER_FAIR),
    ],
)
def test_who_comes_in_and_why_not(
    changes: dict[str, bool], when: dt.datetime, why: EntryRefusal | None
) -> None:
    assert refusal_of(replace(GOOD, **changes), DoorDirection.IN, when) is why


@given(st.integers(0, 24 * 60 - 1), st.booleans(), st.booleans())
def test_who_is_inside_may_go_at_any_hour(minute: int, cancelled: bool, closed: bool) -> None:
    inside = replace(GOOD, is_inside=True, is_cancelled=cancelled, is_closed=closed)

    assert refusal_of(inside, DoorDirection.OUT, at(*divmod(minute, 60))) is None


def test_who_is_not_inside_cannot_leave() -> None:
    assert refusal_of(GOOD, DoorDirection.OUT, at(10)) is EntryRefusal.NOT_INSIDE
