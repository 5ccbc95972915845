"""Lists of people who leave by an approved export (名单附件、学校报送表): whom they hold, and what belongs to each.

They hold the people the figures count (统计人群) in a union's part of the tree, cut to the files the asker sees
whole: for who supervises, as many rows as 毕业生总数 says. People are read in portions, so that 26,000 need no more
memory than two thousand; who asked for deletion and is only stored is left out.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.placements import PlacementState
from matcher.models.cohorts import CohortAct
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.models.people_rights import StorageOnly
from matcher.models.placements import Placement
from matcher.services.figures.cohort_rows import is_counted, newest_rows
from matcher.services.figures.cuts import get_cut, get_drive
from matcher.services.figures.moments import moment_of
from matcher.services.hardship import sight
from matcher.services.permissions import Actor

_CHUNK = 2_000
"""People read together: a few statements for each portion; SQLite takes 32,766 parameters."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class PeopleFilter:
    """Which people: of a drive and a union's part of the tree, at the end of a day, or now."""

    drive_id: int
    union_id: int
    as_of: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storing."""
        day = self.as_of.isoformat() if self.as_of else None
        return {"drive_id": self.drive_id, "union_id": self.union_id, "as_of": day}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PeopleFilter":
        """Return a stored filter."""
        day = stored.get("as_of")
        as_of = dt.date.fromisoformat(str(day)) if day else None
        return cls(int(stored["drive_id"]), int(stored["union_id"]), as_of)


@dataclass(frozen=True)
class Person:
    """One person of a list, with what belongs to it; `member` is the person's own line in the household's file."""

    act: CohortAct
    graduate: Graduate
    union_name: str
    household: Household | None = None
    holder: HouseholdMember | None = None
    member: HouseholdMember | None = None
    majors: Sequence[GraduateMajor] = ()
    placement: Placement | None = None
    employer: Employer | None = None


def wanted_people(
    session: Session, by: Actor, chosen: PeopleFilter, known_at: dt.datetime
) -> sa.Select[tuple[int]]:
    """Return the newest rows of the log, by id, of the people a list holds.

    Parameters
    ----------
    known_at : of a list as of now, the instant it was asked for

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    drive = get_drive(session, by, chosen.drive_id)
    day = chosen.as_of or clock.in_china(known_at).date()
    moment = moment_of(session, drive, day, known_at=None if chosen.as_of else known_at)
    cut = get_cut(session, by, chosen.drive_id, chosen.union_id, moment)
    cohort = newest_rows(cut)
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == chosen.union_id)
    whole = sa.select(Household.id).where(sight.whole_in_sight(by))
    stored = sa.select(StorageOnly.graduate_id).where(StorageOnly.graduate_id.is_not(None))
    return sa.select(cohort.c.id).where(
        is_counted(cut, cohort),
        cohort.c.union_id.in_(below),
        cohort.c.household_id.in_(whole),
        cohort.c.graduate_id.not_in(stored),
    )


def count_people(session: Session, wanted: sa.Select[tuple[int]]) -> int:
    """Return how many people a list holds."""
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def read_people(session: Session, wanted: sa.Select[tuple[int]]) -> Iterator[Person]:
    """Give the people of a list with what belongs to them, by union and then as they were counted."""
    unions = {one.id: one for one in session.scalars(sa.select(Union).order_by(Union.id))}
    found = (
        sa.select(CohortAct.id)
        .join(Union, Union.id == CohortAct.union_id)
        .where(CohortAct.id.in_(wanted))
        .order_by(Union.code, CohortAct.graduate_id)
    )
    ids = list(session.scalars(found))
    for start in range(0, len(ids), _CHUNK):
        yield from _portion(session, ids[start : start + _CHUNK], unions)


def _portion(session: Session, ids: Sequence[int], unions: Mapping[int, Union]) -> list[Person]:
    acts = {one.id: one for one in _rows(session, CohortAct, CohortAct.id, ids)}
    people = [one.graduate_id for one in acts.values()]
    files = [one.household_id for one in acts.values() if one.household_id is not None]
    graduates = {one.id: one for one in _rows(session, Graduate, Graduate.id, people)}
    households = {one.id: one for one in _rows(session, Household, Household.id, files)}
    holders, members = _members(session, files)
    majors: dict[int, list[GraduateMajor]] = {}
    for major in _rows(session, GraduateMajor, GraduateMajor.graduate_id, people):
        majors.setdefault(major.graduate_id, []).append(major)
    placements = _placements(session, people)
    firms = [one.employer_id for one in placements.values() if one.employer_id is not None]
    employers = {one.id: one for one in _rows(session, Employer, Employer.id, firms)}
    return [
        Person(
            act=act,
            graduate=graduates[act.graduate_id],
            union_name=unions[act.union_id].name,
            household=households.get(act.household_id or 0),
            holder=holders.get(act.household_id or 0),
            member=members.get(act.graduate_id),
            majors=sorted(majors.get(act.graduate_id, ()), key=lambda one: one.position),
            placement=placement,
            employer=employers.get(placement.employer_id or 0) if placement else None,
        )
        for act in (acts[one] for one in ids)
        for placement in (placements.get(act.graduate_id),)
    ]


def _rows(
    session: Session, model: type[Row], key: sa.SQLColumnExpression[int], ids: Sequence[int]
) -> list[Row]:
    return list(session.scalars(sa.select(model).where(key.in_(ids)).order_by(key)))


def _members(
    session: Session, files: Sequence[int]
) -> tuple[dict[int, HouseholdMember], dict[int, HouseholdMember]]:
    """Return the holders by household, and the members who are graduates by graduate."""
    found = sa.select(HouseholdMember).where(
        HouseholdMember.household_id.in_(files),
        sa.or_(HouseholdMember.is_holder, HouseholdMember.graduate_id.is_not(None)),
    )
    holders, graduates = {}, {}
    for member in session.scalars(found.order_by(HouseholdMember.id)):
        if member.is_holder:
            holders[member.household_id] = member
        if member.graduate_id is not None:
            graduates[member.graduate_id] = member
    return holders, graduates


def _placements(session: Session, people: Sequence[int]) -> dict[int, Placement]:
    """Return the live placements by graduate; there is at most one a person."""
    found = sa.select(Placement).where(
        Placement.graduate_id.in_(people),
        Placement.state != PlacementState.REVOKED,
        Placement.ended_on.is_(None),
    )
    return {one.graduate_id: one for one in session.scalars(found.order_by(Placement.id))}
