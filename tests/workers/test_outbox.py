"""Sending messages: the file adapter's files, the job that works through what is due."""

import json
import stat
from pathlib import Path

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import MessageChannel, MessageState
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.services import outbox
from matcher.services.outbox import OutgoingMessage
from matcher.settings import Settings
from workers.outbox import UndeliveredError, send_one
from workers.runner import Runner


def _write(factory: SessionFactory, key: str, channel: MessageChannel) -> int:
    with transaction(factory) as session:
        return outbox.write(
            session,
            unique_key=key,
            channel=channel,
            template="sign_in_code",
            address="13800000000",
            secret="246810",
        ).id


def _send_job(factory: SessionFactory) -> None:
    with reading(factory) as session:
        [job_id] = [row.id for row in session.query(Job).all()]
    assert Runner(factory).run(job_id) is not None


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def test_messages_for_outside_become_private_files_and_the_sites_own_do_not(
    sqlite_factory: SessionFactory, settings: Settings
) -> None:
    sms = _write(sqlite_factory, "a", MessageChannel.SMS)
    _write(sqlite_factory, "b", MessageChannel.SITE)

    _send_job(sqlite_factory)

    [path] = _files(settings.outbox)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    line = json.loads(path.read_text())
    assert (line["id"], line["unique_key"], line["secret"]) == (sms, "a", "246810")
    with reading(sqlite_factory) as session:
        assert {row.state for row in session.query(OutboxMessage)} == {MessageState.SENT}


def test_a_message_sent_twice_is_one_file(
    sqlite_factory: SessionFactory, settings: Settings
) -> None:
    message_id = _write(sqlite_factory, "a", MessageChannel.SMS)
    _send_job(sqlite_factory)
    with transaction(sqlite_factory) as session:
        row = session.get_one(OutboxMessage, message_id)
        row.state, row.send_after = MessageState.WAITING, row.created_at

    with transaction(sqlite_factory) as session:
        session.query(Job).delete()
        outbox.jobs.enqueue(session, outbox.SEND_JOB, {}, queue=outbox.JobQueue.LIVE)
    _send_job(sqlite_factory)

    assert len(_files(settings.outbox)) == 1


def test_one_message_a_gateway_refuses_does_not_keep_the_others(
    sqlite_factory: SessionFactory,
) -> None:
    taken: list[int] = []

    class Gateway:
        def send(self, message: OutgoingMessage) -> None:
            if message.unique_key == "bad":
                raise UndeliveredError
            taken.append(message.id)

    gateways = {MessageChannel.SMS: Gateway()}
    bad = _write(sqlite_factory, "bad", MessageChannel.SMS)
    good = _write(sqlite_factory, "good", MessageChannel.SMS)

    sent = [send_one(sqlite_factory, gateways, number) for number in (bad, good)]

    assert sent == [False, True]
    assert taken == [good]
