"""Writing a statistics sheet to a file by its ending: xlsx, pdf, docx."""

import os
import secrets
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from matcher.documents.sheet_forms import SheetForm
from matcher.documents.sheet_pdfs import compile_sheet
from matcher.documents.sheet_summaries import write_summary
from matcher.documents.sheet_workbooks import write_workbook
from matcher.errors import InvalidInputError


def sheet_xlsx(form: SheetForm) -> bytes:
    """Return the workbook of a sheet in our own layout."""
    target = BytesIO()
    write_workbook(form, target)
    return target.getvalue()


def sheet_docx(form: SheetForm) -> bytes:
    """Return the Word draft of the summary (活动总结) filled with a sheet's figures."""
    target = BytesIO()
    write_summary(form, target)
    return target.getvalue()


_WRITERS: dict[str, Callable[[SheetForm], bytes]] = {
    ".xlsx": sheet_xlsx,
    ".pdf": compile_sheet,
    ".docx": sheet_docx,
}


def write_sheet(form: SheetForm, path: Path) -> None:
    """Write a sheet to a file, whole or not at all; its ending says as what.

    Raises
    ------
    InvalidInputError
        The ending is none of .xlsx, .pdf, .docx.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InvalidInputError(
            "sheet_file_kind", "文件名须以 .xlsx、.pdf 或 .docx 结尾。", fields={"out": path.suffix}
        )
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(write(form))
    beside.replace(path)
