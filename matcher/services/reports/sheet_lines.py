"""Lines of a sheet as a page shows them: figure, change since the last sheet sent, checks, comments; live or frozen.

A draft shows what the records say now; from filling on the frozen figures are shown, never counted again.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet, SheetStep
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.comments import CommentLine, list_comments
from matcher.services.reports.sight import get_drive_of_figures, get_unit, own_unit
from matcher.services.reports.snapshots import figures_of, moment_of_period
from matcher.services.reports.submissions import last_sent
from matcher.statistics.checks import CheckFailure, find_failures
from matcher.statistics.indicators import Indicator, sheet_indicators


@dataclass(frozen=True)
class SheetLine:
    """One line of a sheet.

    Parameters
    ----------
    before : the same line of the union's last sheet sent in this drive; None if there is none
    failures : cross-checks the line is part of and that do not hold
    """

    indicator: Indicator
    figure: Figure
    before: Figure | None
    failures: list[CheckFailure]
    comments: list[CommentLine]

    @property
    def change(self) -> int | None:
        """By how much it changed since the last sheet sent; None where that says nothing."""
        if self.before is None or self.before.value is None or self.figure.value is None:
            return None
        return self.figure.value - self.before.value


@dataclass(frozen=True)
class SheetOfDay:
    """The figures of a union at a moment, with what they are compared with; not a sheet anybody sent."""

    drive: Drive
    union: Union
    moment: Moment
    lines: list[SheetLine]
    failures: list[CheckFailure]
    before: Sheet | None


@dataclass(frozen=True)
class StepLine:
    """One thing done to a sheet, by whom and where."""

    step: SheetStep
    author: str
    union: str


@dataclass(frozen=True)
class SheetView:
    """One edition of a sheet in its period; `words` are comments on the whole."""

    sheet: Sheet
    period: ReportPeriod
    drive: Drive
    union: Union
    known_at: dt.datetime
    lines: list[SheetLine]
    failures: list[CheckFailure]
    before: Sheet | None
    words: list[CommentLine]
    steps: list[StepLine]
    editions: list[Sheet]


def sheet_of_day(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    union_id: int | None = None,
    as_of: dt.date | None = None,
) -> SheetOfDay:
    """Return the live sheet of a union of a drive, today or at a day; the actor's own union by default."""
    drive = get_drive_of_figures(session, by, drive_id)
    union = get_unit(session, by, drive, union_id or own_unit(session, by, drive))
    moment = moment_of(session, drive, as_of)
    values = count_figures(session, by, drive_id, union.id, moment).values
    before = last_sent(session, drive_id, union.id)
    failures = _failures(values)
    lines = _lines(values, before, failures, [])
    return SheetOfDay(drive, union, moment, lines, failures, before)


def view_sheet(session: Session, by: Actor, sheet: Sheet) -> SheetView:
    """Return an edition with all that was said about it and done to it."""
    require(by, Permission.VIEW_FIGURES)
    period = session.get_one(ReportPeriod, sheet.period_id)
    known_at = sheet.known_at or clock.now()
    values: Mapping[str, Figure] = figures_of(sheet)
    if not values:
        moment = moment_of_period(period, known_at)
        values = count_figures(session, by, period.drive_id, sheet.union_id, moment).values
    before = last_sent(session, period.drive_id, sheet.union_id, until=sheet)
    failures, comments = _failures(values), list_comments(session, by, sheet)
    return SheetView(
        sheet,
        period,
        session.get_one(Drive, period.drive_id),
        session.get_one(Union, sheet.union_id),
        known_at,
        _lines(values, before, failures, comments),
        failures,
        before,
        words=[one for one in comments if one.comment.code is None],
        steps=_steps(session, sheet),
        editions=_editions(session, sheet),
    )


def _failures(values: Mapping[str, Figure]) -> list[CheckFailure]:
    return find_failures({code: figure.value for code, figure in values.items()})


def _lines(
    values: Mapping[str, Figure],
    before: Sheet | None,
    failures: Sequence[CheckFailure],
    comments: Sequence[CommentLine],
) -> list[SheetLine]:
    earlier = figures_of(before) if before is not None else {}
    broken: dict[str, list[CheckFailure]] = defaultdict(list)
    for failure in failures:
        for code in failure.check.codes:
            broken[code].append(failure)
    said: dict[str | None, list[CommentLine]] = defaultdict(list)
    for one in comments:
        said[one.comment.code].append(one)
    return [
        SheetLine(one, values[one.code], earlier.get(one.code), broken[one.code], said[one.code])
        for one in sheet_indicators()
        if one.code in values
    ]


def _steps(session: Session, sheet: Sheet) -> list[StepLine]:
    """Return what was done to this edition, the newest first."""
    found = (
        sa.select(
            SheetStep,
            sa.func.coalesce(Account.display_name, ""),
            sa.func.coalesce(Union.name, ""),
        )
        .outerjoin(Account, Account.id == SheetStep.actor_id)
        .outerjoin(Union, Union.id == SheetStep.union_id)
        .where(SheetStep.sheet_id == sheet.id)
        .order_by(SheetStep.id.desc())
    )
    return [StepLine(*row) for row in session.execute(found)]


def _editions(session: Session, sheet: Sheet) -> list[Sheet]:
    """Return all editions of the union's sheet of this period, the newest first."""
    found = sa.select(Sheet).where(
        Sheet.period_id == sheet.period_id, Sheet.union_id == sheet.union_id
    )
    return list(session.scalars(found.order_by(Sheet.edition.desc())))


@dataclass(frozen=True)
class ChildLine:
    """A direct child of the union in its sheet: what was counted for it, and what it sent itself.

    Parameters
    ----------
    sent : the child's newest sheet of the period that it sent
    differing : codes in which the sheet it sent says another figure than was counted for it here
    """

    union: Union
    figures: dict[str, Figure]
    sent: Sheet | None
    differing: list[str]


def list_children(
    session: Session, by: Actor, view: SheetView, figures: Mapping[int, dict[str, Figure]]
) -> list[ChildLine]:
    """Return the direct children of a sheet's union, by code; two queries.

    Parameters
    ----------
    figures : by child, as `count_by_union` or a snapshot gives them
    """
    require(by, Permission.VIEW_FIGURES)
    children = sa.select(Union).where(Union.parent_id == view.union.id)
    unions = session.scalars(children.order_by(Union.code, Union.id)).all()
    found = (
        sa.select(Sheet)
        .where(Sheet.period_id == view.period.id, Sheet.signature.is_not(None))
        .where(Sheet.union_id.in_([one.id for one in unions]))
        .order_by(Sheet.edition)
    )
    sent = {one.union_id: one for one in session.scalars(found)}
    lines = []
    for union in unions:
        here, theirs = figures.get(union.id, {}), sent.get(union.id)
        told = figures_of(theirs) if theirs is not None else here
        codes = [
            code
            for code, figure in here.items()
            if code in told and (told[code].value, told[code].typed) != (figure.value, figure.typed)
        ]
        lines.append(ChildLine(union, here, theirs, codes))
    return lines
