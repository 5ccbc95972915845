"""The application on a database of its own, and clients that are signed in."""

import datetime as dt
from collections.abc import Callable
from typing import cast

import pytest
from apiflask import APIFlask
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.services import sign_in
from matcher.services.permissions import Actor
from matcher.settings import Settings
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.postings import make_employer
from tests.support.pages import PageClient
from web.app import create_app
from web.auth import COOKIE

PASSWORD = "correct horse battery"
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$aEpr0ry1mnl/wlGbhvmvyg$l+vCx4yjcn0BWkzOPYUxlsfeZCgCxuH+ow+My5tUS5w"
)
"""Of PASSWORD, at the lowest cost, so that tests do not wait for it."""


@pytest.fixture
def app(settings: Settings, sqlite_factory: SessionFactory) -> APIFlask:
    """Give the application; its clients parse strictly."""
    made = create_app(settings, factory=sqlite_factory)
    made.testing = True
    made.test_client_class = PageClient
    return made


@pytest.fixture
def client(app: APIFlask) -> PageClient:
    """Give a client nobody is signed in with."""
    return cast(PageClient, app.test_client())


SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def signed_in_as(app: APIFlask, sqlite_factory: SessionFactory) -> SignInAs:
    """Give a function that returns a client signed in as an actor of the database."""

    def enter(actor: Actor) -> PageClient:
        assert actor.account_id is not None
        with transaction(sqlite_factory) as session:
            token = sign_in.open_session(session, actor.account_id)
        client = cast(PageClient, app.test_client())
        client.set_cookie(COOKIE, token)
        return client

    return enter


def actor_of(session: Session, role: Role) -> Actor:
    """Insert an actor of any role with the place it needs."""
    if role is Role.EMPLOYER:
        return make_actor(session, role, employer=make_employer(session))
    if role is Role.GRADUATE:
        return make_actor(session, role, graduate=make_graduate(session))
    if role is Role.HOLDER:
        holder = make_member(session, make_household(session), is_holder=True)
        return make_actor(session, role, member=holder)
    actor = make_actor(session, role)
    if role is Role.REVIEWER:
        account = session.get_one(Account, actor.account_id)
        account.totp_cipher = b"\0"  # present: pages do not ask to set it up
    return actor


@pytest.fixture
def as_role(signed_in_as: SignInAs, sqlite_factory: SessionFactory) -> Callable[[Role], PageClient]:
    """Give a function that returns a client signed in with a role at a place of its own."""

    def enter(role: Role) -> PageClient:
        with transaction(sqlite_factory) as session:
            actor = actor_of(session, role)
        return signed_in_as(actor)

    return enter


@pytest.fixture
def account(sqlite_factory: SessionFactory) -> Account:
    """Give an account that can sign in with PASSWORD and has one role."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.DRIVE_MANAGER)
        found = session.get_one(Account, actor.account_id)
        found.login, found.password_hash = "li.ming", PASSWORD_HASH
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.timedelta], None]:
    """Give a function that moves the clock on."""
    start, away = clock.now(), [dt.timedelta()]
    monkeypatch.setattr(clock, "now", lambda: start + away[0])

    def move(by: dt.timedelta) -> None:
        away[0] += by

    return move
