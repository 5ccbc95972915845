"""The second factor: compulsory for reviewers, never good twice, counted like a password."""

import datetime as dt
from collections.abc import Callable

import pyotp

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from tests.factories.accounts import make_actor
from tests.support.pages import PageClient
from tests.web.conftest import PASSWORD, PASSWORD_HASH


def _reviewer(factory: SessionFactory) -> str:
    with transaction(factory) as session:
        actor = make_actor(session, Role.REVIEWER)
        found = session.get_one(Account, actor.account_id)
        found.login, found.password_hash = "shen.he", PASSWORD_HASH
    return "shen.he"


def _set_up(client: PageClient) -> str:
    """Set up a second factor and return its secret."""
    page = client.get("/account/second-factor").text
    secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    answer = client.submit("/account/second-factor", code=pyotp.TOTP(secret).at(clock.now()))
    assert answer.status_code == 303
    return secret


def test_a_reviewer_sees_nothing_before_a_second_factor_is_set(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    login = _reviewer(sqlite_factory)
    client.submit("/sign-in", login=login, password=PASSWORD)

    answer = client.get("/")

    assert answer.headers["Location"] == "/account/second-factor"


def test_a_reviewer_signs_in_with_password_and_code_and_no_code_works_twice(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    login = _reviewer(sqlite_factory)
    client.submit("/sign-in", login=login, password=PASSWORD)
    totp = pyotp.TOTP(_set_up(client))
    client.submit("/sign-out")

    client.submit("/sign-in", login=login, password=PASSWORD)
    half_way = client.get("/home").status_code
    replayed = client.submit("/sign-in/code", code=totp.at(clock.now()))
    later(dt.timedelta(seconds=30))
    fresh = client.submit("/sign-in/code", code=totp.at(clock.now()))

    assert half_way == 303
    assert replayed.status_code == 422
    assert (fresh.status_code, fresh.headers["Location"]) == (303, "/")


def test_wrong_second_factors_lock_like_wrong_passwords(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    login = _reviewer(sqlite_factory)
    client.submit("/sign-in", login=login, password=PASSWORD)
    totp = pyotp.TOTP(_set_up(client))
    client.submit("/sign-out")
    later(dt.timedelta(seconds=30))

    client.submit("/sign-in", login=login, password=PASSWORD)
    wrong = "000000" if totp.at(clock.now()) != "000000" else "000001"
    for _ in range(5):
        client.submit("/sign-in/code", code=wrong)
    answer = client.submit("/sign-in/code", code=totp.at(clock.now()))

    assert answer.status_code == 422
    assert "锁定" in answer.text


def test_the_step_between_password_and_code_ends_after_five_minutes(
    client: PageClient,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    login = _reviewer(sqlite_factory)
    client.submit("/sign-in", login=login, password=PASSWORD)
    _set_up(client)
    client.submit("/sign-out")

    client.submit("/sign-in", login=login, password=PASSWORD)
    later(dt.timedelta(minutes=6))

    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
