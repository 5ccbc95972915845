"""Lines of a family: how one indicator is counted from a family's rows."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matcher.services.figures.cuts import Cut

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator over a family's rows.

    Parameters
    ----------
    where : which rows; None takes all
    subject_kind : table the rows of the list are of, or the column that says it
    subject_id : number of the row, or of what is counted once
    on, entered_at : when it happened and since when it is known
    quantity : what a row adds; None where rows are counted
    key : what is counted once however many rows say it; None where each row is one of its own
    graduate_id, is_earlier : the person of the row, and whether of an earlier year
    words : code of what else the row says
    """

    subject_kind: str | Column
    subject_id: Column
    on: sa.ColumnElement[dt.date]
    entered_at: sa.ColumnElement[dt.datetime]
    where: sa.ColumnElement[bool] | None = None
    quantity: Column | None = None
    key: Column | None = None
    graduate_id: Column | None = None
    is_earlier: sa.ColumnElement[bool] | None = None
    words: Column | None = None

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """Which rows it takes."""
        return sa.true() if self.where is None else self.where


@dataclass(frozen=True)
class Family:
    """Rows several indicators are counted from, each with the union it counts for."""

    rows: sa.FromClause
    union_id: Column
    lines: Mapping[str, Line]


MakeFamily = Callable[[Cut], Family]
