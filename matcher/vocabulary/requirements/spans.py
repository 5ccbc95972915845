"""Spans: each stretch of a raw text and what it became, worked out of the coats a reading left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

Coat = tuple[int, int, str]
"""Start, end and kind of a stretch; a later coat covers an earlier one."""

_SEPARATORS = frozenset(" \t\r\n、,，;；。:：()（）/|“”\"'")

# Words nobody painted that ask for nothing: joining words, numbering, the head of a column, 优先.
_NEUTRAL = re.compile(
    r"(?:或者?|以及|和|及|与|并)|第?[一二三四五六七八九十\d]{1,3}[.．]?|[①-⑳●■◆★▪]"
    r"|(?:所学|招考|招聘|报考)?(?:专业|学科)(?:名称|代码|要求|类别)?|(?:者|人员)?优先(?:考虑|录用|录取|聘用)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """What the stretch `raw[start:end]` became.

    `kind` is one of unlimited, gate, class, major, discipline, name, alias, code, level, exclusion,
    restriction, open_ended, condition, unread, separator.
    """

    start: int
    end: int
    kind: str
    text: str


def painted(raw: str, coats: Iterable[Coat]) -> tuple[Span, ...]:
    """Return the stretches in order; together they are the whole text."""
    kinds = ["separator" if char in _SEPARATORS else "" for char in raw]
    for start, end, kind in coats:
        kinds[start:end] = [kind] * (end - start)
    _name_bare(raw, kinds)
    found: list[Span] = []
    start = 0
    for kind, run in groupby(kinds):
        end = start + sum(1 for _ in run)
        found.append(Span(start, end, kind, raw[start:end]))
        start = end
    return tuple(found)


def _name_bare(raw: str, kinds: list[str]) -> None:
    """Call what no coat covers unread, unless it is a word that asks for nothing."""
    start = 0
    for kind, run in groupby(list(kinds)):
        end = start + sum(1 for _ in run)
        if not kind:
            neutral = _NEUTRAL.fullmatch(raw, start, end)
            kinds[start:end] = ["separator" if neutral else "unread"] * (end - start)
        start = end
