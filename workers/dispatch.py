"""Dispatching (派发): due job rows → messages of the broker.

Several dispatchers may run: each row is marked by a conditional update before it is sent. If the
broker is away the mark is taken back and the rows wait. `workers/dispatcher.py` is the program
that does this all day.
"""

import logging
from collections.abc import Callable, Mapping

from celery import Celery
from kombu.exceptions import OperationalError

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobQueue
from matcher.services import job_sweep, ranking_runs
from matcher.services.plans import runs as plan_runs

RUN_TASK = "yangguang.run_job"
"""The one Celery task that runs jobs; its argument is the job's id."""

Send = Callable[[int, JobQueue], None]

_log = logging.getLogger(__name__)


def sender(app: Celery) -> Send:
    """Return what hands a job's id to the application's broker, without trying twice."""

    def send(job_id: int, queue: JobQueue) -> None:
        app.send_task(RUN_TASK, (job_id,), queue=queue.value, retry=False)

    return send


def sweep_once(
    factory: SessionFactory,
    send: Send,
    *,
    resend_seconds: Mapping[JobQueue, float] = job_sweep.RESEND_SECONDS,
) -> int:
    """Send all jobs that are due, end jobs and runs that are lost for good; return how many were sent.

    Raises
    ------
    OperationalError
        The broker is away; what was not sent stays due.
    """
    now = clock.now()
    with reading(factory) as session:
        due = job_sweep.due(session, now, resend_seconds=resend_seconds)
        lost = job_sweep.has_lost(session, now)
        dead = ranking_runs.dead_runs(session)
        dead_plans = plan_runs.dead_plans(session)
    if lost:
        with transaction(factory) as session:
            ended = job_sweep.settle_lost(session, now)
        _log.warning("jobs lost", extra={"job_ids": ended})
    for one in dead:
        with transaction(factory) as session:
            ranking_runs.fail_run(session, one)
        _log.warning("run failed", extra={"run_id": one.run_id, "code": one.code})
    for plan_id in dead_plans:
        with transaction(factory) as session:
            plan_runs.fail_plan(session, plan_id)
        _log.warning("plan failed", extra={"plan_id": plan_id})
    return sum(_send_one(factory, send, job) for job in due)


def _send_one(factory: SessionFactory, send: Send, job: job_sweep.DueJob) -> bool:
    at = clock.now()
    with transaction(factory) as session:
        if not job_sweep.mark_sent(session, job, at):
            return False
    try:
        send(job.id, job.queue)
    except OperationalError:
        with transaction(factory) as session:
            job_sweep.mark_sent(session, job_sweep.DueJob(job.id, job.queue, at), None)
        raise
    return True
