"""One text in, `Requirement` out: sections by level, pieces, items, what each of them became."""

import re
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors.references import fold
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.items import Item, ItemReader
from matcher.vocabulary.requirements.lexicon import NATIONAL_LEXICON, Lexicon
from matcher.vocabulary.requirements.painting import Painter, kinds_of
from matcher.vocabulary.requirements.phrases import (
    CERTIFICATE,
    CONDITION,
    EXCLUDING,
    HEAD,
    NOTE_ALL,
    OF_CLASS,
    OPEN_ALONE,
    UNLIMITED,
    known_somewhere,
    mentions_major,
    only_condition,
)
from matcher.vocabulary.requirements.readings import (
    Grant,
    LevelReading,
    Requirement,
    decided,
)
from matcher.vocabulary.requirements.resolving import (
    bare_name,
    exclude_words,
    open_part,
    resolve_item,
)
from matcher.vocabulary.requirements.scanning import (
    Section,
    fold_text,
    levels_in,
    levels_of_column,
    pieces,
    sections,
)
from matcher.vocabulary.requirements.terms import Decision, Meaning, Term, terms_within

# Real texts stay below 2,000 characters; what is longer is a pasted document, and is not a list.
LONGEST_TEXT = 3000
# Enough for the texts of one table at a time; more would only make the collector of cycles slow.
CACHED_READINGS = 1_024
PAINT_OF_MEANING = {
    Meaning.EXCLUSION: "exclusion",
    Meaning.UNLIMITED: "unlimited",
    Meaning.NOTHING: "separator",
}


def _unmarked(found: list[Section], column: frozenset[MajorLevel]) -> frozenset[MajorLevel]:
    marked = frozenset(level for s in found if s.levels for level in s.levels)
    return column - marked or column


class _Reader:
    """One reading in progress: the builders of the levels and the paint on the text."""

    def __init__(self, raw: str, column: str | None, lexicon: Lexicon = NATIONAL_LEXICON) -> None:
        self.raw = raw
        self.lexicon = lexicon
        self.text = fold_text(raw)
        self.column = levels_of_column(column)
        self.builders: dict[MajorLevel, LevelBuilder] = {}
        self.conditions: list[str] = []
        self.unread: list[str] = []
        self.paint = Painter(raw)
        self.bounds = (0, len(raw))
        self.hint = self._hint_for_all()

    def _hint_for_all(self) -> str:
        found = NOTE_ALL.search(self.text)
        if not found:
            return ""
        what = found["what"]
        return "gate" if "门类" in what else ""

    def build(self, level: MajorLevel) -> LevelBuilder:
        """Return the builder of a level, made on first use."""
        if level not in self.builders:
            self.builders[level] = LevelBuilder(level, self.lexicon)
        return self.builders[level]

    def read(self) -> None:
        """Read the whole text."""
        found = list(sections(self.text))
        rest = _unmarked(found, self.column)
        for section in found:
            if section.mark:
                self.paint.put(*section.mark, "level")
            self.section(section.start, section.end, section.levels or rest)

    def section(self, start: int, end: int, levels: frozenset[MajorLevel]) -> None:
        """Read one stretch that speaks for `levels`."""
        words = self.text[start:end].strip(" ,;。、()")
        if not words:
            return
        builders = [self.build(level) for level in sorted(levels, key=list(MajorLevel).index)]
        if UNLIMITED.match(words):
            for build in builders:
                build.unlimited = True
            self.paint.put(start, end, "unlimited")
            return
        self.bounds = (start, end)
        text = self._cut_phrases(start, end, builders)
        text = self._cut_exclusions(text, start, end, builders)
        items: list[Item] = []
        for piece_start, piece_end, _ in pieces(text, start, end):
            items += self._items(text, piece_start, piece_end, builders)
        if items:
            items[-1].last = True
        for item in items:
            self._item(item, builders)
        for build in builders:
            build.settle(words)

    def _cut_phrases(self, start: int, end: int, builders: list[LevelBuilder]) -> str:
        """Read the phrases people gave a meaning other than a major, and blank them out."""
        text = self.text
        for term in self.lexicon.phrases:
            words = fold(term.words)
            at = text.find(words, start, end)
            while at >= 0:
                close = at + len(words)
                self._phrase(term, at, close, builders)
                text = text[:at] + " " * len(words) + text[close:]
                at = text.find(words, close, end)
        return text

    def _phrase(self, term: Term, start: int, end: int, builders: list[LevelBuilder]) -> None:
        if term.meaning is Meaning.CONDITION:
            self._condition(start, end)
            return
        chosen = [build for build in builders if term.level in (None, build.level)]
        for build in chosen:
            build.settled = True
            if term.meaning is Meaning.UNLIMITED:
                build.unlimited = True
            elif term.meaning is Meaning.EXCLUSION:
                exclude_words(build, [term.target or term.words])
        self.paint.put(start, end, PAINT_OF_MEANING[term.meaning])

    def _cut_exclusions(self, text: str, start: int, end: int, builders: list[LevelBuilder]) -> str:
        """Read exclusions that stand outside brackets, and blank them out."""
        for found in list(EXCLUDING.finditer(text, start, end)):
            if text.count("(", start, found.start()) > text.count(")", start, found.start()):
                continue
            said = next(group for group in found.groups() if group)
            words = [w for w in re.split(r"[、/或\s]", said) if w]
            if found["d"] and known_somewhere("非" + found["d"]):
                continue
            for build in builders:
                exclude_words(build, words)
                build.all_but = build.all_but or bool(found["b"] or found["d"])
            self.paint.put(found.start(), found.end(), "exclusion")
            text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
        return text

    def _items(self, text: str, start: int, end: int, builders: list[LevelBuilder]) -> list[Item]:
        piece = text[start:end].strip()
        if not piece:
            return []
        if head := HEAD.match(text[start:end].lstrip()):
            start += len(text[start:end]) - len(text[start:end].lstrip()) + head.end()
        elif of_class := OF_CLASS.match(piece):
            start = text.index(of_class[1], start)
            end = start + len(of_class[1])
        elif not self.lexicon.meanings_of(piece) and self._aside(piece, start, end, builders):
            return []
        return ItemReader(text, known_somewhere).read(start, end)

    def _aside(self, piece: str, start: int, end: int, builders: list[LevelBuilder]) -> bool:
        """Pieces that name no major: openings, notes, conditions."""
        if OPEN_ALONE.match(piece):
            for build in builders:
                build.open_ended, build.open_words = True, piece
            self.paint.put(start, end, "open_ended")
            return True
        if NOTE_ALL.match(piece.strip("()")):
            self.paint.put(start, end, "condition")
            return True
        if UNLIMITED.match(piece):
            if self._stands_alone(start, end):
                for build in builders:
                    build.unlimited = True
                self.paint.put(start, end, "unlimited")
                return True
            # 不限 beside other words limits something else: never a silent "unlimited".
            self._keep_unread(piece, start, end, builders)
            return True
        if CERTIFICATE.search(piece):
            self._condition(start, end)
            return True
        if CONDITION.search(piece) and not known_somewhere(bare_name(piece.split("(")[0])):
            if mentions_major(piece):
                self._keep_unread(piece, start, end, builders)
            else:
                self._condition(start, end)
            return True
        return False

    def _stands_alone(self, start: int, end: int) -> bool:
        """Tell whether 不限 has nothing but conditions beside it in its section."""
        others = (self.text[a:b].strip() for a, b, _ in pieces(self.text, *self.bounds))
        mine = self.text[start:end].strip()
        return all(w == mine or not w or only_condition(w) for w in others)

    def _condition(self, start: int, end: int) -> None:
        self.conditions.append(self.raw[start:end].strip())
        self.paint.put(start, end, "condition")

    def _keep_unread(self, words: str, start: int, end: int, builders: list[LevelBuilder]) -> None:
        for build in builders:
            build.unread.append(words)
        self.paint.put(start, end, "unread")

    def _item(self, item: Item, builders: list[LevelBuilder]) -> None:
        for start, end in item.asides:
            self._bracketed(start, end, builders)
        if not item.name and not item.codes and not item.nested:
            return
        said = self.raw[item.start : item.end].strip()
        item.name, item.open_ended = open_part(item.name)
        item.name = bare_name(item.name) if item.name else ""
        item.hint = item.hint or self.hint
        if item.degree:
            self.conditions.append(said)
        chosen = self._levels_of(item, builders)
        if item.nested:
            chosen = self._nested(item, chosen)
        unread = sum(len(b.unread) for b in chosen)
        for build in chosen:
            resolve_item(build, item, said)
            if item.open_ended and item.last:
                build.open_ended, build.open_words = True, said
        self._paint(item, chosen, understood=unread == sum(len(b.unread) for b in chosen))

    def _bracketed(self, start: int, end: int, builders: list[LevelBuilder]) -> None:
        if not NOTE_ALL.match(self.text[start:end]):
            self.section(start, end, frozenset(b.level for b in builders))

    def _levels_of(self, item: Item, builders: list[LevelBuilder]) -> list[LevelBuilder]:
        said = levels_in(item.level_words)
        return [self.build(level) for level in sorted(said)] if said else builders

    def _nested(self, item: Item, builders: list[LevelBuilder]) -> list[LevelBuilder]:
        """法学（本科：法学；研究生：法学、法律）: the brackets speak for their levels instead."""
        start, end = item.nested or (0, 0)
        inner = list(sections(self.text[start:end]))
        covered = frozenset(level for s in inner if s.levels for level in s.levels)
        for part in inner:
            if part.mark:
                self.paint.put(start + part.mark[0], start + part.mark[1], "level")
            if part.levels:
                self.section(start + part.start, start + part.end, part.levels)
        return [build for build in builders if build.level not in covered]

    def _paint(self, item: Item, builders: list[LevelBuilder], *, understood: bool) -> None:
        if item.nested:
            return
        if not understood:
            self.paint.put(item.start, item.end, "unread")
            return
        for start, end, kind in kinds_of(item, builders, self.raw):
            self.paint.put(start, end, kind)

    def close(self, column: str | None, directory: str | None) -> Requirement:
        """Return the finished requirement."""
        by_level = {level: build.close() for level, build in self.builders.items()}
        if directory is not None:
            by_level = {lv: _under_unknown_directory(r, directory) for lv, r in by_level.items()}
        unread = dict.fromkeys(w for reading in by_level.values() for w in reading.unread)
        return Requirement(
            raw=self.raw,
            column_level=column,
            directory=directory,
            by_level=MappingProxyType(by_level),
            open_ended=any(reading.open_ended for reading in by_level.values()),
            conditions=tuple(dict.fromkeys(self.conditions)),
            unread=tuple(unread),
            spans=self.paint.spans(),
        )


def _under_unknown_directory(reading: LevelReading, directory: str) -> LevelReading:
    """Under a directory not at hand, class words and silence decide nothing."""
    if reading.unlimited:
        return reading
    unsure = {
        key: Grant(Verdict.MAYBE, "directory_unknown", grant.words) if key[0] in "gc" else grant
        for key, grant in reading.grants.items()
    }
    fallback = Grant(Verdict.MAYBE, "directory_unknown", directory)
    return LevelReading(
        **{
            **{name: getattr(reading, name) for name in reading.__dataclass_fields__},
            "grants": unsure,
            "fallback": fallback,
        }
    )


@lru_cache(maxsize=CACHED_READINGS)
def _read(
    text: str, column: str | None, directory: str | None, terms: tuple[Term, ...]
) -> Requirement:
    reader = _Reader(text, column, Lexicon(terms) if terms else NATIONAL_LEXICON)
    if len(text) > LONGEST_TEXT:
        for level in reader.column:
            reader.build(level).unread.append(text[:40] + "…")
        reader.paint.put(0, len(text), "unread")
    elif not text.strip():
        for level in reader.column:
            reader.build(level).unread.append("")
    else:
        reader.read()
    if not reader.builders:
        # Nothing but conditions or signs: no major was asked for in words this reader knows.
        for level in reader.column:
            reader.build(level).unread.append(text.strip())
    return reader.close(column, directory)


def read_requirement(
    text: str,
    column_level: str | None = None,
    directory: str | None = None,
    *,
    terms: Sequence[Term] = (),
    decisions: Sequence[Decision] = (),
) -> Requirement:
    """Read one text as it stands under a column (专科, 本科, 研究生, 混合, 本科及以上, UG+PG …).

    An empty text answers "to be confirmed" for everybody: only `read_columns` sees whether the
    cells beside it are empty too.

    Parameters
    ----------
    directory : the reference directory it is read under (广东2020, 江苏2026 …); None: the national ones
    terms : what people said words mean; those that do not stand in the text make no difference
    decisions : people's answers about single majors; they settle "to be confirmed" and nothing else
    """
    text = text or ""
    reading = _read(text, column_level, directory, terms_within(text, terms))
    return decided(reading, decisions)
