"""Place names inside a sentence (想在平罗做会计): where they stand; what they mean is asked of `regions`."""

import re
from functools import lru_cache

from matcher.vocabulary.intents.words import load_words
from matcher.vocabulary.regions import Region, RegionMatch, load_regions

_NAMED_AFTER = re.compile(
    r"(?:[东西南北中]?(?:路|街|大道|巷|胡同|广场)|大学|学院|师范|师大|医科|航空|汽车|集团|附中|局|"
    r"(?:市|省)?(?:第?[一二三四五]|人民|中心|中)医院|卫视|日报|牛肉面|拉面|话|菜)"
)
"""Behind a name these make it a street, a school or a company, not a place to work in."""
_BETWEEN = re.compile(r"[·\-的]?")
_AFTER = re.compile(
    r"$|[\s,;:、/|.。·~()\-\"'!?+&]|市|县|区|[做当干找上工就发从附周边那这或和及与跟都也优的里内]|会|行|应|一|安|省|男|女|想|希|月|工"
)
"""What may stand behind a short county name in a sentence."""


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Return every name and short name with the level of the highest region of that name."""
    regions = load_regions()
    levels: dict[str, str] = {}
    layer: list[Region] = regions.list_regions()
    while layer:
        for region in layer:
            for name in (region.name, *region.short_names):
                whole = name == region.name and len(name) > 2
                levels.setdefault(name, "whole" if whole else region.level)
        layer = [below for region in layer for below in regions.list_regions(region.code)]
    lengths: dict[str, tuple[int, ...]] = {}
    for name in levels:
        known = {*lengths.get(name[:2], ()), len(name)}
        lengths[name[:2]] = tuple(sorted(known, reverse=True))
    return levels, lengths


def name_end(text: str, at: int, *, begins: bool) -> int:
    """Return where a place name that begins here ends, or `at` if none does.

    Parameters
    ----------
    begins : nothing unknown stands before it; a short county name needs that
    """
    levels, lengths = _names()
    for length in lengths.get(text[at : at + 2], ()):
        name = text[at : at + length]
        level = levels.get(name)
        if level is None or len(name) < length or _NAMED_AFTER.match(text, at + length):
            continue
        if level == "county" and not (begins and _ends(text, at + length)):
            continue
        return at + length
    return at


def _ends(text: str, end: int) -> bool:
    """Whether a short county name may end here: before a separator, a verb, or a known word."""
    if _AFTER.match(text, end):
        return True
    known = load_words().longest(text, end)
    return known is not None and known[0] > end + 1


def place_at(
    text: str, at: int, *, begins: bool, within: tuple[str, ...] = ()
) -> tuple[int, RegionMatch] | None:
    """Return the end of a place that begins here with what it means: 银川, 银川市兴庆区, 北京·海淀区."""
    end = name_end(text, at, begins=begins)
    if end == at:
        return None
    found = _find(text[at:end], within)
    if found is None:
        return None
    while end < len(text):
        between = _BETWEEN.match(text, end)
        nearer = between.end() if between else end
        further = name_end(text, nearer, begins=True)
        both = _find(text[at:further], within) if further > nearer else None
        if both is None or not _is_narrower(found, both):
            break
        end, found = further, both
    return end, found


@lru_cache(maxsize=65_536)
def _find(text: str, within: tuple[str, ...]) -> RegionMatch | None:
    """Return what a place name means; of equal names that of the first region of `within` that has one.

    Remembered, for people name the same few thousand.
    """
    regions = load_regions()
    found = regions.find(text)
    for region in within:
        if found is None or not found.candidates:
            break
        nearer = regions.find(text, within=region)
        found = nearer if nearer is not None and nearer.code else found
    return found


def _is_narrower(outer: RegionMatch, inner: RegionMatch) -> bool:
    """Whether a longer text names a region inside the one before, and not another beside it."""
    if inner.code is None or inner.candidates or inner.code == outer.code:
        return False
    regions = load_regions()
    within = outer.candidates or ((outer.code,) if outer.code else ())
    return any(regions.contains(code, inner.code) for code in within)


def loose_place(text: str, start: int, end: int) -> RegionMatch | None:
    """Return the place a leftover stretch is, if it is nothing but a place (an old county name)."""
    if _NAMED_AFTER.match(text, end):
        return None
    text = text[start:end]
    found = load_regions().find(text)
    return found if found is not None and len(found.words) >= len(text) - 1 else None
