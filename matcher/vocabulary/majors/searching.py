"""Search box for majors: by name, code, sound (pinyin), old name, or with a typo; classes and gates too.

A few thousand names are looked through one by one: that takes about a millisecond, and an index would
have to be kept in step with imported editions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import (
    LEAF_KINDS,
    Catalogue,
    Node,
    Successor,
    load_catalogue,
)
from matcher.vocabulary.majors.references import MajorRef, name_key, strip_code
from matcher.vocabulary.pinyin import Sound, sound_of

# Below this likeness (0..100) two names are rather two majors than one with a typo.
TYPO_FLOOR = 60.0
# With so many better answers nobody meant a typo.
_ENOUGH = 3
_LONGEST = 60
_TAIL = re.compile(r"(?:大类|专业类|类|专业|方向)$")
_SELF_SET = re.compile(r"^(\d{4})[A-Z]\d", re.IGNORECASE)
_SPACES = re.compile(r"[\s'’]+")
_EDGES = '.,，。、;；:：·-"()'


class _Rank(IntEnum):
    """How well a name answers, best first."""

    CODE = 0
    NAME = 1
    OLD_NAME = 2
    BEGINS = 3
    CONTAINS = 4
    INITIALS = 5
    INITIALS_BEGIN = 6
    SOUND = 7
    SOUND_BEGINS = 8
    SOUND_CONTAINS = 9
    OLD_NAME_CONTAINS = 10
    TYPO = 11


_WHY = {
    _Rank.CODE: "code",
    _Rank.NAME: "name",
    _Rank.BEGINS: "name",
    _Rank.CONTAINS: "name",
    _Rank.INITIALS: "initials",
    _Rank.INITIALS_BEGIN: "initials",
    _Rank.SOUND: "pinyin",
    _Rank.SOUND_BEGINS: "pinyin",
    _Rank.SOUND_CONTAINS: "pinyin",
    _Rank.OLD_NAME: "old_name",
    _Rank.OLD_NAME_CONTAINS: "old_name",
    _Rank.TYPO: "typo",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the search box; `why` is code, name, initials, pinyin, old_name or typo.

    `kind` is the kind of its row (gate, class, major, discipline, …). `said` is the old name that led
    here, "" otherwise; `certain` is False where that name became several and a person has to choose.
    """

    ref: MajorRef
    why: str
    kind: str = "major"
    said: str = ""
    certain: bool = True


def label_of(hit: Hit) -> str:
    """Return what a list shows of an answer: old name → name · level · code · class."""
    ref = hit.ref
    name = f"{hit.said} → {ref.name}" if hit.said else ref.name
    above = ref.class_name if hit.kind in LEAF_KINDS and ref.class_name != ref.name else ""
    above = above or (ref.gate_name if ref.gate_name != ref.name else "")
    return " · ".join(filter(None, (name, ref.level.label, ref.code, above)))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name that can be found: of a row, or what a row was once called (`said`)."""

    key: str
    code: str
    sound: Sound
    level: MajorLevel
    kind: str
    node: Node | None = None
    successors: tuple[Successor, ...] = ()


@dataclass(frozen=True, slots=True)
class _Query:
    """What somebody typed, in the forms that are compared; "" where a form does not apply.

    `mixed` says that Chinese and Latin letters stand together (计算机kexue).
    """

    key: str
    digits: str
    letters: str
    sound: Sound
    mixed: bool


@catalogue_cache(maxsize=1)
def _entries() -> tuple[tuple[_Entry, ...], tuple[_Entry, ...]]:
    """Return the entries of today's rows and those of old names."""
    catalogue = load_catalogue()
    rows = tuple(_entry(node) for node in catalogue.nodes)
    return rows, tuple(_old_entries(catalogue))


@catalogue_cache(maxsize=8)
def _entries_of(
    groups: bool,
    level: MajorLevel | None,
) -> tuple[tuple[_Entry, ...], tuple[_Entry, ...]]:
    """Return the entries of rows and of old names that a search may answer with."""
    rows, old = (
        tuple(
            entry
            for entry in entries
            if (groups or entry.kind in LEAF_KINDS) and level in (None, entry.level)
        )
        for entries in _entries()
    )
    return rows, old


def _entry(node: Node) -> _Entry:
    key = name_key(node.name)
    return _Entry(key, node.code, sound_of(key), node.level, node.kind, node)


def _old_entries(catalogue: Catalogue) -> Iterator[_Entry]:
    for (level, old), successors in catalogue.successors.items():
        yield _Entry(old, "", sound_of(old), level, "major", None, tuple(successors))


def _hits_of(entry: _Entry, why: str) -> Iterator[Hit]:
    """Yield the rows an entry means: its own, or those its name of then became."""
    catalogue = load_catalogue()
    if entry.node is not None:
        yield Hit(catalogue.ref(entry.node), why, entry.kind)
    for successor in entry.successors:
        ref = catalogue.find(entry.level, successor.name)
        if ref is not None and name_key(ref.name) != entry.key:
            certain = successor.certain and len(entry.successors) == 1
            yield Hit(ref, why, "major", entry.key, certain)


def _query(text: str) -> _Query:
    key = _SPACES.sub("", name_key(text)).strip(_EDGES)[:_LONGEST]
    self_set = _SELF_SET.match(key)
    digits = self_set.group(1) if self_set else strip_code(key) or (key if key.isdigit() else "")
    letters = key.lower() if key.isascii() and key.isalpha() else ""
    mixed = not letters and any(char.isascii() and char.isalpha() for char in key)
    return _Query(key, digits, letters, sound_of(key), mixed)


def _rank_of(entry: _Entry, query: _Query) -> _Rank | None:
    """Return how well an entry of today answers, None if not at all."""
    key = query.key
    if query.digits:
        return _Rank.CODE if entry.code.startswith(query.digits) else None
    if key in entry.key:
        at_start = _Rank.BEGINS if entry.key.startswith(key) else _Rank.CONTAINS
        return _Rank.NAME if entry.key == key else at_start
    if query.letters:
        if entry.sound.initials.startswith(query.letters):
            whole = entry.sound.initials == query.letters
            return _Rank.INITIALS if whole else _Rank.INITIALS_BEGIN
        return _sound_rank(entry.sound.starts_of(query.letters), entry.sound.full == query.letters)
    if query.mixed:
        return _sound_rank(entry.sound.starts_of(query.sound.full), entry.sound == query.sound)
    return _sound_rank(entry.sound.starts_of_words(query.sound), entry.sound == query.sound)


def _sound_rank(at: int, whole: bool) -> _Rank | None:
    """Return how well a name sounds like what was typed, from the syllable where it does (-1: nowhere)."""
    if at < 0:
        return None
    at_start = _Rank.SOUND_BEGINS if at == 0 else _Rank.SOUND_CONTAINS
    return _Rank.SOUND if whole else at_start


def _old_rank_of(entry: _Entry, query: _Query) -> _Rank | None:
    """Return how well an old name answers, None if not at all."""
    if query.digits or not query.key:
        return None
    if entry.key == query.key:
        return _Rank.OLD_NAME
    near = query.key in entry.key or query.letters in (entry.sound.initials, entry.sound.full)
    return _Rank.OLD_NAME_CONTAINS if near else None


def _typos(
    query: _Query, entries: tuple[_Entry, ...], limit: int
) -> Iterator[tuple[_Rank, _Entry]]:
    """Yield the names spelt nearly like what was typed, fewest wrong characters first."""
    keys = [entry.key for entry in entries]
    near = process.extract(
        query.key, keys, scorer=fuzz.ratio, limit=limit * 2, score_cutoff=TYPO_FLOOR
    )
    by_changes = sorted(near, key=lambda one: (Levenshtein.distance(query.key, one[0]), -one[1]))
    yield from ((_Rank.TYPO, entries[i]) for _, _, i in by_changes)


def _unique(ranked: Iterable[tuple[_Rank, _Entry]]) -> Iterator[Hit]:
    """Yield each row once, for its best reason."""
    seen: set[tuple[MajorRef, bool]] = set()
    for rank, entry in ranked:
        for hit in _hits_of(entry, _WHY[rank]):
            row = (hit.ref, hit.kind in LEAF_KINDS)
            if row not in seen:
                seen.add(row)
                yield hit


def search(
    query: str, limit: int = 20, *, groups: bool = False, level: MajorLevel | None = None
) -> list[Hit]:
    """Find majors for what a person types, best kind of answer first; "" finds nothing.

    Parameters
    ----------
    query : name, part of a name, code, pinyin (initials or in full), old name; typos are forgiven
    limit : answers at most
    groups : classes (专业类) and gates (门类) too, not only what can be studied
    level : only this level
    """
    asked = _query(query)
    if not asked.key:
        return []
    rows, old = _entries_of(groups, level)
    ranked = _ranked(asked, rows, old)
    if not ranked and (short := _TAIL.sub("", asked.key)):
        asked = _query(short)
        ranked = _ranked(asked, rows, old)
    sure = any(rank <= _Rank.OLD_NAME for rank, _ in ranked)
    if len(ranked) < _ENOUGH and not sure and not asked.digits and not asked.letters:
        ranked += _typos(asked, rows, limit)
    return list(islice(_unique(ranked), limit))


def _ranked(
    asked: _Query, rows: tuple[_Entry, ...], old: tuple[_Entry, ...]
) -> list[tuple[_Rank, _Entry]]:
    """Return what answers a query as it stands, best first, of equals the shorter name."""
    found = [(rank, entry) for entry in rows if (rank := _rank_of(entry, asked)) is not None]
    found += [(rank, entry) for entry in old if (rank := _old_rank_of(entry, asked)) is not None]
    found.sort(key=lambda one: (one[0], len(one[1].code if asked.digits else one[1].key)))
    return found
