"""Locking a period (封存): by night after its last day, or by hand; once and for good.

Who sent nothing in gets a snapshot of what the records say, marked as never sent (未报送，已封存), so that every
unit has figures that stand. A night's lock knows what was entered by the end of the last day and not what came in
the hours before it ran; a lock by hand knows what was entered by then.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.sheets import SheetAct, SheetState
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services import audit
from matcher.services.figures.moments import end_of
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.reports.filling import close_tasks
from matcher.services.reports.periods import get_managed_period, send_drafts
from matcher.services.reports.sight import PERIOD
from matcher.services.reports.snapshots import digest_of, freeze, period_digest, sign
from matcher.services.reports.stepping import refuse_locked, step
from matcher.services.rows import expect_version


def lock_period(
    session: Session, by: Actor, period_id: int, *, expected_version: int | None = None
) -> ReportPeriod:
    """Lock a period by hand, before its last day if need be.

    Raises
    ------
    RuleBrokenError
        It is locked, or its days are not over.
    """
    period = get_managed_period(session, by, period_id)
    expect_version(period, expected_version)
    refuse_locked(period)
    if clock.today() <= period.until_on:
        raise RuleBrokenError(
            "period_not_over", "报告期还没有结束，结束后才能封存。", until=period.until_on
        )
    return _lock(session, by, period, known_at=clock.now())


def lock_due_periods(session: Session, by: Actor, *, limit: int = 10) -> list[int]:
    """Lock the periods whose last day is past, each as its last day's end knew it; a second run finds none."""
    found = (
        sa.select(ReportPeriod)
        .where(ReportPeriod.locked_at.is_(None), ReportPeriod.locks_on < clock.today())
        .order_by(ReportPeriod.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    locked = []
    for period in session.scalars(found).all():
        _lock(session, by, period, known_at=end_of(period.locks_on))
        locked.append(period.id)
    return locked


def _lock(
    session: Session, by: Actor, period: ReportPeriod, *, known_at: dt.datetime
) -> ReportPeriod:
    """Seal what was not sent in, then close the period over all its sheets."""
    send_drafts(session, by, period)
    found = sa.select(Sheet).where(Sheet.period_id == period.id).order_by(Sheet.id)
    sheets = session.scalars(
        found.with_for_update().execution_options(populate_existing=True)
    ).all()
    for sheet in sheets:
        if not sheet.state.is_signed:
            _seal(session, by, period, sheet, known_at=known_at)
        close_tasks(session, sheet)
    session.flush()
    digest = period_digest(session, period)
    period.locked_at, period.locked_by_id, period.digest = clock.now(), by.account_id, digest
    states = {state.value: 0 for state in SheetState}
    for sheet in sheets:
        states[sheet.state.value] += 1
    audit.record(
        session,
        by,
        "period.locked",
        subject=(PERIOD, period.id),
        digest=period.digest,
        known_at=known_at,
        **{name: n for name, n in states.items() if n},
    )
    session.flush()
    return period


def _seal(
    session: Session, by: Actor, period: ReportPeriod, sheet: Sheet, *, known_at: dt.datetime
) -> None:
    """Sign what a unit filled and nobody reviewed, or what the records say where nothing was filled."""
    if sheet.state is SheetState.DRAFT:
        sheet.known_at = known_at
        # The unit's figures are the unit's: whoever locks need not stand where they may all be seen.
        sheet.figures = freeze(session, SYSTEM, period, sheet.union_id, known_at=known_at)
        sheet.digest = digest_of(period, sheet)
    sign(session, period, sheet)
    step(session, by, sheet, SheetAct.SEALED)
