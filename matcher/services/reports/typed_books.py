"""A workbook of figures of units without the system (无明细导入): the empty table, and reading it back.

Rows are indicators by their code, columns are units by their code; the words beside the codes are for people. A cell
that cannot be used is refused by its place and the others are taken, so that taken + refused + empty = all cells.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from matcher.documents.xlsx import Column, SheetSpec, write_sheet
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.intake import open_table
from matcher.intake.cells import cell_text
from matcher.intake.errors import IntakeError
from matcher.intake.grids import CellValue, Grid, Row, column_letter
from matcher.models.sheets import ReportPeriod
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.typed_figures import (
    MOST,
    list_typed,
    type_figures,
    typed_indicators,
)
from matcher.statistics.indicators import Indicator, IndicatorUnit, indicators_by_code

_CODE = "指标代码"
_HEADS = (_CODE, "序号", "指标", "单位")
_FIRST_UNIT = len(_HEADS)
_FEN = 100


@dataclass(frozen=True)
class RefusedCell:
    """A cell that was not taken: its place, as the spreadsheet shows it, and why."""

    place: str
    why: str


@dataclass(frozen=True)
class TypedImport:
    """What became of an uploaded table."""

    n_cells: int
    n_changed: int
    refused: list[RefusedCell]


def empty_book(session: Session, by: Actor, period: ReportPeriod) -> bytes:
    """Return the workbook to be filled in, with what was typed before, for the units the actor sees."""
    require(by, Permission.FILL_SHEETS)
    units = list_typed(session, by, period)
    standing = {
        (unit.unit.union.code, line.indicator.code): line.figure.value
        for unit in units
        for line in unit.lines
        if line.figure is not None
    }
    codes = [unit.unit.union.code for unit in units]
    rows = [
        (
            one.code,
            one.number,
            one.label,
            one.unit.label,
            *(_told(one, standing.get((code, one.code))) for code in codes),
        )
        for one in typed_indicators()
    ]
    heads = [Column(name) for name in _HEADS]
    heads += [Column(f"{unit.unit.union.code} {unit.unit.union.name}", "number") for unit in units]
    stream = io.BytesIO()
    write_sheet(stream, [SheetSpec(name="无明细单位", columns=heads, rows=rows)])
    return stream.getvalue()


def _told(indicator: Indicator, value: int | None) -> int | Decimal | None:
    if value is None or indicator.unit is not IndicatorUnit.FEN:
        return value
    return Decimal(value) / _FEN


def import_book(
    session: Session, by: Actor, period: ReportPeriod, content: bytes, *, name: str, basis: str
) -> TypedImport:
    """Take the figures of an uploaded workbook; units and cells that cannot be taken are told.

    Raises
    ------
    InvalidInputError
        The file is no such table, or nobody said where the figures come from.
    """
    require(by, Permission.FILL_SHEETS)
    head, rows = _table(content, name)
    units = {one.unit.union.code: one.unit.union.id for one in list_typed(session, by, period)}
    refused: list[RefusedCell] = []
    n_cells = n_changed = 0
    for column in range(_FIRST_UNIT, len(head)):
        told = cell_text(head[column])
        if not told:
            continue
        values, wrong = _column(rows, column)
        n_cells += len(values) + len(wrong)
        refused += wrong
        changed, why = _take(session, by, period, units.get(told.split(" ")[0]), values, basis)
        n_changed += changed
        refused += [RefusedCell(f"{column_letter(column)} 列", why)] if why else []
    return TypedImport(n_cells, n_changed, refused)


def _take(
    session: Session,
    by: Actor,
    period: ReportPeriod,
    union_id: int | None,
    values: dict[str, int | None],
    basis: str,
) -> tuple[int, str]:
    """Enter the figures of one column; return how many changed, and why none was taken."""
    if union_id is None:
        return 0, "没有这个单位，或者它在用系统，或不在您的管辖范围内。"
    if not values:
        return 0, ""
    try:
        return type_figures(session, by, period.id, union_id, values=values, basis=basis), ""
    except RuleBrokenError as error:
        return 0, error.message


def _table(content: bytes, name: str) -> tuple[Sequence[CellValue], list[Row]]:
    """Return the head and the rows below it of the sheet that has our head."""
    try:
        grids: list[Grid] = open_table(content, name)
    except IntakeError as error:
        raise InvalidInputError(
            error.code, error.message, fields={"file": error.message}
        ) from error
    for grid in grids:
        for place, row in enumerate(grid.rows):
            if row.values and cell_text(row.values[0]) == _CODE:
                return row.values, list(grid.rows[place + 1 :])
    words = "表头里没有“指标代码”。请用这里下载的空表填写。"
    raise InvalidInputError("typed_table", words, fields={"file": words})


def _column(rows: Sequence[Row], column: int) -> tuple[dict[str, int | None], list[RefusedCell]]:
    """Return the figures of one column by indicator, and the cells that hold none."""
    known = indicators_by_code()
    values: dict[str, int | None] = {}
    refused: list[RefusedCell] = []
    for row in rows:
        code = cell_text(row.values[0]) if row.values else ""
        told = cell_text(row.values[column]) if column < len(row.values) else ""
        if not told:
            continue
        place = f"{column_letter(column)}{row.number}"
        indicator = known.get(code)
        if indicator is None or not indicator.may_be_typed:
            refused.append(RefusedCell(place, "这一行不是可以录入的指标。"))
        elif code in values:
            refused.append(RefusedCell(place, "同一个指标出现两次，只取第一次。"))
        elif (value := read_figure(indicator, told)) is None:
            refused.append(RefusedCell(place, "请填 0 以上的整数；金额填元，最多两位小数。"))
        else:
            values[code] = value
    return values, refused


def read_figure(indicator: Indicator, told: str) -> int | None:
    """Return a figure as written in the indicator's own unit, money in fen; None for what is no such number."""
    try:
        number = Decimal(told.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    number *= _FEN if indicator.unit is IndicatorUnit.FEN else 1
    if number != number.to_integral_value() or not 0 <= number <= MOST:
        return None
    return int(number)
