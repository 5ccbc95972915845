"""Writing exact amounts: yuan to the fen, and more places where rounding would hide on which side of a line it is."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

_CENT = Decimal("0.01")
_MORE = Decimal("0.000001")


def round_fen(exact: Fraction) -> int:
    """Return whole fen, half a fen away from nothing."""
    sign = -1 if exact < 0 else 1
    return sign * ((2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator))


def yuan(fen: int | Fraction) -> str:
    """Return yuan with two places and thousands apart: 30,240.00."""
    return f"{Decimal(round_fen(Fraction(fen))) / 100:,.2f}"


def yuan_beside(exact: Fraction, line: Fraction | None) -> str:
    """Return yuan with two places, or six where two would show it equal to a line it is not equal to."""
    if line is None or exact == line or round_fen(exact) != round_fen(line):
        return yuan(exact)
    places = Decimal(exact.numerator) / Decimal(exact.denominator) / 100
    return f"{places.quantize(_MORE, ROUND_HALF_UP):,.6f}"


def fen_of(text: str) -> int:
    """Return the fen of yuan written by a person; raises ValueError for what is no amount in fen."""
    cleaned = text.strip().replace(",", "").replace("，", "")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation as error:
        raise ValueError(f"no amount in fen: {text}") from error
    if not amount.is_finite() or amount != amount.quantize(_CENT):
        raise ValueError(f"no amount in fen: {text}")
    return int(amount * 100)
