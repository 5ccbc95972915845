"""Explanations (理由): why a pair has its points, or why it is not eligible.

The parts come from the same formulas as the lists and add up to the same fit. Nothing is stored;
explanations are made for what is shown. They carry codes and plain values, words come later.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import Verdict
from matcher.ranking.checks import (
    Check,
    PairView,
    checks_of,
    flags_of,
    region_of,
    view_pair,
)
from matcher.ranking.pairs import YES_CODE
from matcher.ranking.places import NO_CITY
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES

__all__ = ["Check", "Explanation", "Part", "SharedTerm", "explain_pair"]


_NEAR_ENOUGH = 0.1
"""Share of the similarity from which a common nearest occupation is named: every text has some nearest ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one part out of the most it can have; `code` and `params` name the words."""

    name: str
    points: int
    most: int
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A term both texts have; `share` is its part of the dot product, the sum being 1.

    `is_near` marks an occupation both texts are near to (近义职业): its name need not stand in either.
    """

    term: str
    share: float
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A pair taken apart.

    Parameters
    ----------
    verdict : yes, to be confirmed (maybe) or not eligible (no)
    fit : sum of the points of the parts (what it would be, where not eligible)
    flags : why a pair is to be confirmed: major_maybe, place_unknown, places_not_stated,
        education_unknown
    """

    graduate_id: int
    posting_id: int
    verdict: Verdict
    fit: int
    parts: tuple[Part, ...]
    terms: tuple[SharedTerm, ...]
    checks: tuple[Check, ...]
    flags: tuple[str, ...]


def explain_pair(snapshot: Snapshot, graduate_row: int, posting_row: int) -> Explanation:
    """Take one pair apart, eligible or not."""
    view = view_pair(snapshot, graduate_row, posting_row)
    parts = _parts(view)
    checks = checks_of(view)
    verdicts = {check.verdict for check in checks}
    worst = next(v for v in (Verdict.NO, Verdict.MAYBE, Verdict.YES) if v in verdicts)
    return Explanation(
        graduate_id=int(snapshot.graduates.id[graduate_row]),
        posting_id=int(snapshot.postings.id[posting_row]),
        verdict=worst,
        fit=int(view.parts.fit),
        parts=parts,
        terms=_shared_terms(view),
        checks=checks,
        flags=flags_of(view),
    )


def _parts(view: PairView) -> tuple[Part, ...]:
    """All parts, in the order in which they are shown."""
    most = view.snapshot.parameters.points
    terms = _shared_terms(view)
    shared = {
        "terms": [one.term for one in terms if not one.is_near],
        "near": _named([one for one in terms if one.is_near]),
    }
    unit, text = int(view.parts.unit), int(view.parts.text)
    industry = int(view.parts.industry)
    return (
        _major_part(view),
        _place_part(view),
        _occupation_part(view),
        Part("industry", industry, most.industry, _yes_no("industry", industry), {}),
        _pay_part(view),
        Part("unit", unit, most.unit, _yes_no("unit", unit), {}),
        Part(
            "text", text, most.text, _yes_no("text", len(shared["terms"] + shared["near"])), shared
        ),
    )


def _named(near: list[SharedTerm]) -> list[str]:
    """Names of the occupations worth saying, the nearest first."""
    return [one.term for at, one in enumerate(near) if at == 0 or one.share >= _NEAR_ENOUGH]


def _yes_no(name: str, matched: int) -> str:
    """Code of a part that either matches or does not."""
    return f"{name}_match" if matched else f"{name}_none"


def _major_part(view: PairView) -> Part:
    """Which major counts and by which rule of the requirement."""
    snapshot = view.snapshot
    most = snapshot.parameters.points.major_leaf
    points = int(view.parts.major)
    if not view.parts.code:
        return Part("major", 0, most, "major_none", {})
    by_second = bool(view.parts.by_second)
    leaf = int(snapshot.graduates.leaf[view.graduate, int(by_second)])
    requirement = int(snapshot.postings.requirement[view.posting])
    code = "major_yes" if view.parts.code >= YES_CODE else "major_maybe"
    params = {
        "major": snapshot.codebook.leaves[leaf].name,
        "rule": snapshot.acceptance.how_accepted(requirement, leaf),
        "second": by_second,
    }
    return Part("major", points, most, code, params)


def _place_part(view: PairView) -> Part:
    """Which choice of place the posting meets."""
    most = view.snapshot.parameters.points.place_choices[0]
    points, choice = int(view.parts.place), int(view.parts.choice)
    city = int(view.snapshot.postings.city[view.posting])
    params: dict[str, Any] = {"place": region_of(city)}
    if city == NO_CITY:
        code = "place_unknown"
    elif choice < CHOICES:
        code, params["choice"] = "place_choice", choice + 1
    elif points:
        code = "place_province"
    elif not view.parts.certain:
        code = "place_not_stated"
    else:
        code = "place_elsewhere"
    return Part("place", points, most, code, params)


def _occupation_part(view: PairView) -> Part:
    """Which choice of occupation the posting meets."""
    snapshot = view.snapshot
    most = snapshot.parameters.points.occupation_choices[0]
    points = int(view.parts.occupation)
    offered = int(snapshot.postings.occupation[view.posting])
    wished = snapshot.graduates.occupation[view.graduate].tolist()
    params: dict[str, Any] = {
        "occupation": snapshot.codebook.occupations[offered] if offered >= 0 else None
    }
    if offered < 0:
        code = "occupation_unknown"
    elif offered in wished:
        code, params["choice"] = "occupation_choice", wished.index(offered) + 1
    else:
        code = "occupation_group" if points else "occupation_none"
    return Part("occupation", points, most, code, params)


def _pay_part(view: PairView) -> Part:
    """How far the offer reaches the wish."""
    wanted = int(view.snapshot.graduates.wanted_pay[view.graduate])
    offered = int(view.snapshot.postings.pay_high[view.posting])
    if offered < 0:
        code = "pay_unknown"
    elif wanted < 0:
        code = "pay_not_stated"
    else:
        code = "pay_reached" if wanted <= offered else "pay_short"
    params = {"wanted_yuan": _stated(wanted), "offered_yuan": _stated(offered)}
    most = view.snapshot.parameters.points.pay
    return Part("pay", int(view.parts.pay), most, code, params)


def _shared_terms(view: PairView) -> tuple[SharedTerm, ...]:
    """Terms both texts have, heaviest first, ties in code-point order."""
    graduates, postings = view.snapshot.graduates, view.snapshot.postings
    own = _weights(graduates.term[view.graduate], graduates.weight[view.graduate])
    theirs = _weights(postings.term[view.posting], postings.weight[view.posting])
    products = {term: own[term] * theirs[term] for term in own.keys() & theirs.keys()}
    total = sum(products.values())
    ordered = sorted(products.items(), key=lambda item: (-item[1], item[0]))
    words, concepts = view.snapshot.codebook.text.vocabulary, view.snapshot.codebook.text.concepts
    names = () if concepts is None else concepts.names
    return tuple(
        SharedTerm(words[term], product / total)
        if term < len(words)
        else SharedTerm(names[term - len(words)], product / total, is_near=True)
        for term, product in ordered
    )


def _weights(terms: NDArray[np.uint16], weights: NDArray[np.int16]) -> dict[int, int]:
    """Weight by term number, padding left out."""
    pairs = zip(terms.tolist(), weights.tolist(), strict=True)
    return {term: weight for term, weight in pairs if weight > 0}


def _stated(value: int) -> int | None:
    """None for -1."""
    return None if value < 0 else value
