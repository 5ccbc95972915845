"""Factories of published versions: final sheets with figures as a snapshot keeps them."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheets import SheetState
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet
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
