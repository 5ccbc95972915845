"""Whom the figures count as known at a moment: the newest row of each person's log, and who is in it by the day."""

import sqlalchemy as sa

from matcher.models.cohorts import CohortAct
from matcher.services.figures.cuts import Cut


def newest_rows(cut: Cut) -> sa.CTE:
    """Return everybody's newest row known at the moment, also of those who left.

    Each row carries the whole state after it and replaces the one before, so the highest number known stands.
    """
    newest = (
        sa.select(sa.func.max(CohortAct.id))
        .where(CohortAct.drive_id == cut.drive_id, cut.known(CohortAct.entered_at))
        .group_by(CohortAct.graduate_id)
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
        .where(CohortAct.id.in_(newest), CohortAct.since_on <= cut.until)
        .cte("cohort")
    )


def has_left(cut: Cut, cohort: sa.CTE) -> sa.ColumnElement[bool]:
    """Say who had left by the day."""
    return sa.and_(cohort.c.left_on.is_not(None), cohort.c.left_on <= cut.until)


def is_counted(cut: Cut, cohort: sa.CTE) -> sa.ColumnElement[bool]:
    """Say who is in the denominators: everybody but who left for a reason that takes out."""
    return sa.not_(sa.and_(has_left(cut, cohort), cohort.c.counts_out))


def counted_people(cut: Cut) -> sa.CTE:
    """Return who is in the denominators: graduate, union, household and whether of an earlier year."""
    cohort = newest_rows(cut)
    return (
        sa.select(
            cohort.c.graduate_id,
            cohort.c.union_id,
            cohort.c.household_id,
            cohort.c.is_earlier_year,
        )
        .where(is_counted(cut, cohort))
        .cte("counted")
    )
