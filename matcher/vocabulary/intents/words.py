"""The words of wishes: own ones of `data/intent_words.csv`, known job titles, industry words, by their beginning.

Kinds of own words: occupation, industry, industry_part, unit_kind, area (wishes); nearby, home (places that
need another); only, stay, negation, refusal, except, except_end, but, preference, unlimited (grammar);
free_pay, kept (understood, but no field holds them); filler.
"""

from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.tables import read_table
from matcher.vocabulary.text import bare

OCCUPATION, INDUSTRY, UNIT_KIND, PLACE = "occupation", "industry", "unit_kind", "place"
INDUSTRY_PART, AREA = "industry_part", "area"
WISHES = frozenset({OCCUPATION, INDUSTRY, INDUSTRY_PART, UNIT_KIND, PLACE, AREA})
_KIND_ORDER = (
    OCCUPATION,
    INDUSTRY,
    INDUSTRY_PART,
    UNIT_KIND,
    AREA,
    "kept",
    "negation",
    "refusal",
)
"""Which kind a word of several kinds is first; the rest it is `also`."""
_SEPARATORS = {"area": "+", "unit_kind": "+"}


@dataclass(frozen=True, slots=True)
class Word:
    """A known word: its kind, what it stands for, other kinds it may be, the industry it may name."""

    kind: str
    value: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()


class Words:
    """Known words with the longest match at a place; immutable after building."""

    def __init__(self, words: dict[str, Word]) -> None:
        self._words = words
        self._lengths: dict[str, tuple[int, ...]] = {}
        for word in words:
            known = {*self._lengths.get(word[0], ()), len(word)}
            self._lengths[word[0]] = tuple(sorted(known, reverse=True))

    def longest(self, text: str, at: int) -> tuple[int, Word] | None:
        """Return the end of the longest known word that begins at a place, and the word."""
        for length in self._lengths.get(text[at], ()):
            if at + length > len(text):
                continue
            found = self._words.get(text[at : at + length])
            if found is not None and _stands_alone(text, at, at + length):
                return at + length, found
        return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word of Latin letters is not a part of a longer one (it in kit)."""
    if start and _is_latin(text[start]) and _is_latin(text[start - 1]):
        return False
    return not (end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Return all known words; own ones count before titles, titles before industries."""
    words = {
        title: Word(OCCUPATION, (code,)) for title, code in reversed(_titles()) if len(title) > 1
    }
    for word, code in _industry_words():
        words.setdefault(word, Word(INDUSTRY, (code,)))
    return Words(words | _own_words())


@lru_cache(maxsize=1)
def industry_of() -> dict[str, str]:
    """Return the industry of every word that names one, for words that are titles too."""
    own = {
        word: one.value[0]
        for word, one in _own_words().items()
        if one.kind == INDUSTRY and len(one.value) == 1
    }
    return dict(_industry_words()) | own


def _titles() -> list[tuple[str, str]]:
    """Return (title, code), surest first."""
    rows = read_table("occupation_titles.csv")
    rows.sort(key=lambda row: row["origin"] != "own")
    titles = [(row["title"].casefold(), row["code"]) for row in rows]
    occupations = load_occupations()
    names = [
        (one.name.casefold(), one.code)
        for one in map(occupations.get, (row["code"] for row in read_table("occupations.csv")))
        if one is not None and one.is_occupation
    ]
    return titles + names


def _industry_words() -> list[tuple[str, str]]:
    industries = load_industries()
    named = [
        (one.name, one.code)
        for section in industries.list_industries()
        for one in (section, *industries.list_industries(section.code))
    ]
    words = [(row["word"].casefold(), row["code"]) for row in read_table("industry_words.csv")]
    return [(word, code) for word, code in words + named if len(bare(word)) > 1]


@lru_cache(maxsize=1)
def _own_words() -> dict[str, Word]:
    kinds: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in read_table("intent_words.csv"):
        separator = _SEPARATORS.get(row["kind"], "|")
        value = tuple(filter(None, row["value"].split(separator)))
        kinds.setdefault(row["word"], {})[row["kind"]] = value
    return {word: _word(meanings) for word, meanings in kinds.items()}


def _word(meanings: dict[str, tuple[str, ...]]) -> Word:
    first = next((kind for kind in _KIND_ORDER if kind in meanings), next(iter(meanings)))
    return Word(first, meanings[first], frozenset(meanings) - {first})
