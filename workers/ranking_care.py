"""Nightly care of rankings: postings past their last day leave the lists, dated terms take hold, old snapshots go."""

from typing import Any

from matcher import clock
from matcher.db.engine import reading, settings_of, transaction
from matcher.kinds import JobQueue
from matcher.services.ranking_changes import note_lapsed_postings
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


@job("ranking.old_snapshots", queue=JobQueue.BATCH)
def forget_snapshots(context: JobContext) -> dict[str, Any]:
    """Delete snapshot folders no run needs; a second run is harmless: it finds none left."""
    with reading(context.session_factory) as session:
        needed, settings = needed_hashes(session, clock.now()), settings_of(session)
    return {"n_removed": prune_snapshots(settings, needed, clock.now())}
