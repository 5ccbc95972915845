"""One text in, `Requirement` out: sections by level, pieces, items, what each of them became."""

from collections.abc import Sequence
from types import MappingProxyType

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.directories import find_directory
from matcher.vocabulary.requirements.asides import (
    cut_off,
    hint_of_lead,
    read_aside,
    says_part_is_free,
    skipped_lead,
    unlimited_words,
)
from matcher.vocabulary.requirements.bare_names import bare_name, open_part
from matcher.vocabulary.requirements.building import LevelBuilder, known_to_some
from matcher.vocabulary.requirements.cutting import (
    cut_exclusions,
    cut_free_but,
    cut_only,
    cut_phrases,
    cut_preferences,
    cut_refusals,
    cut_restrictions,
)
from matcher.vocabulary.requirements.item import Item, repeated
from matcher.vocabulary.requirements.items import ItemReader, simple_item
from matcher.vocabulary.requirements.known import known_somewhere
from matcher.vocabulary.requirements.lexicon import NATIONAL_LEXICON, Lexicon
from matcher.vocabulary.requirements.painting import kinds_of
from matcher.vocabulary.requirements.phrases import NOTE_ALL
from matcher.vocabulary.requirements.progress import Progress
from matcher.vocabulary.requirements.readings import Requirement, decided
from matcher.vocabulary.requirements.resolving import (
    homonyms_of_gates,
    plain_outcome,
    resolve_item,
)
from matcher.vocabulary.requirements.scanning import (
    level_pieces,
    levels_in,
    levels_of_column,
    pieces,
    sections,
    unmarked,
)
from matcher.vocabulary.requirements.terms import Decision, Term, terms_within
from matcher.vocabulary.requirements.under_directory import under_unknown_directory

# Real texts stay well below that; what is longer is a pasted document, and is not a list.
LONGEST_TEXT = 2000
# Brackets in brackets: no real text goes deeper than two.
DEEPEST = 4
# The longest list in 3,000 real texts has 51 names; what comes behind is kept as not understood.
MOST_ITEMS = 150
# Enough for the texts of one table at a time; more would only make the collector of cycles slow.
CACHED_READINGS = 4_096


class _Reader(Progress):
    """Walks through a text from sections to items."""

    def __init__(self, raw: str, column: str | None, lexicon: Lexicon) -> None:
        super().__init__(raw, lexicon)
        self.column = levels_of_column(column)
        self.depth = 0
        note = NOTE_ALL.search(self.text)
        self.hint_for_all = self.hint = "gate" if note and "门类" in note["what"] else ""

    def read(self) -> None:
        """Read the whole text."""
        found = list(sections(self.text))
        said = level_pieces(self.text) or self.column
        rest = unmarked(found, self.column & said or self.column)
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
        if unlimited_words(words) or self.depth >= DEEPEST:
            self._whole(start, end, builders)
            return
        self.hint = self.hint_for_all
        if cut_free_but(self, self.text, (start, end), builders):
            return
        text = cut_phrases(self, start, end, builders)
        text = cut_only(self, text, (start, end))
        text = cut_exclusions(self, text, (start, end), builders)
        text = cut_refusals(self, text, (start, end), builders)
        text = cut_preferences(self, text, (start, end), builders)
        text, items = cut_restrictions(self, text, (start, end))
        for piece_start, piece_end, _ in pieces(text, start, end):
            items += self._items(text, (piece_start, piece_end), (start, end), builders)
        self._read_items(items, builders)
        broken = cut_off(self.text) if end == len(self.text) else ""
        for build in builders:
            build.cut_off = build.cut_off or broken
            build.settle(words)

    def _whole(self, start: int, end: int, builders: list[LevelBuilder]) -> None:
        """Read a section that says 不限, or one too deep in brackets to be read."""
        if self.depth >= DEEPEST:
            self.keep_unread(start, end, builders)
            return
        for build in builders:
            build.unlimited = True
        self.paint.put(start, end, "unlimited")

    def _read_items(self, items: list[Item], builders: list[LevelBuilder]) -> None:
        for item in items[MOST_ITEMS:]:
            self.keep_unread(item.start, item.end, builders)
        items = items[:MOST_ITEMS]
        if items:
            items[-1].last = True
        homonyms_of_gates(items, builders)
        again = repeated(items)
        for at, item in enumerate(items):
            if at in again:
                self._paint(item, builders, understood=True)
            else:
                self._item(item, builders)

    def _items(
        self,
        text: str,
        piece: tuple[int, int],
        section: tuple[int, int],
        builders: list[LevelBuilder],
    ) -> list[Item]:
        start, end = piece
        words = text[start:end].strip()
        if not words:
            return []
        if not self.lexicon.terms and (item := simple_item(text, start, end, known_somewhere)):
            item.hint = self.hint
            return [item]
        hint = hint_of_lead(text, start, end)
        self.hint = self.hint if hint is None else hint or self.hint_for_all
        if says_part_is_free(words) and words != text[slice(*section)].strip():
            self.condition(start, end)
            return []
        led = skipped_lead(text, start, end)
        if isinstance(led, Item):
            return [led]
        self.paint.put(start, led[0], "separator")
        given = self.lexicon.meanings_of(words)
        if not given and read_aside(self, text, led, section, builders):
            return []
        items = ItemReader(text, known_somewhere).read(*led)
        for item in items:
            item.hint = item.hint or self.hint
        return items

    def _item(self, item: Item, builders: list[LevelBuilder]) -> None:
        for start, end in item.asides:
            self._bracketed(start, end, builders)
        if item.plain:
            self._plain(item, builders)
            return
        if item.is_empty:
            return
        said = self.raw[item.start : item.end].strip()
        if item.name.endswith(("一级学科", "一级学科专业")):
            item.hint = item.hint or "discipline"
        elif item.name.endswith("专业学位"):
            item.hint = item.hint or "professional"
        item.name, item.open_ended = open_part(item.name)
        item.name = bare_name(item.name) if item.name else ""
        if item.degree or item.asides_said:
            self.conditions += [said] if item.degree else item.asides_said
        chosen = self._levels_of(item, builders)
        if item.nested:
            chosen = self._nested(item, chosen)
        unread = [len(build.unread) for build in chosen]
        for build in chosen:
            resolve_item(build, item, said)
            if item.open_ended and item.last:
                build.open_ended, build.open_words = True, said
        self._paint(item, chosen, understood=known_to_some(chosen, unread))

    def _plain(self, item: Item, builders: list[LevelBuilder]) -> None:
        said = self.raw[item.start : item.end]
        unread = [len(build.unread) for build in builders]
        for build in builders:
            outcome = plain_outcome(
                build.level, build.lexicon, item.name, tuple(item.codes), item.hint
            )
            build.absorb(outcome, said)
        self._paint(item, builders, understood=known_to_some(builders, unread))

    def _bracketed(self, start: int, end: int, builders: list[LevelBuilder]) -> None:
        if not NOTE_ALL.match(self.text[start:end]):
            self.depth += 1
            self.section(start, end, frozenset(b.level for b in builders))
            self.depth -= 1

    def _levels_of(self, item: Item, builders: list[LevelBuilder]) -> list[LevelBuilder]:
        said = levels_in(item.level_words)
        for build in builders:
            build.settled = build.settled or bool(said)
        return [self.build(level) for level in sorted(said)] if said else builders

    def _nested(self, item: Item, builders: list[LevelBuilder]) -> list[LevelBuilder]:
        """法学（本科：法学；研究生：法学、法律）: the brackets speak for their levels instead."""
        start, end = item.nested or (0, 0)
        inner = list(sections(self.text[start:end]))
        covered = frozenset(level for s in inner if s.levels for level in s.levels)
        self.depth += 1
        for part in inner:
            if part.mark:
                self.paint.put(start + part.mark[0], start + part.mark[1], "level")
            if part.levels:
                self.section(start + part.start, start + part.end, part.levels)
        self.depth -= 1
        return [build for build in builders if build.level not in covered]

    def _paint(self, item: Item, builders: list[LevelBuilder], *, understood: bool) -> None:
        if item.nested:
            return
        if not understood:
            self.paint.put(item.start, item.end, "unread")
            return
        for start, end, kind in kinds_of(item, builders, self.text):
            self.paint.put(start, end, kind)

    def close(self, column: str | None, directory: str | None) -> Requirement:
        """Return the finished requirement."""
        by_level = {
            level: build.close() for level, build in self.builders.items() if not build.is_empty
        }
        if directory is not None and not self.lexicon.directory_words:
            by_level = {lv: under_unknown_directory(r, directory) for lv, r in by_level.items()}
        unread = dict.fromkeys(w for reading in by_level.values() for w in reading.unread)
        return Requirement(
            raw=self.raw,
            column_level=column,
            directory=directory,
            by_level=MappingProxyType(by_level),
            open_ended=any(reading.open_ended for reading in by_level.values()),
            conditions=tuple(dict.fromkeys(self.conditions)),
            unread=tuple(unread),
            coats=tuple(self.paint.coats),
        )


@catalogue_cache(maxsize=CACHED_READINGS)
def _read(
    text: str, column: str | None, directory: str | None, terms: tuple[Term, ...]
) -> Requirement:
    known = directory or ""
    known = known if known and find_directory(known) else ""
    lexicon = Lexicon(terms, known) if terms or known else NATIONAL_LEXICON
    reader = _Reader(text, column, lexicon)
    if len(text) > LONGEST_TEXT:
        for level in reader.column:
            reader.build(level).unread.append(text[:40] + "…")
        reader.paint.put(0, len(text), "unread")
    elif not text.strip():
        for level in reader.column:
            reader.build(level).unread.append("")
    else:
        reader.read()
    if all(build.is_empty for build in reader.builders.values()):
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
