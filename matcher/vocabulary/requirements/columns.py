"""The major columns of one table row, read together: only beside each other does silence speak."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements.reader import read_requirement
from matcher.vocabulary.requirements.readings import (
    Grant,
    LevelReading,
    Requirement,
    decided,
)
from matcher.vocabulary.requirements.scanning import levels_in, levels_of_column
from matcher.vocabulary.requirements.terms import Decision, Term

# A sign in the column of one level beside words in another: nobody of that level is recruited.
_NOT_RECRUITED = re.compile(r"^(?:[-—–─/\\0]+|不招[收录]?|不设|不需要)$")


def _doubted(part: Requirement, n_filled: int) -> Requirement:
    """无 in one of several columns: nothing asked of that level, or nobody of it wanted? A person says."""
    if n_filled == 1 or part.raw.strip() != "无":
        return part
    reading = LevelReading(unread=("无",), fallback=Grant(Verdict.MAYBE, "unread", "无"))
    by_level = MappingProxyType(dict.fromkeys(part.by_level, reading))
    return replace(part, by_level=by_level, unread=("无",))


def _not_stated(columns: Mapping[str, str], directory: str | None) -> Requirement:
    levels = frozenset(level for name in columns for level in levels_of_column(name))
    reading = LevelReading(unlimited=True, fallback=Grant(Verdict.YES, "not_stated", ""))
    by_level = dict.fromkeys(levels or frozenset(MajorLevel), reading)
    return Requirement("", None, directory, MappingProxyType(by_level), False, (), ())


def read_columns(
    columns: Mapping[str, str],
    directory: str | None = None,
    *,
    terms: Sequence[Term] = (),
    decisions: Sequence[Decision] = (),
) -> Requirement:
    """Read the major columns of one table row, e.g. {"研究生": …, "本科": …, "专科": …}.

    An empty column beside filled ones means that its level is not admitted. All of them empty
    means that nothing is stated: unlimited, with `how` = "not_stated". Spans count in `raw`,
    which is the filled texts joined by line breaks. `terms` and `decisions` as in `read_requirement`.
    """
    filled = {name: text for name, text in columns.items() if text and text.strip()}
    if not filled:
        return _not_stated(columns, directory)
    if len(filled) > 1:
        filled = {n: t for n, t in filled.items() if not _NOT_RECRUITED.match(t.strip())} or filled
    parts = [
        (name, _doubted(read_requirement(text, name, directory, terms=terms), len(filled)))
        for name, text in filled.items()
    ]
    if len(parts) == 1:
        return decided(parts[0][1], decisions)
    by_level: dict[MajorLevel, LevelReading] = {}
    for _, part in parts:
        for level, reading in part.by_level.items():
            by_level.setdefault(level, reading)
    for name, part in parts:
        for level in levels_of_column(name) if levels_in(name.upper()) else ():
            if level in part.by_level:
                by_level[level] = part.by_level[level]
    return decided(_joined(parts, by_level, directory), decisions)


def _joined(
    parts: list[tuple[str, Requirement]],
    by_level: Mapping[MajorLevel, LevelReading],
    directory: str | None,
) -> Requirement:
    raw, coats = "", []
    for _, part in parts:
        offset = len(raw) + (1 if raw else 0)
        raw = f"{raw}\n{part.raw}" if raw else part.raw
        coats += [(start + offset, end + offset, kind) for start, end, kind in part.coats]
    return Requirement(
        raw=raw,
        column_level="+".join(name for name, _ in parts),
        directory=directory,
        by_level=MappingProxyType(dict(by_level)),
        open_ended=any(part.open_ended for _, part in parts),
        conditions=tuple(c for _, part in parts for c in part.conditions),
        unread=tuple(u for _, part in parts for u in part.unread),
        coats=tuple(coats),
    )
