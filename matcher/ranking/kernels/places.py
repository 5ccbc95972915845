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
    choice = place_choice(graduate, posting)
    if choice == 0:
        return points.place_1
    if choice == 1:
        return points.place_2
    if choice < NO_CHOICE:
        return points.place_3
    if is_near(graduate, posting):
        return points.place_province
    if posting.marks & KNOWN != 0 and graduate.marks & (FREE | UNSTATED) == 0:
        return REFUSED
    return 0


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
    if posting.marks & KNOWN == 0:
        return False
    if posting.marks & WHOLE != 0:
        return (
            graduate.province_1 == posting.province
            or graduate.province_2 == posting.province
            or graduate.province_3 == posting.province
        )
    return covers_province(graduate, posting.province)


@compiled
def covers_province(graduate: Record, province: Number) -> Truth:
    """Whether a listed place stands for this whole province."""
    return (
        (graduate.province_1 == province and graduate.marks & COVERS_1 != 0)
        or (graduate.province_2 == province and graduate.marks & COVERS_2 != 0)
        or (graduate.province_3 == province and graduate.marks & COVERS_3 != 0)
    )


@compiled
def is_place_certain(graduate: Record, posting: Record) -> Truth:
    """Whether both sides say where."""
    return posting.marks & KNOWN != 0 and graduate.marks & UNSTATED == 0
