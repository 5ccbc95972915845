"""Whether a number of hires can be right (录用人数是否合理): a reason to ask, never a finding."""

import re

_DIGITS = re.compile(r"\d+")


def size_of(text: str | None) -> int | None:
    """Return the largest number in an employer's size as written (50-99人 → 99); None if it names none."""
    found = [int(digits) for digits in _DIGITS.findall(text or "")]
    return max(found) if found else None


def is_implausible(
    n_on_day: int, *, least: int, percent: int, size: int | None, n_seats: int
) -> bool:
    """Say whether one employer took more people on one day than its size and its seats explain.

    Parameters
    ----------
    least : up to so many are never asked about
    percent : share of its size it may plausibly take on one day
    n_seats : seats of its postings; they explain as many hires
    """
    if n_on_day <= least or n_on_day <= n_seats:
        return False
    return size is None or n_on_day * 100 > percent * size
