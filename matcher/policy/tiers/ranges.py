"""Ranges of exact numbers (取值范围): what an expression can be while some of its inputs are missing.

An end of None is without bound. Comparisons answer True, False, or None where it depends on what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Truth = bool | None
"""Yes, no, or not to be told yet."""


@dataclass(frozen=True, slots=True)
class Range:
    """Closed range; both ends equal once everything is known."""

    low: Fraction | None
    high: Fraction | None

    @property
    def value(self) -> Fraction | None:
        """The one value, if there is only one."""
        return self.low if self.low is not None and self.low == self.high else None


def exactly(value: int | Fraction) -> Range:
    """Return the range of a known value."""
    return Range(Fraction(value), Fraction(value))


def at_least(value: int) -> Range:
    """Return the range of a missing value that is never smaller."""
    return Range(Fraction(value), None)


def add(left: Range, right: Range) -> Range:
    """Return the range of a sum."""
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return Range(low, high)


def negate(one: Range) -> Range:
    """Return the range of the negative."""
    return Range(
        None if one.high is None else -one.high,
        None if one.low is None else -one.low,
    )


def scale(one: Range, factor: Fraction) -> Range:
    """Return the range times a positive factor."""
    return Range(
        None if one.low is None else one.low * factor,
        None if one.high is None else one.high * factor,
    )


def divide(one: Range, by: Range) -> Range:
    """Return the range divided by counts of at least one; without an upper end the quotient nears nothing."""
    if by.low is None or by.low < 1:
        raise ValueError("a count is at least one")
    nothing = Fraction(0)
    most = nothing if by.high is None else 1 / by.high
    least = 1 / by.low
    low = one.low and one.low * (least if one.low < 0 else most)
    high = one.high and one.high * (least if one.high > 0 else most)
    return Range(low, high)


def compare(left: Range, sign: str, right: Range) -> Truth:
    """Say whether left < (<=, >, >=) right holds for every value, for none, or depends."""
    if sign in (">", ">="):
        return compare(right, {">": "<", ">=": "<="}[sign], left)
    strictly = sign == "<"
    if _is_below(left.high, right.low, touching=not strictly):
        return True
    return False if _is_below(right.high, left.low, touching=strictly) else None


def _is_below(high: Fraction | None, low: Fraction | None, *, touching: bool) -> bool:
    """Say whether one range ends before the other begins, or where it begins if they may touch."""
    if high is None or low is None:
        return False
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
