"""How people and households stand today (列入时状况): what the census and a later joining freeze.

Only people of a hardship household (在档, with a tier or zero-employment) are counted. Standing is what the summer
survey of the drive's year heard; where it heard nothing, a verified placement from before that the union did not
bring about.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import HardshipTier
from matcher.kinds.casework import SurveyStanding
from matcher.kinds.cohorts import CohortStanding, StandingBasis
from matcher.kinds.households import FileState
from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import UnionClosure
from matcher.models.placements import Placement
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.policy.destinations import find_destination

_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""

_STUDY = (DestinationGroup.STUDY,)


@dataclass(frozen=True)
class Place:
    """How one graduate of a hardship household stands."""

    graduate_id: int
    union_id: int
    household_id: int
    tier: HardshipTier
    is_zero_employment: bool
    is_earlier_year: bool
    standing: CohortStanding
    standing_basis: StandingBasis
    standing_source_id: int | None


@dataclass(frozen=True)
class HouseholdPlace:
    """How one hardship household stands."""

    household_id: int
    union_id: int
    tier: HardshipTier
    is_zero_employment: bool
    n_in_school: int


def in_slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in slices a statement can take."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def is_counted_household() -> sa.ColumnElement[bool]:
    """Return the condition on `Household` for hardship files in force (在档)."""
    return sa.and_(
        Household.is_open,
        Household.state == FileState.ACTIVE,
        sa.or_(Household.tier != HardshipTier.NONE, Household.is_zero_employment),
    )


def read_places(
    session: Session, drive: Drive, graduate_ids: Sequence[int], on: dt.date
) -> dict[int, Place]:
    """Return how graduates stand, by id; those of no hardship household are left out.

    Parameters
    ----------
    on : day counted; a placement must have begun by then to say anything of the standing
    """
    places: dict[int, Place] = {}
    for some in in_slices(sorted(set(graduate_ids))):
        heard = _heard(session, drive, some)
        placed = _placed(session, some, on)
        for row in session.execute(_people(some)):
            standing = heard.get(row.id) or placed.get(row.id) or _NOTHING
            places[row.id] = Place(
                graduate_id=row.id,
                union_id=row.union_id,
                household_id=row.household_id,
                tier=row.tier,
                is_zero_employment=row.is_zero_employment,
                is_earlier_year=_is_earlier(row.graduates_on, drive),
                standing=standing[0],
                standing_basis=standing[1],
                standing_source_id=standing[2],
            )
    return places


_Standing = tuple[CohortStanding, StandingBasis, int | None]
_NOTHING: _Standing = (CohortStanding.UNKNOWN, StandingBasis.NOTHING, None)


def _people(
    graduate_ids: Sequence[int],
) -> sa.Select[int, int, dt.date | None, int, HardshipTier, bool]:
    return (
        sa.select(
            Graduate.id,
            Graduate.union_id,
            Graduate.graduates_on,
            Household.id.label("household_id"),
            Household.tier,
            Household.is_zero_employment,
        )
        .join(Household, Household.id == Graduate.household_id)
        .where(Graduate.id.in_(graduate_ids), Graduate.is_confirmed, is_counted_household())
        .order_by(Graduate.id)
    )


def _is_earlier(graduates_on: dt.date | None, drive: Drive) -> bool:
    """Say whether somebody graduated in a year before the drive's (往届); a day not known counts as this year's."""
    return graduates_on is not None and graduates_on.year < drive.opens_on.year


def _heard(session: Session, drive: Drive, graduate_ids: Sequence[int]) -> dict[int, _Standing]:
    """Return what the survey of the drive's year heard of graduates; its newest line counts."""
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == drive.union_id)
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == drive.union_id)
    found = (
        sa.select(HouseholdMember.graduate_id, SurveyPerson.id, SurveyPerson.destination)
        .join(SurveyPerson, SurveyPerson.member_id == HouseholdMember.id)
        .join(SurveyVisit, SurveyVisit.id == SurveyPerson.visit_id)
        .join(SurveyRound, SurveyRound.id == SurveyVisit.round_id)
        .where(
            HouseholdMember.graduate_id.in_(graduate_ids),
            SurveyPerson.standing == SurveyStanding.GRADUATE,
            SurveyPerson.destination.is_not(None),
            SurveyRound.year == drive.opens_on.year,
            sa.or_(SurveyRound.union_id.in_(above), SurveyRound.union_id.in_(below)),
        )
        .order_by(SurveyPerson.entered_at, SurveyPerson.id)
    )
    return {
        row.graduate_id: (CohortStanding(row.destination.value), StandingBasis.SURVEY, row.id)
        for row in session.execute(found)
    }


def _placed(session: Session, graduate_ids: Sequence[int], on: dt.date) -> dict[int, _Standing]:
    """Return verified placements the union did not bring about, begun or signed by the day and not ended."""
    found = (
        sa.select(Placement)
        .where(
            Placement.graduate_id.in_(graduate_ids),
            Placement.state == PlacementState.VERIFIED,
            Placement.is_outcome,
            ~Placement.is_helped,
            sa.or_(Placement.started_on <= on, Placement.signed_on <= on),
            sa.or_(Placement.ended_on.is_(None), Placement.ended_on > on),
        )
        .order_by(Placement.id)
    )
    return {
        one.graduate_id: (_standing_of(one), StandingBasis.PLACEMENT, one.id)
        for one in session.scalars(found)
    }


def _standing_of(placement: Placement) -> CohortStanding:
    destination = find_destination(
        placement.destination_list, placement.destination_code, placement.started_on
    )
    studies = destination is not None and destination.group in _STUDY
    return CohortStanding.FURTHER_STUDY if studies else CohortStanding.SIGNED


def read_households(
    session: Session, drive: Drive, on: dt.date, household_ids: Sequence[int] | None = None
) -> list[HouseholdPlace]:
    """Return the hardship households below a drive's union, with how many children are at school that day.

    Parameters
    ----------
    household_ids : only these; None means all
    """
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == drive.union_id)
    chosen = sa.select(
        Household.id, Household.union_id, Household.tier, Household.is_zero_employment
    ).where(Household.union_id.in_(below), is_counted_household())
    if household_ids is not None:
        chosen = chosen.where(Household.id.in_(household_ids))
    children = _children(session, drive, on)
    return [
        HouseholdPlace(
            row.id, row.union_id, row.tier, row.is_zero_employment, children.get(row.id, 0)
        )
        for row in session.execute(chosen.order_by(Household.id))
    ]


def _children(session: Session, drive: Drive, on: dt.date) -> dict[int, int]:
    """Count the members at school or studying on a day, by household."""
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == drive.union_id)
    found = (
        sa.select(
            HouseholdMember.household_id, sa.func.count(sa.distinct(MemberSchooling.member_id))
        )
        .join(MemberSchooling, MemberSchooling.member_id == HouseholdMember.id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            Household.union_id.in_(below),
            sa.or_(HouseholdMember.left_on.is_(None), HouseholdMember.left_on > on),
            sa.or_(MemberSchooling.entered_on.is_(None), MemberSchooling.entered_on <= on),
            sa.or_(MemberSchooling.ended_on.is_(None), MemberSchooling.ended_on > on),
            sa.or_(
                MemberSchooling.expected_graduation_on.is_(None),
                MemberSchooling.expected_graduation_on > on,
            ),
        )
        .group_by(HouseholdMember.household_id)
        .order_by(HouseholdMember.household_id)
    )
    return dict(session.execute(found).all())
