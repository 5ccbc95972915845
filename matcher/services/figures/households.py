"""The family of households (户): the hardship households of the drive and their children at school (在校子女)."""

import sqlalchemy as sa

from matcher.models.cohorts import CohortHouseholdAct
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line


def family(cut: Cut) -> Family:
    """Return the family of households: everybody's newest row known, who left for good left out."""
    row = CohortHouseholdAct
    newest = (
        sa.select(sa.func.max(row.id).label("id"))
        .where(row.drive_id == cut.drive_id, cut.known(row.entered_at))
        .group_by(row.household_id)
        .subquery("newest")
    )
    gone = sa.and_(row.left_on.is_not(None), row.left_on <= cut.until, row.counts_out)
    rows = (
        sa.select(
            row.household_id,
            row.union_id,
            row.n_in_school,
            row.since_on,
            row.entered_at,
            row.tier,
        )
        .join(newest, newest.c.id == row.id)
        .where(row.since_on <= cut.until, sa.not_(gone))
        .cte("households")
    )
    of_household = (rows.c.household_id, rows.c.since_on, rows.c.entered_at)
    return Family(
        rows,
        rows.c.union_id,
        {
            "households": Line("household", *of_household, words=rows.c.tier),
            "children_in_school": Line(
                "household",
                *of_household,
                where=rows.c.n_in_school > 0,
                quantity=rows.c.n_in_school,
                words=rows.c.tier,
            ),
        },
    )
