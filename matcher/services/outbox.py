"""Outgoing messages (发件箱): written in the transaction that causes them, sent by a job afterwards.

The unique key names the effect, so the same message is never written twice. What travels through the
database is a template's name and parameters without hardship words; address and code are encrypted. A
message that needs a consent (同意) names it, and the consent is looked up again when it is sent: who withdrew
it in between gets nothing (decisions.md 30).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.db.insertion import insert_if_new
from matcher.kinds import ConsentPurpose, JobQueue, MessageChannel, MessageState
from matcher.models.consents import Consent
from matcher.models.outbox import OutboxMessage
from matcher.services import jobs
from matcher.services.message_texts import TEMPLATES

SEND_JOB = "outbox.send"
"""Name of the job that sends what is due."""

ADDRESS_COLUMN = "outbox_message.address_cipher"
SECRET_COLUMN = "outbox_message.secret_cipher"  # noqa: S105 - a column's name

MAX_ATTEMPTS = 6
_SENDING_TIMEOUT_S = 120
"""A message whose sender died in the act is tried again after this long."""
_FIRST_DELAY_S = 60
"""Back-off 1, 2, 4 … minutes: a gateway that refuses is asked again for half an hour."""
_CONSENT = "_consent"
"""Key of `parameters` that keeps which consent a message needs; no template reads it."""


@dataclass(frozen=True)
class NeededConsent:
    """The consent without which a message must not leave."""

    graduate_id: int
    purpose: ConsentPurpose
    employer_id: int | None = None


@dataclass(frozen=True)
class OutgoingMessage:
    """One message as an adapter gets it, deciphered, for this one sending."""

    id: int
    unique_key: str
    channel: MessageChannel
    account_id: int | None
    address: str | None
    template: str
    parameters: dict[str, Any]
    secret: str | None
    attempt: int


def write(
    session: Session,
    *,
    unique_key: str,
    channel: MessageChannel,
    template: str,
    parameters: dict[str, Any] | None = None,
    account_id: int | None = None,
    address: str | None = None,
    secret: str | None = None,
    consent: NeededConsent | None = None,
    send_after: dt.datetime | None = None,
) -> OutboxMessage:
    """Write a message and ask for its sending; one with the same key is returned as it stands.

    Parameters
    ----------
    unique_key : names the effect, such as `code:<id>`; equal keys are one message
    address : phone or mail address; None for the site's own messages
    template : a name of `message_texts.TEMPLATES`, where a test reads the words
    secret : code or link, kept encrypted until it is sent and then forgotten
    """
    if template not in TEMPLATES:
        raise ValueError(f"no words for a message {template}")
    ring = ring_of(session)
    now = clock.now()
    values = {
        "unique_key": unique_key,
        "channel": channel,
        "account_id": account_id,
        "template": template,
        "parameters": _with_consent(parameters or {}, consent),
        "address_cipher": ring.encrypt(address, ADDRESS_COLUMN) if address else None,
        "secret_cipher": ring.encrypt(secret, SECRET_COLUMN) if secret else None,
        "state": MessageState.WAITING,
        "created_at": now,
        "send_after": send_after or now,
    }
    message = insert_if_new(session, OutboxMessage, values)
    if message is None:
        standing = sa.select(OutboxMessage).where(OutboxMessage.unique_key == unique_key)
        return session.scalars(standing).one()
    if message.send_after <= now:
        jobs.enqueue(session, SEND_JOB, {}, queue=JobQueue.LIVE, unique_key=SEND_JOB)
    return message


def due_ids(session: Session, limit: int = 200) -> list[int]:
    """List the messages to send now, oldest first."""
    return list(
        session.scalars(
            sa.select(OutboxMessage.id)
            .where(
                OutboxMessage.state == MessageState.WAITING,
                OutboxMessage.send_after <= clock.now(),
            )
            .order_by(OutboxMessage.send_after, OutboxMessage.id)
            .limit(limit)
        )
    )


def take(session: Session, message_id: int) -> OutgoingMessage | None:
    """Take a message for sending; None if it is not due any more, withdrawn, or another's.

    The attempt is counted before the message leaves, so that a sender that dies in the act is noticed.
    """
    message = session.scalar(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.send_after <= clock.now(),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if message is None:
        return None
    if not _consented(session, message.parameters.get(_CONSENT)):
        _close(message, MessageState.WITHDRAWN)
        return None
    if message.attempts >= MAX_ATTEMPTS:
        _close(message, MessageState.FAILED)
        return None
    message.attempts += 1
    message.send_after = clock.now() + dt.timedelta(seconds=_SENDING_TIMEOUT_S)
    return _deciphered(session, message)


def note_sent(session: Session, sent: OutgoingMessage) -> bool:
    """Mark a message sent and forget its code; False if its attempt was given up meanwhile."""
    message = _own(session, sent)
    if message is None:
        return False
    message.sent_at = clock.now()
    _close(message, MessageState.SENT)
    return True


def note_failed(session: Session, sent: OutgoingMessage) -> MessageState | None:
    """Put a message that could not be sent back with a delay, or give it up after the last try."""
    message = _own(session, sent)
    if message is None:
        return None
    if message.attempts >= MAX_ATTEMPTS:
        _close(message, MessageState.FAILED)
    else:
        delay = _FIRST_DELAY_S * 2 ** (message.attempts - 1)
        message.send_after = clock.now() + dt.timedelta(seconds=delay)
    return message.state


def _with_consent(parameters: dict[str, Any], consent: NeededConsent | None) -> dict[str, Any]:
    if consent is None:
        return parameters
    needed = {
        "graduate_id": consent.graduate_id,
        "purpose": consent.purpose.value,
        "employer_id": consent.employer_id,
    }
    return {**parameters, _CONSENT: needed}


def _consented(session: Session, needed: dict[str, Any] | None) -> bool:
    """Say whether the consent a message needs is given and not withdrawn."""
    if needed is None:
        return True
    found = session.scalar(
        sa.select(Consent.id)
        .where(
            Consent.graduate_id == needed["graduate_id"],
            Consent.purpose == ConsentPurpose(needed["purpose"]),
            Consent.employer_id.is_not_distinct_from(needed["employer_id"]),
            Consent.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def _deciphered(session: Session, message: OutboxMessage) -> OutgoingMessage:
    ring = ring_of(session)
    address, secret = message.address_cipher, message.secret_cipher
    return OutgoingMessage(
        id=message.id,
        unique_key=message.unique_key,
        channel=message.channel,
        account_id=message.account_id,
        address=ring.decrypt(address, ADDRESS_COLUMN) if address else None,
        template=message.template,
        parameters={name: value for name, value in message.parameters.items() if name != _CONSENT},
        secret=ring.decrypt(secret, SECRET_COLUMN) if secret else None,
        attempt=message.attempts,
    )


def _own(session: Session, sent: OutgoingMessage) -> OutboxMessage | None:
    """Return the message, locked, if this attempt is still the one that counts."""
    return session.scalar(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.id == sent.id,
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.attempts == sent.attempt,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _close(message: OutboxMessage, state: MessageState) -> None:
    message.state = state
    message.secret_cipher = None
