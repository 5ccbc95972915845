"""Counts and sums of money in cells."""

import re
from functools import lru_cache

from matcher.intake.cells import cell_text, is_formula_error, narrow, said_nothing
from matcher.intake.grids import CellValue
from matcher.intake.problems import Flaw, Reading

MOST_SEATS = 100_000
"""Nobody fills more seats by one posting; a larger figure is a code in the wrong column."""
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_COUNT = re.compile(
    r"(?:招聘|约|共|计划)?\s*(-?\d+(?:\.\d+)?)\s*(?:人|名|个|位|人次)?(?:以上|左右|及以上)?"
)
_COUNT_RANGE = re.compile(r"(\d+)\s*(?:人|名)?\s*[-~—至到]\s*(\d+)\s*(?:人|名|个|位)?")
_CHINESE_COUNT = re.compile(r"([一二两三四五六七八九十壹贰叁])(?:人|名|个|位)?")
_OPEN_COUNT = re.compile(r"若干|不限|多名|多人|数名|数人|面议|长期|大量|批量|急招|\d+\+|待定")
_MONEY = re.compile(
    r"[¥￥]?\s*(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(万)?\s*(?:元|块)?(?:/?月|/?年)?"
)


def read_count(value: CellValue) -> Reading[int]:
    """Read a number of people: 3, 3.0, 3人, ３, 三名, 10-15人 (the lower end, with a warning)."""
    return _read_count(cell_text(value))


@lru_cache(maxsize=50_000)
def _read_count(text: str) -> Reading[int]:
    text = narrow(text)
    if text in {"", "-", "--", "—", "/", "null", "none"}:
        return Reading(None)
    if is_formula_error(text):
        return Reading(
            None, Flaw("warn", "formula_error", "单元格是公式错误，没有值", "请直接填写人数")
        )
    if match := _COUNT_RANGE.fullmatch(text):
        low, high = sorted((int(match[1]), int(match[2])))
        flaw = Flaw(
            "warn", "count_range", f"人数是范围，按下限 {low} 人读取", "请填写一个确定的人数"
        )
        return _checked(float(low), flaw) if high else _checked(0.0)
    if match := _COUNT.fullmatch(text):
        return _checked(float(match[1]))
    if match := _CHINESE_COUNT.fullmatch(text):
        return _checked(float(_CHINESE[match[1]]))
    if _OPEN_COUNT.search(text):
        return Reading(
            None, Flaw("warn", "count_open", f"“{text[:10]}”没有确定的人数", "请填写确定的人数")
        )
    return Reading(None, Flaw("warn", "count_unreadable", "读不出人数", "请填写整数，例如 2"))


def _checked(number: float, flaw: Flaw | None = None) -> Reading[int]:
    if number <= 0:
        return _impossible("人数不大于零")
    if not number.is_integer():
        return _impossible("人数不是整数")
    if number > MOST_SEATS:
        return _impossible(f"人数超过 {MOST_SEATS}，像是别的列的数字")
    return Reading(int(number), flaw)


def _impossible(reason: str) -> Reading[int]:
    return Reading(None, Flaw("refuse", "count_impossible", reason, "请核对人数，填写正整数"))


def read_small_count(value: CellValue) -> Reading[int]:
    """Read a count that may be zero (reserved seats, family size, years of study)."""
    if narrow(cell_text(value)) in {"0", "0.0", "无", "否", "没有"}:
        return Reading(0)
    return read_count(value)


def read_money_fen(value: CellValue) -> Reading[int]:
    """Read a sum of money into fen: 3000, 3,000.50元, 1.2万."""
    return _read_money_fen(cell_text(value))


@lru_cache(maxsize=50_000)
def _read_money_fen(text: str) -> Reading[int]:
    text = narrow(text)
    if said_nothing(text):
        return Reading(None)
    match = _MONEY.fullmatch(text)
    if match is None or match[1].startswith("-"):
        return Reading(None, Flaw("warn", "money_unreadable", "读不出金额", "请只填数字，单位为元"))
    yuan = float(match[1].replace(",", "")) * (10_000 if match[2] else 1)
    return Reading(round(yuan * 100))
