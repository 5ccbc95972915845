"""Provincial reference directories (专业参考目录): which majors an issuer's own words and codes admit.

A class of a directory shares its name with a national class and has other members (计算机类 of Jiangsu is
not national 0809), and an issuer's code shares its digits with another national major. So a text that is
read under a directory is looked up here by the issuer's name and code, and what it admits is a set of
major **names**; the way to the national catalogue is by name only, never by digits.

Nothing is read before it is asked for; a directory takes some 30 ms once per process.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node, load_catalogue
from matcher.vocabulary.majors.directory_entries import Entry, Key, Tree, forms
from matcher.vocabulary.majors.directory_rows import (
    LEVEL_OF_LETTER,
    DirectoryRow,
    known_editions,
    rows_of,
)
from matcher.vocabulary.majors.references import NAMESPACE_OF_LEVEL, fold, name_key

# 《…专业参考目录（2025年版）》: the year of an edition goes before any other year in the words.
_YEAR_OF_EDITION = re.compile(r"(20\d\d)年?(?:版|修订)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PARTLY = "(部分)"
_NUMBERED = re.compile(r"^(\d{1,2})[.、]?(?=\D)")
_CODE = re.compile(r"^[A-Z]?\d{2,8}")
_ORDER = ("gate", "category", "class", "major")
_ROOF_KINDS = {
    "gate": frozenset({"gate"}),
    "class": frozenset({"class", "discipline", "professional"}),
    "category": frozenset({"class"}),
    "major": LEAF_KINDS,
}


class Directory:
    """One edition of one issuer. Get it from `find_directory`."""

    def __init__(self, issuer: str, year: int, title: str, rows: Iterable[DirectoryRow]) -> None:
        self.issuer, self.year, self.name = issuer, year, title
        self.asked_year: int | None = None
        """The year that was asked for; it may have no edition of its own."""
        self.entries = Tree(rows).entries()
        self._by_name: dict[Key, list[Entry]] = defaultdict(list)
        self._by_old: dict[Key, list[Entry]] = defaultdict(list)
        self._by_code: dict[Key, list[Entry]] = defaultdict(list)
        self._admitted: dict[Entry, tuple[frozenset[str], frozenset[str]]] = {}
        for entry in self.entries:
            for form in forms(entry.name):
                self._by_name[entry.level, form].append(entry)
            for old in entry.old_names:
                for form in forms(old):
                    self._by_old[entry.level, form].append(entry)
            if entry.code:
                self._by_code[entry.level, entry.code].append(entry)
                if entry.code[0] in LEVEL_OF_LETTER:
                    self._by_code[entry.level, entry.code[1:]].append(entry)

    @property
    def edition_year(self) -> int:
        """The year of the edition that holds for the year asked for."""
        return self.year

    def entry(self, level: MajorLevel, name: str, code: str | None = None) -> list[Entry]:
        """Return the lines meant by a name, a code, or both where they agree; widest first.

        An old name counts where no line is called so today. A name and a code that disagree give
        nothing: ask again with the name alone and let a person confirm.
        """
        said = name_key(name)
        if (numbered := _NUMBERED.match(said)) and not code:
            name, code = said[numbered.end() :], f"{int(numbered[1]):02d}"
        named = self._named(level, name)
        if not code:
            return named
        coded = self._by_code.get((level, _plain_code(code)), [])
        return [e for e in coded if e in named] if name_key(name) else list(coded)

    def _named(self, level: MajorLevel, name: str) -> list[Entry]:
        for index in (self._by_name, self._by_old):
            for form in forms(name):
                if found := index.get((level, form)):
                    return sorted(dict.fromkeys(found), key=lambda e: _ORDER.index(e.kind))
        return []

    def at_level(self, entry: Entry, level: MajorLevel) -> Entry | None:
        """Return the line of the same kind and name at another level (计算机类 for 专科 and 本科)."""
        if entry.level is level:
            return entry
        return next((e for e in self._named(level, entry.name) if e.kind == entry.kind), None)

    def names_of(self, entry: Entry, level: MajorLevel | None = None) -> frozenset[str]:
        """Return the folded names of majors a line admits for certain, old names included."""
        return self._names(entry, level)[0]

    def doubtful_names_of(self, entry: Entry, level: MajorLevel | None = None) -> frozenset[str]:
        """Return folded names that only a person can say belong here.

        Old names that became several majors, went in part (部分), or are another major today.
        """
        return self._names(entry, level)[1]

    def knows(self, level: MajorLevel, name: str) -> bool:
        """Tell whether a major of this name stands in the directory at all, old names included."""
        return any(
            entry.kind in ("class", "major")
            for form in forms(name)
            for index in (self._by_name, self._by_old)
            for entry in index.get((level, form), ())
        )

    def national(self, entry: Entry) -> list[Node]:
        """Return the national nodes of the same kind and name; a code of an issuer says nothing."""
        return list(_national(entry.level, entry.kind, entry.name))

    def _names(
        self, entry: Entry, level: MajorLevel | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        here = self.at_level(entry, level or entry.level)
        if here is None:
            return frozenset(), frozenset()
        if here not in self._admitted:
            self._admitted[here] = self._judge_names(here)
        return self._admitted[here]

    def _judge_names(self, entry: Entry) -> tuple[frozenset[str], frozenset[str]]:
        inside = set(entry.inside())
        # A class of graduates is a discipline: people study 应用经济学 itself.
        own = {line for line in inside if line.kind in ("class", "major")}
        written = [(line, form) for line in own for form in forms(line.name)]
        sure = {form for line, form in written if self._is_whole(line, form, inside)}
        doubtful = {form for _, form in written}
        for line in inside:
            for old in line.old_names:
                for form in forms(old):
                    (sure if self._is_sure_old(line.level, form, inside) else doubtful).add(form)
        return frozenset(sure), frozenset(doubtful - sure)

    def _is_whole(self, line: Entry, form: str, inside: set[Entry]) -> bool:
        """统计学（部分） under two classes: certain only for a line that holds both."""
        if _PARTLY not in name_key(line.name):
            return True
        homes = self._by_name[line.level, form]
        return len(homes) > 1 and all(home in inside for home in homes)

    def _is_sure_old(self, level: MajorLevel, form: str, inside: set[Entry]) -> bool:
        today = [e for e in self._by_name.get((level, form), ()) if e.kind in ("class", "major")]
        homes = dict.fromkeys((*today, *self._by_old[level, form]))
        whole = (level, form + _PARTLY) not in self._by_old or len(homes) > 1
        return whole and all(home in inside for home in homes)


@dataclass(frozen=True, slots=True)
class Found:
    """What `find_directory` understood: the edition that holds and the year that was asked for."""

    issuer: str
    edition_year: int
    asked_year: int | None


def _plain_code(code: str) -> str:
    written = _CODE.match(re.sub(r"\s", "", fold(code)).upper())
    return written.group() if written else code


@catalogue_cache(maxsize=16384)
def _national(level: MajorLevel, kind: str, name: str) -> tuple[Node, ...]:
    """Return the nodes of a name; disciplines lost or won a 学 between editions (工商管理, 工商管理学)."""
    catalogue = load_catalogue()
    found: dict[tuple[str, str], Node] = {}
    written = list(forms(name))
    if level is MajorLevel.GRADUATE and kind == "class":
        written += [f"{form}学" for form in written]
    for form in written:
        nodes = [n for n in catalogue.named(level, form) if n.kind in _ROOF_KINDS[kind]]
        main = [n for n in nodes if n.namespace == NAMESPACE_OF_LEVEL[level]]
        found.update({(n.namespace, n.code or n.name): n for n in main or nodes})
    if not found:
        for successor in catalogue.successors.get((level, name_key(name)), ()):
            node = catalogue.by_code.get((NAMESPACE_OF_LEVEL[level], successor.code))
            if node and successor.certain and node.kind in _ROOF_KINDS[kind]:
                found[node.namespace, node.code] = node
    return tuple(sorted(found.values(), key=lambda node: node.kind))


@catalogue_cache(maxsize=4096)
def understand(words: str) -> Found | None:
    """Return which edition words such as 广东2023 or a full title mean; None: no such directory."""
    text = re.sub(r"\s", "", fold(words))
    issuers = {issuer for issuer, _ in known_editions() if issuer in text}
    if not issuers:
        return None
    issuer = min(issuers, key=lambda each: (text.index(each), -len(each)))
    behind = text[text.index(issuer) :]
    years = _YEAR_OF_EDITION.findall(text) or _YEAR.findall(behind) or _YEAR.findall(text)
    asked = int(years[0]) if years else None
    editions = [year for known, year in known_editions() if known == issuer]
    fit = [year for year in editions if asked is None or year <= asked]
    return Found(issuer, max(fit), asked) if fit else None


@catalogue_cache(maxsize=None)
def _load(issuer: str, year: int) -> Directory:
    return Directory(issuer, year, known_editions()[issuer, year], rows_of(issuer, year))


@catalogue_cache(maxsize=4096)
def find_directory(words: str | None) -> Directory | None:
    """Return the directory that words mean (广东2020, 江苏省2026年度…专业参考目录), or None.

    A year without an edition of its own takes the newest edition not later than it (then
    `asked_year` differs from `edition_year`); no year takes the newest. None for an issuer without
    a directory, and for a year before the issuer's first.
    """
    found = understand(words or "")
    if found is None:
        return None
    directory = copy(_load(found.issuer, found.edition_year))
    directory.asked_year = found.asked_year
    return directory
