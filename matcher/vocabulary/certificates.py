"""Certificates postings ask for and graduates have (职业资格证书、等级证书): names, synonyms, which covers which.

Codes are our own words (`teacher_high`), stable across editions of the table `data/certificates.csv`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.tables import read_table
from matcher.vocabulary.text import normalise

_NOT_NEEDED = re.compile(r"(?:无需|无须|不需要?|不要求|不用|免)[^,;。、]{0,4}$")
_NOT_A_FIRM = "(?!事务所)"
"""税务师事务所 and 会计师事务所 are employers, not certificates."""
_GAP = r"[^,;。、:()\s]{0,8}?"
"""What * in the table stands for: 普通话水平达到二级甲等."""
_READ_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate; `covers` are the codes a holder of this one also satisfies."""

    code: str
    name: str
    synonyms: tuple[str, ...]
    covers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Synonyms:
    """All synonyms that begin with one character; group number n of the pattern means `codes[n - 1]`."""

    pattern: re.Pattern[str]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The table, and its synonyms by first character: most characters of a text begin none."""

    by_code: dict[str, Certificate]
    first: re.Pattern[str]
    by_first: dict[str, _Synonyms]


def find_certificates(text: str) -> tuple[str, ...]:
    """Return the codes of the certificates a text names, each once, in the order written.

    Whether one is demanded or only preferred (优先) is not read here; one that is said not to be
    needed (无需教师资格证) is left out. A general name (`driver`) beside its special one (`driver_c1`)
    gives the special.
    """
    reader = _load()
    text = normalise(text)[:_READ_AT_MOST]
    found: dict[str, None] = {}
    at = 0
    while begin := reader.first.search(text, at):
        synonyms = reader.by_first[begin.group().lower()]
        match = synonyms.pattern.match(text, begin.start())
        at = match.end() if match else begin.end()
        if match and not _NOT_NEEDED.search(text, max(0, begin.start() - 12), begin.start()):
            found[synonyms.codes[(match.lastindex or 1) - 1]] = None
    return tuple(code for code in found if not any(other.startswith(code + "_") for other in found))


def get_certificate(code: str) -> Certificate | None:
    """Return the certificate of a code, or None."""
    return _load().by_code.get(code)


def name_of(code: str) -> str:
    """Return the official name; an unknown code is its own name, so that old records stay readable."""
    found = get_certificate(code)
    return code if found is None else found.name


def covers(held: str, wanted: str) -> bool:
    """Whether who holds one certificate also satisfies the other (CET-6 covers CET-4)."""
    found = get_certificate(held)
    return held == wanted or (found is not None and wanted in found.covers)


def list_certificates() -> list[Certificate]:
    """Return all certificates in the order of the table."""
    return list(_load().by_code.values())


@lru_cache(maxsize=1)
def _load() -> _Reader:
    """Read the table; once for each process."""
    certificates = [
        Certificate(
            row["code"],
            row["name"],
            tuple(map(normalise, row["synonyms"].split("|"))),
            frozenset(row["covers"].split()),
        )
        for row in read_table("certificates.csv")
    ]
    words = {word: c.code for c in certificates for word in (normalise(c.name), *c.synonyms)}
    firsts = sorted({word[0].lower() for word in words})
    return _Reader(
        {c.code: c for c in certificates},
        re.compile("[" + "".join(map(re.escape, firsts)) + "]", re.IGNORECASE),
        {
            first: _synonyms({w: c for w, c in words.items() if w[0].lower() == first})
            for first in firsts
        },
    )


def _synonyms(words: dict[str, str]) -> _Synonyms:
    """Return the pattern of some synonyms: exact ones before those with a gap, longest first."""
    ordered = sorted(words, key=lambda word: ("*" in word, -len(word), word))
    pattern = "|".join(f"({_whole_word(word)})" for word in ordered)
    return _Synonyms(
        re.compile(f"(?:{pattern}){_NOT_A_FIRM}", re.IGNORECASE),
        tuple(words[word] for word in ordered),
    )


def _whole_word(word: str) -> str:
    """Return the pattern of a synonym; Latin letters must not run on into other Latin letters."""
    start = r"(?<![A-Za-z])" if word[0].isascii() else ""
    end = r"(?![A-Za-z0-9])" if word[-1].isascii() else ""
    return start + re.escape(word).replace(r"\*", _GAP) + end
