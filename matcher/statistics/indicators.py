"""Indicators (统计指标) of the statistics sheet: the registry every count, page and form goes by.

The official annex was never found, so the sheet's 35 numbers are a reconstruction: each line of
`data/indicators.csv` names its source and grade. A line without a number stands beside the sheet, not on it. What
an indicator counts is a query of `matcher.services.figures`; here is only what it is called, its unit, and how
ratios are made of other lines.
"""

import csv
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

BASIS_POINTS = 10_000
"""A share of one, as ratios are kept: 88.68 % is 8,868."""


class IndicatorUnit(enum.StrEnum):
    """What an indicator counts (计量单位)."""

    PEOPLE = "people"
    PERSON_TIMES = "person_times"
    HOUSEHOLDS = "households"
    EVENTS = "events"
    EMPLOYERS = "employers"
    POSTS = "posts"
    PAIRS = "pairs"
    FEN = "fen"
    PERCENT = "percent"

    @property
    def label(self) -> str:
        """The unit as a sheet prints it; money is printed in yuan."""
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    IndicatorUnit.PEOPLE: "人",
    IndicatorUnit.PERSON_TIMES: "人次",
    IndicatorUnit.HOUSEHOLDS: "户",
    IndicatorUnit.EVENTS: "场",
    IndicatorUnit.EMPLOYERS: "家次",
    IndicatorUnit.POSTS: "个",
    IndicatorUnit.PAIRS: "对",
    IndicatorUnit.FEN: "元",
    IndicatorUnit.PERCENT: "%",
}


class Measure(enum.StrEnum):
    """How rows make a figure."""

    COUNT = "count"
    """As many as there are rows."""
    SUM = "sum"
    """The sum of what the rows say."""
    RATIO = "ratio"
    """A share of two other figures."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the sheet, or beside it.

    Parameters
    ----------
    number : place in the list of 35, such as 3.1; empty for a line beside the sheet
    numerator, denominator : codes a ratio is made of, those of the numerator added up
    has_earlier : whether 其中往届 is counted apart
    reported_code : the line of 自报待核 shown beside, never added
    may_be_typed : whether a unit without the system may type it
    is_personal : whether a small count tells something of a person
    """

    code: str
    number: str
    label: str
    unit: IndicatorUnit
    measure: Measure
    numerator: tuple[str, ...]
    denominator: str | None
    has_earlier: bool
    reported_code: str | None
    may_be_typed: bool
    is_personal: bool
    on_sheet: bool
    source: str
    grade: str

    @property
    def is_ratio(self) -> bool:
        """Say whether it is a share of two others."""
        return self.measure is Measure.RATIO

    @property
    def is_sum(self) -> bool:
        """Say whether its rows are added up rather than counted."""
        return self.measure is Measure.SUM

    @property
    def parts(self) -> tuple[str, ...]:
        """Codes a ratio is made of, the denominator last; none for others."""
        return (*self.numerator, self.denominator) if self.denominator else ()

    @property
    def basis(self) -> tuple[str, str]:
        """Source and grade."""
        return self.source, self.grade


@lru_cache(maxsize=1)
def load_indicators() -> tuple[Indicator, ...]:
    """Read the registry once per process, in the order of the layout."""
    table = files("matcher.statistics.data").joinpath("indicators.csv").read_text(encoding="utf-8")
    return tuple(_indicator(row) for row in csv.DictReader(table.splitlines()))


def _indicator(row: Mapping[str, str]) -> Indicator:
    above, _, below = row["parts"].partition("/")
    return Indicator(
        code=row["code"],
        number=row["number"],
        label=row["label"],
        unit=IndicatorUnit(row["unit"]),
        measure=Measure(row["measure"]),
        numerator=tuple(above.split("+")) if above else (),
        denominator=below or None,
        has_earlier=row["has_earlier"] == "yes",
        reported_code=row["reported_code"] or None,
        may_be_typed=row["may_be_typed"] == "yes",
        is_personal=row["is_personal"] == "yes",
        on_sheet=row["on_sheet"] == "yes",
        source=row["source"],
        grade=row["grade"],
    )


@lru_cache(maxsize=1)
def indicators_by_code() -> dict[str, Indicator]:
    """Return the registry by code."""
    return {one.code: one for one in load_indicators()}


def sheet_indicators() -> tuple[Indicator, ...]:
    """Return the lines of the sheet, those beside it left out."""
    return tuple(one for one in load_indicators() if one.on_sheet)


def ratio_of(numerator: int | None, denominator: int | None) -> int | None:
    """Return a share in basis points, rounded half up; None where nothing is to be divided by."""
    if numerator is None or not denominator:
        return None
    return (2 * BASIS_POINTS * numerator + denominator) // (2 * denominator)
