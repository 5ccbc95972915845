"""Points (分值): hard conditions and points of one pair but its text, the one place where the formulas stand.

There are no jumps in the formulas (`|` and not `or`): the compiler works out many pairs at once where it can read them
column by column (`blocks`), and a processor need not guess.

A pair has the same points from whichever side one looks. Where the model leaves a choice, this is what was chosen:

- A graduate who wrote a whole province gets the province points there, not those of a city choice.
- Pay: a posting that states no pay has no pay points; a graduate who states no wish has them all.
- A pair is to be confirmed (待确认) if its best major answer is, or if the posting's place or least education is
  unknown, or if a graduate who is not free to go anywhere lists no place.
"""

from typing import NamedTuple

from matcher.compiling import Number, Truth, compiled
from matcher.ranking.kernels.places import REFUSED, is_place_certain, place_points
from matcher.ranking.kernels.records import Record
from matcher.ranking.pairs import POINTS_MASK, YES_CODE
from matcher.ranking.parameters import PartPoints


class Points(NamedTuple):
    """`PartPoints` as plain numbers, which is what kernels take."""

    second_major: int
    place_1: int
    place_2: int
    place_3: int
    place_province: int
    occupation_1: int
    occupation_2: int
    occupation_3: int
    occupation_group: int
    industry: int
    pay: int
    pay_step_yuan: int
    unit: int
    text: int

    @classmethod
    def of(cls, points: PartPoints) -> "Points":
        """Take the numbers the kernels need."""
        return cls(
            points.second_major,
            *points.place_choices,
            points.place_province,
            *points.occupation_choices,
            points.occupation_group,
            points.industry,
            points.pay,
            points.pay_step_yuan,
            points.unit,
            points.text,
        )


@compiled
def best_major(first: Number, second: Number, points: Points) -> Number:
    """Combine the codes of both majors; the second one costs a little, and 0 stays 0."""
    return max(first, second - points.second_major)


@compiled
def points_without_text(graduate: Record, posting: Record, code: Number, points: Points) -> Number:
    """Points of a pair without those of its text, or REFUSED by a hard condition.

    Parameters
    ----------
    code : best major code of the pair, 0 if no major is accepted
    """
    if not meets_conditions(graduate, posting, code):
        return REFUSED
    place = place_points(graduate, posting, points)
    if place == REFUSED:
        return REFUSED
    return (
        (code & POINTS_MASK)
        + place
        + occupation_points(graduate, posting, points)
        + industry_points(graduate, posting, points)
        + pay_points(graduate, posting, points)
        + unit_points(graduate, posting, points)
    )


@compiled
def meets_conditions(graduate: Record, posting: Record, code: Number) -> Truth:
    """Whether major, education and certificates suit."""
    lacking = posting.certificates & ~graduate.certificates
    return (code > 0) & (graduate.education >= posting.education) & (lacking == 0)


@compiled
def is_confirmed(graduate: Record, posting: Record, code: Number) -> Truth:
    """Whether an eligible pair is certain."""
    return (code >= YES_CODE) & (posting.education >= 0) & is_place_certain(graduate, posting)


@compiled
def occupation_points(graduate: Record, posting: Record, points: Points) -> Number:
    """First matching choice, else the same middle group (中类) as any choice."""
    offered, group = posting.occupation, posting.group
    same = (graduate.group_1 == group) | (graduate.group_2 == group) | (graduate.group_3 == group)
    found = points.occupation_group if same & (group >= 0) else 0
    stated = offered >= 0
    found = points.occupation_3 if stated & (graduate.occupation_3 == offered) else found
    found = points.occupation_2 if stated & (graduate.occupation_2 == offered) else found
    return points.occupation_1 if stated & (graduate.occupation_1 == offered) else found


@compiled
def industry_points(graduate: Record, posting: Record, points: Points) -> Number:
    """Whether the posting's industry is among those listed."""
    offered = posting.industry
    same = (
        (graduate.industry_1 == offered)
        | (graduate.industry_2 == offered)
        | (graduate.industry_3 == offered)
    )
    return points.industry if same & (offered >= 0) else 0


@compiled
def pay_points(graduate: Record, posting: Record, points: Points) -> Number:
    """Full points if the offer reaches the wish, one less for every step it falls short.

    Both numbers divided lie below 2**31, so the whole part of the quotient is exact in floating point too, of which
    a processor divides eight at once.
    """
    step = points.pay_step_yuan
    short = min(points.pay * step, max(0, graduate.wanted_pay - posting.pay_high))
    return points.pay - int(short / step) if posting.pay_high >= 0 else 0


@compiled
def unit_points(graduate: Record, posting: Record, points: Points) -> Number:
    """Whether the kind of unit is one the graduate wants."""
    return points.unit if graduate.unit_mask & posting.unit_mask != 0 else 0
