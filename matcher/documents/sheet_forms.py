"""What a statistics sheet (统计表) shows on paper: one form for the workbook, the PDF and the Word draft.

The form holds plain values and words; who counted them and by which rule stands elsewhere. A line without a figure
shows a dash, never a nought, and a withheld one shows the words it was given instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

LineKind = Literal["count", "fen", "percent"]
"""count: a whole number; fen: money; percent: basis points, with both numbers of the ratio beside it."""

NO_FIGURE = "—"
TITLE = "阳光就业行动情况统计表"
UNOFFICIAL = "非官方样式：官方附件未公开，本表按指标清单重排，正式报送请用上级下发的表样。"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One indicator: what is verified, what of it is of earlier years, what is reported or typed beside it."""

    code: str
    number: str
    """Number in the layout: 3, or 3.1 for a line of which the one above is the sum."""
    label: str
    unit: str
    kind: LineKind = "count"
    value: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    earlier: int | None = None
    """Of it graduated in an earlier year (其中往届)."""
    reported: int | None = None
    """Reported and not verified (自报待核): beside the value, never in it."""
    typed: int | None = None
    """Typed for units without the system (无明细): apart, never in it."""
    before: int | None = None
    """Value of the last submission."""
    withheld: str = ""
    """Words that stand instead of the figure in a published version, such as 少于 5."""
    note: str = ""

    @property
    def change(self) -> int | None:
        """Return what changed since the last submission; None if one of both is missing."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def ratio_words(self) -> str:
        """Return the two numbers of a ratio, 141/159; empty for what is none."""
        if self.kind != "percent" or self.numerator is None or self.denominator is None:
            return ""
        return f"{self.numerator:,}/{self.denominator:,}"


@dataclass(frozen=True, slots=True)
class UnionPart:
    """What one union of the level below has, by indicator."""

    name: str
    values: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class SheetForm:
    """A whole sheet."""

    union: str
    drive: str
    lines: Sequence[SheetLine]
    as_of: str
    period: str = ""
    state: str = ""
    """Live, submitted, accepted …, in words."""
    title: str = TITLE
    is_official: bool = False
    filled_by: str = ""
    reviewed_by: str = ""
    led_by: str = ""
    filled_on: str = ""
    digest: str = ""
    """Hash of the signed snapshot; of a live sheet, of its figures."""
    audit: str = ""
    """Head of the audit trail when it was made."""
    has_before: bool = False
    """Whether there is an earlier submission to compare with."""
    failures: Sequence[str] = ()
    """Cross-checks that do not hold, in words."""
    corrections: Sequence[str] = ()
    """Entered after the lock, in words; in no figure above."""
    parts: Sequence[UnionPart] = ()
    notes: Sequence[str] = field(default=())
    beside: Sequence[SheetLine] = ()
    """Figures that are no lines of the sheet and that the summary speaks of."""

    @property
    def subtitle(self) -> str:
        """Return what stands under the title."""
        return "" if self.is_official else UNOFFICIAL


SIGNERS = ("填报人", "审核人", "负责人")
SEAL = "（单位盖章）"
DEFAULT_NOTES = (
    "“数值”只计已核实且有工会服务记录在先的；自报待核、无明细单位的数字分列，不计入。",
    "同一人在几个下级单位出现的，本级只计一次，各单位相加可以大于本级。",
    "比率按括注的分子、分母计算；分母为零时不计算。",
)


def figure_words(kind: LineKind, value: int | None) -> str:
    """Return a figure as it is printed: 1,204, 505,900.00, 88.7%; a dash for none."""
    if value is None:
        return NO_FIGURE
    if kind == "fen":
        return f"{Decimal(value) / 100:,.2f}"
    if kind == "percent":
        return f"{Decimal(value) / 100:.1f}%"
    return f"{value:,}"


def change_words(line: SheetLine) -> str:
    """Return the change since the last submission with its sign; percent in points."""
    if line.change is None:
        return ""
    if line.change == 0:
        return "0"
    sign = "+" if line.change > 0 else "−"
    words = figure_words(line.kind, abs(line.change))
    return sign + words.replace("%", " 个百分点")


def shown(line: SheetLine, value: int | None, *, blank: bool = False) -> str:
    """Return a figure of a line; `blank` leaves a missing one empty instead of a dash."""
    if line.withheld:
        return line.withheld
    if value is None and blank:
        return ""
    return figure_words(line.kind, value)


def signatures(form: SheetForm) -> list[tuple[str, str]]:
    """Return who signs, each with the name if it is known."""
    return list(zip(SIGNERS, (form.filled_by, form.reviewed_by, form.led_by), strict=True))
