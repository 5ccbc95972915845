"""Phases of a drive (活动阶段): when it surveys, carries out and sums up, and from when its figures are locked.

The days of the one notice that was read are offered as a start; who manages the drive sets its own. A phase whose
lock day is past is not moved any more: what was reported stands by it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.cohorts import PhaseKind
from matcher.models.cohorts import DrivePhase
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.policy.drive_phases import SuggestedPhase, suggested_phases
from matcher.services import audit
from matcher.services.cohorts import log
from matcher.services.drives import get_drive, get_managed
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version


@dataclass(frozen=True)
class PhaseInput:
    """The days of one phase."""

    kind: PhaseKind
    from_on: dt.date
    until_on: dt.date
    locks_on: dt.date | None = None


def list_phases(session: Session, by: Actor, drive_id: int) -> list[DrivePhase]:
    """Return the phases of a drive the actor may see, in their order."""
    get_drive(session, by, drive_id)
    found = session.scalars(
        sa.select(DrivePhase).where(DrivePhase.drive_id == drive_id).order_by(DrivePhase.id)
    )
    order = list(PhaseKind)
    return sorted(found, key=lambda phase: order.index(phase.kind))


def find_phase_on(session: Session, drive_id: int, on: dt.date) -> DrivePhase | None:
    """Return the phase a day lies in; of two that meet, the later one."""
    found = (
        sa.select(DrivePhase)
        .where(DrivePhase.drive_id == drive_id, DrivePhase.from_on <= on, DrivePhase.until_on >= on)
        .order_by(DrivePhase.from_on.desc(), DrivePhase.id.desc())
    )
    return session.scalar(found.limit(1))


def suggest_phases(session: Session, by: Actor, drive_id: int) -> list[SuggestedPhase]:
    """Return the days a programme gave its phases, inside the drive's own days."""
    drive = get_drive(session, by, drive_id)
    union = session.get_one(Union, drive.union_id)
    return suggested_phases(drive.opens_on, drive.closes_on, union.region_code)


def set_phases(
    session: Session,
    by: Actor,
    drive_id: int,
    phases: Sequence[PhaseInput],
    *,
    census_on: dt.date | None = None,
    expected_version: int | None = None,
) -> list[DrivePhase]:
    """Set the days of all three phases of a drive, and its census day.

    Parameters
    ----------
    census_on : day whom to count is frozen (统计时点); None leaves it open
    expected_version : of the drive, as the person saw it

    Raises
    ------
    InvalidInputError
        Days out of order; fields are named kind_from, kind_until, kind_locks and census_on.
    RuleBrokenError
        The census was taken and its day would move, or a locked phase would.
    """
    require(by, Permission.MANAGE_DRIVE)
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    _check(phases, census_on, drive)
    _refuse_moved_census(session, drive, census_on)
    known = {phase.kind: phase for phase in list_phases(session, by, drive_id)}
    for wish in phases:
        phase = known.get(wish.kind)
        if phase is not None:
            _refuse_locked(phase, wish)
        _write(session, by, drive_id, phase, wish)
    drive.census_on = census_on
    audit.record(
        session,
        by,
        "drive.phases_set",
        subject=("drive", drive_id),
        census_on=census_on,
        phases=[[one.kind, one.from_on, one.until_on, one.locks_on] for one in phases],
    )
    session.flush()
    return list_phases(session, by, drive_id)


def _write(
    session: Session, by: Actor, drive_id: int, phase: DrivePhase | None, wish: PhaseInput
) -> None:
    days = {"from_on": wish.from_on, "until_on": wish.until_on, "locks_on": wish.locks_on}
    if phase is None:
        phase = DrivePhase(drive_id=drive_id, kind=wish.kind, entered_at=clock.now(), **days)
        phase.entered_by_id = by.account_id
        session.add(phase)
    elif any(getattr(phase, name) != day for name, day in days.items()):
        for name, day in days.items():
            setattr(phase, name, day)
        phase.entered_at, phase.entered_by_id = clock.now(), by.account_id


def _check(phases: Sequence[PhaseInput], census_on: dt.date | None, drive: Drive) -> None:
    fields: dict[str, str] = {}
    before: PhaseInput | None = None
    for one in phases:
        if one.until_on < one.from_on:
            fields[f"{one.kind.value}_until"] = "结束日期不能早于开始日期。"
        if one.locks_on is not None and one.locks_on < one.until_on:
            fields[f"{one.kind.value}_locks"] = "锁定日期不能早于阶段结束日期。"
        if before is not None and one.from_on < before.from_on:
            fields[f"{one.kind.value}_from"] = "不能早于上一阶段的开始日期。"
        before = one
    if census_on is not None and census_on > drive.closes_on:
        fields["census_on"] = "统计时点不能晚于活动结束日期。"
    if fields:
        raise InvalidInputError("phase_input", "阶段日期有误，请修改标出的项目。", fields=fields)


def _refuse_moved_census(session: Session, drive: Drive, census_on: dt.date | None) -> None:
    if census_on != drive.census_on and log.find_census(session, drive.id) is not None:
        raise RuleBrokenError("census_taken", "统计人群已经固定，统计时点不能再改。")


def _refuse_locked(phase: DrivePhase, wish: PhaseInput) -> None:
    locked = phase.locks_on is not None and phase.locks_on < clock.today()
    same = (phase.from_on, phase.until_on, phase.locks_on) == (
        wish.from_on,
        wish.until_on,
        wish.locks_on,
    )
    if locked and not same:
        raise RuleBrokenError(
            "phase_locked", f"{phase.kind.label}阶段已经锁定，日期不能再改。", kind=phase.kind.value
        )
