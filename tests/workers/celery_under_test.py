"""The real application with jobs whose effect can be counted, and leases a test can wait for."""

import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import transaction
from matcher.db.insertion import insert_if_new
from matcher.kinds import JobQueue
from matcher.models.installation import InstallationFact
from workers import app as workers_app
from workers.runner import JobContext, job

app = workers_app.app
app.leases = dict.fromkeys(JobQueue, 3.0)
app.conf.include = []  # the product's bodies take a second to import, and none of them runs here

COUNTER = "test:counter"


def add_one(session: Session, name: str) -> None:
    """Add one to a number kept as a fact."""
    raised = sa.cast(sa.cast(InstallationFact.value, sa.Integer) + 1, sa.Text)
    session.execute(
        sa.update(InstallationFact).where(InstallationFact.name == name).values(value=raised)
    )


@job("test.effect", queue=JobQueue.BATCH)
def make_effect(context: JobContext, effect: str, first_seconds: float) -> dict[str, str]:
    """Count an effect once; a second run is harmless: the effect's key stands, so nothing is added.

    The first try works for `first_seconds`, later ones are quick; each try leaves a mark.
    """
    with transaction(context.session_factory) as session:
        mark = {"name": f"{effect}:began", "value": "1"}
        first = insert_if_new(session, InstallationFact, mark) is not None
        if not first:
            add_one(session, f"{effect}:began")
    ends = time.monotonic() + (first_seconds if first else 0)
    while time.monotonic() < ends:
        context.checkpoint(0)
        time.sleep(0.05)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        made = insert_if_new(session, InstallationFact, {"name": effect, "value": "made"})
        if made is not None:
            add_one(session, COUNTER)
    return {"effect": effect}


@job("test.fail", queue=JobQueue.BATCH)
def fail_always(context: JobContext) -> dict[str, str]:
    """Raise; a second run is harmless: it raises again."""
    raise ValueError(f"张三 410102199901010011 in job {context.job_id}")
