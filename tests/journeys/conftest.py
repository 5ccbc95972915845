"""A served application and signed-in pages for journeys through the product."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, transaction
from matcher.services import sign_in
from matcher.services.permissions import Actor
from matcher.settings import Settings
from tests.support.browser import NewPage
from tests.support.serving import served
from web.app import create_app
from web.auth import COOKIE

expect.set_options(timeout=20_000)
"""What a page may take to say something: these machines have other things to do, and what never comes still fails."""

OpenAs = Callable[[Actor, int], Page]


@pytest.fixture
def address(settings: Settings, sqlite_factory: SessionFactory) -> Iterator[str]:
    """Serve the application on a free port."""
    with served(create_app(settings, factory=sqlite_factory)) as address:
        yield address


@pytest.fixture
def open_as(address: str, new_page: NewPage, sqlite_factory: SessionFactory) -> OpenAs:
    """Give a function that opens a page of a width, signed in as an actor."""

    def opened(actor: Actor, width: int) -> Page:
        assert actor.account_id is not None
        with transaction(sqlite_factory) as session:
            token = sign_in.open_session(session, actor.account_id)
        page = new_page(width)
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        return page

    return opened
