"""What the figures of a sheet look like to those who ask for them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.services.figures.moments import Moment


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one union's subtree.

    Parameters
    ----------
    value : in the indicator's unit, ratios in basis points; None where nothing is to be divided by
    numerator, denominator : of a ratio
    earlier : of them graduates of earlier years (其中往届); None where it has no meaning
    reported : 自报待核, shown beside and never added; None where it has no meaning
    typed : typed by units without the system, never in `value`
    repeated : people or households that more than one direct child counts, and this figure once
    """

    code: str
    value: int | None
    numerator: int | None = None
    denominator: int | None = None
    earlier: int | None = None
    reported: int | None = None
    typed: int = 0
    repeated: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the figure as snapshots and files keep it."""
        return {
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "earlier": self.earlier,
            "reported": self.reported,
            "typed": self.typed,
            "repeated": self.repeated,
        }


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """All figures asked for, of a drive, a union's subtree and a moment."""

    drive_id: int
    union_id: int
    moment: Moment
    values: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row a figure counts or adds up.

    Parameters
    ----------
    subject_kind, subject_id : table and row of the log
    number : the row's public or paper number, to be found again by; None where it has none
    name_masked : the person's name or the household holder's, with characters hidden; None where nobody is meant
    quantity : what the row adds: 1 where rows are counted
    words : codes of what else the row says, such as a state or a reason
    """

    subject_kind: str
    subject_id: int
    graduate_id: int | None
    graduate_public_id: str | None
    name_masked: str | None
    union_id: int
    union_name: str
    happened_on: dt.date
    entered_at: dt.datetime
    quantity: int
    is_earlier: bool = False
    number: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class FigureRows:
    """A slice of the rows of a figure.

    Parameters
    ----------
    total : how many rows there are; equals the figure where rows are counted
    quantity : the sum of the rows; equals the figure in every case but a ratio's
    """

    code: str
    total: int
    quantity: int
    rows: list[FigureRow] = field(default_factory=list)
