"""Running one job: claim it, keep its lease while the body works, end it, write one line.

The only rules on retrying stand here. A body is a function marked with `@job`; it opens its own short
transactions, reports progress, and looks now and then whether it should stop. Its docstring says
why a second run is harmless, since every body is run twice some day: a worker is killed after the effect and
before the row says done.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError, YangguangError
from matcher.kinds import JobQueue, JobState
from matcher.models.jobs import Job
from matcher.services import catalogues, jobs
from workers.logs import where

LEASE_SECONDS: Mapping[JobQueue, float] = {
    JobQueue.LIVE: 20,
    JobQueue.BATCH: 60,
    JobQueue.RANKING: 60,
}
"""A worker not heard of for this long is given up; longer than the 15 s SQLite may make a beat wait."""

_BEAT_SECONDS = 2.0
"""Pages poll progress every two seconds; more often would only write."""

Body = Callable[..., dict[str, Any] | None]
AnyBody = TypeVar("AnyBody", bound=Body)

_log = logging.getLogger(__name__)


class JobStoppedError(Exception):
    """A body gave up because it was asked to; the job is cancelled, or queued again at shutdown."""


@dataclass(frozen=True)
class RegisteredJob:
    """A body with its name and the queue it is meant for."""

    name: str
    queue: JobQueue
    body: Body


REGISTRY: dict[str, RegisteredJob] = {}
"""All bodies by name; filled when the modules of `workers.app.INCLUDE` are imported."""


def job(name: str, *, queue: JobQueue) -> Callable[[AnyBody], AnyBody]:
    """Register a body that takes a JobContext and the job's arguments by name.

    What it returns (plain values, or None) is kept as the job's result.
    """

    def register(body: AnyBody) -> AnyBody:
        if name in REGISTRY and REGISTRY[name].body.__qualname__ != body.__qualname__:
            raise ValueError(f"two jobs are named {name}")
        REGISTRY[name] = RegisteredJob(name, queue, body)
        return body

    return register


@dataclass
class JobContext:
    """What a body may ask of the worker that runs it."""

    session_factory: SessionFactory
    job_id: int
    token: str
    attempt: int
    done_units: int = 0
    total_units: int | None = None
    _stopping: Callable[[], bool] = lambda: False
    _stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int | None = None) -> None:
        """Note how many units are done; the heartbeat writes it, so calling often costs nothing."""
        self.done_units = done
        if total is not None:
            self.total_units = total

    def should_stop(self) -> bool:
        """Say whether to give up: somebody asked, the lease is lost, or the worker shuts down."""
        return self._stop.is_set() or self._stopping()

    def checkpoint(self, done: int, total: int | None = None) -> None:
        """Note progress and raise JobStoppedError if it is time to give up."""
        self.progress(done, total)
        if self.should_stop():
            raise JobStoppedError

    def require_lease(self, session: Session) -> None:
        """Raise ConflictError unless this worker still holds the job; locks its row until the commit."""
        jobs.require_lease(session, self.job_id, self.token)

    def note_stop(self) -> None:
        """Make `should_stop` true from now on."""
        self._stop.set()


class Runner:
    """Runs jobs of one worker process.

    Parameters
    ----------
    leases : seconds a lease holds, by queue
    stopping : says whether this worker is shutting down
    """

    def __init__(
        self,
        factory: SessionFactory,
        *,
        leases: Mapping[JobQueue, float] = LEASE_SECONDS,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._factory = factory
        self._leases = leases
        self._stopping = stopping

    def run(self, job_id: int) -> JobState | None:
        """Run a job if it can be had; return the state it was left in, None if it was not had."""
        started = time.monotonic()
        claimed = self._claim(job_id)
        if claimed is None:
            _log.debug("job not had", extra={"job_id": job_id})
            return None
        name, queue, arguments, context = claimed
        over = threading.Event()
        beats = threading.Thread(
            target=self._beat, args=(context, self._leases[queue], over), daemon=True
        )
        beats.start()
        try:
            state, code = self._work(name, arguments, context)
        finally:
            over.set()
            beats.join()
        _log.info(
            "job",
            extra={
                "job_id": job_id,
                "job": name,
                "state": str(state or "lease_lost"),
                "code": code,
                "attempt": context.attempt,
                "seconds": round(time.monotonic() - started, 3),
            },
        )
        return state

    def _claim(self, job_id: int) -> tuple[str, JobQueue, dict[str, Any], JobContext] | None:
        with transaction(self._factory) as session:
            row = session.get(Job, job_id)
            if row is None:
                return None
            token = jobs.claim(session, job_id, self._leases[row.queue])
            if token is None:
                return None
            session.refresh(row)
            context = JobContext(
                self._factory, job_id, token, row.attempts, _stopping=self._stopping
            )
            return row.name, row.queue, dict(row.arguments), context

    def _beat(self, context: JobContext, lease: float, over: threading.Event) -> None:
        """Renew the lease until the body is over; a beat the database refuses is tried again."""
        while not over.wait(min(_BEAT_SECONDS, lease / 4)):
            try:
                with transaction(self._factory) as session:
                    beat = jobs.heartbeat(
                        session,
                        context.job_id,
                        context.token,
                        lease_seconds=lease,
                        done_units=context.done_units,
                        total_units=context.total_units,
                    )
            except SQLAlchemyError:  # the lease outlasts many beats, the next one may pass
                _log.exception("heartbeat failed", extra={"job_id": context.job_id})
                continue
            if beat is not jobs.Beat.HELD:
                context.note_stop()
            if beat is jobs.Beat.LOST:
                return

    def _work(
        self, name: str, arguments: dict[str, Any], context: JobContext
    ) -> tuple[JobState | None, str | None]:
        """Run the body and end the job by how it went."""
        known = REGISTRY.get(name)
        if known is None:
            return self._fail(context, "job_unknown", "没有这种后台任务。", retry=True)
        try:
            with reading(self._factory) as session:
                catalogues.adopt(session)
            result = known.body(context, **arguments)
        except JobStoppedError:
            with transaction(self._factory) as session:
                return jobs.release(session, context.job_id, context.token), None
        except ConflictError as error:
            return self._fail(context, error.code, error.message, retry=True)
        except YangguangError as error:
            return self._fail(context, error.code, error.message, retry=False)
        except Exception as error:  # noqa: BLE001 - a body may raise anything; the job must end
            _log.error(
                "job raised",
                extra={
                    "job_id": context.job_id,
                    "error": type(error).__name__,
                    "where": where(error),
                },
            )
            message = f"后台任务意外中断（{type(error).__name__}），系统会自动重试。"
            return self._fail(context, "job_crashed", message, retry=True)
        with transaction(self._factory) as session:
            held = jobs.finish(
                session,
                context.job_id,
                context.token,
                result=result,
                done_units=context.done_units,
                total_units=context.total_units,
            )
        return (JobState.DONE if held else None), None

    def _fail(
        self, context: JobContext, code: str, message: str, *, retry: bool
    ) -> tuple[JobState | None, str | None]:
        with transaction(self._factory) as session:
            state = jobs.fail(
                session, context.job_id, context.token, code=code, message=message, retry=retry
            )
        return state, code
