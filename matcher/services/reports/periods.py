"""Reporting periods (报告期): which days a sheet is of, when it is due and when it is locked.

Opening a period sends a draft to every union of the drive that works with the system; unions without it are typed.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.cohorts import PhaseKind
from matcher.kinds.sheets import PeriodKind, SheetState
from matcher.models.cohorts import DrivePhase
from matcher.models.drives import Drive
from matcher.models.sheets import ReportPeriod, Sheet, TypedFigure
from matcher.services import audit
from matcher.services.drives import get_managed
from matcher.services.figures.moments import first_day
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.reports.sight import PERIOD, get_drive_of_figures
from matcher.services.reports.stepping import new_edition, refuse_locked
from matcher.services.reports.units import list_units
from matcher.services.rows import expect_version, first_or_missing, unique_or


@dataclass(frozen=True, kw_only=True)
class PeriodInput:
    """What a period is."""

    name: str
    kind: PeriodKind
    from_on: dt.date
    until_on: dt.date
    due_on: dt.date
    locks_on: dt.date


_TAKEN = RuleBrokenError("period_name_taken", "这个活动已有同名的报告期。")


def suggested_period(session: Session, by: Actor, drive_id: int) -> PeriodInput:
    """Return what a new period of a drive is by default: its whole time, due and locked as its phases say."""
    drive = get_drive_of_figures(session, by, drive_id)
    phases = {
        one.kind: one
        for one in session.scalars(
            sa.select(DrivePhase).where(DrivePhase.drive_id == drive_id).order_by(DrivePhase.id)
        )
    }
    last = phases.get(PhaseKind.SUMMING_UP)
    until = last.until_on if last is not None else drive.closes_on
    locks = last.locks_on if last is not None and last.locks_on is not None else until
    return PeriodInput(
        name="总结报表",
        kind=PeriodKind.FINAL,
        from_on=first_day(session, drive),
        until_on=until,
        due_on=until,
        locks_on=max(locks, until),
    )


def create_period(session: Session, by: Actor, drive_id: int, facts: PeriodInput) -> ReportPeriod:
    """Open a reporting period of a drive and send every unit its draft."""
    drive = get_managed(session, by, drive_id)
    _check(session, drive, facts)
    period = ReportPeriod(
        drive_id=drive.id,
        created_at=clock.now(),
        created_by_id=by.account_id,
        **_clean(facts),
    )
    with unique_or(session, _TAKEN):
        session.add(period)
    audit.record(session, by, "period.created", subject=(PERIOD, period.id), **_told(facts))
    send_drafts(session, by, period)
    return period


def _clean(facts: PeriodInput) -> dict[str, object]:
    return asdict(facts) | {"name": facts.name.strip()}


def _told(facts: PeriodInput) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if name != "name"}


def _check(session: Session, drive: Drive, facts: PeriodInput) -> None:
    fields: dict[str, str] = {}
    if not facts.name.strip():
        fields["name"] = "请填报告期名称。"
    if facts.from_on < first_day(session, drive):
        fields["from_on"] = "不能早于活动统计的第一天。"
    if facts.until_on < facts.from_on:
        fields["until_on"] = "截止日不能早于起始日。"
    if facts.due_on < facts.until_on:
        fields["due_on"] = "报送期限不能早于截止日。"
    if facts.locks_on < facts.due_on:
        fields["locks_on"] = "封存日不能早于报送期限。"
    if fields:
        raise InvalidInputError("period_input", "报告期有误，请修改标出的项目。", fields=fields)


def send_drafts(session: Session, by: Actor, period: ReportPeriod) -> int:
    """Open a draft for every unit with the system that has no sheet of the period; a second run opens none."""
    drive = session.get_one(Drive, period.drive_id)
    having = set(
        session.scalars(
            sa.select(Sheet.union_id).where(Sheet.period_id == period.id).order_by(Sheet.id)
        )
    )
    wanting = [
        one.union.id
        for one in list_units(session, drive.union_id)
        if one.union.id not in having and (one.has_staff or one.union.id == drive.union_id)
    ]
    for union_id in wanting:
        new_edition(session, by, period.id, union_id, edition=1)
    return len(wanting)


def change_period(
    session: Session,
    by: Actor,
    period_id: int,
    facts: PeriodInput,
    *,
    expected_version: int | None = None,
) -> ReportPeriod:
    """Change a period that is not locked; its days stay once figures of them were filled or typed."""
    period = get_managed_period(session, by, period_id)
    expect_version(period, expected_version)
    refuse_locked(period)
    drive = session.get_one(Drive, period.drive_id)
    _check(session, drive, facts)
    days = (period.from_on, period.until_on)
    if days != (facts.from_on, facts.until_on) and is_used(session, period.id):
        raise RuleBrokenError(
            "period_used", "已有单位填报或录入了这个报告期的数字，起止日期不能再改。"
        )
    with unique_or(session, _TAKEN):
        for name, value in _clean(facts).items():
            setattr(period, name, value)
    audit.record(session, by, "period.changed", subject=(PERIOD, period.id), **_told(facts))
    session.flush()
    return period


def remove_period(
    session: Session, by: Actor, period_id: int, *, expected_version: int | None = None
) -> None:
    """Remove a period nobody has filled or typed anything in."""
    period = get_managed_period(session, by, period_id)
    expect_version(period, expected_version)
    refuse_locked(period)
    if is_used(session, period.id):
        raise RuleBrokenError("period_used", "已有单位填报或录入了数字，这个报告期不能删除。")
    session.execute(sa.delete(Sheet).where(Sheet.period_id == period.id))
    session.delete(period)
    session.flush()
    audit.record(session, by, "period.removed", subject=(PERIOD, period_id))


def is_used(session: Session, period_id: int) -> bool:
    """Say whether a sheet of a period was ever filled, or a figure typed."""
    filled = sa.select(Sheet.id).where(
        Sheet.period_id == period_id,
        sa.or_(Sheet.state != SheetState.DRAFT, Sheet.edition > 1),
    )
    typed = sa.select(TypedFigure.id).where(TypedFigure.period_id == period_id)
    return any(session.scalar(one.limit(1)) is not None for one in (filled, typed))


def get_managed_period(session: Session, by: Actor, period_id: int) -> ReportPeriod:
    """Return a period of a drive the actor manages, locked for changing."""
    require(by, Permission.MANAGE_DRIVE)
    mine = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
    found = sa.select(ReportPeriod).where(
        ReportPeriod.id == period_id, ReportPeriod.drive_id.in_(mine)
    )
    return first_or_missing(session, found, lock=True)


def list_periods(session: Session, by: Actor, drive_id: int) -> list[ReportPeriod]:
    """Return the periods of a drive the actor sees, the latest first."""
    get_drive_of_figures(session, by, drive_id)
    found = sa.select(ReportPeriod).where(ReportPeriod.drive_id == drive_id)
    return list(
        session.scalars(found.order_by(ReportPeriod.until_on.desc(), ReportPeriod.id.desc()))
    )
