"""Outgoing messages: written once, sent once, not sent once the consent is withdrawn."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Channel, ConsentPurpose, MessageChannel, MessageState
from matcher.models.consents import Consent, ConsentText
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.services import outbox
from matcher.services.outbox import NeededConsent, OutgoingMessage
from tests.factories.people import make_graduate

PHONE, CODE = "13800000000", "246810"


def _write(session: Session, key: str = "code:1", **changes: object) -> OutboxMessage:
    wish: dict[str, object] = {
        "channel": MessageChannel.SMS,
        "template": "sign_in_code",
        "parameters": {"minutes": 5},
        "address": PHONE,
        "secret": CODE,
    }
    return outbox.write(session, unique_key=key, **{**wish, **changes})  # type: ignore[arg-type]


def _take(session: Session, message_id: int) -> OutgoingMessage:
    message = outbox.take(session, message_id)
    assert message is not None
    return message


def _state(session: Session, message_id: int) -> MessageState:
    return session.scalars(
        sa.select(OutboxMessage.state).where(OutboxMessage.id == message_id)
    ).one()


def _consent(session: Session) -> Consent:
    text = ConsentText(
        purpose=ConsentPurpose.SERVICE, version=99, body="同意", valid_from=dt.date(2026, 1, 1)
    )
    session.add(text)
    session.flush()
    graduate = make_graduate(session)
    consent = Consent(
        graduate_id=graduate.id,
        purpose=ConsentPurpose.SERVICE,
        text_id=text.id,
        given_at=clock.now(),
        given_through=Channel.SELF,
    )
    session.add(consent)
    session.flush()
    return consent


def test_the_same_effect_is_written_once_and_asks_for_one_sending(session: Session) -> None:
    first = _write(session)
    second = _write(session, address="13900000000")

    assert second.id == first.id
    assert session.scalars(sa.select(Job.name)).all() == [outbox.SEND_JOB]


def test_neither_address_nor_code_lies_open_in_the_row(session: Session) -> None:
    message = _write(session)

    stored = (message.address_cipher or b"") + (message.secret_cipher or b"")
    assert PHONE.encode() not in stored
    assert CODE.encode() not in stored


def test_a_message_is_taken_by_one_sender_and_its_code_is_forgotten_when_sent(
    session: Session,
) -> None:
    message_id = _write(session).id
    assert outbox.due_ids(session) == [message_id]

    taken = _take(session, message_id)

    assert (taken.address, taken.secret, taken.parameters) == (PHONE, CODE, {"minutes": 5})
    assert outbox.take(session, message_id) is None
    assert outbox.note_sent(session, taken)
    assert not outbox.note_sent(session, taken)
    session.flush()
    assert _state(session, message_id) is MessageState.SENT
    assert outbox.due_ids(session) == []
    assert session.get_one(OutboxMessage, message_id).secret_cipher is None


def test_a_message_whose_consent_was_withdrawn_meanwhile_is_not_sent(session: Session) -> None:
    consent = _consent(session)
    needed = NeededConsent(consent.graduate_id, ConsentPurpose.SERVICE)
    kept = _write(session, "kept", consent=needed).id
    late = _write(session, "late", consent=needed).id
    assert "_consent" not in _take(session, kept).parameters

    consent.withdrawn_at = clock.now()
    session.flush()

    assert outbox.take(session, late) is None
    session.flush()
    assert _state(session, late) is MessageState.WITHDRAWN


def test_a_consent_for_one_employer_does_not_cover_the_general_purpose(session: Session) -> None:
    consent = _consent(session)
    needed = NeededConsent(consent.graduate_id, ConsentPurpose.DISCLOSURE, employer_id=1)

    message_id = _write(session, "to employer", consent=needed).id

    assert outbox.take(session, message_id) is None


def test_an_undelivered_message_comes_back_later_and_is_given_up_in_the_end(
    session: Session,
) -> None:
    message_id = _write(session).id
    message = session.get_one(OutboxMessage, message_id)
    states = []
    for _ in range(outbox.MAX_ATTEMPTS):
        message.send_after = clock.now()
        session.flush()
        states.append(outbox.note_failed(session, _take(session, message_id)))

    assert states == [MessageState.WAITING] * (outbox.MAX_ATTEMPTS - 1) + [MessageState.FAILED]
    assert outbox.due_ids(session) == []


def test_a_later_message_waits_and_wakes_nobody(session: Session) -> None:
    _write(session, send_after=clock.now() + dt.timedelta(hours=1))

    assert outbox.due_ids(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_a_sender_given_up_for_dead_marks_nothing(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        message_id = _write(session).id
        dead = _take(session, message_id)
        session.get_one(OutboxMessage, message_id).send_after = clock.now()
    with transaction(session_factory) as session:
        living = _take(session, message_id)

    with transaction(session_factory) as session:
        assert not outbox.note_sent(session, dead)
        assert outbox.note_failed(session, dead) is None
        assert outbox.note_sent(session, living)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_without_address_or_code_is_one_of_the_site(session: Session) -> None:
    message = _write(session, channel=MessageChannel.SITE, address=None, secret=None)

    taken = _take(session, message.id)

    assert (taken.address, taken.secret) == (None, None)
