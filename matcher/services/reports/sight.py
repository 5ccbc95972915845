"""Who sees which reporting period (报告期) and which sheet (统计表).

A period is seen by whoever sees its drive; a sheet within the scope of its union. What is outside answers like a
missing row.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, is_below, not_found

PERIOD = "report_period"
SHEET = "sheet"
"""Kinds of subject of tasks and of entries in the trail."""


def get_drive_of_figures(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive whose figures the actor may see."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(seen_drives(by)))
    return first_or_missing(session, found, lock=False)


def list_drives_of_figures(session: Session, by: Actor) -> list[Drive]:
    """Return the drives whose figures the actor may see, the newest first."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Drive).where(Drive.id.in_(seen_drives(by)))
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def find_period(session: Session, by: Actor, public_id: str) -> ReportPeriod:
    """Return a period of a drive the actor sees."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(ReportPeriod).where(
        ReportPeriod.public_id == public_id, ReportPeriod.drive_id.in_(seen_drives(by))
    )
    return first_or_missing(session, found, lock=False)


def get_period(session: Session, by: Actor, period_id: int, *, lock: bool = False) -> ReportPeriod:
    """Return a period of a drive the actor sees, locked for changing if asked."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(ReportPeriod).where(
        ReportPeriod.id == period_id, ReportPeriod.drive_id.in_(seen_drives(by))
    )
    return first_or_missing(session, found, lock=lock)


def find_sheet(session: Session, by: Actor, public_id: str) -> Sheet:
    """Return a sheet of a union in the actor's scope."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Sheet).where(
        Sheet.public_id == public_id, Sheet.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


def get_sheet(session: Session, by: Actor, sheet_id: int, *, lock: bool = False) -> Sheet:
    """Return a sheet of a union in the actor's scope, locked for changing if asked."""
    require(by, Permission.VIEW_FIGURES)
    found = sa.select(Sheet).where(Sheet.id == sheet_id, Sheet.union_id.in_(scope_of(by).unions()))
    if lock:
        _share_period(session, sheet_id)
    return first_or_missing(session, found, lock=lock)


def _share_period(session: Session, sheet_id: int) -> None:
    """Keep a sheet's period from being locked meanwhile.

    Locking a period takes the period and then its sheets. Whoever takes a sheet first and then writes it meets
    the period by its foreign key, and the two wait for each other for good.
    """
    of_sheet = sa.select(Sheet.period_id).where(Sheet.id == sheet_id).scalar_subquery()
    held = sa.select(ReportPeriod.id).where(ReportPeriod.id == of_sheet)
    session.execute(held.with_for_update(read=True))


def get_unit(session: Session, by: Actor, drive: Drive, union_id: int) -> Union:
    """Return a union that lies in the actor's scope and takes part in a drive."""
    union = session.get(Union, union_id)
    if union is None or not scope_of(by).admits(session, union_id):
        raise not_found()
    if not is_below(session, union_id, drive.union_id):
        raise not_found()
    return union


def own_unit(session: Session, by: Actor, drive: Drive) -> int:
    """Return the topmost union of a drive that the actor sees: the drive's own, or the actor's below it."""
    if by.union_id is None or not is_below(session, by.union_id, drive.union_id):
        return drive.union_id
    return by.union_id


def is_above(session: Session, by: Actor, union_id: int) -> bool:
    """Say whether the actor stands at a union above another one."""
    if by.union_id is None or by.union_id == union_id:
        return False
    return is_below(session, union_id, by.union_id)
