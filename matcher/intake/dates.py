"""Dates as people and programs write them, read into a date and how exact it is."""

import calendar
import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matcher.intake.cells import cell_text, is_formula_error, narrow, said_nothing
from matcher.intake.grids import CellValue
from matcher.intake.problems import Flaw, Reading

Precision = Literal["day", "month", "year"]

_EPOCH = dt.date(1899, 12, 30)
"""Day 0 of spreadsheets after their false leap day of 1900."""
_SERIALS = range(10_000, 80_000)
"""Serial numbers read as dates: 1927-05-18 to 2119-01-11."""
_EARLIEST_YEAR = 1900
_CHINA = dt.timezone(dt.timedelta(hours=8))
_LATEST_YEARS_AHEAD = 30
_CHINESE_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_TIME = r"(?:[T ]?\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2})?(?:\.\d+)?秒?(?:Z|[+-]\d\d:?\d\d)?)?"
_DAY = re.compile(r"(\d{4})\s*([-/.年\\])\s*(\d{1,2})\s*[-/.月\\]\s*(\d{1,2})\s*[日号]?" + _TIME)
_MONTH = re.compile(r"(\d{4})\s*[-/.年\\]\s*(\d{1,2})\s*月?(?:份|毕业)?")
_YEAR = re.compile(r"(\d{4})\s*(?:年|届|级|年度|届毕业生)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_COMPACT_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_DAY_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME)
_SHORT_YEAR = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NO_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)


_REPUBLIC = re.compile(
    r"民国(元|\d{1,3}|[一二三四五六七八九十]{1,4})年(?:(\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)?"
)
_BEFORE_REPUBLIC = 1911
_MARKS = str.maketrans({"。": ".", "，": ".", "、": ".", "·": ".", "—": "-", "–": "-", "／": "/"})
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_SPACED_DATE = re.compile(r"\d{4} \d{1,2}( \d{1,2})?")
_SPACED = re.compile(r" ")
_WHOLE = re.compile(r"(\d{6}|\d{8}|\d{5})\.0+")
_LOOSE_END = re.compile(
    r"(?<=[\d日号月年])\s*(?:[.]|以?前|之前|左右|起|止|上旬|中旬|下旬|[初中底末]|[(].*[)])$"
)
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_ENGLISH_MONTH = re.compile(
    r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -,]+(\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})"
)
_SECONDS = range(1_000_000_000, 2_000_000_000)
"""Seconds since 1970, as programs write times: 2001-09-09 to 2033-05-18."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date and its precision; a month is given as its first day, a year as 1 January."""

    day: dt.date
    precision: Precision

    @property
    def last_day(self) -> dt.date:
        """Last day the text can mean: the end of its month or year."""
        if self.precision == "year":
            return dt.date(self.day.year, 12, 31)
        if self.precision == "month":
            return self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        return self.day


def _flaw(
    code: str, reason: str, remedy: str = "请改为 2026-07-01 这样的日期"
) -> Reading[WrittenDate]:
    return Reading(None, Flaw("warn", code, reason, remedy))


def read_date(value: CellValue, today: dt.date) -> Reading[WrittenDate]:
    """Read a date cell; empty gives no value and no flaw, unreadable gives a warning.

    A caller to whom the date is vital raises the severity itself.
    """
    if isinstance(value, dt.datetime):
        return _in_range(WrittenDate(value.date(), "day"), today)
    if isinstance(value, dt.date):
        return _in_range(WrittenDate(value, "day"), today)
    if isinstance(value, float) and not math.isfinite(value):
        return _read_text("", today)
    if isinstance(value, float) and not value.is_integer() and value < _SERIALS.start:
        return _read_month_number(value, today)
    if isinstance(value, float) and not value.is_integer():
        value = float(int(value))
    return _read_text(cell_text(value), today)


def _read_month_number(value: float, today: dt.date) -> Reading[WrittenDate]:
    """Read 2026.07 stored as a number; 2026.1 may have been 2026.10."""
    text = repr(value)
    if not re.fullmatch(r"(19|20)\d{2}\.\d{1,2}", text):
        return _flaw("date_unreadable", "这个数字不是日期")
    if len(text) == 6:
        return _flaw(
            "date_ambiguous",
            "年月按数字存储，分不清 1 月还是 10 月",
            "请改为 2026-01 或 2026-10 并设为文本",
        )
    return _read_text(text, today)


def _plain(text: str) -> str:
    """Return a date's text without armour: other marks for dots, a number's .0, 前 or 起 behind."""
    text = narrow(text).strip("'\"“” ").translate(_MARKS)
    text = (
        _SPACED.sub("-", _COMMA.sub(".", text))
        if _SPACED_DATE.fullmatch(text)
        else _COMMA.sub(".", text)
    )
    if _WHOLE.fullmatch(text):
        return text.partition(".")[0]
    text = _LOOSE_END.sub("", text) if text[:4].isdigit() else text
    if match := _ENGLISH_MONTH.fullmatch(text):
        day, name, year = (
            (match[1], match[2], match[3]) if match[2] else (match[5], match[4], match[6])
        )
        month = _MONTHS.get(name[:3].lower())
        return f"{year}-{month}-{day}" if month else text
    return text


@lru_cache(maxsize=100_000)
def _read_text(text: str, today: dt.date) -> Reading[WrittenDate]:
    text = _plain(text)
    if said_nothing(text):
        return Reading(None)
    if is_formula_error(text):
        return _flaw(
            "formula_error", "单元格是公式错误，没有值", "请在表格中修正公式或直接填写日期"
        )
    if text in {"长期", "长期有效", "不限", "招满为止", "常年招聘", "至今", "永久"}:
        return Reading(
            None,
            Flaw("info", "date_open", f"“{text}”不是具体日期，按未填处理", "如有截止日期请填写"),
        )
    found = _of_republic(text) or _chinese(text) or _day_first(text) or _compact(text)
    if found is not None:
        return found if found.flaw else _in_range(found.value, today)
    return _read_partial(text, today)


def _made(year: int, month: int, day: int, precision: Precision) -> Reading[WrittenDate]:
    try:
        return Reading(WrittenDate(dt.date(year, month, day), precision))
    except ValueError:
        return _flaw("date_impossible", "日历上没有这一天")


def _day_first(text: str) -> Reading[WrittenDate] | None:
    if match := _DAY.fullmatch(text):
        return _made(int(match[1]), int(match[3]), int(match[4]), "day")
    if match := _DAY_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first > 12:
            return _made(year, second, first, "day")
        if second > 12 or first == second:
            return _made(year, first, second, "day")
        return _flaw("date_ambiguous", "分不清哪个是月、哪个是日")
    return None


def _compact(text: str) -> Reading[WrittenDate] | None:
    if match := _COMPACT_DAY.fullmatch(text):
        return _made(int(match[1]), int(match[2]), int(match[3]), "day")
    if match := _COMPACT_MONTH.fullmatch(text):
        return _made(int(match[1]), int(match[2]), 1, "month")
    if text.isascii() and text.isdigit() and len(text) in {10, 13} and text[:2] != "20":
        return _since_1970(int(text[:10]))
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in _SERIALS:
        return Reading(WrittenDate(_EPOCH + dt.timedelta(days=int(text)), "day"))
    return None


def _since_1970(seconds: int) -> Reading[WrittenDate] | None:
    """Read a time stamp; its day is the one in China."""
    if seconds not in _SECONDS:
        return None
    moment = dt.datetime.fromtimestamp(seconds, tz=_CHINA)
    return Reading(WrittenDate(moment.date(), "day"))


def _number(chinese: str) -> int:
    """Read 一 … 三十一."""
    tens, _, ones = chinese.rpartition("十") if "十" in chinese else ("0", "", chinese)
    tens_value = int(tens.translate(_CHINESE_DIGITS)) if tens else 1
    return tens_value * 10 + int(ones.translate(_CHINESE_DIGITS) or 0)


def _of_republic(text: str) -> Reading[WrittenDate] | None:
    """Read a year of the Republic (民国六十四年 is 1975), as old papers count."""
    match = _REPUBLIC.fullmatch(text)
    if match is None:
        return None
    written = [
        part and (int(part) if part.isdecimal() else _number(part)) for part in match.groups()
    ]
    year = int(written[0] or 1) + _BEFORE_REPUBLIC
    if written[1] is None:
        return _made(year, 1, 1, "year")
    if written[2] is None:
        return _made(year, int(written[1]), 1, "month")
    return _made(year, int(written[1]), int(written[2]), "day")


def _chinese(text: str) -> Reading[WrittenDate] | None:
    match = _CHINESE_DATE.fullmatch(text)
    if match is None:
        return None
    year = int(match[1].translate(_CHINESE_DIGITS))
    if match[3] is None:
        return _made(year, _number(match[2]), 1, "month")
    return _made(year, _number(match[2]), _number(match[3]), "day")


def _read_partial(text: str, today: dt.date) -> Reading[WrittenDate]:
    if match := _MONTH.fullmatch(text):
        month = _made(int(match[1]), int(match[2]), 1, "month")
        return _in_range(month.value, today) if month.value else month
    if match := _YEAR.fullmatch(text):
        if not _EARLIEST_YEAR <= int(match[1]) <= today.year + _LATEST_YEARS_AHEAD:
            return _flaw("date_unreadable", "读不出日期")
        return Reading(WrittenDate(dt.date(int(match[1]), 1, 1), "year"))
    if _SHORT_YEAR.fullmatch(text):
        return _flaw("date_ambiguous", "年份只有两位，可能误读")
    if _NO_YEAR.fullmatch(text):
        return Reading(
            None, Flaw("info", "date_without_year", "日期没有年份，按未填处理", "如需要请补上年份")
        )
    return _flaw("date_unreadable", "读不出日期")


def _in_range(date: WrittenDate | None, today: dt.date) -> Reading[WrittenDate]:
    if date is None or not _EARLIEST_YEAR <= date.day.year <= today.year + _LATEST_YEARS_AHEAD:
        return _flaw("date_out_of_range", "日期不在合理范围内")
    return Reading(date)
