"""Spans: each stretch of a raw text and what it became, worked out of the coats a reading left."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

Coat = tuple[int, int, str]
"""Start, end and kind of a stretch; a later coat covers an earlier one."""

_SEPARATORS = frozenset(" \t\r\n、,，;；。:：()（）/|“”\"'")


@dataclass(frozen=True, slots=True)
class Span:
    """What the stretch `raw[start:end]` became.

    `kind` is one of unlimited, gate, class, major, discipline, name, code, level, exclusion,
    restriction, open_ended, condition, unread, separator.
    """

    start: int
    end: int
    kind: str
    text: str


def painted(raw: str, coats: Iterable[Coat]) -> tuple[Span, ...]:
    """Return the stretches in order; together they are the whole text."""
    kinds = ["separator" if char in _SEPARATORS else "unread" for char in raw]
    for start, end, kind in coats:
        kinds[start:end] = [kind] * (end - start)
    found: list[Span] = []
    start = 0
    for kind, run in groupby(kinds):
        end = start + sum(1 for _ in run)
        found.append(Span(start, end, kind, raw[start:end]))
        start = end
    return tuple(found)
