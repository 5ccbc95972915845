"""Background work in this process, without broker or beat: for a simulated drive, whose clock is its own.

The bodies, the claims and the schedule are the real ones; only who wakes them is not.
"""

import importlib

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState
from matcher.models.jobs import Job
from matcher.services import jobs
from workers.app import INCLUDE
from workers.runner import REGISTRY, Runner
from workers.schedule import LINES

_MOST_ROUNDS = 10_000
"""Jobs that make jobs end some day; more rounds than this would be a circle."""


class Inline:
    """Does background work where it is called."""

    def night(self, factory: SessionFactory) -> None:
        """Ask for everything that is scheduled, as a day's beat would, each once."""
        _register()
        with transaction(factory) as session:
            for line in LINES:
                jobs.enqueue(
                    session, line.job, {}, queue=REGISTRY[line.job].queue, unique_key=line.job
                )

    def work_off(self, factory: SessionFactory) -> int:
        """Do every job that is due, and those they ask for; return how many were done."""
        _register()
        runner, done = Runner(factory), 0
        for _ in range(_MOST_ROUNDS):
            waiting = _waiting(factory)
            if not waiting:
                return done
            for number in waiting:
                done += runner.run(number) is not None
        raise RuntimeError("jobs ask for jobs without an end")


def _register() -> None:
    for name in INCLUDE:
        importlib.import_module(name)


def _waiting(factory: SessionFactory) -> list[int]:
    """List jobs that are due, and those whose worker was lost, oldest first."""
    now = clock.now()
    due = sa.and_(Job.state == JobState.QUEUED, Job.run_after <= now)
    lost = sa.and_(
        Job.state == JobState.RUNNING, Job.lease_until < now, Job.attempts < Job.max_attempts
    )
    with reading(factory) as session:
        return list(session.scalars(sa.select(Job.id).where(due | lost).order_by(Job.id)))
