"""A served application and signed-in pages for journeys through the product."""

import threading
from collections.abc import Callable, Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from matcher.db.engine import SessionFactory, transaction
from matcher.services import sign_in
from matcher.services.permissions import Actor
from matcher.settings import Settings
from tests.support.browser import NewPage
from web.app import create_app
from web.auth import COOKIE

OpenAs = Callable[[Actor, int], Page]


@pytest.fixture
def address(settings: Settings, sqlite_factory: SessionFactory) -> Iterator[str]:
    """Serve the application on a free port."""
    app: APIFlask = create_app(settings, factory=sqlite_factory)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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
