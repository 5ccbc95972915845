"""The machine shape of `yangguang sheet`."""

import datetime as dt

from pydantic import BaseModel


class MomentOut(BaseModel):
    """From which day to which day, as known when."""

    from_on: dt.date
    until_on: dt.date
    known_at: dt.datetime


class FigureOut(BaseModel):
    """One line: value in the indicator's unit, money in fen, ratios in basis points; None is nothing to divide by."""

    code: str
    number: str
    label: str
    unit: str
    value: int | None
    numerator: int | None
    denominator: int | None
    earlier: int | None
    reported: int | None
    typed: int
    repeated: int


class CheckOut(BaseModel):
    """A cross-check that does not hold, with both sides as they stand."""

    code: str
    is_hard: bool
    left: int
    right: int
    words: str


class SheetAnswer(BaseModel):
    """The sheet of one union's subtree at a moment, the file written, and the checks that do not hold."""

    drive: str
    union: str
    moment: MomentOut
    figures: list[FigureOut]
    failed: list[CheckOut]
    out: str | None
    seconds: float
