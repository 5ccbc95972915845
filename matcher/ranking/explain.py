"""Explanations (理由): why a pair has its points, or why it is not eligible.

The parts come from the same formulas as the lists and add up to the same fit. Nothing is stored;
explanations are made for what is shown. They carry codes and plain values, words come later.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import EducationLevel, Mobility, Verdict
from matcher.ranking.pairs import (
    PlaceMatch,
    best_major,
    industry_points,
    is_yes,
    major_points,
    match_places,
    occupation_points,
    pair_text_points,
    pay_points,
    unit_points,
)
from matcher.ranking.places import NO_CITY
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES

_LEVELS = list(EducationLevel)
_MOBILITIES = list(Mobility)


@dataclass(frozen=True, slots=True)
class Check:
    """One hard condition; `required` and `own` are plain values, None for not stated."""

    code: str
    verdict: Verdict
    required: Any
    own: Any


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
    """A term both texts have; `share` is its part of the dot product, the sum being 1."""

    term: str
    share: float


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


@dataclass(frozen=True, slots=True, eq=False)
class _PairView:
    """One pair of a snapshot with what all sections of an explanation need."""

    snapshot: Snapshot
    graduate: int
    posting: int
    code: int
    by_second: bool
    place: PlaceMatch

    @property
    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Both rows as arrays."""
        return np.asarray([self.graduate]), np.asarray([self.posting])

    def points(self, part: Any) -> int:
        """Points of one of the part functions."""
        g, p = self.rows
        tables = self.snapshot.graduates, self.snapshot.postings
        return int(part(tables[0], g, tables[1], p, self.snapshot.parameters.points)[0])


def explain_pair(snapshot: Snapshot, graduate_row: int, posting_row: int) -> Explanation:
    """Take one pair apart, eligible or not."""
    view = _view(snapshot, graduate_row, posting_row)
    parts = _parts(view)
    checks = _checks(view)
    verdicts = {check.verdict for check in checks}
    worst = next(v for v in (Verdict.NO, Verdict.MAYBE, Verdict.YES) if v in verdicts)
    return Explanation(
        graduate_id=int(snapshot.graduates.id[graduate_row]),
        posting_id=int(snapshot.postings.id[posting_row]),
        verdict=worst,
        fit=sum(part.points for part in parts),
        parts=parts,
        terms=_shared_terms(view),
        checks=checks,
        flags=_flags(view),
    )


def _view(snapshot: Snapshot, graduate: int, posting: int) -> _PairView:
    """Compute major and place of a pair."""
    codes = snapshot.acceptance.codes_of_requirement(int(snapshot.postings.requirement[posting]))
    leaf = snapshot.graduates.leaf[graduate]
    points = snapshot.parameters.points
    code, by_second = best_major(codes[leaf[:1]], codes[leaf[1:]], points)
    city = snapshot.postings.city[[posting]]
    place = match_places(snapshot.graduates, np.asarray([graduate]), city, points)
    return _PairView(snapshot, graduate, posting, int(code[0]), bool(by_second[0]), place)


def _parts(view: _PairView) -> tuple[Part, ...]:
    """All parts, in the order in which they are shown."""
    g, p = view.rows
    snapshot, most = view.snapshot, view.snapshot.parameters.points
    text = pair_text_points(snapshot.graduates, g, snapshot.postings, p, most.text)
    shared = {"terms": [term.term for term in _shared_terms(view)]}
    unit = view.points(unit_points)
    industry = view.points(industry_points)
    return (
        _major_part(view),
        _place_part(view),
        _occupation_part(view),
        Part("industry", industry, most.industry, _yes_no("industry", industry), {}),
        _pay_part(view),
        Part("unit", unit, most.unit, _yes_no("unit", unit), {}),
        Part("text", int(text[0]), most.text, _yes_no("text", len(shared["terms"])), shared),
    )


def _yes_no(name: str, matched: int) -> str:
    """Code of a part that either matches or does not."""
    return f"{name}_match" if matched else f"{name}_none"


def _major_part(view: _PairView) -> Part:
    """Which major counts and by which rule of the requirement."""
    snapshot = view.snapshot
    most = snapshot.parameters.points.major_leaf
    points = int(major_points(np.asarray(view.code)))
    if not view.code:
        return Part("major", 0, most, "major_none", {})
    leaf = int(snapshot.graduates.leaf[view.graduate, 1 if view.by_second else 0])
    requirement = int(snapshot.postings.requirement[view.posting])
    code = "major_yes" if is_yes(np.asarray(view.code)) else "major_maybe"
    params = {
        "major": snapshot.codebook.leaves[leaf].name,
        "rule": snapshot.acceptance.how_accepted(requirement, leaf),
        "second": view.by_second,
    }
    return Part("major", points, most, code, params)


def _place_part(view: _PairView) -> Part:
    """Which choice of place the posting meets."""
    most = view.snapshot.parameters.points.place_choices[0]
    points, choice = int(view.place.points[0]), int(view.place.choice[0])
    city = int(view.snapshot.postings.city[view.posting])
    params: dict[str, Any] = {"place": _region(city)}
    if city == NO_CITY:
        code = "place_unknown"
    elif choice < CHOICES:
        code, params["choice"] = "place_choice", choice + 1
    elif points:
        code = "place_province"
    elif not view.place.certain[0]:
        code = "place_not_stated"
    else:
        code = "place_elsewhere"
    return Part("place", points, most, code, params)


def _occupation_part(view: _PairView) -> Part:
    """Which choice of occupation the posting meets."""
    snapshot = view.snapshot
    most = snapshot.parameters.points.occupation_choices[0]
    points = view.points(occupation_points)
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


def _pay_part(view: _PairView) -> Part:
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
    return Part("pay", view.points(pay_points), most, code, params)


def _shared_terms(view: _PairView) -> tuple[SharedTerm, ...]:
    """Terms both texts have, heaviest first, ties in code-point order."""
    graduates, postings = view.snapshot.graduates, view.snapshot.postings
    own = _weights(graduates.term[view.graduate], graduates.weight[view.graduate])
    theirs = _weights(postings.term[view.posting], postings.weight[view.posting])
    products = {term: own[term] * theirs[term] for term in own.keys() & theirs.keys()}
    total = sum(products.values())
    ordered = sorted(products.items(), key=lambda item: (-item[1], item[0]))
    words = view.snapshot.codebook.text.vocabulary
    return tuple(SharedTerm(words[term], product / total) for term, product in ordered)


def _weights(terms: NDArray[np.uint16], weights: NDArray[np.int16]) -> dict[int, int]:
    """Weight by term number, padding left out."""
    pairs = zip(terms.tolist(), weights.tolist(), strict=True)
    return {term: weight for term, weight in pairs if weight > 0}


def _checks(view: _PairView) -> tuple[Check, ...]:
    """Every hard condition with what is asked and what is there."""
    return (_education_check(view), _major_check(view), _place_check(view), _certificates(view))


def _education_check(view: _PairView) -> Check:
    """Education is at least what is asked; to be confirmed where nothing is said."""
    own = int(view.snapshot.graduates.education[view.graduate])
    least = int(view.snapshot.postings.education[view.posting])
    verdict = Verdict.YES if own >= least else Verdict.NO
    if least < 0:
        verdict = Verdict.MAYBE
    required = _LEVELS[least].value if least >= 0 else None
    return Check("education", verdict, required, _LEVELS[own].value)


def _major_check(view: _PairView) -> Check:
    """A major is accepted at the graduate's level; `required` is the requirement's key."""
    book = view.snapshot.codebook
    leaves = [leaf for leaf in view.snapshot.graduates.leaf[view.graduate].tolist() if leaf >= 0]
    verdict = Verdict.YES if is_yes(np.asarray(view.code)) else Verdict.MAYBE
    if not view.code:
        verdict = Verdict.NO
    required = book.requirements[int(view.snapshot.postings.requirement[view.posting])]
    return Check("major", verdict, required, [book.leaves[leaf].name for leaf in leaves])


def _place_check(view: _PairView) -> Check:
    """The graduate would go there."""
    graduates = view.snapshot.graduates
    verdict = Verdict.YES if view.place.certain[0] else Verdict.MAYBE
    if not view.place.admitted[0]:
        verdict = Verdict.NO
    cities = graduates.city[view.graduate].tolist()
    own = {
        "places": [_region(city) for city in cities if city != NO_CITY],
        "mobility": _MOBILITIES[int(graduates.mobility[view.graduate])].value,
    }
    return Check("place", verdict, _region(int(view.snapshot.postings.city[view.posting])), own)


def _certificates(view: _PairView) -> Check:
    """All required certificates are held; `own` names those of the required that are."""
    required = int(view.snapshot.postings.certificates[view.posting])
    held = int(view.snapshot.graduates.certificates[view.graduate])
    verdict = Verdict.NO if required & ~held else Verdict.YES
    return Check("certificates", verdict, _names(view, required), _names(view, required & held))


def _names(view: _PairView, mask: int) -> list[str]:
    """Names of certificate bits."""
    names = view.snapshot.codebook.certificates.values
    return [name for bit, name in enumerate(names) if mask >> bit & 1]


def _flags(view: _PairView) -> tuple[str, ...]:
    """Why the pair is to be confirmed."""
    city = int(view.snapshot.postings.city[view.posting])
    found = {
        "major_maybe": bool(view.code) and not is_yes(np.asarray(view.code)),
        "place_unknown": city == NO_CITY,
        "places_not_stated": city != NO_CITY and not view.place.certain[0],
        "education_unknown": int(view.snapshot.postings.education[view.posting]) < 0,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _region(city: int) -> str | None:
    """Region code of a city key."""
    return None if city == NO_CITY else f"{city:06d}"


def _stated(value: int) -> int | None:
    """None for -1."""
    return None if value < 0 else value
