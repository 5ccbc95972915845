"""What a person may do with a sheet now (可办事项): the conditions the acts themselves ask for, to show buttons by."""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheets import SheetAct, SheetState
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.policy.sheet_steps import SHEET_STEPS
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.reports.sight import is_above
from matcher.services.reports.units import has_reviewer


def possible_acts(
    session: Session, by: Actor, sheet: Sheet, period: ReportPeriod
) -> frozenset[SheetAct]:
    """Return the acts the actor may do to a sheet as it stands; none of a locked period."""
    require(by, Permission.VIEW_FIGURES)
    if period.locked_at is not None:
        return frozenset()
    asked = SHEET_STEPS[sheet.state]
    return frozenset(act for act in asked if _may(session, by, sheet, period, act))


def _may(session: Session, by: Actor, sheet: Sheet, period: ReportPeriod, act: SheetAct) -> bool:
    if act is SheetAct.FILLED:
        return may(by, Permission.FILL_SHEETS) and clock.today() >= period.until_on
    if act is SheetAct.TAKEN_BACK:
        return may(by, Permission.FILL_SHEETS)
    if act in (SheetAct.SENT_BACK, SheetAct.SUBMITTED):
        return may(by, Permission.REVIEW_SHEETS) and reviews(session, by, sheet)
    if act in (SheetAct.ACCEPTED, SheetAct.RETURNED):
        apart = by.account_id not in (sheet.filled_by_id, sheet.reviewed_by_id)
        return may(by, Permission.REVIEW_SHEETS) and apart and is_above(session, by, sheet.union_id)
    return False


def reviews(session: Session, by: Actor, sheet: Sheet) -> bool:
    """Say whether an actor is the one to review a filled sheet: another than the filler, and the nearest there is."""
    if sheet.state is not SheetState.FILLED or by.account_id == sheet.filled_by_id:
        return False
    if by.union_id == sheet.union_id:
        return True
    return not has_reviewer(session, sheet.union_id, besides=sheet.filled_by_id)
