"""Places that are no more (撤销、更名、合并的行政区划) and what took their place, since 1980.

Identity numbers, old registers and household books keep the code and the name a county had then. Codes
were used again for other counties, so a code means something only in a year. Where a county was divided,
all of today's candidates are returned and nobody but a person may choose. Data:
`data/region_changes.csv`; how it was made: `data/SOURCES_other.md`.
"""

import datetime as dt
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from matcher.vocabulary.regions_table import RegionTable, load_table
from matcher.vocabulary.tables import read_table

How = Literal["today", "changed", "several", "dissolved", "unknown"]

_FIRST_NUMBERS, _EVERYBODY_NUMBERED = 1984, 1991
"""Identity numbers are given out since 1984 (居民身份证试行条例), first to all who were of age."""
_CHILDREN_NUMBERED = 1995
"""From here on children got one with the computing of the household books, before their first card."""
_FIRST_CARD_AGE, _NUMBERED_BY_AGE = 16, 18
_NEWER_PROVINCES = {"44": ("460000", 1988), "51": ("500000", 1997)}
"""Provinces made out of others: until that year their counties carried the code of the old one."""
_TAIL = re.compile("(?:地区|县|市|区)$")
_NAMES_NOTHING = re.compile("[新矿盐市南北一二东西郊城]区|市郊区|市中区|城郊区")
"""Names every town gave to some district of its own."""
ALSO_WORDS = re.compile(
    "公园|动力|先锋|红星|露天|开元|四方|升平|北站|永红|立新|高鹤|广济|光化|东方红?|向阳|新青|路南|[东中南北]市|"
    "[东西南北]城|[东西南北]郊|江东|江干|上城|下城|下关|小河|金海|台东"
)
"""Short names of places that are no more and everyday words, or quarters of many towns."""


def is_whole_name(name: str) -> bool:
    """Whether a name says what kind of place it is (襄樊市, 吴县; not 襄樊, nor 北市 of 北市区)."""
    return _TAIL.search(name) is not None and (len(name) > 2 or name.endswith("县"))


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a code of some year is today.

    `code` is today's region when there is exactly one, else None; `candidates` are all it can be when
    there are several, ordered by code. `within` is the smallest of today's regions that surely holds it,
    None when not even the province is sure. `name` is what the code was called, "" when unknown;
    `until` the year the code book dropped it, None for a region of today.
    """

    code: str | None
    candidates: tuple[str, ...]
    within: str | None
    how: How
    name: str = ""
    until: int | None = None


@dataclass(slots=True)
class _Span:
    """One meaning of a code: a name from one year to another, both included."""

    code: str
    name: str
    since: int
    until: int
    certain: bool
    successors: list[tuple[str, str]] = field(default_factory=list)


class RegionHistory:
    """The changes with their look-ups; immutable after building, safe to share."""

    def __init__(self, today: RegionTable, changes: Iterable[dict[str, str]]) -> None:
        """Gather the rows of `region_changes.csv` into spans of years."""
        self._today = today
        self._spans: dict[str, list[_Span]] = {}
        self._resolved: dict[int, frozenset[str]] = {}
        for row in changes:
            self._enter(row)

    def _enter(self, row: dict[str, str]) -> None:
        """Add one row: a span, or one more successor of the last one."""
        spans = self._spans.setdefault(row["code"], [])
        since, until = int(row["since"] or 0), int(row["until"])
        if not spans or (spans[-1].name, spans[-1].until) != (row["name"], until):
            spans.append(_Span(row["code"], row["name"], since, until, row["certain"] == "1"))
        if row["new_code"]:
            spans[-1].successors.append((row["new_code"], row["new_name"]))

    def codes(self) -> list[str]:
        """Return every code that once meant something else than today, ordered."""
        return sorted(self._spans)

    def resolve(self, code: str, on: dt.date | None = None) -> Resolution:
        """Return what a code is today.

        Parameters
        ----------
        code : 6 digits, or longer with the county in the first six
        on : the day the code was written down; without it today's meaning counts, then the latest
        """
        if on is None:
            region = self._today.get(code)
            return _of_today(region.code, region.name) if region else self._latest(code[:6])
        return self._between(code[:6], on.year, on.year)

    def resolve_identity(self, area: str, born: dt.date) -> Resolution:
        """Return where the first six digits of an identity number (公民身份号码) are today.

        A number keeps the code of the day it was given out: to adults from 1984 on, later with the
        first card, later still in childhood.
        """
        card = min(born.year + _FIRST_CARD_AGE, _CHILDREN_NUMBERED)
        first = max(_FIRST_NUMBERS, card, born.year)
        return self._between(
            area[:6], first, max(_EVERYBODY_NUMBERED, born.year + _NUMBERED_BY_AGE)
        )

    def old_names(self, today: Container[str]) -> dict[str, tuple[str, ...]]:
        """Return the names that are no more, long and short, each with today's codes of all it was.

        Where a name stood in the code book after 1984, only those places count; earlier books swapped
        many codes. Names without a known successor are left out, and short ones that are of `today`.
        """
        spans = [span for found in self._spans.values() for span in found]
        late = {span.name for span in spans if span.until >= _FIRST_NUMBERS}
        named: dict[str, set[str]] = {}
        for span in spans:
            if _NAMES_NOTHING.fullmatch(span.name) or (
                span.until < _FIRST_NUMBERS and span.name in late
            ):
                continue
            short = _TAIL.sub("", span.name)
            for name in (span.name, short):
                if name == span.name or (len(short) > 1 and short not in today):
                    named.setdefault(name, set()).update(self._follow(span))
        return {name: tuple(sorted(codes)) for name, codes in named.items() if codes}

    def _latest(self, code: str) -> Resolution:
        """Return what a code that is not of today meant last."""
        spans = self._spans.get(code)
        return self._join(spans[-1:], None) if spans else self._unlisted(code)

    def _between(self, code: str, first: int, last: int) -> Resolution:
        """Return what a code of some year between two is today; the nearest meaning if none fits."""
        region, spans = self._today.get(code), self._spans.get(code, [])
        if region is not None and (not spans or first > spans[-1].until):
            return _of_today(region.code, region.name)
        if not spans:
            return self._unlisted(code)
        met = [span for span in spans if span.since <= last and first <= span.until]
        also = region.code if region is not None and last >= spans[-1].until else None
        nearest = min(spans, key=lambda span: max(span.since - last, first - span.until))
        return self._join(met or [nearest], also)

    def _join(self, spans: list[_Span], also: str | None) -> Resolution:
        """Return one answer for several meanings of a code, `also` a region of today."""
        found = {code for span in spans for code in self._follow(span)}
        codes = sorted(found | {also} if also else found)
        last, sure = spans[-1], all(span.certain or len(span.successors) > 1 for span in spans)
        if len(codes) == 1 and sure:
            return Resolution(codes[0], (), codes[0], "changed", last.name, last.until)
        if not codes:
            return Resolution(None, (), self._around(last), "dissolved", last.name, last.until)
        within = self._today.shared(codes) if sure else self._around(last)
        return Resolution(None, tuple(codes), within, "several", last.name, last.until)

    def _unlisted(self, code: str) -> Resolution:
        """Return what is sure of a code in no book: 01 is the districts of a prefecture together."""
        prefecture = code[:4] + "00"
        if len(code) == 6 and code.endswith("01") and code[2:4] != "00":
            known = self._today.get(prefecture)
            if known is not None:
                return Resolution(known.code, (), known.code, "changed")
            if prefecture in self._spans:
                return self._latest(prefecture)
        province = self._today.get(code[:2]) if len(code) == 6 and code.isdigit() else None
        sure = province is not None and code[:2] not in _NEWER_PROVINCES
        return Resolution(None, (), province.code if province and sure else None, "unknown")

    def _around(self, span: _Span) -> str | None:
        """Return the region of today that surely holds a place without successors."""
        prefecture = span.code[:4] + "00"
        if prefecture != span.code:
            first = max(span.since, span.until - 1)
            above = self._between(prefecture, first, span.until)
            if above.how != "unknown":
                return above.within
        newer = _NEWER_PROVINCES.get(span.code[:2])
        if newer is not None and span.until <= newer[1]:
            return None
        province = self._today.get(span.code[:2])
        return province.code if province else None

    def _follow(self, span: _Span) -> frozenset[str]:
        """Return today's codes of what a place became, through every later change."""
        known = self._resolved.get(id(span))
        if known is None:
            known = frozenset(
                code
                for new_code, new_name in span.successors
                for code in self._end_of(new_code, new_name, span)
            )
            self._resolved[id(span)] = known
        return known

    def _end_of(self, code: str, name: str, before: _Span) -> Iterator[str]:
        """Yield today's codes of one successor; it must end later, so the way never turns back."""
        later = [
            span
            for span in self._spans.get(code, ())
            if span is not before and span.name == name and span.since <= before.until < span.until
        ]
        if later:
            yield from self._follow(later[0])
        elif (region := self._today.get(code)) is not None:
            yield region.code


def _of_today(code: str, name: str) -> Resolution:
    """Return the resolution of a region that is there today."""
    return Resolution(code, (), code, "today", name)


@lru_cache(maxsize=1)
def load_history() -> RegionHistory:
    """Return the changes since 1980; read once for each process."""
    return RegionHistory(load_table(), read_table("region_changes.csv"))
