"""Signing in and out: attempts, lockout, second factor, phones, sessions."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.accounts import Account, SignInSession
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.support.pages import PageClient
from tests.web.conftest import PASSWORD, SignInAs
from web.auth import COOKIE


def test_the_right_password_signs_in_and_leads_where_one_wanted(
    client: PageClient, account: Account
) -> None:
    answer = client.submit("/sign-in", login=" Li.Ming ", password=PASSWORD, next="/account")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(
    client: PageClient, account: Account, elsewhere: str
) -> None:
    answer = client.submit("/sign-in", login=account.login, password=PASSWORD, next=elsewhere)

    assert answer.headers["Location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: PageClient, account: Account
) -> None:
    answer = client.submit("/sign-in", login=account.login, password=PASSWORD)

    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_only_the_hash_of_a_token_is_kept(
    client: PageClient, account: Account, sqlite_factory: SessionFactory
) -> None:
    client.submit("/sign-in", login=account.login, password=PASSWORD)

    token = client.get_cookie(COOKIE)
    assert token is not None
    with reading(sqlite_factory) as session:
        kept = session.scalars(sa.select(SignInSession.token_hash)).all()
    assert token.value not in kept


@pytest.mark.parametrize("login", ["li.ming", "nobody"])
def test_a_wrong_password_says_the_same_whether_the_name_is_known(
    client: PageClient, account: Account, login: str
) -> None:
    answer = client.submit("/sign-in", login=login, password="wrong")

    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.text
    assert f'value="{login}"' in answer.text
    assert "wrong" not in answer.text.replace('class="field wrong"', "")


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_minute(
    client: PageClient, account: Account, later: Callable[[dt.timedelta], None]
) -> None:
    for _ in range(5):
        client.submit("/sign-in", login=account.login, password="wrong")

    locked = client.submit("/sign-in", login=account.login, password=PASSWORD)
    later(dt.timedelta(seconds=61))
    opened = client.submit("/sign-in", login=account.login, password=PASSWORD)

    assert locked.status_code == 422
    assert "锁定" in locked.text
    assert opened.status_code == 303


def test_each_further_wrong_password_doubles_the_lock(
    client: PageClient,
    account: Account,
    sqlite_factory: SessionFactory,
    later: Callable[[dt.timedelta], None],
) -> None:
    for _ in range(5):
        client.submit("/sign-in", login=account.login, password="wrong")
    later(dt.timedelta(seconds=61))
    client.submit("/sign-in", login=account.login, password="wrong")

    with reading(sqlite_factory) as session:
        until = session.get_one(Account, account.id).locked_until
    assert until == clock.now() + dt.timedelta(minutes=2)


def test_a_session_ends_when_it_is_not_used_for_two_hours(
    client: PageClient, account: Account, later: Callable[[dt.timedelta], None]
) -> None:
    client.submit("/sign-in", login=account.login, password=PASSWORD)

    later(dt.timedelta(hours=1, minutes=55))
    in_use = client.get("/account").status_code
    later(dt.timedelta(hours=1, minutes=55))
    still = client.get("/account").status_code
    later(dt.timedelta(hours=2, minutes=5))
    idle = client.get("/account").status_code

    assert (in_use, still, idle) == (200, 200, 303)


def test_a_session_ends_after_a_working_day_however_busy(
    client: PageClient, account: Account, later: Callable[[dt.timedelta], None]
) -> None:
    client.submit("/sign-in", login=account.login, password=PASSWORD)

    for _ in range(12):
        later(dt.timedelta(hours=1, minutes=1))
        last = client.get("/account").status_code

    assert last == 303


def test_a_signed_out_session_is_worth_nothing(client: PageClient, account: Account) -> None:
    client.submit("/sign-in", login=account.login, password=PASSWORD)
    token = client.get_cookie(COOKIE)
    assert token is not None

    client.submit("/sign-out")
    client.set_cookie(COOKIE, token.value)

    assert client.get("/account").status_code == 303


def test_one_can_end_ones_own_sessions_but_nobody_elses(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        mine, other = make_actor(session), make_actor(session)
    first, second, stranger = signed_in_as(mine), signed_in_as(mine), signed_in_as(other)

    refused = stranger.submit("/account/sessions/1/revoke")
    ended = second.submit("/account/sessions/1/revoke")

    assert (refused.status_code, ended.status_code) == (404, 303)
    assert first.get("/account").status_code == 303
    assert second.get("/account").status_code == 200


def test_a_changed_password_ends_all_other_sessions(
    client: PageClient, account: Account, signed_in_as: SignInAs
) -> None:
    elsewhere = signed_in_as(Actor(account_id=account.id, role=None))
    client.submit("/sign-in", login=account.login, password=PASSWORD)

    new = "orange bicycle 47"
    answer = client.submit("/account/password", old_password=PASSWORD, new_password=new)

    assert answer.status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert client.get("/account").status_code == 200
    client.submit("/sign-out")
    assert client.submit("/sign-in", login=account.login, password=new).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", "orange bicycle 47", "现在的密码不对"),
        (PASSWORD, "short", "至少 10 个字符"),
        (PASSWORD, "li.ming2026!", "不能有登录名"),
        (PASSWORD, "password2026", "太常见"),
    ],
)
def test_a_bad_change_of_password_is_refused_with_its_reason(
    client: PageClient, account: Account, old: str, new: str, why: str
) -> None:
    client.submit("/sign-in", login=account.login, password=PASSWORD)

    answer = client.submit("/account/password", old_password=old, new_password=new)

    assert answer.status_code == 422
    assert why in answer.text
