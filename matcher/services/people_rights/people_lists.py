"""Lists of people who leave by an approved export (名单附件、学校报送表): whom they hold, and what belongs to each.

They hold the people the figures count (统计人群) in a union's part of the tree, cut to the files the asker sees
whole: for who supervises, as many rows as 毕业生总数 says. People are read in portions, so that 26,000 need no more
memory than two thousand; who asked for deletion and is only stored is left out.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

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


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a list: a row of what belongs to it, and the majors; plain values, since there may be many."""

    row: sa.Row[*tuple[Any, ...]]
    majors: Sequence[tuple[str, str]]
    """Name and code, the main one first."""


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
    found = (
        sa.select(CohortAct.id)
        .join(Union, Union.id == CohortAct.union_id)
        .where(CohortAct.id.in_(wanted))
        .order_by(Union.code, CohortAct.graduate_id)
    )
    ids = list(session.scalars(found))
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        rows = {row.act_id: row for row in session.execute(_rows().where(CohortAct.id.in_(part)))}
        majors = _majors(session, [row.graduate_id for row in rows.values()])
        for number in part:
            row = rows[number]
            yield Person(row, majors.get(row.graduate_id, ()))


def _rows() -> sa.Select[*tuple[Any, ...]]:
    """Select one row a person: of the log, the graduate, the household, the holder, the own line, the placement."""
    holder, member = aliased(HouseholdMember), aliased(HouseholdMember)
    at_home = member.household_id == CohortAct.household_id
    live = sa.and_(
        Placement.graduate_id == CohortAct.graduate_id,
        Placement.state != PlacementState.REVOKED,
        Placement.ended_on.is_(None),
    )
    return (
        sa.select(
            CohortAct.id.label("act_id"),
            CohortAct.graduate_id,
            CohortAct.is_earlier_year,
            CohortAct.is_zero_employment,
            CohortAct.tier,
            CohortAct.standing,
            Union.name.label("union_name"),
            Household.file_number,
            holder.name.label("holder_name"),
            member.sex,
            member.hukou,
            *(getattr(Graduate, name) for name in _OF_GRADUATE),
            *(getattr(Placement, name) for name in _OF_PLACEMENT),
            Placement.region_code.label("workplace_region"),
            Placement.state.label("placement_state"),
            Employer.industry,
            Employer.address,
        )
        .join(Union, Union.id == CohortAct.union_id)
        .join(Graduate, Graduate.id == CohortAct.graduate_id)
        .outerjoin(Household, Household.id == CohortAct.household_id)
        .outerjoin(holder, sa.and_(holder.household_id == CohortAct.household_id, holder.is_holder))
        .outerjoin(member, sa.and_(at_home, member.graduate_id == CohortAct.graduate_id))
        .outerjoin(Placement, live)
        .outerjoin(Employer, Employer.id == Placement.employer_id)
        .order_by(CohortAct.id)
    )


_OF_GRADUATE = (
    "name",
    "id_number_cipher",
    "id_number_masked",
    "phone_cipher",
    "phone_masked",
    "school",
    "student_number",
    "education",
    "graduates_on",
    "origin_region",
)
_OF_PLACEMENT = (
    "destination_list",
    "destination_code",
    "signed_on",
    "employer_name",
    "credit_code",
    "unit_nature_code",
    "job_title",
)


def _majors(session: Session, people: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    found = (
        sa.select(GraduateMajor.graduate_id, GraduateMajor.name, GraduateMajor.code)
        .where(GraduateMajor.graduate_id.in_(people))
        .order_by(GraduateMajor.graduate_id, GraduateMajor.position)
    )
    majors: dict[int, list[tuple[str, str]]] = {}
    for graduate_id, name, code in session.execute(found):
        majors.setdefault(graduate_id, []).append((name, code))
    return majors
