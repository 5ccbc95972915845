"""Pay texts (薪资) of postings as a monthly range in whole yuan (月薪).

`12-18K`, `25-35K·13薪`, `2-3.5万/月`, `30-50万/年`, `300元/天`, `4000以上`, 月薪四千, 一万二, 面议. Never raises;
a text without any amount that can be meant as pay reads as None, so that nobody is shown an invented wage.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from matcher.vocabulary.numerals import with_digits
from matcher.vocabulary.paid_months import PaidMonth, paid_month
from matcher.vocabulary.text import normalise

PayBasis = Literal["month", "year", "week", "day", "hour"]

MONTHS_A_YEAR = 12
WEEKS_A_YEAR = 52
MOST_MONTHLY_YUAN = 2_000_000
"""Above this a "wage" is a misread number (a post code, a turnover): it reads as None."""
LEAST_MONTHLY_YUAN = 100
"""Below this a bare number is something else (hours, persons, 3 as in 3薪)."""
YEARLY_FROM_YUAN = 60_000
"""A sum of 万 from here on without 月 or 年 is a year's pay (10万以上); the note says that it was taken so."""
_SHARED_UNIT_BELOW = 100
"""A low end below this shares the unit of the high end (8-12K); a yearly one below ten times this."""

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(万元|千元|百元|万|千|百|[kKwW])?"
_CURRENCY = r"(?:元|圆|块|人民币|RMB|rmb|¥)?"
_ONE = rf"(?:[¥])?{_NUMBER}\s?{_UNIT}\s?{_CURRENCY}"
_BASIS_WORD = r"(月|年|周|星期|天|日|小时|时|h|hour|day|month|year)"
_AMOUNT = re.compile(rf"{_ONE}(?:(?:/[月年天日时])?\s?(?:-|~|至|到)\s?{_ONE})?")
_BASIS_AFTER = re.compile(
    rf"(?:左右|上下)?\s?(?:/|每|一个|一|\(|p)\s?{_BASIS_WORD}|\s?的?(年薪|月薪|日薪|时薪|周薪)",
    re.IGNORECASE,
)
_BASIS_BEFORE = re.compile(
    r"(月薪|月收入|月工资|每月|年薪|年收入|每年|年包|日薪|每天|每日|日结|周薪|时薪|每小时|小时工|一天|一小时|一年|一个月)"
)
_MONTHS_PAID = re.compile(
    r"(?<!\d)(1[2-9]|2[0-4])(?:-\d\d)?\s?(?:薪|个月工资|个月薪)|[*×xX]\s?(1[2-9])(?!\d)"
)
_TRIAL = re.compile(r"(?:试用期?|实习期?)[^\d,;]{0,6}[\d.]+[^\d,;]{0,4}[,;、]?(?=[^\d]{0,4}转正)")
"""What is paid until the confirmation (转正) does not count when the pay after it is said too."""
_NOTES: dict[PayBasis, str] = {
    "month": "",
    "year": "",
    "week": "按一年52周折算",
    "day": "按月计薪{days:g}天折算",
    "hour": "按月计薪{days:g}天、每天{hours:g}小时折算",
}
_TAKEN_AS_YEARLY = "没有写月或年，按年薪折算"
_OPEN_TOP = re.compile(
    r"^(?:元|/月|/年|/天|/小时)*\s?(?:及?以上|往上|起|多|出头|打底|\+|加提成|保底|底薪)"
)
_OPEN_BOTTOM = re.compile(r"^(?:元|/月|/年|/天|/小时)*\s?(?:及?以下|以内|封顶)")
_OPEN_TOP_BEFORE = re.compile(
    r"(?:不低于|不少于|至少|高于|超过|底薪|保底|大于|≥|>)(?:月薪|人民币|¥|约|为|:)*$"
)
_OPEN_BOTTOM_BEFORE = re.compile(r"(?:不高于|不超过|最高|低于|小于|≤|<)(?:月薪|人民币|¥|约|为|:)*$")
_OPEN_THEN_BASIS = re.compile(rf"(?:及?以上|以下|起|\+)\s?/?\s?{_BASIS_WORD}")
_NOT_PAY_AFTER = re.compile(r"\s?(?:[年月日号人名岁届个次位%％]|周岁|小时|天|薪|[a-zA-Z])")
"""Behind a bare number these make it a date, a headcount, an age or a percentage."""
_NEGOTIABLE = re.compile(
    r"面议|面谈|面试时?谈|待定|详谈|电议|协商|open|negotia|competitive", re.IGNORECASE
)
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_FACTOR = {"": 1, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}
_BASIS_OF: dict[str, PayBasis] = {
    **dict.fromkeys(("月", "month", "月薪", "月收入", "月工资", "每月", "一个月"), "month"),
    **dict.fromkeys(("年", "year", "年薪", "年收入", "每年", "年包", "一年"), "year"),
    **dict.fromkeys(("周", "星期", "周薪"), "week"),
    **dict.fromkeys(("天", "日", "day", "日薪", "每天", "每日", "日结", "一天"), "day"),
    **dict.fromkeys(("小时", "时", "h", "hour", "时薪", "每小时", "小时工", "一小时"), "hour"),
}


def _per_month(basis: PayBasis, month: PaidMonth) -> float:
    """Return how many of a unit a month's pay consists of."""
    return {
        "month": 1.0,
        "year": 1 / MONTHS_A_YEAR,
        "week": WEEKS_A_YEAR / MONTHS_A_YEAR,
        "day": month.days,
        "hour": month.days * month.hours_a_day,
    }[basis]


@dataclass(frozen=True, slots=True)
class Pay:
    """A pay text as a monthly range.

    `low_yuan`, `high_yuan` are a month's pay in yuan, low <= high; None on a side means open (4000以上
    has no high) and on both sides negotiable (面议). `months` is how many a year are paid (13薪), 12 if
    not said; a yearly sum is divided by 12 whatever `months` is. `basis` is the unit as written: a
    day or hour rate was multiplied up to a full month and is a guess about the hours.
    """

    low_yuan: int | None
    high_yuan: int | None
    months: int
    basis: PayBasis
    note: str
    negotiable: bool = False


def read_pay(text: str, on: dt.date | None = None) -> Pay | None:
    """Read a pay text; None when it says nothing about pay. Never raises.

    Parameters
    ----------
    on : day whose rule tells how many days a month are paid; None: the rule in force last
    """
    text = with_digits(_THOUSANDS_COMMA.sub("", normalise(text)))
    text = _TRIAL.sub(" ", text)
    months = _months_paid(text)
    without_months = _MONTHS_PAID.sub(" ", text)
    for match in _AMOUNT.finditer(without_months):
        pay = _read_amount(without_months, match, months, paid_month(on))
        if pay is not None:
            return pay
    if _NEGOTIABLE.search(text):
        return Pay(None, None, months, "month", "面议", negotiable=True)
    return None


def _months_paid(text: str) -> int:
    """Return how many monthly wages a year are promised."""
    match = _MONTHS_PAID.search(text)
    return int(match[1] or match[2]) if match else MONTHS_A_YEAR


def _read_amount(text: str, match: re.Match[str], months: int, month: PaidMonth) -> Pay | None:
    """Turn one amount or range with what stands around it into pay, or None if it cannot be pay."""
    said, end = _basis(text, match)
    if end == match.end() and text[end - 1] not in "元圆块" and _NOT_PAY_AFTER.match(text, end):
        return None
    low, high = _both_ends(match, said or "month")
    yearly = said is None and "万" in match[0] and max(low, high) >= YEARLY_FROM_YUAN
    basis: PayBasis = said or ("year" if yearly else "month")
    factor = _per_month(basis, month)
    low_yuan, high_yuan = sorted((round(low * factor), round(high * factor)))
    if not LEAST_MONTHLY_YUAN <= low_yuan <= high_yuan <= MOST_MONTHLY_YUAN:
        return None
    before, after = text[: match.start()], text[end:]
    note = (
        _TAKEN_AS_YEARLY
        if yearly
        else _NOTES[basis].format(days=month.days, hours=month.hours_a_day)
    )
    if _OPEN_TOP.match(after) or _OPEN_TOP_BEFORE.search(before):
        return Pay(low_yuan, None, months, basis, note)
    if _OPEN_BOTTOM.match(after) or _OPEN_BOTTOM_BEFORE.search(before):
        return Pay(None, high_yuan, months, basis, note)
    return Pay(low_yuan, high_yuan, months, basis, note)


def _basis(text: str, match: re.Match[str]) -> tuple[PayBasis | None, int]:
    """Return the unit of time if one is said, after or before the amount, and where that ends."""
    after = _BASIS_AFTER.match(text, match.end())
    if after:
        return _BASIS_OF[(after.group(1) or after.group(2)).lower()], after.end()
    open_then_basis = _OPEN_THEN_BASIS.match(text, match.end())
    if open_then_basis:
        return _BASIS_OF[open_then_basis.group(1).lower()], match.end()
    before = list(_BASIS_BEFORE.finditer(text[: match.start()]))
    return (_BASIS_OF[before[-1].group(1)] if before else None), match.end()


def _both_ends(match: re.Match[str], basis: PayBasis) -> tuple[float, float]:
    """Return low and high in yuan a unit; the unit behind the high end also counts for the low one.

    In 5千-1万 each end has its own unit, in 8-12K and 4.5-6千 one unit stands for both, and in
    5000-1万 the low end is already a full sum.
    """
    first, first_unit, second, second_unit = match.groups()
    low_unit = _factor(first_unit)
    if second is None:
        return float(first) * low_unit, float(first) * low_unit
    high_unit = _factor(second_unit)
    if not first_unit and float(first) < _SHARED_UNIT_BELOW * (10 if basis == "year" else 1):
        low_unit = high_unit
    if first_unit and not second_unit and float(second) < LEAST_MONTHLY_YUAN:
        high_unit = low_unit
    return float(first) * low_unit, float(second) * high_unit


def _factor(unit: str | None) -> int:
    """Return what a unit word multiplies by."""
    return _FACTOR[(unit or "").lower().removesuffix("元")]
