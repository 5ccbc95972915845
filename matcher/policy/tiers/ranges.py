"""Ranges of exact numbers (取值范围): what an expression can be while some of its inputs are missing.

A missing input is between the least and the most a form takes, so every end is a number.
Comparisons answer True, False, or None where it depends on what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Truth = bool | None
"""Yes, no, or not to be told yet."""


@dataclass(frozen=True, slots=True)
class Range:
    """Closed range; both ends equal once everything is known."""

    low: Fraction
    high: Fraction

    @property
    def value(self) -> Fraction | None:
        """The one value, if there is only one."""
        return self.low if self.low == self.high else None


def exactly(value: int | Fraction) -> Range:
    """Return the range of a known value."""
    return Range(Fraction(value), Fraction(value))


def between(low: int, high: int) -> Range:
    """Return the range of a missing value."""
    return Range(Fraction(low), Fraction(high))


def add(left: Range, right: Range) -> Range:
    """Return the range of a sum."""
    return Range(left.low + right.low, left.high + right.high)


def negate(one: Range) -> Range:
    """Return the range of the negative."""
    return Range(-one.high, -one.low)


def scale(one: Range, factor: Fraction) -> Range:
    """Return the range times a positive factor."""
    return Range(one.low * factor, one.high * factor)


def divide(one: Range, by: Range) -> Range:
    """Return the range divided by counts of at least one."""
    if by.low < 1:
        raise ValueError("a count is at least one")
    low = one.low / (by.low if one.low < 0 else by.high)
    high = one.high / (by.low if one.high > 0 else by.high)
    return Range(low, high)


def compare(left: Range, sign: str, right: Range) -> Truth:
    """Say whether left < (<=, >, >=) right holds for every value, for none, or depends."""
    if sign in (">", ">="):
        return compare(right, {">": "<", ">=": "<="}[sign], left)
    strictly = sign == "<"
    if _is_below(left.high, right.low, touching=not strictly):
        return True
    return False if _is_below(right.high, left.low, touching=strictly) else None


def _is_below(high: Fraction, low: Fraction, *, touching: bool) -> bool:
    """Say whether one range ends before the other begins, or where it begins if they may touch."""
    return high < low or (touching and high == low)


def all_of(parts: Iterable[Truth]) -> Truth:
    """Return the three-valued and."""
    known = list(parts)
    if False in known:
        return False
    return None if None in known else True


def any_of(parts: Iterable[Truth]) -> Truth:
    """Return the three-valued or."""
    known = list(parts)
    if True in known:
        return True
    return None if None in known else False
