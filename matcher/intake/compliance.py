"""Conditions in the text of a posting that the law bans or limits (domain.md §8.2).

The rules are dated data (`data/banned_conditions.csv`), each with its article, a pattern, and what
may stand around the words to make them a negation or lawful (男女不限, 不收取任何费用, 女职工特殊保护). The posting
form blocks on `block`; an import keeps the row and reports, because the words are another office's.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matcher.intake.concepts import read_intake_table

ViolationSeverity = Literal["block", "warn", "flag"]

_AROUND = 14
"""Characters on each side in which a negation counts; a clause of a list is about this long."""
_DASHES = str.maketrans("—–‐−―～【】", "-----~()")
_SPACE_AT_HAN = re.compile(r"(?<=[\u4e00-\u9fff])[ \t]+(?=[\u4e00-\u9fff])")
_CLAUSE_END = re.compile(r"[;。!?\n]")
_LABELS = {
    "sex": "限定性别",
    "marriage": "限定婚育状况",
    "pregnancy": "限制妊娠、生育",
    "fees": "收取费用或押金",
    "documents_kept": "扣押证件",
    "age": "限定年龄",
    "labour_dispatch": "劳务派遣",
    "train_first": "先培训后上岗",
    "hepatitis": "传染病病原携带限制",
    "disability": "排除残疾人",
    "ethnicity": "限定民族",
    "religion": "限定宗教信仰",
    "household_register": "限定户籍或地域",
    "bait": "夸大或保录",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One banned or doubtful condition: the words, what they break, and what to write instead."""

    code: str
    severity: ViolationSeverity
    words: str
    start: int
    article: str
    suggestion: str

    @property
    def label(self) -> str:
        """Short Chinese name of the matter (限定性别)."""
        return _LABELS.get(self.code, self.code)


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    severity: ViolationSeverity
    valid_from: dt.date
    article: str
    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    allowed: re.Pattern[str] | None
    suggestion: str


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    severities: dict[str, ViolationSeverity] = {"block": "block", "warn": "warn", "flag": "flag"}
    return tuple(
        _Rule(
            row["code"],
            severities[row["severity"]],
            dt.date.fromisoformat(row["valid_from"]),
            row["article"],
            tuple(row["triggers"].split("|")),
            re.compile(row["pattern"]),
            re.compile(row["allowed"]) if row["allowed"] else None,
            row["suggestion"],
        )
        for row in read_intake_table("banned_conditions.csv")
    )


def find_violations(text: str, today: dt.date | None = None) -> list[Violation]:
    """Find the banned and doubtful conditions in a text, in order of their place, one a matter.

    Parameters
    ----------
    today : rules not yet in force on this day are left out; None applies all

    Returns
    -------
    list of Violation : `start` counts in the text with half-width marks
    """
    return list(_find(text, today)) if text else []


@lru_cache(maxsize=20_000)
def _find(text: str, today: dt.date | None) -> tuple[Violation, ...]:
    codes = {code for code, words in _triggers().items() if any(word in text for word in words)}
    if not codes:
        return ()
    text = _one_spelling(text)
    found: dict[str, Violation] = {}
    for rule in _rules():
        if rule.code not in codes or (today is not None and rule.valid_from > today):
            continue
        hit = _first_hit(rule, text)
        if hit is None:
            continue
        known = found.get(rule.code)
        if known is None or hit.start() < known.start:
            words = hit[0].strip(" ;,。、:(\n")
            found[rule.code] = Violation(
                rule.code, rule.severity, words, hit.start(), rule.article, rule.suggestion
            )
    return tuple(sorted(found.values(), key=lambda v: (v.start, v.code)))


@lru_cache(maxsize=1)
def _triggers() -> dict[str, tuple[str, ...]]:
    return {rule.code: rule.triggers for rule in _rules()}


def _one_spelling(text: str) -> str:
    """Return text with half-width marks and one dash; ten times faster than `vocabulary.normalise`.

    Descriptions are long and many; names are compared elsewhere, here only marks must agree.
    """
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _SPACE_AT_HAN.sub("", text)


def _first_hit(rule: _Rule, text: str) -> re.Match[str] | None:
    for match in rule.pattern.finditer(text):
        if rule.allowed is None or not rule.allowed.search(_clause(text, match)):
            return match
    return None


def _clause(text: str, match: re.Match[str]) -> str:
    """Return the words around a match, not beyond the sentence it stands in."""
    left = max(0, match.start() - _AROUND)
    for stop in _CLAUSE_END.finditer(text, left, match.start()):
        left = stop.end()
    right = min(len(text), match.end() + _AROUND)
    stop_right = _CLAUSE_END.search(text, match.end(), right)
    return text[left : stop_right.start() if stop_right else right]
