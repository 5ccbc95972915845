"""The workbook of refused rows (拒收行清单): what a batch did not take, to be mended and imported again.

Cells of refused rows are not kept in the tables, so they are read anew out of the uploaded file by
their row numbers. The heads stay as they were, so that the workbook can be imported as it is; columns
that an import drops (sex, age, marriage, bank cards) are left out. It holds people's numbers:
making it is a logged act, and it expires.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.intake import Grid, concept_label, find_head, open_table
from matcher.intake.concepts import load_concepts
from matcher.kinds import RowStatus
from matcher.models.files import StoredFile
from matcher.models.imports import ImportRow
from matcher.services import audit
from matcher.services.files import FilePurpose, put_file, read_content
from matcher.services.imports.batches import find_batch, get_batch
from matcher.services.permissions import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEFT_OUT = (RowStatus.REFUSED, RowStatus.AMBIGUOUS)
"""Rows an import does not take though they hold data."""

_REASON, _REMEDY, _ORDINAL = "未导入的原因", "怎么改正", "原表行号"


@dataclass(frozen=True)
class RefusedRows:
    """A workbook not stored yet: whose batch it is of, its content, how many rows it holds."""

    batch_id: int
    content: bytes
    n_rows: int


def make_refused_workbook(factory: SessionFactory, by: Actor, public_id: str) -> RefusedRows:
    """Build the workbook of a batch's rows that were not taken; reads only, and may take seconds.

    Raises
    ------
    NotFoundError
        No such batch in scope, or its file is gone.
    RuleBrokenError
        The batch took every row.
    """
    with reading(factory) as session:
        batch = find_batch(session, by, public_id)
        problems = _problems(session, batch.id)
        if not problems:
            raise RuleBrokenError("nothing_refused", "这个批次没有拒收的行。")
        stored = session.get(StoredFile, batch.file_id) if batch.file_id is not None else None
        if stored is None:
            raise NotFoundError("file_gone", "上传的原表已过期删除，请重新上传后再下载。")
        content, name, columns = read_content(session, stored), batch.file_name, batch.columns
    grids = {grid.sheet: grid for grid in open_table(content, name)}
    sheets = [
        _sheet(grids[sheet], rows, columns.get(sheet, {}))
        for sheet, rows in problems.items()
        if sheet in grids
    ]
    stream = io.BytesIO()
    write_sheet(stream, sheets)
    return RefusedRows(batch.id, stream.getvalue(), sum(map(len, problems.values())))


def store_refused_workbook(session: Session, by: Actor, made: RefusedRows) -> StoredFile:
    """Keep a workbook for a while, and note in the trail who took how many rows out."""
    batch = get_batch(session, by, made.batch_id)
    stored = put_file(
        session,
        by,
        made.content,
        purpose=FilePurpose.REFUSED_ROWS,
        file_name=f"refused-rows-{batch.id}.xlsx",
        media_type=XLSX,
        union_id=batch.union_id,
    )
    audit.record(
        session,
        by,
        "import.refused_exported",
        subject=("import_batch", batch.id),
        rows=made.n_rows,
        file=stored.id,
    )
    return stored


def _problems(session: Session, batch_id: int) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """Return the problems of rows that were not taken, by sheet and row number."""
    chosen = (
        sa.select(ImportRow.sheet, ImportRow.row, ImportRow.problems)
        .where(ImportRow.batch_id == batch_id, ImportRow.status.in_(LEFT_OUT))
        .order_by(ImportRow.id)
    )
    found: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for row in session.execute(chosen):
        found.setdefault(row.sheet, {})[row.row] = row.problems
    return found


def _sheet(
    grid: Grid, rows: Mapping[int, Sequence[Mapping[str, Any]]], understood: Mapping[str, Any]
) -> SheetSpec:
    """Return one sheet: the original columns, then why and what to do."""
    names = find_head(grid).names
    chosen = {column["index"]: column["chosen"] for column in understood.get("columns", [])}
    kept = [index for index in range(grid.width) if not _is_dropped(chosen.get(index))]
    columns = [Column(_heading(names, index, chosen.get(index))) for index in kept]
    columns += [Column(_REASON, "wrapped", 40), Column(_REMEDY, "wrapped", 40), Column(_ORDINAL)]
    return SheetSpec(grid.sheet, columns, _rows(grid, rows, kept))


def _is_dropped(concept: str | None) -> bool:
    known = load_concepts().get((concept or "").partition("#")[0])
    return known is not None and known.fate == "drop"


def _heading(names: Sequence[str], index: int, concept: str | None) -> str:
    """Return the head as it was; a column without one gets the name of what it was taken for."""
    name = names[index] if index < len(names) else ""
    return name.replace("|", "") or (concept_label(concept) if concept else "")


def _rows(
    grid: Grid, rows: Mapping[int, Sequence[Mapping[str, Any]]], kept: Sequence[int]
) -> Iterator[list[Cell]]:
    for row in grid.rows:
        if row.number not in rows:
            continue
        cells: list[Cell] = [
            row.values[index] if index < len(row.values) else None for index in kept
        ]
        said = [one for one in rows[row.number] if one["severity"] == "refuse"]
        reasons = "\n".join(
            f"{one['column']}：{one['reason']}" if one["column"] else one["reason"] for one in said
        )
        remedies = "\n".join(dict.fromkeys(one["remedy"] for one in said))
        yield [*cells, reasons, remedies, str(row.number)]
