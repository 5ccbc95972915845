"""Whom the figures count as known at a moment: the newest row of each person's log, and who is in it by the day."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.models.cohorts import CohortAct
from matcher.services.figures.cuts import KEPT, Cut


def newest_rows(cut: Cut) -> sa.CTE:
    """Return everybody's newest row known at the moment, also of those who left.

    Each row carries the whole state after it and replaces the one before, so the highest number known stands.
    """
    newest = (
        sa.select(sa.func.max(CohortAct.id).label("id"))
        .where(CohortAct.drive_id == cut.drive_id, cut.known(CohortAct.entered_at))
        .group_by(CohortAct.graduate_id)
        .subquery("newest")
    )
    return (
        sa.select(
            CohortAct.id,
            CohortAct.graduate_id,
            CohortAct.union_id,
            CohortAct.household_id,
            CohortAct.is_zero_employment,
            CohortAct.is_earlier_year,
            CohortAct.standing,
            CohortAct.since_on,
            CohortAct.left_on,
            CohortAct.reason,
            CohortAct.counts_out,
            CohortAct.entered_at,
        )
        .join(newest, newest.c.id == CohortAct.id)
        .where(CohortAct.since_on <= cut.until)
        .cte("cohort")
        .prefix_with(KEPT)
    )


def has_left(cut: Cut, cohort: sa.CTE) -> sa.ColumnElement[bool]:
    """Say who had left by the day."""
    return sa.and_(cohort.c.left_on.is_not(None), cohort.c.left_on <= cut.until)


def is_counted(cut: Cut, cohort: sa.CTE) -> sa.ColumnElement[bool]:
    """Say who is in the denominators: everybody but who left for a reason that takes out."""
    return sa.not_(sa.and_(has_left(cut, cohort), cohort.c.counts_out))


def counted_person(
    cut: Cut, graduate_id: sa.SQLColumnExpression[int] | sa.SQLColumnExpression[int | None]
) -> tuple[type[CohortAct], sa.ColumnElement[bool]]:
    """Return the row of a person who is in the denominators, and the condition to join it by.

    It is looked up by index for each row joined: SQLite walks a common table from end to end for each.
    """
    row, other = aliased(CohortAct), aliased(CohortAct)
    newest = (
        sa.select(sa.func.max(other.id))
        .where(
            other.drive_id == cut.drive_id,
            other.graduate_id == graduate_id,
            cut.known(other.entered_at),
        )
        .correlate_except(other)
        .scalar_subquery()
    )
    gone = sa.and_(row.left_on.is_not(None), row.left_on <= cut.until, row.counts_out)
    return row, sa.and_(
        row.drive_id == cut.drive_id,
        row.graduate_id == graduate_id,
        row.id == newest,
        row.since_on <= cut.until,
        sa.not_(gone),
    )
