"""Who has sent its sheet and who has not (报送进度), as a tree, and reminders as tasks (催报)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheets import SheetState
from matcher.models.drives import Drive
from matcher.models.sheets import ReportPeriod, Sheet, TypedFigure
from matcher.policy.limits import get_limit
from matcher.services import audit, tasks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.filling import DUE_RULE
from matcher.services.reports.sight import PERIOD, SHEET, get_period, is_above, own_unit
from matcher.services.reports.stepping import refuse_locked
from matcher.services.reports.units import ReportUnit, list_units

_OWED = (SheetState.DRAFT, SheetState.FILLED, SheetState.SEALED)
"""States in which a unit has not sent its sheet."""


@dataclass(frozen=True)
class UnitProgress:
    """Where one unit stands.

    Parameters
    ----------
    sheet : its newest edition; None for a unit without the system
    n_typed : figures typed for it
    """

    unit: ReportUnit
    sheet: Sheet | None
    n_typed: int = 0

    @property
    def is_owed(self) -> bool:
        """Whether something is still to come from it."""
        if self.sheet is not None:
            return self.sheet.state in _OWED
        return self.unit.is_offline and not self.n_typed and self.unit.depth > 0


@dataclass(frozen=True)
class Progress:
    """A period's units in the order of the tree, and how many stand where."""

    units: list[UnitProgress]
    n_owed: int
    n_waiting: int
    n_accepted: int


def list_progress(session: Session, by: Actor, period: ReportPeriod) -> Progress:
    """Return where the units of the actor's part of the tree stand; a fixed number of queries."""
    require(by, Permission.VIEW_FIGURES)
    drive = session.get_one(Drive, period.drive_id)
    units = list_units(session, own_unit(session, by, drive))
    newest = _newest(session, period.id)
    typed = _typed(session, period.id)
    rows = [
        UnitProgress(one, newest.get(one.union.id), typed.get(one.union.id, 0))
        for one in _without_parts(units)
        if one.has_staff or one.is_offline or one.union.id in newest
    ]
    states = [row.sheet.state for row in rows if row.sheet is not None]
    return Progress(
        rows,
        n_owed=sum(row.is_owed for row in rows),
        n_waiting=states.count(SheetState.SUBMITTED),
        n_accepted=states.count(SheetState.ACCEPTED),
    )


def _without_parts(units: list[ReportUnit]) -> list[ReportUnit]:
    """Leave out what lies below a unit without the system: that is typed whole."""
    kept: list[ReportUnit] = []
    inside: int | None = None
    for one in units:
        if inside is not None and one.depth > inside:
            continue
        inside = one.depth if one.is_offline else None
        kept.append(one)
    return kept


def _newest(session: Session, period_id: int) -> dict[int, Sheet]:
    """Return the newest edition of each union's sheet."""
    found = sa.select(Sheet).where(Sheet.period_id == period_id).order_by(Sheet.edition)
    return {one.union_id: one for one in session.scalars(found)}


def _typed(session: Session, period_id: int) -> dict[int, int]:
    """Return how many figures stand for each union."""
    later = sa.select(TypedFigure.replaces_id).where(TypedFigure.replaces_id.is_not(None))
    found = (
        sa.select(TypedFigure.union_id, sa.func.count())
        .where(TypedFigure.period_id == period_id, TypedFigure.value.is_not(None))
        .where(TypedFigure.id.not_in(later))
        .group_by(TypedFigure.union_id)
        .order_by(TypedFigure.union_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def remind(session: Session, by: Actor, period_id: int, union_ids: Collection[int]) -> int:
    """Remind units below the actor that have not sent their sheet; return how many.

    Who has been reminded and has not acted keeps the one task it has.
    """
    require(by, Permission.REVIEW_SHEETS)
    period = get_period(session, by, period_id)
    refuse_locked(period)
    n_reminded = 0
    for row in list_progress(session, by, period).units:
        wanted = row.unit.union.id in union_ids and row.is_owed
        if not wanted or row.sheet is None or not is_above(session, by, row.unit.union.id):
            continue
        _remind(session, period, row.sheet, asked_by=by.account_id)
        n_reminded += 1
    told = {"n": n_reminded}
    audit.record(session, by, "period.reminded", subject=(PERIOD, period.id), **told)
    return n_reminded


def _remind(session: Session, period: ReportPeriod, sheet: Sheet, *, asked_by: int | None) -> None:
    tasks.open_task(
        session,
        union_id=sheet.union_id,
        rule=DUE_RULE,
        subject=(SHEET, sheet.id),
        due_on=period.due_on,
        facts={"asked_by": asked_by} if asked_by else {},
    )


def remind_due(session: Session, *, limit: int = 500) -> int:
    """Remind by night whoever owes a sheet that is due soon; tasks that stand are found standing."""
    today = clock.today()
    ahead = dt.timedelta(days=get_limit("report.remind_days_before", None, today).value)
    found = (
        sa.select(Sheet, ReportPeriod)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .where(
            ReportPeriod.locked_at.is_(None),
            ReportPeriod.until_on <= today + ahead,
            ReportPeriod.due_on <= today + ahead,
            Sheet.state == SheetState.DRAFT,
        )
        .order_by(Sheet.id)
        .limit(limit)
    )
    n_reminded = 0
    for sheet, period in session.execute(found).all():
        if tasks.find_open_task(session, DUE_RULE, (SHEET, sheet.id)) is None:
            _remind(session, period, sheet, asked_by=None)
            n_reminded += 1
    return n_reminded
