"""Hard conditions of one pair (硬性条件), each with what is asked and what is there."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import EducationLevel, Mobility, Verdict
from matcher.ranking.pairs import PlaceMatch, best_major, is_yes, match_places, meets_education
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


def view_pair(snapshot: Snapshot, graduate: int, posting: int) -> PairView:
    """Compute major and place of a pair."""
    codes = snapshot.acceptance.codes_of_requirement(int(snapshot.postings.requirement[posting]))
    leaf = snapshot.graduates.leaf[graduate]
    points = snapshot.parameters.points
    code, by_second = best_major(codes[leaf[:1]], codes[leaf[1:]], points)
    city = snapshot.postings.city[[posting]]
    place = match_places(snapshot.graduates, np.asarray([graduate]), city, points)
    return PairView(snapshot, graduate, posting, int(code[0]), bool(by_second[0]), place)


def checks_of(view: PairView) -> tuple[Check, ...]:
    """Every hard condition with what is asked and what is there."""
    return (_education_check(view), _major_check(view), _place_check(view), _certificates(view))


def _education_check(view: PairView) -> Check:
    """Education is at least what is asked; to be confirmed where nothing is said."""
    own = view.snapshot.graduates.education[view.graduate]
    least = view.snapshot.postings.education[view.posting]
    verdict = Verdict.YES if meets_education(own, least) else Verdict.NO
    if least < 0:
        verdict = Verdict.MAYBE
    required = _LEVELS[least].value if least >= 0 else None
    return Check("education", verdict, required, _LEVELS[own].value)


def _major_check(view: PairView) -> Check:
    """A major is accepted at the graduate's level; `required` is the requirement's key."""
    book = view.snapshot.codebook
    leaves = [leaf for leaf in view.snapshot.graduates.leaf[view.graduate].tolist() if leaf >= 0]
    verdict = Verdict.YES if is_yes(np.asarray(view.code)) else Verdict.MAYBE
    if not view.code:
        verdict = Verdict.NO
    required = book.requirements[int(view.snapshot.postings.requirement[view.posting])]
    return Check("major", verdict, required, [book.leaves[leaf].name for leaf in leaves])


def _place_check(view: PairView) -> Check:
    """The graduate would go there."""
    graduates = view.snapshot.graduates
    verdict = Verdict.YES if view.place.certain[0] else Verdict.MAYBE
    if not view.place.admitted[0]:
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
        "major_maybe": bool(view.code) and not is_yes(np.asarray(view.code)),
        "place_unknown": city == NO_CITY,
        "places_not_stated": city != NO_CITY and not view.place.certain[0],
        "education_unknown": int(view.snapshot.postings.education[view.posting]) < 0,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def region_of(city: int) -> str | None:
    """Region code of a city key."""
    return None if city == NO_CITY else f"{city:06d}"
