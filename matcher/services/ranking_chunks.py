"""The work of a run (排序运行): its input, its chunks, its stored lists, its end.

Nothing is computed inside a write transaction: workers read, compute, then store with the functions
here, each of which is harmless when run twice.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobQueue, ListSide, RunState
from matcher.models.drives import Drive
from matcher.models.ranking_runs import (
    RankedList,
    RankedOverlay,
    RankingChange,
    RankingChunk,
    RankingRun,
)
from matcher.ranking.columns import Gathered, gather
from matcher.ranking.engine import Ranked
from matcher.ranking.limits import read_parameters
from matcher.ranking.parameters import DriveParameters
from matcher.services import jobs
from matcher.services.drives import lottery_key
from matcher.services.job_batches import Wanted, enqueue_many
from matcher.services.ranking_changes import FOLLOW, MANY, last_change
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_packing import list_length, packed_rows

RANK_CHUNK = "ranking.rank_chunk"
FINISH = "ranking.finish_run"

_DELETED_AT_ONCE = 5000


@dataclass(frozen=True)
class Chunk:
    """Rows of one side that one task ranks."""

    side: ListSide
    row_start: int
    row_stop: int
    n_lists: int


@dataclass(frozen=True)
class RunInput:
    """Everything a snapshot is built from, read in one transaction."""

    facts: Gathered
    parameters: DriveParameters
    lottery_key: bytes
    as_of_change: int
    text_model_of: str | None
    """Hash of the snapshot whose text model is taken over; None fits one to the texts at hand."""


def read_input(session: Session, run_id: int) -> RunInput | None:
    """Read what a run's snapshot is built from; None if it has its snapshot or was stopped.

    Rows stream by and leave their numbers: nobody's row is in memory longer than its batch.
    """
    run = session.get_one(RankingRun, run_id)
    if run.snapshot_hash is not None or run.state not in (RunState.QUEUED, RunState.RUNNING):
        return None
    drive = session.get_one(Drive, run.drive_id)
    parameters = read_parameters(run.parameters)
    # The change number is read first: what changes while rows are read is followed again.
    as_of_change = last_change(session, drive.id)
    return RunInput(
        facts=gather(
            graduate_facts(session, drive.id), posting_facts(session, drive.id, clock.today())
        ),
        parameters=parameters,
        lottery_key=lottery_key(session, drive),
        as_of_change=as_of_change,
        text_model_of=_text_model_of(session, run),
    )


def _text_model_of(session: Session, run: RankingRun) -> str | None:
    """Return the snapshot whose text model this run takes over.

    Vocabulary and weights are frozen within a drive revision, so that single changes followed by
    the live lane give what a new run gives. An import brings many texts at once: the next run
    learns them.
    """
    before = session.execute(
        sa.select(RankingRun.snapshot_hash, RankingRun.as_of_change)
        .where(
            RankingRun.drive_id == run.drive_id,
            RankingRun.drive_revision == run.drive_revision,
            RankingRun.result_hash.is_not(None),
        )
        .order_by(RankingRun.number.desc())
        .limit(1)
    ).first()
    if before is None:
        return None
    imports = sa.select(RankingChange.id).where(
        RankingChange.drive_id == run.drive_id,
        RankingChange.id > before.as_of_change,
        RankingChange.side == MANY,
    )
    return None if session.scalar(imports.limit(1)) is not None else before.snapshot_hash


def store_chunks(
    session: Session,
    run_id: int,
    *,
    snapshot_hash: str,
    given: RunInput,
    chunks: Sequence[Chunk],
    figures: dict[str, Any],
) -> None:
    """Write the chunks of a run and ask for each; a run that has its snapshot is left alone."""
    run = session.get_one(RankingRun, run_id, with_for_update=True)
    if run.snapshot_hash is not None or run.state == RunState.CANCELLED:
        return
    run.state, run.started_at = RunState.RUNNING, clock.now()
    run.snapshot_hash, run.as_of_change = snapshot_hash, given.as_of_change
    run.n_graduates, run.n_postings = given.facts.graduates.n_rows, given.facts.postings.n_rows
    run.figures = figures
    rows = [{"run_id": run.id, **asdict(chunk)} for chunk in chunks]
    if rows:
        session.execute(sa.insert(RankingChunk), rows)
    enqueue_many(
        session,
        RANK_CHUNK,
        (_wanted(run.id, chunk) for chunk in chunks),
        queue=JobQueue.RANKING,
        parent_id=run.job_id,
    )
    if not chunks:
        _ask_to_finish(session, run)


def _wanted(run_id: int, chunk: Chunk) -> Wanted:
    return Wanted(
        {"run_id": run_id, "side": chunk.side.value, "row_start": chunk.row_start},
        f"{RANK_CHUNK}:{run_id}:{chunk.side}:{chunk.row_start}",
    )


def find_chunk(session: Session, run_id: int, side: ListSide, row_start: int) -> int | None:
    """Return where a chunk ends, or None if it is done or its run was stopped."""
    run = session.get_one(RankingRun, run_id)
    chunk = session.get_one(RankingChunk, (run_id, side, row_start))
    wanted = run.state == RunState.RUNNING and chunk.done_at is None
    return chunk.row_stop if wanted else None


def store_chunk(
    session: Session,
    run_id: int,
    side: ListSide,
    *,
    row_start: int,
    subjects: Sequence[int],
    ranked: Ranked,
    seconds: float,
) -> None:
    """Replace a chunk's lists; whoever stores the last chunk asks for the run to be finished.

    The chunk's row is locked first: of two workers that ranked it, the later finds it done and stores nothing.
    The run's row is locked last and for a moment, so that of two last chunks one sees the other and yet
    no host waits for another's lists. That lock lets the rows' own references stand (FOR NO KEY UPDATE):
    a stronger one would wait for every chunk that is being stored, and they for it.
    """
    key = (run_id, side, row_start)
    chunk = session.get_one(RankingChunk, key, with_for_update=True, populate_existing=True)
    if chunk.done_at is not None or _state_of(session, run_id) != RunState.RUNNING:
        return
    _delete_lists(session, run_id, side, subjects)
    parameters = session.scalars(sa.select(RankingRun.parameters).where(RankingRun.id == run_id))
    length = list_length(DriveParameters.from_dict(parameters.one()), side)
    packed = packed_rows(subjects, ranked, length)
    rows = [{"run_id": run_id, "side": side, **row} for row in packed]
    if rows:
        session.execute(sa.insert(RankedList.__table__), rows)  # type: ignore[arg-type] # a mapped class's table is a Table
    run = session.get_one(
        RankingRun, run_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if run.state != RunState.RUNNING:  # stopped while the lists were being written
        _delete_lists(session, run_id, side, subjects)
        return
    chunk.done_at, chunk.seconds = clock.now(), seconds
    session.flush()
    left = sa.select(RankingChunk.row_start).where(
        RankingChunk.run_id == run_id, RankingChunk.done_at.is_(None)
    )
    if session.scalar(left.limit(1)) is None:
        _ask_to_finish(session, run)


def _state_of(session: Session, run_id: int) -> RunState:
    return session.scalars(sa.select(RankingRun.state).where(RankingRun.id == run_id)).one()


def _delete_lists(session: Session, run_id: int, side: ListSide, subjects: Sequence[int]) -> None:
    """Delete the lists of some subjects, in parts: a statement takes 32,766 values at most (SQLite)."""
    for start in range(0, len(subjects), _DELETED_AT_ONCE):
        session.execute(
            sa.delete(RankedList).where(
                RankedList.run_id == run_id,
                RankedList.side == side,
                RankedList.subject_id.in_(subjects[start : start + _DELETED_AT_ONCE]),
            ),
            execution_options={"synchronize_session": False},
        )


def unpacked(keys: bytes, partners: bytes) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return keys and partner ids of a stored list."""
    return np.frombuffer(keys, dtype="<i8"), np.frombuffer(partners, dtype="<i4")


def _ask_to_finish(session: Session, run: RankingRun) -> None:
    jobs.enqueue(
        session,
        FINISH,
        {"run_id": run.id},
        queue=JobQueue.BATCH,
        unique_key=f"{FINISH}:{run.id}",
        parent_id=run.job_id,
    )


def result_hash(session: Session, run_id: int) -> str:
    """Return SHA-256 over all lists of a run, by side and subject."""
    digest = hashlib.sha256()
    lists = (
        sa.select(RankedList.side, RankedList.subject_id, RankedList.keys, RankedList.partners)
        .where(RankedList.run_id == run_id)
        .order_by(RankedList.side, RankedList.subject_id)
    )
    for row in session.execute(lists.execution_options(yield_per=1000)):
        add_to_hash(digest, row.side, row.subject_id, keys=row.keys, partners=row.partners)
    return digest.hexdigest()


def add_to_hash(
    digest: Any, side: ListSide, subject_id: int, *, keys: bytes, partners: bytes
) -> None:
    """Add one list to a result hash."""
    digest.update(f"{ListSide(side).value} {subject_id} {len(keys)}\n".encode())
    digest.update(keys)
    digest.update(partners)


def finish_run(session: Session, run_id: int, result: str) -> None:
    """Make a run the drive's current one: older overlays go, later changes are followed."""
    run = session.get_one(RankingRun, run_id, with_for_update=True)
    if run.state != RunState.RUNNING:
        return
    run.state, run.result_hash, run.finished_at = RunState.DONE, result, clock.now()
    run.followed_change = run.as_of_change
    seconds = sa.select(
        sa.func.sum(RankingChunk.seconds), sa.func.count(RankingChunk.row_start)
    ).where(RankingChunk.run_id == run_id)
    total, count = session.execute(seconds).one()
    run.figures = {**run.figures, "seconds_ranking": round(total or 0.0, 3), "chunks": count}
    session.execute(sa.delete(RankedOverlay).where(RankedOverlay.drive_id == run.drive_id))
    jobs.enqueue(
        session,
        FOLLOW,
        {"drive_id": run.drive_id},
        queue=JobQueue.LIVE,
        unique_key=f"{FOLLOW}:{run.drive_id}",
    )
    session.flush()
