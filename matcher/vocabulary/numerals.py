"""Sums written in Chinese numerals (四千, 一万二, 五六千, 1万2) rewritten with digits, as `pay.py` reads them.

Only numerals with 百, 千 or 万 behind them are sums; a lone 三 or 十 is left as it is.
"""

import re

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMERAL = "[一二两三四五六七八九十]"
_UNITS = {"万": 10_000, "千": 1_000, "百": 100}
_SUM = re.compile(
    rf"(?<![一二两三四五六七八九十第])({_NUMERAL}{{1,3}})([万千百])(?:([一二两三四五六七八九])([千百]|(?![万一二两三四五六七八九十个])))?"
)
_MIXED = re.compile(r"(?<![\d.])(\d{1,2})([万千kKwW])(\d)(?![\d.万千百kKwW薪个])")
_OVER = re.compile(r"(?<![一-九\d])[过上破]万(?!达|物|科|年)")
_MIXED_UNIT = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}


def with_digits(text: str) -> str:
    """Return the text with its Chinese sums in digits: 一万二 → 12000, 五六千 → 5-6千, 过万 → 1万以上."""
    if not any(char in text for char in "万千百kKwW"):
        return text
    text = _OVER.sub("1万以上", text)
    return _MIXED.sub(_mixed, _SUM.sub(_plain, text))


def _mixed(match: re.Match[str]) -> str:
    """Return 1万2 or 3千5 as a whole number: the last digit counts the next lower unit."""
    unit = _MIXED_UNIT[match[2].lower()]
    return str(int(match[1]) * unit + int(match[3]) * unit // 10)


def _plain(match: re.Match[str]) -> str:
    """Return one sum: a pair (五六千) as a range, a tail (千五, 万二千) added up."""
    head, unit, tail, tail_unit = match.groups()
    if len(head) == 2 and "十" not in head:
        low, high = _DIGIT[head[0]], _DIGIT[head[1]]
        if tail or high != low + 1:
            return match[0]
        return f"{low}-{high}{unit}"
    count = _count(head)
    if count is None:
        return match[0]
    if not tail:
        return f"{count}{unit}"
    rest = _DIGIT[tail] * (_UNITS[tail_unit] if tail_unit else _UNITS[unit] // 10)
    return str(count * _UNITS[unit] + rest)


def _count(head: str) -> int | None:
    """Return the number a head of at most three numerals says (十二, 二十, 三), or None."""
    tens, found, ones = head.partition("十")
    if len(tens) > 1 or len(ones) > 1 or (not found and len(head) > 1):
        return None
    if not found:
        return _DIGIT[head]
    return (_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[ones] if ones else 0)
