"""Spreadsheets (xlsx, xlsm, xlsb, xls, ods) through calamine, guarded against zip bombs.

calamine lays a sheet out densely, so one stray cell in the last corner of a sheet would ask for
gigabytes; the size of every xlsx sheet is therefore measured in its XML before it is opened.
"""

import datetime as dt
import io
import re
import zipfile

import python_calamine as calamine

from matcher.intake.error_cells import ErrorCells, find_error_cells, with_errors
from matcher.intake.errors import IntakeError
from matcher.intake.grids import CellValue, Grid, MergedBlock, Row, column_letter, is_blank

_MAX_UNPACKED = 1_500_000_000
"""Bytes; a workbook of 200,000 rows and 60 columns unpacks to about 700 MB of XML."""
_MAX_RATIO = 200
"""XML of real sheets shrinks 10- to 40-fold; only made-up content shrinks more than this."""
_RATIO_MATTERS_FROM = 50_000_000
_MAX_CELLS = 30_000_000
"""Cells of one sheet laid out densely; about 1 GB."""
_CHUNK = 4_000_000
_CELL_NAME = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_RAW_VALUES = str | int | float | bool | dt.date | dt.datetime


def read_workbook(data: bytes, file_name: str) -> list[Grid]:
    """Read every sheet that holds something, hidden ones too (with a note).

    Raises
    ------
    IntakeError
        `encrypted_file`, `damaged_file`, `too_large`, `empty_file`.
    """
    errors: dict[str, ErrorCells] = {}
    if data.startswith(b"PK"):
        _check_zip(data, file_name)
        errors = find_error_cells(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [
            _read_sheet(book.get_sheet_by_name(meta.name), meta, errors.get(meta.name, {}))
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError as error:
        raise encrypted(file_name) from error
    except calamine.CalamineError as error:
        raise damaged(file_name) from error
    return [grid for grid in grids if any(not is_blank(v) for r in grid.rows for v in r.values)]


def encrypted(file_name: str) -> IntakeError:
    """Return the error for a workbook with a password."""
    return IntakeError(
        "encrypted_file",
        f"文件“{file_name}”设有打开密码。请在表格软件中取消密码后另存，再导入。",
        file_name=file_name,
    )


def damaged(file_name: str) -> IntakeError:
    """Return the error for a workbook that cannot be opened."""
    return IntakeError(
        "damaged_file",
        f"文件“{file_name}”已损坏或不完整，无法打开。请在表格软件中打开并另存为 xlsx，再导入。",
        file_name=file_name,
    )


def _too_large(file_name: str, why: str) -> IntakeError:
    return IntakeError(
        "too_large",
        f"文件“{file_name}”{why}，为安全起见没有打开。请只保留有数据的行列，或拆成几个文件再导入。",
        file_name=file_name,
    )


def _check_zip(data: bytes, file_name: str) -> None:
    """Refuse a workbook that unpacks to more than a real one would."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > _MAX_UNPACKED or (
                unpacked > _RATIO_MATTERS_FROM and unpacked > _MAX_RATIO * len(data)
            ):
                raise _too_large(file_name, "解压后大得不合常理")
            for member in members:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
                    _check_sheet_size(archive, member, file_name)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise damaged(file_name) from error


def _check_sheet_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file_name: str) -> None:
    """Measure how far right and down the cells of one sheet reach."""
    furthest_column, furthest_row, tail = b"A", 1, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            block = tail + chunk
            found = _CELL_NAME.findall(block)
            if found:
                columns = {letters for letters, _ in found}
                furthest_column = max(columns | {furthest_column}, key=lambda c: (len(c), c))
                furthest_row = max(furthest_row, *(int(number) for _, number in found))
            tail = block[-24:]
    width = 0
    for letter in furthest_column.decode():
        width = width * 26 + ord(letter) - ord("A") + 1
    if width * furthest_row > _MAX_CELLS:
        corner = f"{column_letter(width - 1)}{furthest_row}"
        raise _too_large(file_name, f"有一张表的单元格远至 {corner}")


def _read_sheet(
    sheet: calamine.CalamineSheet, meta: calamine.SheetMetadata, errors: ErrorCells
) -> Grid:
    merges = tuple(
        MergedBlock(top + 1, left, bottom + 1, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    values = sheet.to_python(skip_empty_area=False)
    rows = [Row(number, tuple(map(_cell, row))) for number, row in enumerate(values, start=1)]
    for number, cells in errors.items():
        if number <= len(rows):
            rows[number - 1] = with_errors(rows[number - 1], cells)
    notes: tuple[str, ...] = ()
    if meta.visible != calamine.SheetVisibleEnum.Visible:
        notes = (f"工作表“{meta.name}”是隐藏的",)
    width = max((len(row.values) for row in rows), default=0)
    return Grid(sheet.name, rows, width, merges, notes=notes)


def _cell(value: object) -> CellValue:
    if value == "" or value is None:
        return None
    if isinstance(value, str) and value[0] == "'" and value[1:].isalnum():
        return value[1:]
    if isinstance(value, _RAW_VALUES):
        return value
    return str(value)
