"""Who decides on a fair, until when, and what a change asks for: the published rules and what must hold of any fair."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.permit_rules import load_rules, rules_in
from matcher.fairs.permits import (
    FairFacts,
    changes_since,
    consequences,
    duties_of,
    is_near_permit,
    permit_rule,
    way_out,
)
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_paperwork import ChangeKind, DutyKind

DAY = dt.date(2026, 12, 15)
SHANDONG, GUANGDONG, NINGXIA = "371602", "440106", "640106"


def _fair(
    expected: int = 800,
    region: str = NINGXIA,
    channel: EventChannel = EventChannel.ON_SITE,
    days: int = 1,
) -> FairFacts:
    last = DAY + dt.timedelta(days=days - 1)
    return FairFacts(channel=channel, region=region, expected=expected, first_on=DAY, last_on=last)


def _add(day: dt.date, count: int) -> tuple[dt.date, bool]:
    """Count Monday to Friday."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day, True


def _codes(facts: FairFacts) -> list[str]:
    return [one.rule.code for one in duties_of(facts, _add)]


@pytest.mark.parametrize(
    ("expected", "authority"),
    [(999, None), (1000, "县级公安机关"), (4999, "县级公安机关"), (5000, "设区的市级公安机关")],
)
def test_the_number_of_people_says_which_police_decides(
    expected: int, authority: str | None
) -> None:
    found = {one.rule.code: one.authority for one in duties_of(_fair(expected), _add)}

    assert found.get("large_event") == authority


def test_a_permit_is_applied_for_twenty_days_before_and_decided_in_seven() -> None:
    duty = next(one for one in duties_of(_fair(1500), _add) if one.rule.kind is DutyKind.PERMIT)

    assert duty.due_on == dt.date(2026, 11, 25)
    assert duty.decided_on == dt.date(2026, 12, 2)
    assert len(duty.rule.papers) == 6


def test_shandong_reports_in_fifteen_working_days_after_and_guangdong_before() -> None:
    after = duties_of(_fair(region=SHANDONG, days=2), _add)[-1]
    before = duties_of(_fair(region=GUANGDONG), _add)[-1]

    assert (after.rule.code, after.due_on) == ("report_after", dt.date(2027, 1, 6))
    assert (before.rule.code, before.due_on) == ("report_before", dt.date(2026, 12, 14))
    assert _codes(_fair()) == ["in_hand"]


@pytest.mark.parametrize("channel", [EventChannel.ONLINE, EventChannel.LIVESTREAM])
def test_a_fair_nobody_comes_to_needs_no_permit(channel: EventChannel) -> None:
    assert _codes(_fair(9000, SHANDONG, channel)) == []


def test_a_late_permit_says_what_can_still_be_done() -> None:
    facts = _fair(2500)
    duty = duties_of(facts, _add)[0]

    out = way_out(duty, facts, dt.date(2026, 11, 26))

    assert way_out(duty, facts, duty.due_on) is None
    assert out is not None
    assert (out.earliest_on, out.n_sessions, out.most_each) == (dt.date(2026, 12, 16), 3, 999)


def test_expecting_almost_so_many_is_told() -> None:
    assert [is_near_permit(_fair(n)) for n in (799, 800, 999, 1000)] == [False, True, True, False]


def test_each_change_after_filing_is_named_with_what_it_asks_for() -> None:
    filed = {
        "title": "甲",
        "channel": "on_site",
        "first_on": "2026-12-15",
        "last_on": "2026-12-15",
        "venue_name": "体育馆",
        "expected_people": 1500,
        "sessions": [["2026-12-15", 540, 720]],
    }
    rule = permit_rule(NINGXIA, DAY)

    later = changes_since(filed, filed | {"sessions": [["2026-12-15", 600, 720]]})
    moved = changes_since(filed, filed | {"venue_name": "文化宫", "expected_people": 1800})
    fewer = changes_since(filed, filed | {"expected_people": 1200})

    assert changes_since(filed, dict(filed)) == []
    assert [(one.what, one.until_on) for one in consequences(rule, later, DAY)] == [
        ("ask_before", dt.date(2026, 12, 14))
    ]
    assert [(one.change, one.what) for one in consequences(rule, moved, DAY)] == [
        (ChangeKind.PLACE, "anew"),
        (ChangeKind.LARGER, "anew"),
    ]
    assert fewer == [ChangeKind.SMALLER]
    assert consequences(rule, fewer, DAY) == []


def test_guangdong_asks_for_a_new_report_when_a_fair_becomes_smaller() -> None:
    rule = next(one for one in rules_in(GUANGDONG, DAY) if one.code == "report_before")

    assert consequences(rule, [ChangeKind.SMALLER], DAY)[0].what == "anew"


def test_every_rule_says_where_it_is_written_and_how_well_it_is_known() -> None:
    rules, reminders = load_rules()

    assert all(one.source and one.grade in "ABCU" for one in (*rules, *reminders))
    assert all(one.authorities and one.papers for one in rules)


def test_a_rule_does_not_hold_before_its_first_day() -> None:
    assert "report_before" not in [one.code for one in rules_in(GUANGDONG, dt.date(2021, 12, 31))]


@given(
    expected=st.integers(0, 30_000),
    more=st.integers(0, 5_000),
    region=st.sampled_from([SHANDONG, GUANGDONG, NINGXIA]),
)
def test_more_people_never_ask_for_fewer_duties(expected: int, more: int, region: str) -> None:
    fewer = set(_codes(_fair(expected, region)))

    assert fewer <= set(_codes(_fair(expected + more, region)))


@given(expected=st.integers(1000, 200_000))
def test_the_smaller_sessions_of_a_way_out_hold_everybody_below_the_permit(expected: int) -> None:
    facts = _fair(expected)
    out = way_out(duties_of(facts, _add)[0], facts, DAY)

    assert out is not None
    assert out.n_sessions * out.most_each >= expected
    assert (out.n_sessions - 1) * out.most_each < expected
    assert out.most_each < permit_rule(NINGXIA, DAY).least_people
