"""Undoing a batch (撤销导入): new rows go, changed rows are as before; rows touched since stay and are listed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.db.engine import SessionFactory, ring_of, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import BatchState, EmployerState, ImportKind, RowStatus, SeatState
from matcher.models.accounts import Membership
from matcher.models.cohorts import CohortAct, CohortHouseholdAct
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, GraduateMajor, Intent
from matcher.models.households import Household
from matcher.models.imports import ImportBatch, ImportRow
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.services import audit, posting_steps
from matcher.services.imports.batches import get_batch
from matcher.services.imports.committing import read_before
from matcher.services.imports.household_members import restore_members
from matcher.services.imports.kinds import insert_plain, slices
from matcher.services.imports.posting_seats import replace_open_seats
from matcher.services.imports.rows import own_problem
from matcher.services.imports.versions import MODELS, versions_of
from matcher.services.permissions import Actor
from matcher.services.ranking_changes import note_many

KEPT = "kept_at_undo"
"""Code of the remark on rows an undo left as they are."""

_KEPT = own_problem(
    KEPT,
    "导入之后有人修改或使用过，未撤销。",
    "如确要去掉，请在该记录自己的页面上处理。",
    severity="warn",
)


@dataclass(frozen=True)
class UndoReport:
    """How many records went or were restored, and which rows stay because somebody touched them since."""

    removed: int
    restored: int
    kept: list[dict[str, Any]]


def undo_batch(factory: SessionFactory, by: Actor, batch_id: int) -> UndoReport:
    """Take a committed batch back, in one transaction.

    Raises
    ------
    RuleBrokenError
        The batch is not committed.
    """
    with transaction(factory) as session:
        batch = get_batch(session, by, batch_id, lock=True)
        if batch.state != BatchState.COMMITTED:
            raise RuleBrokenError("batch_not_committed", "只有已提交的批次可以撤销。")
        rows = session.scalars(
            sa.select(ImportRow)
            .where(
                ImportRow.batch_id == batch.id,
                ImportRow.status.in_((RowStatus.NEW, RowStatus.CHANGED)),
                ImportRow.target_id.is_not(None),
            )
            .order_by(ImportRow.id)
        ).all()
        report = _undo(session, by, batch, rows)
        batch.state, batch.undone_at = BatchState.UNDONE, clock.now()
        if batch.drive_id is not None:
            note_many(session, batch.drive_id)
        audit.record(
            session,
            by,
            "import.undone",
            subject=("import_batch", batch.id),
            removed=report.removed,
            restored=report.restored,
            kept=len(report.kept),
        )
    return report


def _undo(session: Session, by: Actor, batch: ImportBatch, rows: Sequence[ImportRow]) -> UndoReport:
    model = MODELS[batch.kind]
    touched = _touched(session, batch.kind, rows)
    mine = [row for row in rows if row.target_id not in touched]
    new = sorted({row.target_id or 0 for row in mine if row.status == RowStatus.NEW})
    changed = [row for row in mine if row.status == RowStatus.CHANGED and row.before_cipher]
    if model is Posting:
        posting_steps.note_removed(session, by, new)
    for some in slices(new):
        session.execute(sa.delete(model).where(model.__table__.c.id.in_(some)))
    for row in changed:
        _restore(session, model, row)
    if model is Posting:
        posting_steps.note(session, by, [row.target_id or 0 for row in changed], "import_undone")
    _remove_unused_employers(session, batch)
    kept = []
    for row in rows:
        if row.target_id in touched:
            row.problems = [*row.problems, _KEPT]
            kept.append({"sheet": row.sheet, "row": row.row, "reason": _KEPT["reason"]})
    return UndoReport(removed=len(new), restored=len(changed), kept=kept)


def _touched(session: Session, kind: ImportKind, rows: Sequence[ImportRow]) -> set[int]:
    """Return records that are not as the batch left them, or that others now lean on."""
    ids = [row.target_id for row in rows if row.target_id is not None]
    versions = versions_of(session, kind, ids, lock=True)
    touched = {
        row.target_id
        for row in rows
        if row.target_id is not None and versions.get(row.target_id) != row.target_version
    }
    return touched | _leaned_on(session, MODELS[kind], list(versions))


def _leaned_on(session: Session, model: type[Base], ids: Sequence[int]) -> set[int]:
    """Return records other people's rows point to, and postings with a seat that is not open."""
    pointing: dict[type[Base], tuple[sa.Select[Any], ...]] = {
        Employer: (sa.select(Posting.employer_id),),
        Graduate: (
            sa.select(Membership.graduate_id),
            sa.select(Referral.graduate_id),
            sa.select(CohortAct.graduate_id),
        ),
        Household: (sa.select(Graduate.household_id), sa.select(CohortHouseholdAct.household_id)),
        Posting: (
            sa.select(Seat.posting_id).where(Seat.state != SeatState.OPEN),
            sa.select(Referral.posting_id),
        ),
    }
    used: set[int] = set()
    for chosen in pointing[model]:
        for some in slices(ids):
            used.update(session.scalars(chosen.where(chosen.selected_columns[0].in_(some))))
    return used


def _restore(session: Session, model: type[Base], row: ImportRow) -> None:
    """Write back what a record was before the batch changed it."""
    before = read_before(ring_of(session), row.before_cipher or b"")
    target = row.target_id or 0
    seats, parts = before.pop("seats", None), before.pop("parts", None)
    members = before.pop("members", None)
    columns = model.__table__.c
    values = {
        name: _typed(value) for name, value in before.items() if name not in ("id", "version_id")
    }
    session.execute(
        sa.update(model)
        .where(columns.id == target)
        .values(**values, version_id=columns.version_id + 1)
        .execution_options(synchronize_session=False)
    )
    if seats is not None:
        replace_open_seats(session, {target: seats})
    if parts is not None:
        _restore_parts(session, target, parts)
    if members is not None:
        typed = [{name: _typed(value) for name, value in one.items()} for one in members]
        restore_members(session, target, typed)


def _typed(value: Any) -> Any:
    """Read the plain form of what JSON cannot carry."""
    if isinstance(value, dict) and set(value) == {"bytes"}:
        return bytes.fromhex(value["bytes"])
    if isinstance(value, dict) and set(value) == {"date"}:
        return dt.date.fromisoformat(value["date"])
    return value


def _restore_parts(session: Session, graduate_id: int, parts: dict[str, Any]) -> None:
    for model in (GraduateMajor, Intent):
        session.execute(sa.delete(model).where(model.graduate_id == graduate_id))
    majors = [
        {"graduate_id": graduate_id, "position": position, **major}
        for position, major in enumerate(parts.get("majors", []), start=1)
    ]
    if majors:
        insert_plain(session, GraduateMajor, majors)
    if parts.get("intent"):
        insert_plain(session, Intent, [{"graduate_id": graduate_id, **parts["intent"]}])


def _remove_unused_employers(session: Session, batch: ImportBatch) -> None:
    """Remove employers this batch made beside its postings, if nobody checked or uses them."""
    used = sa.select(Posting.id).where(Posting.employer_id == Employer.id).exists()
    session.execute(
        sa.delete(Employer)
        .where(
            Employer.import_batch_id == batch.id,
            Employer.state == EmployerState.PENDING,
            Employer.version_id == 1,
            ~used,
        )
        .execution_options(synchronize_session=False)
    )
