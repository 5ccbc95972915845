"""Ranking in the background (排序): prepare a run, rank its chunks, finish it, follow changes.

Bodies read, compute, then store; nothing is computed while a write transaction is open.
"""

import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from matcher.db.engine import reading, settings_of, transaction
from matcher.errors import ConflictError, SnapshotError
from matcher.kinds import JobQueue, ListSide
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.compiler import product_compiler
from matcher.ranking.concepts import can_tell, installed_concepts
from matcher.ranking.index_storage import save_index
from matcher.ranking.snapshot import Snapshot, pack
from matcher.ranking.storage import save_snapshot
from matcher.ranking.text import TextModel
from matcher.services import ranking_chunks, ranking_runs
from matcher.services.concept_memory import memory_of
from matcher.services.quality.spread import Spreading, has_cap, store_shown
from matcher.services.ranking_chunks import RunInput
from matcher.services.ranking_cutting import cut_run
from matcher.services.ranking_figures import snapshot_figures
from matcher.services.ranking_partitions import make_partition
from matcher.services.ranking_replay import rank_rows
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder
from matcher.settings import Settings
from workers.runner import JobContext, job
from workers.snapshots import local_snapshot

_log = logging.getLogger(__name__)


@job(ranking_runs.PREPARE, queue=JobQueue.BATCH)
def prepare_run(context: JobContext, *, run_id: int) -> dict[str, Any]:
    """Build the snapshot of a run and cut it into chunks.

    A second run finds the snapshot's hash in the run's row and does nothing; the folder of a
    snapshot that was written but not noted is found again by its hash.
    """
    started = time.perf_counter()
    _refuse_elsewhere(context.session_factory.kw["info"]["settings"])
    with reading(context.session_factory) as session:
        given = ranking_chunks.read_input(session, run_id)
        settings = settings_of(session)
        drive_id = session.get_one(RankingRun, run_id).drive_id
    if given is None:
        return {}
    read_at = time.perf_counter()
    snapshot = _build(given, settings, drive_id)
    content_hash = snapshot.content_hash()
    folder = snapshot_folder(settings, drive_id, content_hash)
    save_snapshot(snapshot, folder)
    save_index(snapshot, folder)
    built_at = time.perf_counter()
    figures = snapshot_figures(snapshot) | {
        "seconds_reading": round(read_at - started, 3),
        "seconds_snapshot": round(built_at - read_at, 3),
    }
    chunks = cut_run(snapshot)
    make_partition(context.session_factory, run_id, sum(chunk.n_lists for chunk in chunks))
    with transaction(context.session_factory) as session:
        ranking_chunks.store_chunks(
            session,
            run_id,
            snapshot_hash=content_hash,
            given=given,
            chunks=chunks,
            figures=figures,
        )
    return {"chunks": len(chunks)}


def _refuse_elsewhere(settings: Settings) -> None:
    """Raise on a host that fetches snapshots: what it wrote the web process could not hand out."""
    if settings.snapshots_from is not None:
        raise ConflictError(
            "prepared_elsewhere",
            "这台主机只负责排序，不能准备快照：请让它只接 ranking 队列，batch 队列留给网页服务所在的主机。",
        )


def _text_model(settings: Settings, drive_id: int, content_hash: str | None) -> TextModel | None:
    """Return the frozen text model.

    One is learned anew where its folder is gone, damaged or of an older version, or its concepts are of an
    edition this machine does not have: a drive is ranked again rather than not at all.
    """
    if content_hash is None:
        return None
    try:
        found = open_snapshot(snapshot_folder(settings, drive_id, content_hash)).codebook.text
    except SnapshotError as error:
        _log.warning("text model learned anew", extra={"drive": drive_id, "code": error.code})
        return None
    return found if can_tell(found.concepts) else None


def _build(given: RunInput, settings: Settings, drive_id: int) -> Snapshot:
    """Pack the facts; a text model made here has concepts if the extra is installed and not switched off."""
    text_model = _text_model(settings, drive_id, given.text_model_of)
    installed = installed_concepts() if settings.concepts else None
    concepts = installed if text_model is None else text_model.concepts
    memory = memory_of(settings, drive_id, concepts)
    snapshot = pack(
        given.facts,
        given.parameters,
        compile_leaves=product_compiler(read_key),
        lottery_key=given.lottery_key,
        text_model=text_model,
        concepts=concepts,
        memory=memory,
    )
    if memory is not None:
        memory.save()
    return snapshot


@job(ranking_chunks.RANK_CHUNK, queue=JobQueue.RANKING)
def rank_chunk(context: JobContext, *, run_id: int, side: str, row_start: int) -> dict[str, Any]:
    """Rank one chunk and store its lists.

    A second run finds the chunk done, or replaces the very lists it stored.
    """
    list_side = ListSide(side)
    with reading(context.session_factory) as session:
        row_stop = ranking_chunks.find_chunk(session, run_id, list_side, row_start)
        run = session.get_one(RankingRun, run_id)
    if row_stop is None:
        return {}
    snapshot = local_snapshot(
        context.session_factory,
        run.drive_id,
        run.snapshot_hash or "",
        stopping=context.should_stop,
    )
    started = time.perf_counter()
    subjects, ranked = rank_rows(snapshot, list_side, np.arange(row_start, row_stop))
    seconds = time.perf_counter() - started
    context.checkpoint(len(subjects), len(subjects))
    with transaction(context.session_factory) as session:
        ranking_chunks.store_chunk(
            session,
            run_id,
            list_side,
            row_start=row_start,
            subjects=subjects,
            ranked=ranked,
            seconds=seconds,
        )
    return {"lists": len(subjects)}


def _folder_of(session: Any, run_id: int) -> Path:
    run = session.get_one(RankingRun, run_id)
    return snapshot_folder(settings_of(session), run.drive_id, run.snapshot_hash or "")


@job(ranking_chunks.FINISH, queue=JobQueue.BATCH)
def finish_run(context: JobContext, *, run_id: int) -> dict[str, Any]:
    """Hash all lists, spread attention if the rules ask for it, and make the run the drive's current one.

    A second run finds it done, or stores the very same.
    """
    with reading(context.session_factory) as session:
        result = ranking_chunks.result_hash(session, run_id)
        run = session.get_one(RankingRun, run_id)
        spreading = (
            Spreading(session, run, open_snapshot(_folder_of(session, run_id)))
            if has_cap(run)
            else None
        )
    if spreading is not None:
        _store_spread(context, run_id, spreading)
    with transaction(context.session_factory) as session:
        ranking_chunks.finish_run(session, run_id, result)
    return {"result_hash": result}


def _store_spread(context: JobContext, run_id: int, spreading: Spreading) -> None:
    """Store what a cap leaves, a batch a transaction: nobody is shown it before the run is done."""
    graduate_id = 0
    while True:
        with reading(context.session_factory) as session:
            found = spreading.after(session, graduate_id)
        if found is None:
            return
        with transaction(context.session_factory) as session:
            store_shown(session, run_id, found)
        graduate_id = found.upto
        context.checkpoint(context.done_units)
