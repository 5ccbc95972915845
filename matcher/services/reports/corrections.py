"""Later corrections (封存后更正): what was entered after a sheet's figures were frozen about the same days.

The frozen figures stay; what the records say now is told beside them, indicator by indicator, each with the rows
that came in and those that went out. A word of explanation is a comment on the line.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.rows import list_rows
from matcher.services.figures.shapes import Figure, FigureRow
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.snapshots import figures_of, moment_of_period
from matcher.statistics.indicators import Indicator, indicators_by_code

_PAGE = 1_000


@dataclass(frozen=True)
class Correction:
    """One indicator whose records now say another figure than the frozen one."""

    indicator: Indicator
    frozen: Figure
    now: Figure


def list_corrections(session: Session, by: Actor, sheet: Sheet) -> list[Correction]:
    """Return the indicators that were corrected since a sheet was frozen, in the order of the layout."""
    require(by, Permission.VIEW_FIGURES)
    if sheet.known_at is None:
        return []
    period = session.get_one(ReportPeriod, sheet.period_id)
    later = moment_of_period(period, clock.now())
    now = count_figures(session, by, period.drive_id, sheet.union_id, later).values
    known = indicators_by_code()
    return [
        Correction(known[code], frozen, now[code])
        for code, frozen in figures_of(sheet).items()
        if code in known and code in now and _differs(frozen, now[code])
    ]


def _differs(frozen: Figure, now: Figure) -> bool:
    return (frozen.value, frozen.typed) != (now.value, now.typed)


@dataclass(frozen=True)
class CorrectedRows:
    """Rows that count now and did not, and rows that counted and do not any more."""

    came: list[FigureRow]
    went: list[FigureRow]


def corrected_rows(session: Session, by: Actor, sheet: Sheet, code: str) -> CorrectedRows:
    """Return the rows by which an indicator differs from its frozen figure."""
    require(by, Permission.VIEW_FIGURES)
    period = session.get_one(ReportPeriod, sheet.period_id)
    if sheet.known_at is None:
        return CorrectedRows([], [])
    then = _rows(session, by, sheet, period, moment_of_period(period, sheet.known_at), code)
    now = _rows(session, by, sheet, period, moment_of_period(period, clock.now()), code)
    return CorrectedRows(
        came=[row for key, row in now.items() if key not in then],
        went=[row for key, row in then.items() if key not in now],
    )


_Key = tuple[str, int, int]


def _rows(
    session: Session, by: Actor, sheet: Sheet, period: ReportPeriod, moment: Moment, code: str
) -> dict[_Key, FigureRow]:
    """Return all rows of a figure by what they are of and what they add."""
    found: dict[_Key, FigureRow] = {}
    offset = 0
    while True:
        page = list_rows(
            session,
            by,
            period.drive_id,
            sheet.union_id,
            moment,
            code,
            limit=_PAGE,
            offset=offset,
        )
        for row in page.rows:
            found[row.subject_kind, row.subject_id, row.quantity] = row
        offset += _PAGE
        if offset >= page.total:
            return found
