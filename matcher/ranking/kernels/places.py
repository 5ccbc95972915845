"""Places (地区): whether a graduate would go to a posting's place, and what that is worth."""

from typing import Any

from matcher.compiling import Number, Truth, compiled
from matcher.ranking.kernels.records import (
    COVERS_1,
    COVERS_2,
    COVERS_3,
    FREE,
    KNOWN,
    UNSTATED,
    WHOLE,
    Record,
)

REFUSED = -1
"""Points of a pair that a hard condition forbids."""

NO_CHOICE = 3
"""Number of the choice of place where none is met."""


@compiled
def place_points(graduate: Record, posting: Record, points: Any) -> Number:
    """Points of the place, or REFUSED.

    A city somebody lists counts by its choice; a whole province, listed or offered, counts less. Where the posting
    does not say where it is, or the graduate where to go, nobody is refused and nothing gained.
    """
    known, whole = posting.marks & KNOWN != 0, posting.marks & WHOLE != 0
    anywhere = (not known) | (graduate.marks & (FREE | UNSTATED) != 0)
    found = 0 if anywhere else REFUSED
    found = points.place_province if is_near(graduate, posting) else found
    of_city = known & (not whole)
    found = points.place_3 if of_city & (graduate.city_3 == posting.city) else found
    found = points.place_2 if of_city & (graduate.city_2 == posting.city) else found
    return points.place_1 if of_city & (graduate.city_1 == posting.city) else found


@compiled
def place_choice(graduate: Record, posting: Record) -> Number:
    """Number of the first listed city that is the posting's, or NO_CHOICE."""
    if posting.marks & WHOLE != 0 or posting.marks & KNOWN == 0:
        return NO_CHOICE
    if graduate.city_1 == posting.city:
        return 0
    if graduate.city_2 == posting.city:
        return 1
    if graduate.city_3 == posting.city:
        return 2
    return NO_CHOICE


@compiled
def is_near(graduate: Record, posting: Record) -> Truth:
    """Whether a listed place and the posting's lie in one province, and one of them stands for all of it."""
    known, whole = posting.marks & KNOWN != 0, posting.marks & WHOLE != 0
    province = posting.province
    in_province = (
        (graduate.province_1 == province)
        | (graduate.province_2 == province)
        | (graduate.province_3 == province)
    )
    return known & ((whole & in_province) | covers_province(graduate, province))


@compiled
def covers_province(graduate: Record, province: Number) -> Truth:
    """Whether a listed place stands for this whole province."""
    return (
        ((graduate.province_1 == province) & (graduate.marks & COVERS_1 != 0))
        | ((graduate.province_2 == province) & (graduate.marks & COVERS_2 != 0))
        | ((graduate.province_3 == province) & (graduate.marks & COVERS_3 != 0))
    )


@compiled
def is_place_certain(graduate: Record, posting: Record) -> Truth:
    """Whether both sides say where."""
    return (posting.marks & KNOWN != 0) & (graduate.marks & UNSTATED == 0)
