"""The family of money (资金): entries of the ledger, never one sum over two payers.

Amounts add up every entry, a reversal being a negative one; times (人次) are entries that none reverses, and people
are the distinct persons of those. Aid goes to children at school too, so the cohort is no condition here.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.money import Payer
from matcher.models.households import HouseholdMember
from matcher.models.money import LedgerEntry
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line

JOB_SEARCH = "union_job_search"
TUITION = "tuition_aid"
"""Programmes of `policy/data/programmes.csv`."""


def _person() -> sa.ColumnElement[str]:
    """Return what is the same for one person in every entry."""

    def said(mark: str, column: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[str]:
        return sa.literal(mark) + sa.cast(column, sa.Text)

    member = HouseholdMember
    return sa.func.coalesce(
        said("g", LedgerEntry.graduate_id),
        said("g", member.graduate_id),
        said("n", member.id_number_index),
        said("m", LedgerEntry.member_id),
        said("h", LedgerEntry.household_id),
    )


def _entries(cut: Cut) -> sa.CTE:
    entry, back = LedgerEntry, aliased(LedgerEntry)
    reversed_since = sa.exists().where(
        back.reverses_id == entry.id, cut.known(back.entered_at), back.happened_on <= cut.until
    )
    return (
        sa.select(
            entry.id,
            entry.union_id,
            entry.payer,
            entry.programme,
            entry.amount_fen,
            entry.happened_on,
            entry.entered_at,
            sa.func.coalesce(entry.graduate_id, HouseholdMember.graduate_id).label("graduate_id"),
            _person().label("person"),
            sa.and_(entry.reverses_id.is_(None), ~reversed_since).label("stands"),
        )
        .outerjoin(HouseholdMember, HouseholdMember.id == entry.member_id)
        .where(cut.known(entry.entered_at), cut.happened(entry.happened_on))
        .cte("entries")
    )


def family(cut: Cut) -> Family:
    """Return the family of entries of the days."""
    rows = _entries(cut)
    c = rows.c
    union = c.payer == Payer.UNION
    job_aid = sa.and_(union, c.programme == JOB_SEARCH)
    tuition = sa.and_(union, c.programme == TUITION)
    government = c.payer == Payer.GOVERNMENT

    def line(where: sa.ColumnElement[bool], *, fen: bool = False, once: bool = False) -> Line:
        return Line(
            "ledger_entry",
            c.id,
            c.happened_on,
            c.entered_at,
            where=where,
            quantity=c.amount_fen if fen else None,
            key=c.person if once else None,
            graduate_id=c.graduate_id,
            words=c.programme,
        )

    lines = {
        "job_aid_times": line(sa.and_(job_aid, c.stands)),
        "job_aid_fen": line(job_aid, fen=True),
        "government_people": line(sa.and_(government, c.stands), once=True),
        "government_fen": line(government, fen=True),
        "tuition_people": line(sa.and_(tuition, c.stands), once=True),
        "tuition_fen": line(tuition, fen=True),
    }
    return Family(rows, c.union_id, lines)
