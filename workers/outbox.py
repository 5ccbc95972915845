"""Sending messages (发件箱): adapters for the outside, and the job that works through what is due.

The embedded run has no SMS gateway: its file adapter writes each message to the outbox folder, where
the office's own program, or a person trying the demo, picks it up.
"""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import JobQueue, MessageChannel
from matcher.services import outbox
from matcher.services.message_texts import compose
from matcher.services.outbox import OutgoingMessage
from workers.mail import MailAdapter
from workers.runner import JobContext, job
from workers.undelivered import UndeliveredError

__all__ = [
    "FileAdapter",
    "MessageAdapter",
    "SiteAdapter",
    "UndeliveredError",
    "send_due",
    "send_one",
]

_log = logging.getLogger(__name__)


class MessageAdapter(Protocol):
    """Something that carries a message out of this house."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand a message over.

        Sending the same message twice must be harmless: pass `unique_key` on where the other side
        can tell doubles by it. Raises UndeliveredError if it was not taken.
        """


class FileAdapter:
    """Writes each message as one line of JSON to a file of its own (0600), named by its id.

    Written beside and renamed: a reader never sees half a message, and a second sending replaces the
    file by the same one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: OutgoingMessage) -> None:
        """Write the file; raises UndeliveredError if the folder cannot be written."""
        words = compose(message.template, message.parameters, secret=message.secret)
        line = asdict(message) | asdict(words) | {"written_at": clock.now().isoformat()}
        path = self._folder / f"{message.channel.value}-{message.id:08d}.json"
        beside = path.with_suffix(f".{os.getpid()}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            beside.replace(path)
        except OSError as error:
            raise UndeliveredError from error


class SiteAdapter:
    """Carries nothing: a message on the site (站内信) is read from its row."""

    def send(self, message: OutgoingMessage) -> None:
        """Do nothing; the row's mark is the delivery."""


def installed_adapters(
    folder: Path, smtp_url: str | None = None
) -> Mapping[MessageChannel, MessageAdapter]:
    """Return the adapters of an installation: files, and the office's mail server if one is named."""
    to_file = FileAdapter(folder)
    return {
        MessageChannel.SITE: SiteAdapter(),
        MessageChannel.SMS: to_file,
        MessageChannel.MAIL: MailAdapter(smtp_url) if smtp_url else to_file,
    }


@job(outbox.SEND_JOB, queue=JobQueue.LIVE)
def send_due(context: JobContext) -> dict[str, int]:
    """Send what is due; a second run is harmless: sent rows are not due, a file is replaced by itself."""
    with reading(context.session_factory) as session:
        settings = settings_of(session)
    adapters = installed_adapters(settings.outbox, settings.smtp_url)
    n_sent = n_tried = 0
    while True:
        with reading(context.session_factory) as session:
            due = outbox.due_ids(session)
        if not due:
            return {"n_sent": n_sent, "n_tried": n_tried}
        for message_id in due:
            n_tried += 1
            n_sent += send_one(context.session_factory, adapters, message_id)
            context.checkpoint(n_tried)


def send_one(
    factory: SessionFactory, adapters: Mapping[MessageChannel, MessageAdapter], message_id: int
) -> bool:
    """Send one message outside any transaction; False if it was withdrawn, taken or not delivered."""
    with transaction(factory) as session:
        message = outbox.take(session, message_id)
    if message is None:
        return False
    try:
        adapters[message.channel].send(message)
    except UndeliveredError:
        with transaction(factory) as session:
            state = outbox.note_failed(session, message)
        _log.warning("undelivered", extra={"message_id": message_id, "state": str(state)})
        return False
    with transaction(factory) as session:
        return outbox.note_sent(session, message)
