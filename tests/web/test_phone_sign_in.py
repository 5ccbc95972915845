"""Signing in with a phone and a code: no identity, few guesses, short life."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.accounts import Account, Membership, OneTimeCode
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.services.outbox import SECRET_COLUMN
from tests.factories.accounts import make_union
from tests.factories.people import make_graduate
from tests.support.pages import PageClient

PHONE = "139 0000 1234"


def _sent_code(factory: SessionFactory) -> str:
    """Return the code in the newest message of the outbox."""
    with reading(factory) as session:
        message = session.scalars(
            sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
        ).one()
        assert message.secret_cipher is not None
        return str(session.info["ring"].decrypt(message.secret_cipher, SECRET_COLUMN))


def test_a_graduate_registers_and_signs_in_with_a_phone_and_gets_no_record(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        make_graduate(session, make_union(session))

    client.submit("/sign-in/phone", phone=PHONE)
    answer = client.submit("/sign-in/phone/code", code=_sent_code(sqlite_factory))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/account").status_code == 200
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Graduate)) == 1
        registered = session.scalars(sa.select(Account)).one()
    assert "13900001234" not in registered.login + registered.display_name


def test_the_same_phone_comes_back_to_the_same_account(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    for _ in range(2):
        client.submit("/sign-in/phone", phone=PHONE)
        client.submit("/sign-in/phone/code", code=_sent_code(sqlite_factory))
        client.submit("/sign-out")
        later(dt.timedelta(minutes=2))

    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1


def test_a_code_works_once_and_five_wrong_guesses_end_it(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    client.submit("/sign-in/phone", phone=PHONE)
    code = _sent_code(sqlite_factory)
    wrong = "000000" if code != "000000" else "000001"

    for _ in range(5):
        assert client.submit("/sign-in/phone/code", code=wrong).status_code == 422
    too_late = client.submit("/sign-in/phone/code", code=code)

    assert too_late.status_code == 422
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(OneTimeCode.attempts)).one() == 5


def test_a_code_ends_after_ten_minutes(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    client.submit("/sign-in/phone", phone=PHONE)
    later(dt.timedelta(minutes=11))

    answer = client.submit("/sign-in/phone/code", code=_sent_code(sqlite_factory))

    assert answer.status_code == 422


def test_a_second_code_within_a_minute_is_refused(client: PageClient) -> None:
    client.submit("/sign-in/phone", phone=PHONE)

    answer = client.submit("/sign-in/phone", phone=PHONE)

    assert answer.status_code == 409
    assert "一分钟后再试" in answer.text
    assert f'value="{PHONE}"' in answer.text


def test_a_number_that_is_no_mobile_is_refused_with_what_to_do(client: PageClient) -> None:
    answer = client.submit("/sign-in/phone", phone="12345")

    assert answer.status_code == 422
    assert "11 位" in answer.text
