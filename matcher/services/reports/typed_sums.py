"""Sums of typed figures (无明细): of units without the system, by indicator, as an instant knew them.

Of each unit and indicator one figure counts: among the periods that lie within the moment, that of the one which
begins first, of those the one that ends last; a period whose figure was taken back says nothing. No unit is typed
both itself and through one above it, so that sums add up at every level of the tree. Callers have checked who asks.
"""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.organisations import UnionClosure
from matcher.models.sheets import ReportPeriod, TypedFigure
from matcher.services.figures.moments import Moment


def typed_by_unit(
    session: Session, drive_id: int, union_id: int, moment: Moment
) -> dict[int, dict[str, int]]:
    """Return the typed figures of a union's part of the tree, by unit and indicator; one query."""
    found = (
        sa.select(TypedFigure.union_id, TypedFigure.code, TypedFigure.period_id, TypedFigure.value)
        .join(ReportPeriod, ReportPeriod.id == TypedFigure.period_id)
        .join(UnionClosure, UnionClosure.descendant_id == TypedFigure.union_id)
        .where(
            UnionClosure.ancestor_id == union_id,
            ReportPeriod.drive_id == drive_id,
            ReportPeriod.from_on >= moment.from_on,
            ReportPeriod.until_on <= moment.until_on,
            TypedFigure.entered_at < moment.known_at,
        )
        # The last that is written over the others counts: of a period the newest edition, then of the periods.
        .order_by(
            ReportPeriod.from_on.desc(), ReportPeriod.until_on, ReportPeriod.id, TypedFigure.edition
        )
    )
    newest: dict[tuple[int, str, int], int | None] = {}
    for unit, code, period_id, value in session.execute(found):
        newest[unit, code, period_id] = value
    typed: dict[int, dict[str, int]] = defaultdict(dict)
    for (unit, code, _period), value in newest.items():
        if value is not None:
            typed[unit][code] = value
    return dict(typed)


def sum_typed(session: Session, drive_id: int, union_id: int, moment: Moment) -> dict[str, int]:
    """Return the typed figures of a union's part of the tree added up, by indicator; one query."""
    return added_up(typed_by_unit(session, drive_id, union_id, moment))


def typed_by_child(
    session: Session, drive_id: int, union_id: int, moment: Moment
) -> dict[int, dict[str, int]]:
    """Return the sums by direct child of a union, and under its own id what was typed for itself; two queries."""
    below = sa.select(UnionClosure.descendant_id).where(
        UnionClosure.ancestor_id == union_id, UnionClosure.depth == 1
    )
    tree = sa.select(UnionClosure.descendant_id, UnionClosure.ancestor_id).where(
        UnionClosure.ancestor_id.in_(below)
    )
    child_of = {row.descendant_id: row.ancestor_id for row in session.execute(tree)}
    parts: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    for unit, figures in typed_by_unit(session, drive_id, union_id, moment).items():
        parts[child_of.get(unit, union_id)][unit] = figures
    return {child: added_up(units) for child, units in parts.items()}


def added_up(typed: Mapping[int, Mapping[str, int]]) -> dict[str, int]:
    """Add up the figures of several units."""
    sums: dict[str, int] = defaultdict(int)
    for figures in typed.values():
        for code, value in figures.items():
            sums[code] += value
    return dict(sums)
