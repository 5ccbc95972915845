"""Graduates of a drive with what their lists say (毕业生列表), and one by the public number."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import EducationLevel, HardshipTier, ListSide
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.ranking_runs import RankingRun
from matcher.services.drives import get_drive
from matcher.services.graduate_lists import GraduateRow, get_graduate, list_graduates
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_state import AsOf, as_of
from matcher.services.rows import not_found
from matcher.services.standings import Standing, standings


@dataclass(frozen=True)
class StandingGraduate:
    """A graduate and the own list in figures; None where there is no list."""

    row: GraduateRow
    standing: Standing | None


@dataclass(frozen=True)
class StandingPage:
    """A slice of graduates, how many there are in all, and the run their figures are of."""

    rows: list[StandingGraduate]
    total: int
    run: RankingRun | None


def list_standing(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    name: str = "",
    education: EducationLevel | None = None,
    region: str = "",
    zero_employment: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> StandingPage:
    """Return graduates of a drive and the scope by name; seven queries however many there are."""
    require(by, Permission.VIEW_RANKING)
    get_drive(session, by, drive_id)
    found = list_graduates(
        session,
        by,
        name=name,
        education=education,
        region=region,
        drive_id=drive_id,
        zero_employment=zero_employment,
        limit=limit,
        offset=offset,
    )
    run = current_run(session, drive_id)
    ids = [row.id for row in found.rows]
    stands = standings(session, run, ListSide.GRADUATE, ids) if run else {}
    rows = [StandingGraduate(row, stands.get(row.id)) for row in found.rows]
    return StandingPage(rows, found.total, run)


def origins_of(session: Session, by: Actor, drive_id: int) -> list[str]:
    """Return the regions graduates of a drive and the scope are from, in order; for the filter."""
    require(by, Permission.VIEW_GRADUATES)
    get_drive(session, by, drive_id)
    entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    chosen = (
        sa.select(Graduate.origin_region)
        .distinct()
        .where(Graduate.id.in_(entered), Graduate.union_id.in_(scope_of(by).unions()))
    )
    return [code for code in session.scalars(chosen.order_by(Graduate.origin_region)) if code]


def find_graduate(session: Session, by: Actor, public_id: str) -> Graduate:
    """Return a graduate of the scope by public number, with majors and intent."""
    number = session.scalar(sa.select(Graduate.id).where(Graduate.public_id == public_id))
    if number is None:
        raise not_found()
    return get_graduate(session, by, number)


@dataclass(frozen=True)
class HouseholdMark:
    """What a graduate's page says of the household, for who may see hardship."""

    tier: HardshipTier
    is_zero_employment: bool
    file_number: str


def household_mark(session: Session, by: Actor, graduate: Graduate) -> HouseholdMark | None:
    """Return the mark of a graduate's open household file; None without one in scope or without the sight of it."""
    if graduate.household_id is None or not may(by, Permission.VIEW_HARDSHIP):
        return None
    kept = sa.select(Household).where(
        Household.id == graduate.household_id,
        Household.is_open,
        Household.union_id.in_(scope_of(by).unions()),
    )
    household = session.scalar(kept)
    if household is None:
        return None
    return HouseholdMark(household.tier, household.is_zero_employment, household.file_number)


def in_drives(session: Session, by: Actor, graduate: Graduate) -> list[int]:
    """Return the drives a graduate takes part in, newest first."""
    require(by, Permission.VIEW_GRADUATES)
    chosen = sa.select(DriveEntry.drive_id).where(
        DriveEntry.graduate_id == graduate.id, DriveEntry.left_at.is_(None)
    )
    return list(session.scalars(chosen.order_by(DriveEntry.drive_id.desc())))


def list_state(session: Session, by: Actor, drive_id: int, public_id: str) -> AsOf | None:
    """Return of when the list of a graduate of the scope is; None if the drive has no finished run."""
    require(by, Permission.VIEW_GRADUATES)
    chosen = sa.select(Graduate.id).where(
        Graduate.public_id == public_id, Graduate.union_id.in_(scope_of(by).unions())
    )
    number = session.scalar(chosen)
    if number is None:
        raise not_found()
    return as_of(session, by, drive_id, ListSide.GRADUATE, number)
