"""Staging (预检): a file's sheets judged row by row against the tables, kept with what they would do.

Nothing of the product's own records is written here. All rows are judged; a row that cannot be taken never
keeps a good one from being taken.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, ring_of, transaction
from matcher.errors import RuleBrokenError
from matcher.intake import (
    Grid,
    JudgedRow,
    JudgeOptions,
    find_head,
    guess_columns,
    head_signature,
    judge_rows,
    override_mapping,
)
from matcher.keys import KeyRing
from matcher.kinds import BatchState, ImportKind, RowStatus
from matcher.models.imports import ImportBatch, ImportRow
from matcher.models.organisations import Union
from matcher.services.imports.batches import place_of, remembered_columns
from matcher.services.imports.employers import EmployerImport
from matcher.services.imports.graduates import GraduateImport
from matcher.services.imports.households import HouseholdImport
from matcher.services.imports.kinds import BatchPlace, KindImport, insert_plain
from matcher.services.imports.postings import PostingImport
from matcher.services.imports.rows import StagedRow, counts_of, settle_twins
from matcher.services.imports.samples import masked_samples
from matcher.services.imports.versions import versions_of

_SLICE = 2_000
"""Rows judged and stored at a time: memory stays flat, the write lock is held for moments."""

DRAFT_COLUMN = "import_row.draft"
BEFORE_COLUMN = "import_row.before"

IMPORTS: dict[ImportKind, Callable[[Session, BatchPlace], KindImport]] = {
    ImportKind.POSTINGS: PostingImport,
    ImportKind.EMPLOYERS: EmployerImport,
    ImportKind.GRADUATES: GraduateImport,
    ImportKind.HOUSEHOLDS: HouseholdImport,
}

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


@dataclass(frozen=True)
class StagedSheet:
    """What was understood of one sheet: its head's signature and its columns.

    Parameters
    ----------
    facts : what the page says of the sheet: rows, rows of the head, remarks of the reader
    """

    sheet: str
    head_signature: str
    columns: list[dict[str, Any]]
    mapping: dict[int, str]
    facts: dict[str, Any]


def stage_batch(
    factory: SessionFactory, batch_id: int, grids: Sequence[Grid], progress: Progress | None = None
) -> dict[str, int]:
    """Judge all sheets of a file for a batch; doing it again replaces the staged rows.

    Returns
    -------
    counts : rows by status; their sum is the number of rows of all sheets

    Raises
    ------
    RuleBrokenError
        The batch is committed or undone.
    """
    with reading(factory) as session:
        batch = session.get_one(ImportBatch, batch_id)
        kind, place, ring = batch.kind, place_of(batch), ring_of(session)
        memory = remembered_columns(session, batch.union_id, kind)
        sheets = [_understand(kind, grid, memory) for grid in grids]
        union = session.get(Union, batch.union_id)
        # Twins are settled against the whole file and the tables, not sheet by sheet.
        options = JudgeOptions(check_duplicates=False, region=union.region_code if union else None)
    _clear(factory, batch_id, sheets)
    total = sum(len(grid.rows) for grid in grids)
    statuses: list[RowStatus] = []
    seen: dict[str, tuple[str, int, str]] = {}
    with reading(factory) as session:
        importer = IMPORTS[kind](session, place)
        for some in _sliced(_judged(kind, grids, sheets, options)):
            rows = settle_twins(importer.stage(some), seen)
            changed = [row.target_id for row in rows if row.status is RowStatus.CHANGED]
            seen_as = versions_of(session, kind, filter(None, changed))
            _store(factory, ring, batch_id, rows=rows, versions=seen_as)
            statuses += [row.status for row in rows]
            if progress is not None:
                progress(len(statuses), total)
    counts = counts_of(statuses)
    with transaction(factory) as session:
        session.get_one(ImportBatch, batch_id, with_for_update=True).counts = counts
    return counts


def _understand(kind: ImportKind, grid: Grid, memory: dict[str, Any]) -> StagedSheet:
    """Recognise a sheet's columns; what a person decided for such a head comes before guesses."""
    guesses = guess_columns(kind, grid)
    signature = head_signature(grid)
    decided = memory.get(signature, {})
    by_letter = {guess.letter: guess.index for guess in guesses}
    chosen = {
        by_letter[letter]: concept for letter, concept in decided.items() if letter in by_letter
    }
    mapping = override_mapping(guesses, chosen)
    samples = masked_samples(grid, guesses)
    columns = [
        {**asdict(guess), "chosen": mapping.get(guess.index), "samples": some}
        for guess, some in zip(guesses, samples, strict=True)
    ]
    facts = {
        "rows": len(grid.rows),
        "head_rows": list(find_head(grid).rows),
        "notes": list(grid.notes),
        "is_decided": bool(chosen),
    }
    return StagedSheet(grid.sheet, signature, columns, mapping, facts)


def _clear(factory: SessionFactory, batch_id: int, sheets: Sequence[StagedSheet]) -> None:
    with transaction(factory) as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if batch.state != BatchState.STAGED:
            raise RuleBrokenError("batch_not_staged", "这个批次已经提交或撤销，不能重新预检。")
        batch.columns = {
            sheet.sheet: {
                "head_signature": sheet.head_signature,
                "columns": sheet.columns,
                **sheet.facts,
            }
            for sheet in sheets
        }
        batch.counts = {}
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == batch_id))


def _judged(
    kind: ImportKind, grids: Sequence[Grid], sheets: Sequence[StagedSheet], options: JudgeOptions
) -> Iterator[JudgedRow]:
    for grid, sheet in zip(grids, sheets, strict=True):
        yield from judge_rows(kind, grid, sheet.mapping, today=clock.today(), options=options)


def _sliced(rows: Iterable[JudgedRow]) -> Iterator[list[JudgedRow]]:
    stream = iter(rows)
    while some := list(islice(stream, _SLICE)):
        yield some


def _store(
    factory: SessionFactory,
    ring: KeyRing,
    batch_id: int,
    *,
    rows: Sequence[StagedRow],
    versions: Mapping[int, int],
) -> None:
    prepared = [
        {
            "batch_id": batch_id,
            "sheet": row.sheet,
            "row": row.row,
            "status": row.status,
            "problems": row.problems,
            "draft_cipher": sealed_values(ring, row),
            "target_id": row.target_id,
            "target_version": versions.get(row.target_id or 0),
        }
        for row in rows
    ]
    with transaction(factory) as session:
        insert_plain(session, ImportRow, prepared)


def sealed_values(ring: KeyRing, row: StagedRow) -> bytes | None:
    """Encrypt what a row would write, with its digest; nothing is kept of rows that write nothing."""
    if row.status not in (RowStatus.NEW, RowStatus.CHANGED) or row.values is None:
        return None
    text = json.dumps([row.digest, row.values], ensure_ascii=False)
    return ring.encrypt(text, DRAFT_COLUMN)
