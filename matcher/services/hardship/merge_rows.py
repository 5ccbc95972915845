"""Rows that hang on a file and go with it in a merge (合并档案), and the tables whose rows stay."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.db.base import Base

STAYS = frozenset(
    {
        "assessment",
        "cohort_act",
        "cohort_household_act",
        "duplicate_decision",
        "exported_file",
        "file_merge",
        "file_transfer",
        "hand_over_item",
        "household",
        "household_change",
        "household_exit",
        "household_member",
        "household_return",
        "ledger_entry",
        "membership",
        "payment_line",
        "register_change",
        "register_difference",
        "survey_visit",
        "yearly_review_item",
        "zero_employment_state",
    }
)
"""Tables that point to a household or a member and keep saying what they said of the old file."""


def pointing_columns(model: type[Base]) -> list[sa.Column[int]]:
    """Return the columns that point to a table and whose rows move in a merge, by name."""
    return sorted(
        (
            column
            for table in Base.metadata.tables.values()
            if table.name not in STAYS
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table is model.__table__
        ),
        key=str,
    )


def repoint(session: Session, model: type[Base], old: int, new: int) -> dict[str, list[list[int]]]:
    """Let rows of a file or person point to another one; return table.column → [key, row it pointed to]."""
    moved: dict[str, list[list[int]]] = {}
    for column in pointing_columns(model):
        key = next(iter(column.table.primary_key))
        found = sa.select(key).where(column == old).order_by(key)
        for number in session.scalars(found).all():
            change = sa.update(column.table).where(key == number, column == old)
            try:
                with session.begin_nested():
                    session.execute(change.values({column.name: new}))
            except IntegrityError:
                continue  # a rule of the kept file stands against it: the row stays where it is
            moved.setdefault(str(column), []).append([number, old])
    return moved
