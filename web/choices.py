"""Places, occupations, industries and majors as people type and choose them: text ↔ code.

A search box is a plain text field with suggestions: what is chosen is written out in words, so it can be
read, corrected and sent without a script, and is read back into a code here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from matcher.vocabulary import occupations_search, regions_search
from matcher.vocabulary.certificates import find_certificates, get_certificate, list_certificates
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.majors.directory_rows import known_editions
from matcher.vocabulary.majors.searching import search
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import load_regions
from matcher.vocabulary.text import normalise
from web.i18n import gettext
from web.major_choices import node_note, node_words, search_nodes

MOST = 12
"""Suggestions shown at once: what a phone shows above its keyboard, twice."""

_LONGEST = 60
"""Characters of a search that are looked at."""

_OCCUPATION_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}")
_INDUSTRY_CODE = re.compile(r"(?:^|\s)([A-T]|[A-T]?\d{2})$")
_SURE = 0.9
"""Likeness from which a typed occupation is taken without asking; 1 is a known title."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of a search box: what is put into the field, and what is said about it."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What typed words were read as: a code, or why not."""

    code: str | None = None
    problem: str = ""


def search_places(query: str) -> list[Suggestion]:
    """Return places by the beginning of a name, a part of it, pinyin initials, or an old name or code."""
    found = regions_search.search(query, MOST)
    return [Suggestion(hit.name, f"← {hit.said}" if hit.said else "") for hit in found]


def place_words(code: str | None) -> str:
    """Return a place in words, empty for none."""
    return load_regions().name_of(code) if code else ""


def read_place(text: str | None) -> Chosen:
    """Return the region a typed place means."""
    if not text:
        return Chosen()
    regions = load_regions()
    if text.isdigit() and regions.get(text) is not None:
        return Chosen(text)
    found = regions.find(text)
    if found is None:
        return Chosen(problem=gettext("认不出这个地方，写成“省市区”这样，或从列出的里面选。"))
    if found.candidates:
        names = "、".join(regions.name_of(code) for code in found.candidates[:4])
        return Chosen(
            problem=gettext("有几个地方叫这个名字：%(names)s。写明是哪一个。", names=names)
        )
    return Chosen(found.code)


def search_occupations(query: str) -> list[Suggestion]:
    """Return occupations by code, name, known title, pinyin or typo."""
    found = occupations_search.search(query[:_LONGEST], MOST)
    return [Suggestion(occupation_words(match.code)) for match in found]


def occupation_words(code: str | None) -> str:
    """Return an occupation in words with its code, empty for none."""
    found = load_occupations().get(code) if code else None
    return f"{found.name} {found.code}" if found else (code or "")


def read_occupation(text: str | None) -> Chosen:
    """Return the occupation typed words mean, if they say it surely."""
    if not text:
        return Chosen()
    occupations = load_occupations()
    code = _OCCUPATION_CODE.search(text)
    if code is not None and occupations.get(code[0]) is not None:
        return Chosen(code[0])
    found = occupations.search(text[:_LONGEST], 3)
    if found and found[0].score >= _SURE:
        return Chosen(found[0].code)
    if found:
        names = "、".join(occupation_words(match.code) for match in found)
        return Chosen(problem=gettext("职业要从列出的里面选，相近的有：%(names)s。", names=names))
    return Chosen(problem=gettext("没有找到这个职业，换个叫法，或先不填。"))


def search_industries(query: str) -> list[Suggestion]:
    """Return industries by name or by words people use."""
    key = normalise(query)[:_LONGEST]
    if not key:
        return []
    industries = load_industries()
    every = [
        one
        for section in industries.list_industries()
        for one in (section, *industries.list_industries(section.code))
    ]
    codes = [one.code for one in every if key in one.name or one.code == key.upper()]
    read = industries.find(key)
    if read is not None:
        codes = [read.code, *read.others, *codes]
    return [Suggestion(industry_words(code)) for code in dict.fromkeys(codes)][:MOST]


def industry_words(code: str | None) -> str:
    """Return an industry in words with its code, empty for none."""
    found = load_industries().get(code) if code else None
    return f"{found.name} {found.code}" if found else (code or "")


def read_industry(text: str | None) -> Chosen:
    """Return the industry typed words mean."""
    if not text:
        return Chosen()
    industries = load_industries()
    code = _INDUSTRY_CODE.search(normalise(text).upper())
    if code is not None and (known := industries.get(code[1])) is not None:
        return Chosen(known.code)
    found = industries.find(text[:_LONGEST])
    if found is None:
        return Chosen(problem=gettext("没有找到这个行业，换个叫法，或先不填。"))
    return Chosen(found.code)


def search_majors(query: str) -> list[Suggestion]:
    """Return majors by name, code, pinyin, old name or typo, each once with its levels and the old name."""
    levels: dict[str, list[str]] = {}
    said: dict[str, str] = {}
    for hit in search(query[:_LONGEST], MOST):
        known = levels.setdefault(hit.ref.name, [])
        if hit.ref.level.label not in known:
            known.append(hit.ref.level.label)
        if hit.said:
            said.setdefault(hit.ref.name, f" ← {hit.said}")
    return [
        Suggestion(name, "、".join(known) + said.get(name, "")) for name, known in levels.items()
    ]


def search_major_groups(query: str) -> list[Suggestion]:
    """Return gates, classes and majors with their codes: what a word may stand for."""
    found = search_nodes(query[:_LONGEST], MOST)
    return [Suggestion(node_words(node), node_note(node)) for node in found]


def directory_names() -> list[str]:
    """Return the reference directories at hand as a text names them, newest first of each issuer."""
    newest_first = sorted(known_editions(), key=lambda one: (one[0], -one[1]))
    return [f"{issuer}{year}" for issuer, year in newest_first]


def certificate_names() -> list[str]:
    """Return the names of all certificates, for the list of a field."""
    return [one.name for one in list_certificates()]


def certificate_words(code: str) -> str:
    """Return a certificate in words; the code if unknown."""
    found = get_certificate(code)
    return found.name if found else code


def read_certificates(texts: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return the codes of typed certificates, each once, and what is wrong with one of them."""
    codes: dict[str, None] = {}
    for text in texts:
        exact = next((one.code for one in list_certificates() if one.name == text), None)
        found = exact or next(iter(find_certificates(text)), None)
        if found is None:
            return (), gettext("没有找到“%(words)s”，从列出的里面选。", words=text[:_LONGEST])
        codes[found] = None
    return tuple(codes), ""


SEARCHES: dict[str, Callable[[str], list[Suggestion]]] = {
    "places": search_places,
    "occupations": search_occupations,
    "industries": search_industries,
    "majors": search_majors,
    "major_groups": search_major_groups,
}
"""Search by the name it has in the address."""
