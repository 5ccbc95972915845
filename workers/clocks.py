"""Nightly work on clocks (时限) and on what the members' facts say of households: birthdays change working age."""

from matcher.db.engine import transaction
from matcher.kinds import JobQueue
from matcher.services import clocks
from matcher.services.clock_escalation import LookedAt, look_at_clocks
from matcher.services.permissions import SYSTEM
from matcher.services.zero_employment.consequences import Refreshed, refresh_files
from matcher.services.zero_employment.derivation import DERIVE_JOB
from matcher.services.zero_employment.gone import settle_gone
from workers.runner import JobContext, job

_COUNTS = ("n_running", "n_replaced", "n_amber", "n_escalated")


@job("clocks.recount", queue=JobQueue.BATCH)
def recount(context: JobContext) -> dict[str, int]:
    """Count last days again after the calendar changed; a second run finds nothing to move."""
    with transaction(context.session_factory) as session:
        return {"n_moved": clocks.recount(session, SYSTEM)}


@job("clocks.look", queue=JobQueue.BATCH)
def look(context: JobContext) -> dict[str, int]:
    """Warn and escalate; a second run on the same day changes nothing."""
    with transaction(context.session_factory) as session:
        told = {"n_moved": clocks.recount(session, SYSTEM)}
    done = LookedAt()
    while True:  # in parts: nobody waits long for the write lock
        with transaction(context.session_factory) as session:
            done = look_at_clocks(session, SYSTEM, after_id=done.last_id)
        for name in _COUNTS:
            told[name] = told.get(name, 0) + getattr(done, name)
        if not done.last_id:
            return told


@job(DERIVE_JOB, queue=JobQueue.BATCH)
def derive_households(context: JobContext) -> dict[str, int]:
    """Derive every active file again, in parts; a second run on the same day changes nothing."""
    done, told = Refreshed(), {"n_files": 0, "n_changed": 0}
    with transaction(context.session_factory) as session:
        told["n_gone"] = settle_gone(session)
    while True:
        with transaction(context.session_factory) as session:
            done = refresh_files(session, after_id=done.last_id)
        told["n_files"] += done.n_files
        told["n_changed"] += done.n_changed
        if not done.last_id:
            return told
