"""Rows of reporting for walks over all pages: a period of a drive with its sheets."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheets import PeriodKind
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod
from matcher.services.permissions import SYSTEM
from matcher.services.reports import periods
from tests.factories.accounts import make_union
from tests.factories.sheets import DAY, sheet_of


@dataclass(frozen=True)
class SheetRows:
    """Public numbers of a period, of the drive's own sheet, and of a union without the system."""

    period: str
    sheet: str
    offline: str


def make_sheet_rows(session: Session, drive: Drive) -> SheetRows:
    """Insert a period that ended yesterday, with the drafts of its units."""
    union = session.get_one(Union, drive.union_id)
    offline = make_union(session, union)
    yesterday = clock.today() - DAY
    period = ReportPeriod(
        drive_id=drive.id,
        name="总结报表",
        kind=PeriodKind.FINAL,
        from_on=drive.opens_on,
        until_on=yesterday,
        due_on=clock.today() + DAY,
        locks_on=clock.today() + 2 * DAY,
        created_at=clock.now(),
    )
    session.add(period)
    session.flush()
    periods.send_drafts(session, SYSTEM, period)
    return SheetRows(
        period.public_id, sheet_of(session, period, union).public_id, offline.public_id
    )
