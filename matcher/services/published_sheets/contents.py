"""What a published version shows: lines and parts with their figures, a mark where one is withheld, no person.

Words are frozen with the figures, so that a version reads the same for ever. Names of who filled, reviewed and led are
left out, and so is what is reported but not verified.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.statistics.indicators import Indicator, IndicatorUnit, sheet_indicators
from matcher.statistics.published_versions import Figures, Place, shows_ratio

WITHHELD = "withheld"
"""Stands in `content` where a figure is kept back."""

_KINDS = {IndicatorUnit.FEN: "fen", IndicatorUnit.PERCENT: "percent"}


def content_of(
    session: Session, sheet: Sheet, withheld: frozenset[Place], *, threshold: int
) -> dict[str, Any]:
    """Return what a version of a sheet shows."""
    period = session.get_one(ReportPeriod, sheet.period_id)
    known_at = sheet.known_at
    return {
        "union": session.get_one(Union, sheet.union_id).name,
        "drive": session.get_one(Drive, period.drive_id).neutral_name,
        "period": period.name,
        "from_on": period.from_on.isoformat(),
        "until_on": period.until_on.isoformat(),
        "known_on": clock.in_china(known_at).date().isoformat() if known_at else None,
        "edition": sheet.edition,
        "threshold": threshold,
        "lines": _lines(sheet, withheld),
        "parts": _parts(session, sheet, withheld),
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """Return SHA-256 of a version's content as canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def children_of(sheet: Sheet) -> dict[int, Figures]:
    """Return the frozen figures of the direct children and of the own row, by union."""
    return {int(child): figures for child, figures in sheet.figures.get("children", {}).items()}


def _lines(sheet: Sheet, withheld: frozenset[Place]) -> list[dict[str, Any]]:
    values: Figures = sheet.figures.get("values", {})
    found = []
    for one in sheet_indicators():
        figure = values.get(one.code, {})
        line = {
            "code": one.code,
            "number": one.number,
            "label": one.label,
            "unit": one.unit.label,
            "kind": _KINDS.get(one.unit, "count"),
            "value": _shown(one, figure, "all", sheet.union_id, withheld=withheld),
        }
        for part in ("earlier", "typed"):
            is_kept = Place("all", sheet.union_id, one.code, part) in withheld
            line[part] = WITHHELD if is_kept else figure.get(part)
        found.append(line)
    return found


def _shown(
    one: Indicator,
    figure: Mapping[str, Any],
    scope: str,
    union_id: int,
    *,
    withheld: frozenset[Place],
) -> int | str | None:
    """Return the figure, the mark, or None where there is none."""
    if figure.get("value") is None:
        return None if not one.is_ratio or shows_ratio(one, scope, union_id, withheld) else WITHHELD
    if one.is_ratio:
        is_kept = not shows_ratio(one, scope, union_id, withheld)
    else:
        is_kept = Place(scope, union_id, one.code, "value") in withheld
    return WITHHELD if is_kept else int(figure["value"])


def _parts(session: Session, sheet: Sheet, withheld: frozenset[Place]) -> list[dict[str, Any]]:
    """Return the unions of the level below in the order of their codes, the union's own row last."""
    children = children_of(sheet)
    if set(children) <= {sheet.union_id}:
        return []
    unions = session.scalars(
        sa.select(Union).where(Union.id.in_(children)).order_by(Union.code, Union.id)
    ).all()
    found = []
    for union in sorted(unions, key=lambda one: one.id == sheet.union_id):
        is_own = union.id == sheet.union_id
        cells = {
            one.code: _shown(
                one,
                children[union.id].get(one.code, {}),
                "own" if is_own else "all",
                union.id,
                withheld=withheld,
            )
            for one in sheet_indicators()
        }
        found.append({"name": union.name, "is_own": is_own, "values": cells})
    return found
