"""Lines of the statistics sheet (统计表) as a page writes them: groups, figures with their unit, changes, addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from matcher.kinds.sheets import SheetState
from matcher.services.figures.shapes import Figure
from matcher.services.reports.comments import CommentLine
from matcher.services.reports.sheet_lines import SheetLine
from matcher.statistics.checks import CheckFailure
from matcher.statistics.indicators import Indicator, IndicatorUnit
from web.filters import figure as with_commas
from web.filters import yuan
from web.i18n import gettext, msg, translated

GROUPS: tuple[tuple[int, str], ...] = (
    (2, msg("一、困难职工家庭")),
    (8, msg("二、毕业生和需援助人数")),
    (12, msg("三、就业服务")),
    (17, msg("四、招聘活动和岗位")),
    (22, msg("五、技能和创业培训")),
    (25, msg("六、创业、见习、公益性岗位")),
    (27, msg("七、补贴和资助")),
    (29, msg("八、结对和协作")),
    (34, msg("九、帮扶成效")),
    (35, msg("十、助学（姊妹表）")),
)
"""Last number of each group of the layout (非官方样式), with its head."""

CHIPS = {
    SheetState.DRAFT: "",
    SheetState.FILLED: "hold",
    SheetState.SUBMITTED: "on",
    SheetState.RETURNED: "stop",
    SheetState.ACCEPTED: "done",
    SheetState.SEALED: "line",
}

_POINTS = 100
"""Ratios are kept in basis points: 8,868 is 88.7 %."""

Addressed = Callable[[str], str]
"""Code of an indicator → address of its rows."""


@dataclass(frozen=True)
class Row:
    """One line as the table writes it; an address is empty where no rows stand behind."""

    code: str
    number: str
    label: str
    unit: str
    is_part: bool
    value: str
    address: str
    parts: str
    earlier: str
    reported: str
    reported_address: str
    typed: str
    change: str
    is_changed: bool
    failures: list[CheckFailure]
    comments: list[CommentLine]


@dataclass(frozen=True)
class Group:
    """A head with its lines."""

    title: str
    rows: list[Row]


def group_of(number: str) -> int:
    """Return the place of the group a printed number belongs to."""
    whole = int(number.split(".")[0])
    return next(place for place, (last, _) in enumerate(GROUPS) if whole <= last)


def grouped(lines: list[SheetLine], address: Addressed) -> list[Group]:
    """Return the lines under their heads."""
    rows = [_row(line, address) for line in lines]
    return [
        Group(translated(GROUPS[place][1]), list(found))
        for place, found in groupby(rows, key=lambda row: group_of(row.number))
    ]


def _row(line: SheetLine, address: Addressed) -> Row:
    one, figure = line.indicator, line.figure
    return Row(
        code=one.code,
        number=one.number,
        label=name_of(one),
        unit=translated(one.unit.label),
        is_part="." in one.number,
        value=shown(one, figure.value),
        address="" if one.is_ratio else address(one.code),
        parts=parts_of(one, figure),
        earlier=shown(one, figure.earlier) if one.has_earlier else "",
        reported=shown(one, figure.reported) if one.reported_code else "",
        reported_address=address(one.reported_code) if one.reported_code else "",
        typed=shown(one, figure.typed) if one.may_be_typed and figure.typed else "",
        change=change_words(one, line.change),
        is_changed=bool(line.change),
        failures=line.failures,
        comments=line.comments,
    )


def name_of(indicator: Indicator) -> str:
    """Return what an indicator is called in the reader's language."""
    return translated(indicator.label)


def shown(indicator: Indicator, value: int | None) -> str:
    """Return a figure in its unit; a ratio of nothing is a dash."""
    if value is None:
        return "—"
    if indicator.unit is IndicatorUnit.FEN:
        return yuan(value)
    if indicator.unit is IndicatorUnit.PERCENT:
        return f"{value / _POINTS:.1f}%"
    return with_commas(value)


def parts_of(indicator: Indicator, figure: Figure) -> str:
    """Return what a ratio is made of: 57 / 64."""
    if not indicator.is_ratio or figure.numerator is None or figure.denominator is None:
        return ""
    return f"{with_commas(figure.numerator)} / {with_commas(figure.denominator)}"


def change_words(indicator: Indicator, change: int | None) -> str:
    """Return by how much a line changed since the last sheet sent, empty where there is none."""
    if change is None:
        return ""
    if change == 0:
        return gettext("不变")
    sign = "+" if change > 0 else "−"
    if indicator.unit is IndicatorUnit.PERCENT:
        return gettext("%(sign)s%(n)s 个百分点", sign=sign, n=f"{abs(change) / _POINTS:.1f}")
    return f"{sign}{shown(indicator, abs(change))}"
