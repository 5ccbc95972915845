"""Uploaded books of sheets (补录批次): staged with every line's verdict, looked at, then entered or left.

The file is not kept; what was written stands encrypted at its line until the fair's personal parts are forgotten.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import RuleBrokenError
from matcher.identity import mask_name, mask_phone
from matcher.kinds.fair_reports import LineNote, PaperSheet, PaperVerdict
from matcher.kinds.fairs import FairState
from matcher.models.fair_sheets import FairPaperBatch, FairPaperRow
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.fair_reports.sight import get_fair
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.judging import Judge, Judged
from matcher.services.fair_sheets.reading import ReadLine, read_book
from matcher.services.permissions import Actor, Permission
from matcher.services.rows import first_or_missing

SUBJECT = "fair_paper_batch"
VALUES = "fair_paper_row.values"
_LONGEST_FILE_NAME = 120
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class BatchView:
    """A batch with how many lines came to what; `n_lines` are all."""

    batch: FairPaperBatch
    counts: dict[PaperVerdict, int]

    @property
    def n_lines(self) -> int:
        """Return how many lines were read."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class LineView:
    """A line of a batch as it is shown: masked, and for a refused one what stands in the column of the problem."""

    row: FairPaperRow
    shown: str
    typed: str = ""
    note: LineNote | None = None


def stage(
    session: Session, by: Actor, public_id: str, content: bytes, file_name: str
) -> FairPaperBatch:
    """Judge an uploaded book and keep the verdicts; nothing is entered yet.

    Raises
    ------
    RuleBrokenError
        The fair was never announced, or is cancelled.
    InvalidInputError
        The file cannot be read.
    """
    lines = read_book(content, file_name)
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=True)
    if fair.state not in (FairState.ANNOUNCED, FairState.CLOSED):
        raise RuleBrokenError("fair_not_held", "只有公布过的招聘会才能补录。")
    batch = FairPaperBatch(
        fair_id=fair.id,
        file_name=PurePath(file_name).name[:_LONGEST_FILE_NAME],
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=clock.now(),
        uploaded_by_id=by.account_id,
    )
    session.add(batch)
    session.flush()
    judged = Judge(session, fair).judge(lines)
    session.add_all(_row(session, batch.id, one) for one in judged)
    audit.record(session, by, "fair_paper.staged", subject=(SUBJECT, batch.id), n=len(judged))
    session.flush()
    return batch


def _row(session: Session, batch_id: int, judged: Judged) -> FairPaperRow:
    line = judged.line
    typed = line.values if judged.code else {layouts.CODE: line.code, **line.values}
    keeps = judged.verdict is not PaperVerdict.BLANK
    return FairPaperRow(
        batch_id=batch_id,
        sheet=judged.sheet,
        sheet_name=line.sheet_name,
        line_number=line.line_number,
        code=judged.code,
        verdict=judged.verdict,
        problem=judged.problem,
        problem_column=judged.column,
        values_cipher=close_values(session, typed) if keeps else None,
        facts=judged.facts,
    )


def close_values(session: Session, values: dict[str, str]) -> bytes:
    """Return what was written on a line, encrypted."""
    return ring_of(session).encrypt(json.dumps(values, ensure_ascii=False), VALUES)


def open_values(session: Session, row: FairPaperRow) -> dict[str, str]:
    """Return what was written on a line; empty once forgotten."""
    if row.values_cipher is None:
        return {}
    opened = json.loads(ring_of(session).decrypt(row.values_cipher, VALUES))
    return {str(head): str(value) for head, value in opened.items()}


def line_of(session: Session, row: FairPaperRow) -> ReadLine:
    """Return a kept line as it was read."""
    return ReadLine(row.sheet_name, row.line_number, row.code, open_values(session, row))


def get_batch(
    session: Session, by: Actor, public_id: str, batch_id: str, *, lock: bool = False
) -> tuple[Fair, FairPaperBatch]:
    """Return a batch of a fair of the actor's unions; the fair is locked before the batch."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=lock)
    found = sa.select(FairPaperBatch).where(
        FairPaperBatch.fair_id == fair.id, FairPaperBatch.public_id == batch_id
    )
    return fair, first_or_missing(session, found, lock=lock)


def list_batches(session: Session, by: Actor, public_id: str) -> list[BatchView]:
    """Return the batches of a fair, the newest first; three queries."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    found = sa.select(FairPaperBatch).where(FairPaperBatch.fair_id == fair.id)
    batches = list(session.scalars(found.order_by(FairPaperBatch.id.desc())))
    counts = _counts(session, [one.id for one in batches])
    return [BatchView(one, counts.get(one.id, {})) for one in batches]


def view_batch(session: Session, batch: FairPaperBatch) -> BatchView:
    """Return one batch with its counts."""
    return BatchView(batch, _counts(session, [batch.id]).get(batch.id, {}))


def _counts(session: Session, ids: list[int]) -> dict[int, dict[PaperVerdict, int]]:
    found = (
        sa.select(FairPaperRow.batch_id, FairPaperRow.verdict, sa.func.count())
        .where(FairPaperRow.batch_id.in_(ids))
        .group_by(FairPaperRow.batch_id, FairPaperRow.verdict)
        .order_by(FairPaperRow.batch_id)
    )
    counts: dict[int, dict[PaperVerdict, int]] = {}
    for batch_id, verdict, n in session.execute(found):
        counts.setdefault(batch_id, {})[verdict] = int(n)
    return counts


def list_lines(
    session: Session,
    batch: FairPaperBatch,
    *,
    verdict: PaperVerdict | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[LineView]:
    """Return lines of a batch that are not blank, in the order of the sheets; names masked."""
    found = sa.select(FairPaperRow).where(
        FairPaperRow.batch_id == batch.id, FairPaperRow.verdict != PaperVerdict.BLANK
    )
    if verdict is not None:
        found = found.where(FairPaperRow.verdict == verdict)
    found = found.order_by(FairPaperRow.sheet_name, FairPaperRow.line_number)
    return [_view(session, row) for row in session.scalars(found.limit(limit).offset(offset))]


def _view(session: Session, row: FairPaperRow) -> LineView:
    values = {layouts.CODE: row.code, **open_values(session, row)}
    note = row.facts.get("note")
    return LineView(
        row,
        _shown(row, values),
        _masked(row.problem_column, values.get(row.problem_column, "")),
        LineNote(note) if note else None,
    )


def _masked(column: str, typed: str) -> str:
    """Return what was written in a column as everybody may see it."""
    if column == layouts.NAME:
        return mask_name(typed)
    if column == layouts.PHONE:
        return mask_phone(typed)
    return typed[:_LONGEST_SHOWN]


def _shown(row: FairPaperRow, values: dict[str, str]) -> str:
    """Return what a line is about in a few words that name nobody in full."""
    if row.sheet is PaperSheet.SIGN_IN:
        name = values.get(layouts.NAME, "")
        return mask_name(name) if name else values.get(layouts.TICKET, "")
    if row.sheet is PaperSheet.CONTACT:
        return f"{values.get(layouts.UNIT, '')} {values.get(layouts.WHO, '')}".strip()
    return ""
