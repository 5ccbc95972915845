"""Search box for places: by name, part of a name, pinyin initials, old name or code.

Apart from `regions` because the pinyin tables take a quarter of a second to load, and workers, who read
places, never search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.pinyin import sound_of
from matcher.vocabulary.regions import Region, load_regions
from matcher.vocabulary.text import normalise

_LONGEST = 60
"""Characters of a query that are looked at."""
_BEGINS, _INSIDE, _INITIALS = range(3)
"""How well a place answers, best first."""


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """One answer: a place of today; `said` is the old name or code that led here, "" otherwise."""

    code: str
    name: str
    said: str = ""


@lru_cache(maxsize=1)
def _places() -> list[tuple[Region, str, str]]:
    """Return every region with its full name and pinyin initials, provinces before counties."""
    regions = load_regions()
    found: list[Region] = []
    layer = regions.list_regions()
    while layer:
        found += layer
        layer = [below for region in layer for below in regions.list_regions(region.code)]
    return [
        (region, regions.name_of(region.code), sound_of(region.name).initials) for region in found
    ]


def search(query: str, limit: int = 12) -> list[PlaceHit]:
    """Return places for what a person types, best first; "" finds nothing."""
    key = normalise(query)[:_LONGEST].lower()
    if not key:
        return []
    ranked = [
        (rank, PlaceHit(region.code, full))
        for region, full, initials in _places()
        if (rank := _rank_of(key, region, full, initials)) is not None
    ]
    ranked.sort(key=lambda one: one[0])
    shown = [hit for _, hit in ranked[:limit]]
    listed = {hit.code for hit in shown}
    return [*shown, *(hit for hit in _once_called(key) if hit.code not in listed)][:limit]


def _rank_of(key: str, region: Region, full: str, initials: str) -> int | None:
    """Return how well a place answers, None if not at all."""
    if any(name.startswith(key) for name in (region.name, *region.short_names)):
        return _BEGINS
    if key in full:
        return _INSIDE
    return _INITIALS if initials.startswith(key) else None


def _once_called(key: str) -> Iterator[PlaceHit]:
    """Yield what a name that is no more (襄樊) or an old code means today."""
    regions = load_regions()
    found = regions.find(key)
    if found is None or found.words != key:
        return
    for code in found.candidates or tuple(filter(None, [found.code])):
        yield PlaceHit(code, regions.name_of(code), key)
