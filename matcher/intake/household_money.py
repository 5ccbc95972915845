"""Sums of money in household rosters: by the month or the year, in 元 or 万元, about so much.

The head says the unit for cells that do not (家庭年收入（万元）); a cell that says its own is believed. Nothing is
guessed beyond that: what is no sum gives a warning and no value.
"""

import re
from functools import lru_cache
from typing import Literal

from matcher.intake.cells import cell_text, is_formula_error, narrow, said_nothing
from matcher.intake.layout import RowReader
from matcher.intake.problems import Flaw, Reading

Period = Literal["month", "year"]
_MONTHS = 12
_SUM = re.compile(
    r"(?P<about>约|大约|大概|近|左右)?\s*[¥￥]?\s*(?P<sum>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(?P<wan>万)?"
    r"(?P<odd>多|余|来)?\s*(?:元|块|rmb)?(?P<odd2>多|余|左右|上下|整)?\s*(?P<per>/?每?(?:人)?/?个?(?:月|年))?(?P<end>左右|上下)?",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?P<per>(?:人均)?每?(?:月|年)(?:收入|均)?|人均)?[:：]?(?P<rest>.*)$")
_MOST_YUAN = 100_000_000
"""Yuan; more is no family's income but another column's number."""
_ABOUT = Flaw("info", "money_about", "写的是约数，按所写数字读取", "如有准确数字请更正")


def read_money(reader: RowReader, concept: str, wanted: Period | None) -> int | None:
    """Return a sum of the row in fen by the wanted period; None if there is none.

    Parameters
    ----------
    wanted : what the concept means by itself; None for a sum without a period (学费)
    """
    head = narrow(reader.head_of(concept))
    families = reader.layout.families
    in_wan = "万" in head or (families is not None and families.in_wan and "元" not in head)
    said: Period | None = None
    if wanted is not None and "人均年" not in head:
        said = "month" if "月" in head and "年" not in head else None
        said = "year" if "年" in head and "月" not in head else said
    period = said or wanted
    reading = _read(cell_text(reader.raw(concept)), in_wan, period, wanted)
    return reader.take(concept, reading)


@lru_cache(maxsize=50_000)
def _read(text: str, in_wan: bool, period: Period | None, wanted: Period | None) -> Reading[int]:
    text = narrow(text).replace(" ", "")
    if said_nothing(text):
        return Reading(None)
    if is_formula_error(text):
        return _none("formula_error", "单元格是公式错误，没有值", "请在表格中修正公式或直接填写")
    lead = _LEADING.match(text)
    match = _SUM.fullmatch(lead["rest"] if lead else text)
    if match is None:
        return _none("money_unreadable", "读不出金额", "请只填数字，单位为元")
    number = float(match["sum"].replace(",", ""))
    if number < 0:
        return _none("money_negative", "金额是负数", "请核对，收入不小于零")
    yuan = number * (10_000 if match["wan"] or (in_wan and "元" not in text) else 1)
    said = (match["per"] or "") + ((lead["per"] or "") if lead else "")
    own: Period | None = "month" if "月" in said else "year" if "年" in said else None
    yuan, flaw = _by_period(yuan, own or period, wanted, told=own is not None)
    if yuan > _MOST_YUAN:
        return _none("money_impossible", "金额大得不合常理，像是别的列的数字", "请核对是否错列")
    if flaw is None and any(match[name] for name in ("about", "odd", "odd2", "end")):
        flaw = _ABOUT
    return Reading(round(yuan * 100), flaw)


def _by_period(
    yuan: float, own: Period | None, wanted: Period | None, *, told: bool
) -> tuple[float, Flaw | None]:
    """Turn a monthly sum into a yearly one, or the other way round, and say so."""
    if own is None or wanted is None or own == wanted:
        return yuan, None
    words = "按月写的，已乘 12 折成全年" if wanted == "year" else "按年写的，已除以 12 折成每月"
    flaw = Flaw("info", "money_period", words if told else f"表头{words}", "请核对")
    return (yuan * _MONTHS if wanted == "year" else yuan / _MONTHS), flaw


def _none(code: str, reason: str, remedy: str) -> Reading[int]:
    return Reading(None, Flaw("warn", code, reason, remedy))
