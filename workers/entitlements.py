"""Nightly work on entitlements (政策待遇): money that came, days that passed or came near, the September list."""

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.services.entitlements import nightly
from matcher.services.permissions import SYSTEM
from workers.runner import JobContext, job


@job("entitlements.night", queue=JobQueue.BATCH)
def run_night(context: JobContext) -> dict[str, int]:
    """Settle, end and warn, part by part; a second run finds states and tasks standing and changes nothing."""
    done: dict[str, int] = {}
    for name, part in nightly.PARTS.items():
        with transaction(context.session_factory) as session:
            done[name] = part(session, SYSTEM)
    with reading(context.session_factory) as session:
        pieces = list(nightly.open_cases(session, SYSTEM))
    done["n_closing"] = 0
    for at, piece in enumerate(pieces, start=1):
        with transaction(context.session_factory) as session:
            done["n_closing"] += nightly.closing(session, SYSTEM, piece)
        context.checkpoint(at, len(pieces) + 1)
    with transaction(context.session_factory) as session:
        done["n_listed"] = nightly.september_tasks(session, SYSTEM)
    return done
