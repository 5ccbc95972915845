"""Assessments in words: the parts of a working, the bar to the line, and which rule sets there are to choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.policy.tiers.rule_shapes import RuleSet
from matcher.policy.tiers.working import period
from web.i18n import msg, translated

_PARTS = {
    "basis": msg("规则"),
    "input": msg("取值"),
    "choice": msg("口径"),
    "figure": msg("算式"),
    "grade": msg("类别"),
    "requirement": msg("前提"),
    "exclusion": msg("排除情形"),
    "prompt": msg("提醒"),
    "result": msg("结果"),
    "ask": msg("还要问到"),
    "note": msg("说明"),
}

_ROOM = 1.25
"""The bar ends a quarter beyond the longer of figure and line."""


@dataclass(frozen=True)
class Part:
    """Lines of one part of a working."""

    words: str
    name: str
    lines: Sequence[dict[str, Any]]


def parts_of(working: Iterable[dict[str, Any]]) -> list[Part]:
    """Return a working by its parts, in the order they were written."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in working:
        found.setdefault(line["part"], []).append(line)
    return [Part(translated(_PARTS.get(name, name)), name, lines) for name, lines in found.items()]


@dataclass(frozen=True)
class Bar:
    """A figure and its line as shares of a bar, in percent."""

    figure: float
    line: float


def bar_of(per_head_fen: int | None, line_fen: int | None) -> Bar | None:
    """Return the bar, or None while figure or line is not known."""
    if per_head_fen is None or line_fen is None:
        return None
    whole = max(per_head_fen, line_fen, 1) * _ROOM
    return Bar(round(100 * max(per_head_fen, 0) / whole, 1), round(100 * line_fen / whole, 1))


def choices_of(sets: Iterable[RuleSet]) -> list[tuple[str, str]]:
    """Return rule sets as (name, words) for a select."""
    return [(one.name, f"{one.title}，{period(one)}") for one in sets]
