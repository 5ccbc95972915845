"""Permit calculator (招聘会报批计算): who decides on a fair, until when, with which papers, and what a change asks for.

Pure: the day of today and the counting of working days are given. A latest day that is past is answered with what
can still be done: the first day the fair may be held, or how many smaller sessions stay below the permit.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.fairs.permit_rules import PermitRule, rules_in
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_paperwork import ChangeKind, DutyKind

AddWorkingDays = Callable[[dt.date, int], tuple[dt.date, bool]]
"""From a day and a count the last day, and whether all days were known."""

ON_SITE = frozenset({EventChannel.ON_SITE, EventChannel.MIXED})
"""Channels with people in a hall; a fair only online needs no permit of the police."""

_NEAR_PERCENT = 80
"""From four fifths of the number that asks for a permit on, pages warn: expectations are guesses."""


@dataclass(frozen=True, slots=True)
class FairFacts:
    """What the rules ask about a fair.

    Parameters
    ----------
    region : six digits of the venue
    expected : people of the largest session
    """

    channel: EventChannel
    region: str
    expected: int
    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of this fair.

    Parameters
    ----------
    due_on : latest day to file; of what is kept in hand the day before the fair
    is_known : the days counted are covered by a notice of holidays
    decided_on : latest day of the answer if it is filed on the latest day; None without a limit
    """

    rule: PermitRule
    authority: str
    due_on: dt.date
    is_known: bool
    decided_on: dt.date | None


@dataclass(frozen=True, slots=True)
class WayOut:
    """What can be done when the latest day is past.

    Parameters
    ----------
    earliest_on : first day a fair of this size may be held if the application is made today
    n_sessions : sessions into which the expected people go so that none needs the permit
    most_each : people of each of them at most
    """

    earliest_on: dt.date
    n_sessions: int
    most_each: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a change after filing asks for."""

    change: ChangeKind
    what: str
    until_on: dt.date | None
    """Latest day of asking for consent: the day before the fair as it was filed."""


def duties_of(facts: FairFacts, add_working_days: AddWorkingDays) -> list[Duty]:
    """Return the duties of a fair as the rules of its first day say, in the order of the rules."""
    found = []
    for rule in rules_in(facts.region, facts.first_on):
        if facts.channel in ON_SITE and facts.expected >= rule.least_people:
            found.append(_duty(rule, facts, add_working_days))
    return found


def _duty(rule: PermitRule, facts: FairFacts, add_working_days: AddWorkingDays) -> Duty:
    due_on, is_known = _due(rule, facts, add_working_days)
    decided_on = None
    if rule.decision_days is not None:
        decided_on = due_on + dt.timedelta(days=rule.decision_days)
    return Duty(rule, rule.authority(facts.expected), due_on, is_known, decided_on)


def _due(
    rule: PermitRule, facts: FairFacts, add_working_days: AddWorkingDays
) -> tuple[dt.date, bool]:
    if not rule.is_after:
        return facts.first_on - dt.timedelta(days=rule.days), True
    if rule.works:
        return add_working_days(facts.last_on, rule.days)
    return facts.last_on + dt.timedelta(days=rule.days), True


def permit_rule(region: str, on: dt.date) -> PermitRule:
    """Return the rule of the police's permit; its number of people is the size a fair may have without one."""
    return next(rule for rule in rules_in(region, on) if rule.kind is DutyKind.PERMIT)


def is_near_permit(facts: FairFacts) -> bool:
    """Say whether a fair without permit expects so many people that more might come than are allowed."""
    least = permit_rule(facts.region, facts.first_on).least_people
    in_hall = facts.channel in ON_SITE
    return in_hall and least * _NEAR_PERCENT <= facts.expected * 100 < least * 100


def way_out(duty: Duty, facts: FairFacts, today: dt.date) -> WayOut | None:
    """Return what can still be done about a duty before the fair that is late; None while there is time."""
    if duty.rule.is_after or duty.rule.kind is not DutyKind.PERMIT or today <= duty.due_on:
        return None
    most = duty.rule.least_people - 1
    return WayOut(today + dt.timedelta(days=duty.rule.days), -(-facts.expected // most), most)


def changes_since(filed: Mapping[str, Any], now: Mapping[str, Any]) -> list[ChangeKind]:
    """Return what of a fair is other than it was filed; both as `matcher.services.fairs.filings` writes them."""
    found = [
        kind
        for kind, names in (
            (ChangeKind.TIME, ("first_on", "last_on", "sessions")),
            (ChangeKind.PLACE, ("venue_name", "venue_address", "venue_region")),
            (ChangeKind.CONTENT, ("title", "channel")),
        )
        if any(filed.get(name) != now.get(name) for name in names)
    ]
    before, after = filed.get("expected_people", 0), now.get("expected_people", 0)
    if after > before:
        found.append(ChangeKind.LARGER)
    elif after < before:
        found.append(ChangeKind.SMALLER)
    return found


def consequences(
    rule: PermitRule, changes: Iterable[ChangeKind], filed_first_on: dt.date
) -> list[Consequence]:
    """Return what changes after filing ask for by a rule; one the rule is silent about asks for nothing."""
    the_day_before = filed_first_on - dt.timedelta(days=1)
    return [
        Consequence(
            change,
            rule.on_change[change],
            the_day_before if rule.on_change[change] != "anew" else None,
        )
        for change in changes
        if change in rule.on_change
    ]
