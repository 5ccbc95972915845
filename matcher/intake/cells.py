"""Cells as clean text: what a person sees, whatever the format made of it."""

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from matcher.intake.grids import CellValue

EXACT_LIMIT = 10**15
"""From here on a number cell (IEEE double, 15 significant digits) may have lost its last digits."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"[ \t\u00a0\u3000]+")
_FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!)", re.IGNORECASE)
_EMPTY_WORDS = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "nan", "n/a", "暂无", "未填"}
)
"""What people write into a cell they leave empty."""


@lru_cache(maxsize=200_000)
def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    return _SPACE.sub(" ", text).strip()


def cell_text(value: CellValue) -> str:
    """Return a cell as text: whole numbers without .0, dates as ISO, stray spaces gone."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < EXACT_LIMIT:
            return str(int(value))
        return repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


@lru_cache(maxsize=200_000)
def narrow(text: str) -> str:
    """Return text with full-width letters, digits and marks made half-width (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def said_nothing(text: str) -> bool:
    """Say whether a cell's text means "empty" (无, /, -, 暂无 …)."""
    return text.lower() in _EMPTY_WORDS


def is_formula_error(text: str) -> bool:
    """Say whether a cell shows the error of a formula (#N/A …)."""
    return text.startswith("#") and _FORMULA_ERROR.match(text) is not None


def is_garbled(text: str) -> bool:
    """Say whether characters of a text are lost (replacement characters)."""
    return "\ufffd" in text or "锟斤拷" in text or "烫烫烫" in text


def number_digits_lost(value: CellValue) -> bool:
    """Say whether a number is so long that its last digits cannot be trusted."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) >= EXACT_LIMIT
