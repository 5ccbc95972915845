"""Small workbooks for tests, cell by cell."""

import io
from collections.abc import Sequence

import xlsxwriter


def make_xlsx(
    rows: Sequence[Sequence[object]],
    merges: Sequence[tuple[int, int, int, int]] = (),
    name: str = "表1",
) -> bytes:
    """Write rows (None: empty) and merged blocks (0-based top, left, bottom, right)."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(r, c, value)
            elif value is not None:
                sheet.write(r, c, value)
    for top, left, bottom, right in merges:
        sheet.merge_range(top, left, bottom, right, str(rows[top][left] or ""))
    book.close()
    return stream.getvalue()
