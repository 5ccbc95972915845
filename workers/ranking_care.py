"""Nightly care of rankings: lapsed postings leave the lists, dated terms take hold, many changes become a new run,
old lists and snapshots go.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import reading, settings_of, transaction
from matcher.kinds import JobQueue
from matcher.services.ranking_changes import note_lapsed_postings
from matcher.services.ranking_compaction import compact_drives
from matcher.services.ranking_partitions import drop_partition, has_partition
from matcher.services.ranking_retention import (
    forget_some_lists,
    forget_some_spread,
    runs_to_forget,
)
from matcher.services.ranking_snapshots import needed_hashes, prune_snapshots
from matcher.services.requirement_terms import note_turned_terms
from workers.runner import JobContext, job


@job("ranking.lapsed_postings", queue=JobQueue.BATCH)
def lapse_postings(context: JobContext) -> dict[str, Any]:
    """Tell ranking which postings passed their last day, and where terms came into force or ran out.

    A second run finds them taken out already, and their texts read anew.
    """
    with transaction(context.session_factory) as session:
        return {
            "n_lapsed": note_lapsed_postings(session, clock.today()),
            "n_turned": note_turned_terms(session, clock.today()),
        }


@job("ranking.compaction", queue=JobQueue.BATCH)
def compact(context: JobContext) -> dict[str, Any]:
    """Ask for a run of every drive of which enough has changed since its last one.

    A second run finds the same runs going on, or the changes taken in.
    """
    with transaction(context.session_factory) as session:
        return {"runs": compact_drives(session)}


@job("ranking.old_snapshots", queue=JobQueue.BATCH)
def forget_snapshots(context: JobContext) -> dict[str, Any]:
    """Delete snapshot folders no run needs; a second run is harmless: it finds none left."""
    with reading(context.session_factory) as session:
        needed, settings = needed_hashes(session, clock.now()), settings_of(session)
    return {"n_removed": prune_snapshots(settings, needed, clock.now())}


@job("ranking.old_lists", queue=JobQueue.BATCH)
def forget_lists(context: JobContext) -> dict[str, Any]:
    """Delete the stored lists of runs nobody looks at any more; a second run is harmless: it finds none left.

    A run with a partition of its own loses it at once, the others lose their rows batch by batch. A
    partition that is being read just now waits for the next night.
    """
    factory = context.session_factory
    with reading(factory) as session:
        old = runs_to_forget(session, clock.now())
        whole = {run_id for run_id in old if has_partition(session, run_id)}
    for run_id in old:
        _forget(context, forget_some_spread, run_id)
    n_dropped = sum(drop_partition(factory, run_id) for run_id in sorted(whole))
    n_gone = sum(
        _forget(context, forget_some_lists, run_id) for run_id in old if run_id not in whole
    )
    return {"n_dropped": n_dropped, "n_gone": n_gone}


def _forget(context: JobContext, forget_some: Callable[[Session, int], int], run_id: int) -> int:
    """Delete rows of a run batch by batch, each in a transaction of its own, and return how many went."""
    n_gone = 0
    while True:
        with transaction(context.session_factory) as session:
            gone = forget_some(session, run_id)
        if not gone:
            return n_gone
        n_gone += gone
        context.checkpoint(n_gone)
