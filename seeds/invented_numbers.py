"""Identity numbers and credit codes that are well formed and belong to nobody: county 371699 does not exist."""

import datetime as dt

from matcher.identity import id_check_digit

_NOBODYS_COUNTY = "371699"


def identity_number(number: int, earliest: dt.date, days: int) -> str:
    """Return a number with a valid check digit that belongs to nobody (county 371699).

    No two of the first 1000 × `days` are equal.
    """
    block, last = divmod(number, 1000)
    born = earliest + dt.timedelta(days=(block + last * 37) % (days + 1))
    first_17 = f"{_NOBODYS_COUNTY}{born:%Y%m%d}{number % 1000:03d}"
    return first_17 + id_check_digit(first_17)


_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """Return a well-formed credit code of a district that does not exist."""
    first_17 = f"91371699MA{number:07d}"
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_17))
    return first_17 + _CREDIT_ALPHABET[-total % 31]
