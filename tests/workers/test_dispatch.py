"""Dispatching: what is due is sent once, what the broker refuses stays due."""

import pytest
from kombu.exceptions import OperationalError

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import JobQueue
from matcher.services import jobs
from workers.dispatch import sweep_once


def _ask(factory: SessionFactory, queue: JobQueue = JobQueue.LIVE) -> int:
    with transaction(factory) as session:
        return jobs.enqueue(session, "test.job", {}, queue=queue).id


def test_each_job_is_sent_once_to_its_queue(sqlite_factory: SessionFactory) -> None:
    asked = [(_ask(sqlite_factory, queue), queue) for queue in JobQueue]
    sent: list[tuple[int, JobQueue]] = []

    n_first = sweep_once(sqlite_factory, lambda *message: sent.append(message))
    n_second = sweep_once(sqlite_factory, lambda *message: sent.append(message))

    assert (n_first, n_second) == (len(JobQueue), 0)
    assert sorted(sent) == sorted(asked)


def test_what_the_broker_refuses_is_sent_at_the_next_look(sqlite_factory: SessionFactory) -> None:
    job_id = _ask(sqlite_factory)

    def refuse(_job_id: int, _queue: JobQueue) -> None:
        raise OperationalError

    with pytest.raises(OperationalError):
        sweep_once(sqlite_factory, refuse)

    sent: list[int] = []
    sweep_once(sqlite_factory, lambda number, _queue: sent.append(number))
    assert sent == [job_id]


def test_a_message_that_got_lost_is_sent_again_after_a_while(
    sqlite_factory: SessionFactory,
) -> None:
    job_id = _ask(sqlite_factory)
    sent: list[int] = []
    for _ in range(2):
        sweep_once(
            sqlite_factory,
            lambda number, _queue: sent.append(number),
            resend_seconds=dict.fromkeys(JobQueue, 0.0),
        )

    assert sent == [job_id, job_id]
