"""Reasons for leaving and days of phases are dated data with a source."""

import datetime as dt

import pytest

from matcher.kinds.cohorts import LeaveReason, PhaseKind
from matcher.policy.drive_phases import load_phase_rules, suggested_phases
from matcher.policy.leave_reasons import leave_rule, load_leave_rules


@pytest.mark.parametrize("reason", list(LeaveReason))
def test_every_reason_has_a_rule_with_its_source(reason: LeaveReason) -> None:
    rule = leave_rule(reason, "640100", dt.date(2026, 8, 1))

    assert rule.source
    assert rule.grade in {"A", "B", "C", "U"}
    assert rule.counts_out or not rule.from_start


def test_a_day_before_every_rule_takes_the_oldest() -> None:
    rule = leave_rule(LeaveReason.DIED, None, dt.date(2001, 1, 1))

    assert rule.counts_out


def test_only_who_never_belonged_died_or_moved_leaves_the_denominator() -> None:
    out = {rule.reason for rule in load_leave_rules() if rule.counts_out}

    assert out == {
        LeaveReason.MISTAKE,
        LeaveReason.DUPLICATE,
        LeaveReason.DIED,
        LeaveReason.MOVED,
    }


def test_every_phase_has_days_and_a_source() -> None:
    rules = load_phase_rules()

    assert {rule.kind for rule in rules} == set(PhaseKind)
    assert all(rule.source and rule.grade for rule in rules)


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [
        (dt.date(2026, 7, 1), dt.date(2026, 8, 31)),
        (dt.date(2026, 1, 5), dt.date(2026, 3, 20)),
        (dt.date(2026, 10, 1), dt.date(2027, 3, 31)),
        (dt.date(2026, 8, 20), dt.date(2026, 8, 20)),
    ],
)
def test_offered_phases_lie_inside_the_drive_and_in_order(
    opens_on: dt.date, closes_on: dt.date
) -> None:
    found = suggested_phases(opens_on, closes_on)

    days = [day for one in found for day in (one.from_on, one.until_on)]
    assert len(found) == len(PhaseKind)
    assert days == sorted(days)
    assert opens_on <= days[0]
    assert days[-1] <= closes_on
    assert all(one.locks_on >= one.until_on for one in found)


def test_before_the_first_rule_nothing_is_offered() -> None:
    assert suggested_phases(dt.date(2010, 7, 1), dt.date(2010, 8, 31)) == []
