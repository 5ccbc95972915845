"""Charts (图): what a picture shows, as data for the drawing, as links on it, and as the table below it.

The server says everything: words, figures, addresses, and the table with the same numbers. The script
(`static/charts.js`) only draws bars and lines with ECharts behind links that are there without it, so
that a chart is read by keyboard, by a screen reader and without a script. Colours are names of tokens
(`p1`, `p4`, …), never values, so that dark mode and print follow the stylesheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from web.filters import figure


@dataclass(frozen=True)
class Cell:
    """A cell of the table under a chart; with an address it opens the list it counts."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Table:
    """The same numbers as the picture, for reading: heads, and rows whose first cell names them."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Bar:
    """A bar with its words on the left and its figure on the right.

    Parameters
    ----------
    value : length on the chart's scale; None where there is nothing to divide by (no bar, a dash)
    text, dim : the figure, and what stands behind it in a quieter ink, such as 200/412
    address : the list the bar opens; empty for who may not open it
    is_below : short of the target: drawn in the colour that says so, and `note` says it in words
    before : the same figure a year ago, drawn as a tick
    """

    words: str
    value: float | None
    text: str
    dim: str = ""
    address: str = ""
    is_below: bool = False
    before: float | None = None
    note: str = ""


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars from 0 to `most`, in the order given, with a thin line at the target."""

    bars: tuple[Bar, ...]
    most: float
    table: Table
    target: float | None = None
    description: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    """What marks and colours mean: pairs of a class (tick, target, below) and words."""

    def drawing(self) -> dict[str, Any]:
        """Return what the script draws."""
        return {
            "kind": "bars",
            "most": self.most or 1,
            "target": self.target,
            "bars": [
                {"value": bar.value, "below": bar.is_below, "before": bar.before}
                for bar in self.bars
            ],
        }


@dataclass(frozen=True)
class Point:
    """A point of a line that opens its list; `text` is what a reader gets: 8月16日，已核 120 人."""

    place: int
    value: float
    text: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """A line over the places of the axis; None where it has no value (yet)."""

    words: str
    values: tuple[float | None, ...]
    is_dashed: bool = False
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Band:
    """A range over the places of the axis (预测区间), drawn as an area."""

    words: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class LineChart:
    """Lines over weeks, from 0, with a thin line at the target and a band of uncertainty."""

    axis: tuple[str, ...]
    lines: tuple[Line, ...]
    table: Table
    target: float | None = None
    target_words: str = ""
    band: Band | None = None
    description: str = ""
    unit: str = ""
    most: float = field(default=0)

    def drawing(self) -> dict[str, Any]:
        """Return what the script draws."""
        return {
            "kind": "lines",
            "axis": self.axis,
            "most": self.most or self._highest(),
            "target": self.target,
            "unit": self.unit,
            "lines": [{"values": one.values, "dashed": one.is_dashed} for one in self.lines],
            "band": {"low": self.band.low, "high": self.band.high} if self.band else None,
        }

    def _highest(self) -> float:
        """Return the highest value drawn, never 0."""
        values = [value for one in self.lines for value in one.values]
        values += self.band.high if self.band else ()
        return max([self.target or 0, *(value for value in values if value is not None)]) or 1

    def points(self) -> list[Point]:
        """Return the points that open lists, in the order of the axis."""
        found = [point for one in self.lines for point in one.points]
        return sorted(found, key=lambda point: point.place)


def figure_cells(values: Sequence[int | None]) -> tuple[Cell, ...]:
    """Return cells of figures; a dash where there is none."""
    return tuple(Cell("—" if value is None else figure(value)) for value in values)
