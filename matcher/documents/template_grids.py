"""A template (表样) as a grid: what stands in which cell, which cells may be filled, what is merged.

Read once by openpyxl after the guard has passed it. A cell may be bound if it is empty or holds a number or a dash
and belongs to no formula; a merged block is its first cell.
"""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from matcher.documents.template_errors import TemplateError
from matcher.documents.template_guard import calls_out, guard

MOST_SHEETS = 12
MOST_ROWS = 400
MOST_COLUMNS = 120
MOST_CELLS = 12_000
"""What a page can show and a person can bind; official forms have a tenth of it."""

_PLACEHOLDER = re.compile(r"^[\s_＿\-—－–/／0０.．]*$")
"""What forms print where a figure goes: nothing, dashes, noughts."""
_REFERENCE = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,3}$")


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell or merged block."""

    ref: str
    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    is_formula: bool = False
    is_percent: bool = False
    """Its number format shows shares as per cent."""

    @property
    def is_label(self) -> bool:
        """Whether it holds words."""
        return not self.is_formula and not _PLACEHOLDER.match(self.text)

    @property
    def is_open(self) -> bool:
        """Whether a figure may be written here."""
        return not self.is_formula and not self.is_label


@dataclass(frozen=True, slots=True)
class GridSheet:
    """One sheet; `rows` hold the cells that are no part of a block begun elsewhere."""

    name: str
    rows: tuple[tuple[GridCell, ...], ...]
    is_hidden: bool = False
    widths: tuple[float, ...] = ()

    def cells(self) -> Iterator[GridCell]:
        """Give all cells, row by row."""
        for row in self.rows:
            yield from row

    def find(self, ref: str) -> GridCell | None:
        """Return the cell or block at a reference; None if there is none."""
        return next((cell for cell in self.cells() if cell.ref == ref), None)


@dataclass(frozen=True, slots=True)
class TemplateGrid:
    """A template that was read, and what is lost when it is filled."""

    sheets: tuple[GridSheet, ...]
    dropped: tuple[str, ...] = field(default=())

    def find_sheet(self, name: str) -> GridSheet | None:
        """Return the sheet of a name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def find(self, sheet: str, ref: str) -> GridCell | None:
        """Return a cell by sheet and reference."""
        found = self.find_sheet(sheet)
        return found.find(ref) if found is not None else None


def is_reference(text: str) -> bool:
    """Say whether a text is a reference such as B12."""
    return bool(_REFERENCE.match(text))


def open_template(content: bytes) -> Workbook:
    """Open a workbook the guard lets pass, formulas kept.

    Raises
    ------
    TemplateError
        The guard refuses it, or it cannot be read.
    """
    guard(content)
    try:
        with warnings.catch_warnings():
            # What openpyxl leaves out (validation extensions, odd headers) is told apart by the guard.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except Exception as error:
        raise TemplateError(
            "template_damaged", "文件已损坏或不完整，打不开。请在表格软件里打开并另存为 xlsx 再传。"
        ) from error


def read_grid(content: bytes) -> TemplateGrid:
    """Return a template as a grid.

    Raises
    ------
    TemplateError
        It may not be opened, is too large for a form, calls out, or has no cell to fill.
    """
    dropped = guard(content).dropped
    book = open_template(content)
    if len(book.worksheets) > MOST_SHEETS:
        raise TemplateError(
            "template_large", f"表样超过 {MOST_SHEETS} 张工作表，请只留要填的表再传。"
        )
    sheets = tuple(_read(sheet) for sheet in book.worksheets)
    if not any(cell.is_open for sheet in sheets for cell in sheet.cells()):
        raise TemplateError("template_empty", "表样里没有可以填数的空格，请传带空格的空表。")
    return TemplateGrid(sheets, dropped)


def _read(sheet: Worksheet) -> GridSheet:
    n_rows, n_columns = _extent(sheet)
    if n_rows > MOST_ROWS or n_columns > MOST_COLUMNS or n_rows * n_columns > MOST_CELLS:
        raise TemplateError(
            "template_large",
            f"工作表“{sheet.title}”有 {n_rows} 行 {n_columns} 列，不像一张空表。请只留要填的部分再传。",
        )
    spans = {
        (block.min_row, block.min_col): (
            min(block.max_row, n_rows) - block.min_row + 1,
            min(block.max_col, n_columns) - block.min_col + 1,
        )
        for block in sheet.merged_cells.ranges
    }
    rows = tuple(
        tuple(
            _cell(cell, spans.get((cell.row, cell.column), (1, 1)))
            for cell in row
            if not isinstance(cell, MergedCell)
        )
        for row in sheet.iter_rows(min_row=1, max_row=n_rows, max_col=n_columns)
    )
    widths = tuple(
        float(sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width or 0)
        for at in range(1, n_columns + 1)
    )
    return GridSheet(sheet.title, rows, sheet.sheet_state != "visible", widths)


def _extent(sheet: Worksheet) -> tuple[int, int]:
    """Return how far what is written, merged or framed reaches; formats alone at the far end do not count."""
    n_rows = n_columns = 1
    blocks = {(block.min_row, block.min_col): block for block in sheet.merged_cells.ranges}
    for (row, column), cell in sheet._cells.items():
        has_edge = bool(cell.has_style and cell.border and cell.border.bottom.style)
        if cell.value is None and not has_edge:
            continue
        block = blocks.get((row, column))
        n_rows = max(n_rows, block.max_row if block else row)
        n_columns = max(n_columns, block.max_col if block else column)
    return n_rows, n_columns


def _cell(cell: Cell, span: tuple[int, int]) -> GridCell:
    is_formula = cell.data_type == "f"
    text = "" if cell.value is None else str(cell.value)
    if is_formula and calls_out(str(getattr(cell.value, "text", cell.value))):
        raise TemplateError(
            "template_links",
            f"单元格 {cell.coordinate} 的公式要读取外部内容，不能使用。请改成普通公式或空格。",
        )
    return GridCell(
        ref=cell.coordinate,
        row=cell.row,
        column=cell.column,
        text=text if not is_formula else str(getattr(cell.value, "text", cell.value)),
        row_span=span[0],
        column_span=span[1],
        is_formula=is_formula,
        is_percent="%" in str(cell.number_format or ""),
    )
