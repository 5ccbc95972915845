"""Hard conditions of one pair (硬性条件), each with what is asked and what is there."""

from dataclasses import dataclass
from typing import Any

from matcher.kinds import EducationLevel, Mobility, Verdict
from matcher.ranking.pairs import YES_CODE
from matcher.ranking.parts import pair_parts
from matcher.ranking.places import NO_CITY
from matcher.ranking.snapshot import Snapshot

_LEVELS = list(EducationLevel)
_MOBILITIES = list(Mobility)


@dataclass(frozen=True, slots=True)
class Check:
    """One hard condition; `required` and `own` are plain values, None for not stated."""

    code: str
    verdict: Verdict
    required: Any
    own: Any


@dataclass(frozen=True, slots=True, eq=False)
class PairView:
    """One pair of a snapshot with what all sections of an explanation need; `parts` is of `records.PARTS`."""

    snapshot: Snapshot
    graduate: int
    posting: int
    parts: Any


def view_pair(snapshot: Snapshot, graduate: int, posting: int) -> PairView:
    """Take a pair apart."""
    return PairView(snapshot, graduate, posting, pair_parts(snapshot, [graduate], [posting])[0])


def checks_of(view: PairView) -> tuple[Check, ...]:
    """Every hard condition with what is asked and what is there."""
    return (_education_check(view), _major_check(view), _place_check(view), _certificates(view))


def _education_check(view: PairView) -> Check:
    """Education is at least what is asked; to be confirmed where nothing is said."""
    own = view.snapshot.graduates.education[view.graduate]
    least = view.snapshot.postings.education[view.posting]
    verdict = Verdict.YES if own >= least else Verdict.NO
    if least < 0:
        verdict = Verdict.MAYBE
    required = _LEVELS[least].value if least >= 0 else None
    return Check("education", verdict, required, _LEVELS[own].value)


def _major_check(view: PairView) -> Check:
    """A major is accepted at the graduate's level; `required` is the requirement's key."""
    book = view.snapshot.codebook
    leaves = [leaf for leaf in view.snapshot.graduates.leaf[view.graduate].tolist() if leaf >= 0]
    verdict = Verdict.YES if view.parts.code >= YES_CODE else Verdict.MAYBE
    if not view.parts.code:
        verdict = Verdict.NO
    required = book.requirements[int(view.snapshot.postings.requirement[view.posting])]
    return Check("major", verdict, required, [book.leaves[leaf].name for leaf in leaves])


def _place_check(view: PairView) -> Check:
    """The graduate would go there."""
    graduates = view.snapshot.graduates
    verdict = Verdict.YES if view.parts.certain else Verdict.MAYBE
    if not view.parts.admitted:
        verdict = Verdict.NO
    cities = graduates.city[view.graduate].tolist()
    own = {
        "places": [region_of(city) for city in cities if city != NO_CITY],
        "mobility": _MOBILITIES[int(graduates.mobility[view.graduate])].value,
    }
    return Check("place", verdict, region_of(int(view.snapshot.postings.city[view.posting])), own)


def _certificates(view: PairView) -> Check:
    """All required certificates are held; `own` names those of the required that are."""
    required = int(view.snapshot.postings.certificates[view.posting])
    held = int(view.snapshot.graduates.certificates[view.graduate])
    verdict = Verdict.NO if required & ~held else Verdict.YES
    return Check("certificates", verdict, _names(view, required), _names(view, required & held))


def _names(view: PairView, mask: int) -> list[str]:
    """Names of certificate bits."""
    names = view.snapshot.codebook.certificates.values
    return [name for bit, name in enumerate(names) if mask >> bit & 1]


def flags_of(view: PairView) -> tuple[str, ...]:
    """Why the pair is to be confirmed."""
    city = int(view.snapshot.postings.city[view.posting])
    found = {
        "major_maybe": bool(view.parts.code) and view.parts.code < YES_CODE,
        "place_unknown": city == NO_CITY,
        "places_not_stated": city != NO_CITY and not view.parts.certain,
        "education_unknown": int(view.snapshot.postings.education[view.posting]) < 0,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def region_of(city: int) -> str | None:
    """Region code of a city key."""
    return None if city == NO_CITY else f"{city:06d}"
