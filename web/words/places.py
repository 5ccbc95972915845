"""Codes of places, occupations and certificates in words."""

from collections.abc import Iterable

from matcher.vocabulary.certificates import name_of
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import load_regions


def region(code: str | None) -> str:
    """Return the name of a region without its province: 滨州市滨城区; empty for None, the code if unknown."""
    if not code:
        return ""
    regions = load_regions()
    chain = regions.ancestors(code)
    if not chain:
        return code
    shown = chain[:2] if len(chain) > 2 else chain[:1]
    names = [found.name for one in reversed(shown) if (found := regions.get(one)) is not None]
    return "".join(names)


def short_region(code: str | None) -> str:
    """Return what people say for a region: 滨州."""
    found = load_regions().get(code) if code else None
    if found is None:
        return code or ""
    return found.short_names[0] if found.short_names else found.name


def occupation(code: str | None) -> str:
    """Return the name of an occupation, the code if unknown."""
    found = load_occupations().get(code) if code else None
    return found.name if found is not None else (code or "")


def certificates(codes: Iterable[str]) -> str:
    """Return names of certificates in one line."""
    return "、".join(name_of(code) for code in codes)
