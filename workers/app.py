"""The Celery application: two queues, late acknowledgement, JSON, no results.

Celery carries a job's id and nothing else; state, progress and results are in the `job` table, where they
can be queried, shown and swept. Pinned to 5.6: 5.7.0 kills or hangs a busy late-acknowledging worker
when the broker restarts (seen 7 of 7; tests/workers keeps watch).

The module-level `app` is the one exception to "no module-level client": Celery's command line wants it.
Engine and key ring are made in each worker child after the fork, so no connection is ever shared.
"""

import ctypes
import logging
import mmap
import os
import signal
import sys
import threading
from collections.abc import Mapping

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init, worker_shutting_down
from kombu import Queue

from matcher import clock
from matcher.db.engine import SessionFactory
from matcher.kinds import JobQueue
from matcher.services.installation import open_installation
from matcher.settings import Settings, load_settings
from workers import dispatch, schedule
from workers.broker import broker_client, nudge
from workers.leases import leases, resend_seconds
from workers.logs import set_up_logging
from workers.runner import LEASE_SECONDS, Runner
from workers.warming import warm_up

INCLUDE = [
    "workers.casework",
    "workers.clocks",
    "workers.cohorts",
    "workers.approvals",
    "workers.booths",
    "workers.employers",
    "workers.entitlements",
    "workers.exports",
    "workers.fair_employers",
    "workers.fair_guests",
    "workers.fair_reports",
    "workers.fairs",
    "workers.follow_ups",
    "workers.imports",
    "workers.interviews",
    "workers.live",
    "workers.outbox",
    "workers.ranking",
    "workers.ranking_care",
    "workers.placements",
    "workers.plan_help",
    "workers.plans",
    "workers.quality",
    "workers.referrals",
    "workers.reports",
    "workers.reminders",
    "workers.retention",
    "workers.sheet_files",
    "workers.training",
]
"""Modules whose import registers job bodies; a new module of bodies is added here."""

_TIME_LIMIT_S = 7200
_SOFT_LIMIT_S = 7000
"""No job is planned above minutes; two hours end one that hangs. The soft limit lets it say so."""

_VISIBILITY_S = 10800
"""Longer than the longest job, else the broker hands a running one out again."""

_SHUTDOWN_S = 20
"""A body that does not look for a stop within this time is cut off; its job is done again later."""

_PR_SET_PDEATHSIG = 1


class YangguangCelery(Celery):
    """The application with this process's runner, made when first needed."""

    settings: Settings
    leases: Mapping[JobQueue, float] = LEASE_SECONDS
    _factory: SessionFactory | None = None
    _stop_flag: mmap.mmap

    def open_factory(self) -> SessionFactory:
        """Return this process's session factory."""
        if self._factory is None:
            self._factory = open_installation(self.settings)
        return self._factory

    def stopping(self) -> bool:
        """Say whether the worker this process belongs to is shutting down."""
        return self._stop_flag[0] == 1

    def note_stopping(self) -> None:
        """Tell all children, which share the flag's memory, that the worker shuts down."""
        self._stop_flag[0] = 1


def make_app(settings: Settings) -> YangguangCelery:
    """Return the application for these settings."""
    made = YangguangCelery("yangguang", broker=settings.broker_url, include=INCLUDE)
    made.settings = settings
    made.leases = leases(settings)
    made._stop_flag = mmap.mmap(-1, 1)  # anonymous and shared: forked children see a change
    made.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_time_limit=_TIME_LIMIT_S,
        task_soft_time_limit=_SOFT_LIMIT_S,
        task_queues=[Queue(queue.value) for queue in JobQueue],
        task_default_queue=JobQueue.BATCH.value,
        broker_transport_options={"visibility_timeout": _VISIBILITY_S, **_notice_a_cut(settings)},
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # The row's lease decides who does the work: a lost connection is no reason to stop it.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_max_tasks_per_child=500,
        worker_max_memory_per_child=settings.child_memory_mb * 1000,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        timezone=str(clock.CHINA),
        enable_utc=True,
        beat_schedule=schedule.beat_schedule(),
    )
    return made


def _notice_a_cut(settings: Settings) -> dict[str, object]:
    """Return what lets a worker notice that its host was cut off, and connect anew (TCP only)."""
    if settings.embedded_broker:
        return {}
    return {"socket_keepalive": True, "socket_connect_timeout": 10, "health_check_interval": 15}


app = make_app(load_settings())
"""What `celery -A workers.app` starts."""


@app.task(name=dispatch.RUN_TASK)
def run_job(job_id: int) -> None:
    """Run one job; a second message finds it claimed or over, and does nothing.

    Bodies ask for further work, so the dispatcher is nudged when one has ended.
    """
    ran = Runner(app.open_factory(), leases=app.leases, stopping=app.stopping).run(job_id)
    if ran is not None:
        with broker_client(app.settings, timeout=1) as client:
            nudge(client)


@app.task(name=schedule.ENQUEUE_TASK)
def enqueue_scheduled(name: str) -> None:
    """Write the row of a scheduled job; a second message finds the row queued, or runs it once more."""
    schedule.enqueue(app.open_factory(), name)


@app.task(name=schedule.SWEEP_TASK)
def sweep() -> None:
    """Send what is due, should the dispatcher hang; sending twice is settled by the claim."""
    dispatch.sweep_once(
        app.open_factory(), dispatch.sender(app), resend_seconds=resend_seconds(app.settings)
    )


@worker_init.connect
def _warm_up(**_: object) -> None:
    """Have the kernels of ranking compiled before the children are forked."""
    warm_up(app.settings)


@worker_process_init.connect
def _start_child(**_: object) -> None:
    """End with the worker, quietly at a stop; connect to the database after the fork."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    app.open_factory()


@worker_shutting_down.connect
def _stop_bodies(**_: object) -> None:
    """Ask the bodies to give up; end the worker, and by its end the children, if one does not."""
    app.note_stopping()
    last = threading.Timer(_SHUTDOWN_S, os.kill, (os.getpid(), signal.SIGKILL))
    last.daemon = True
    last.start()


@setup_logging.connect
def _log_lines(**_: object) -> None:
    set_up_logging(logging.INFO)
