"""Factories of published versions: final sheets with figures as a snapshot keeps them."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheets import PeriodKind, SheetState
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.published_sheets import PublishedSheet
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.published_sheets.contents import digest_of
from matcher.statistics.indicators import ratio_of, sheet_indicators

Counts = Mapping[str, int]


def figure_of(value: int | None, **more: int | None) -> dict[str, Any]:
    """Return one figure as snapshots keep it."""
    empty = {"numerator": None, "denominator": None, "earlier": None, "reported": None}
    return {"value": value, **empty, "typed": 0, "repeated": 0, **more}


def figures_of(counts: Counts) -> dict[str, Any]:
    """Return the figures of a union by code; lines that are not given are nought, shares follow."""
    made = {}
    for one in sheet_indicators():
        if one.is_ratio:
            above = sum(counts.get(code, 0) for code in one.numerator)
            below = counts.get(one.parts[-1], 0)
            share = ratio_of(above, below)
            made[one.code] = figure_of(share, numerator=above, denominator=below)
        else:
            earlier = 0 if one.has_earlier else None
            made[one.code] = figure_of(counts.get(one.code, 0), earlier=earlier)
    return made


def make_final_sheet(
    session: Session,
    period: ReportPeriod,
    union: Union,
    parts: Mapping[int, Counts],
    *,
    state: SheetState = SheetState.ACCEPTED,
) -> Sheet:
    """Insert the accepted sheet of a union whose parts have these counts."""
    codes = {code for counts in parts.values() for code in counts}
    total = {code: sum(counts.get(code, 0) for counts in parts.values()) for code in codes}
    sheet = session.query(Sheet).filter_by(period_id=period.id, union_id=union.id).one_or_none()
    sheet = sheet or Sheet(
        period_id=period.id, union_id=union.id, edition=1, created_at=clock.now()
    )
    sheet.state = state
    sheet.known_at = sheet.filled_at = sheet.submitted_at = clock.now()
    sheet.figures = {
        "shape": 1,
        "values": figures_of(total),
        "children": {str(one): figures_of(counts) for one, counts in parts.items()},
        "typed": {},
        "failed": [],
    }
    sheet.digest, sheet.signature = secrets.token_hex(32), secrets.token_hex(32)
    session.add(sheet)
    session.flush()
    return sheet


@dataclass(frozen=True)
class PublishedRow:
    """Number and link of a published version, and the number of its sheet."""

    sheet: str
    version: str
    token: str


def make_published_row(session: Session, drive: Drive) -> PublishedRow:
    """Insert an accepted sheet of a period of its own, with a version that shows one line."""
    period = _closed_period(session, drive)
    union = session.get_one(Union, drive.union_id)
    sheet = make_final_sheet(session, period, union, {union.id: {"graduates": 60}})
    line = {
        "code": "graduates",
        "number": "3",
        "label": "毕业生总数",
        "unit": "人",
        "kind": "count",
    }
    content = {
        "union": union.name,
        "drive": "2026 毕业生就业服务",
        "period": period.name,
        "from_on": period.from_on.isoformat(),
        "until_on": period.until_on.isoformat(),
        "known_on": None,
        "edition": 1,
        "threshold": 5,
        "lines": [{**line, "value": 60, "earlier": 0, "typed": 0}],
        "parts": [],
    }
    version = PublishedSheet(
        token=secrets.token_urlsafe(24),
        drive_id=period.drive_id,
        number=1,
        sheet_id=sheet.id,
        union_id=sheet.union_id,
        threshold=5,
        threshold_source="测试",
        content=content,
        withheld=[],
        digest=digest_of(content),
        published_at=clock.now(),
    )
    session.add(version)
    session.flush()
    return PublishedRow(sheet.public_id, version.public_id, version.token)


def _closed_period(session: Session, drive: Drive) -> ReportPeriod:
    """Insert a period of a drive that nobody works on any more."""
    period = ReportPeriod(
        drive_id=drive.id,
        name="已收齐的报表",
        kind=PeriodKind.FINAL,
        from_on=drive.opens_on,
        until_on=clock.today() - dt.timedelta(days=9),
        due_on=clock.today() - dt.timedelta(days=5),
        locks_on=clock.today() - dt.timedelta(days=3),
        created_at=clock.now(),
    )
    session.add(period)
    session.flush()
    return period
