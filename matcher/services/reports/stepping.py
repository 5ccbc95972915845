"""One step of a sheet (报表流转): the only place that changes its state and writes its log."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.sheets import SheetAct, SheetState
from matcher.models.sheets import ReportPeriod, Sheet, SheetStep
from matcher.policy.sheet_steps import state_after
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.sight import SHEET
from matcher.services.rows import expect_version, first_or_missing


def open_period(session: Session, sheet: Sheet) -> ReportPeriod:
    """Return a locked sheet's period, read after the lock so that the period's own lock is seen.

    Raises
    ------
    RuleBrokenError
        The period is locked, or its last day is over and the night is about to lock it: nothing of it
        changes any more.
    """
    found = sa.select(ReportPeriod).where(ReportPeriod.id == sheet.period_id)
    period = first_or_missing(session, found.execution_options(populate_existing=True), lock=False)
    refuse_locked(period)
    if clock.today() > period.locks_on:
        raise _locked(period)
    return period


def refuse_locked(period: ReportPeriod) -> None:
    """Raise RuleBrokenError for a period that is locked."""
    if period.locked_at is not None:
        raise _locked(period)


def _locked(period: ReportPeriod) -> RuleBrokenError:
    return RuleBrokenError(
        "period_locked",
        "这个报告期已经封存，不能再改。补录的数据列在更正清单里。",
        period=period.public_id,
    )


def step(
    session: Session, by: Actor, sheet: Sheet, act: SheetAct, *, expected_version: int | None = None
) -> Sheet:
    """Move a locked sheet on; the caller has set what the new state needs to carry.

    Raises
    ------
    ConflictError
        Somebody changed the sheet since it was shown.
    RuleBrokenError
        The act cannot be done in this state.
    """
    check_step(sheet, act, expected_version)
    before, sheet.state = sheet.state, state_after(sheet.state, act) or sheet.state
    session.flush()
    note(session, by, sheet, act)
    audit.record(
        session,
        by,
        f"sheet.{act.value}",
        subject=(SHEET, sheet.id),
        before=before,
        after=sheet.state,
        edition=sheet.edition,
        digest=sheet.digest,
    )
    return sheet


def check_step(sheet: Sheet, act: SheetAct, expected_version: int | None) -> None:
    """Raise unless an act can be done to the sheet as it was shown."""
    expect_version(sheet, expected_version)
    if state_after(sheet.state, act) is None:
        raise RuleBrokenError(
            "sheet_step",
            f"报表现在是“{sheet.state.label}”，不能再{act.label}。请刷新后再看。",
            state=sheet.state,
            act=act,
        )


def note(session: Session, by: Actor, sheet: Sheet, act: SheetAct) -> None:
    """Append a line to a sheet's log."""
    session.add(
        SheetStep(
            sheet_id=sheet.id,
            act=act,
            at=clock.now(),
            actor_id=by.account_id,
            union_id=by.union_id,
        )
    )
    session.flush()


def new_edition(
    session: Session, by: Actor, period_id: int, union_id: int, *, edition: int
) -> Sheet:
    """Open the next edition of a union's sheet as a draft; the unique index lets one stand."""
    require(by, Permission.VIEW_FIGURES)
    sheet = Sheet(
        period_id=period_id,
        union_id=union_id,
        edition=edition,
        state=SheetState.DRAFT,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(sheet)
    session.flush()
    note(session, by, sheet, SheetAct.BEGUN)
    return sheet
