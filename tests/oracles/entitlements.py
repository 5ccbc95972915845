"""Entitlements answered slowly: the tables read raw, every fact known, plain yes or no; shares no code.

An answer over partly known facts is checked against all ways the unknown ones could turn out.
"""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[2] / "matcher" / "policy" / "data"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


RULES: list[dict[str, Any]] = _read("entitlement_rules.toml")["rule"]
PAIRS: list[list[str]] = [one["pair"] for one in _read("entitlements.toml")["exclusion"]]
KINDS: dict[str, dict[str, Any]] = {one["code"]: one for one in _read("entitlements.toml")["fact"]}


def _years_between(birth: dt.date, today: dt.date) -> int:
    """Count birthdays one after the other."""
    n = 0
    while True:
        year, month, day = birth.year + n + 1, birth.month, birth.day
        leap = month == 2 and day == 29 and not _is_leap(year)
        birthday = dt.date(year, 3, 1) if leap else dt.date(year, month, day)
        if birthday > today:
            return n
        n += 1


def _is_leap(year: int) -> bool:
    return (year % 4 == 0 and year % 100 != 0) or year % 400 == 0


def _later(day: dt.date, months: int) -> dt.date:
    """Walk month by month; a month too short ends on its last day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for last in range(day.day, 0, -1):
        try:
            return dt.date(year, month, last)
        except ValueError:
            continue
    raise AssertionError


def _holds(row: dict[str, Any], facts: dict[str, Any], today: dt.date) -> bool:
    if "any" in row:
        return any(_holds(one, facts, today) for one in row["any"])
    if "all" in row:
        return all(_holds(one, facts, today) for one in row["all"])
    value = facts[row["fact"]]
    if set(row) == {"fact", "say"}:
        return value is True
    return _of_plain(row, value) and _of_days(row, value, today)


def _of_plain(row: dict[str, Any], value: Any) -> bool:
    if "is" in row and value != row["is"]:
        return False
    if "in" in row and value not in row["in"]:
        return False
    if "least" in row and value < row["least"]:
        return False
    return not ("most" in row and value > row["most"])


def _of_days(row: dict[str, Any], value: Any, today: dt.date) -> bool:
    if "passed" in row and (value <= today) != row["passed"]:
        return False
    if "months_after_most" in row and today > _later(value, row["months_after_most"]):
        return False
    if "months_since_least" in row and today < _later(value, row["months_since_least"]):
        return False
    if "age_least" in row and _years_between(value, today) < row["age_least"]:
        return False
    if "age_most" in row and _years_between(value, today) > row["age_most"]:
        return False
    return not ("graduation_year" in row and value.year != today.year)


def claims(row: dict[str, Any], facts: dict[str, Any], today: dt.date) -> bool:
    """Say whether a rule gives its entitlement to somebody of whom everything is known."""
    code = row["entitlement"]
    for one in row["when"]:
        if not _holds(one, facts, today):
            return False
    if "lifetime" in row["limit"] and facts["received." + code]:
        return False
    for pair in PAIRS:
        if code in pair and facts["same_item." + next(one for one in pair if one != code)]:
            return False
    window = row["deadline"]
    if window["kind"] == "graduation":
        return today < facts["graduates_on"]
    if window["kind"] == "months_after":
        return today <= _later(facts[window["fact"]], window["months"])
    return window["kind"] != "until" or today <= window["on"]


def facts_of(row: dict[str, Any]) -> set[str]:
    """Return every fact a rule reads."""
    found: set[str] = set()

    def walk(one: dict[str, Any]) -> None:
        if "fact" in one:
            found.add(one["fact"])
        for part in (*one.get("any", ()), *one.get("all", ())):
            walk(part)

    for one in row["when"]:
        walk(one)
    code = row["entitlement"]
    if "lifetime" in row["limit"]:
        found.add("received." + code)
    found |= {
        "same_item." + other for pair in PAIRS if code in pair for other in pair if other != code
    }
    if row["deadline"]["kind"] == "graduation":
        found.add("graduates_on")
    if row["deadline"]["kind"] == "months_after":
        found.add(row["deadline"]["fact"])
    return found


def kind_of(fact: str) -> str:
    """Return how a fact is known."""
    return "yes_no" if "." in fact else str(KINDS[fact]["kind"])
