"""A paired scanner's browser at a fair of today, for tests of the door's pages."""

import secrets
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fairs import FairState
from matcher.services.consents import seed_consent_texts
from matcher.services.doors.tickets import issue_ticket, ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_visitor
from tests.support.pages import PageClient
from web.door_pages.devices import COOKIE

NAME = "欧阳明珠"


_ALL_DAY = {"begins_minute": 0, "ends_minute": 24 * 60}


@dataclass
class Door:
    """A paired scanner's browser at a fair of today, and two tickets."""

    client: PageClient
    token: str
    fair_id: int
    held_id: int
    device_id: int
    codes: list[str]

    def scan(self, code: str, **more: str) -> TestResponse:
        """Send a scan as the page's script does."""
        said = {"code": code, "scan_number": secrets.token_hex(8), "direction": "in"}
        return self.client.post("/door/scan", json=said | more)


@pytest.fixture
def door(app: APIFlask, sqlite_factory: SessionFactory) -> Door:
    """Give a paired scanner."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, first_on=clock.today(), state=FairState.ANNOUNCED)
        held = make_session(session, fair, approved_number=2, **_ALL_DAY)
        scanner = make_scanner(session, fair, token="the token")
        codes = [
            ticket_code(session, issue_ticket(session, visitor.id, held.id))
            for visitor in (make_visitor(session, fair, name=NAME) for _ in range(4))
        ]
        made = Door(app.test_client(), "the token", fair.id, held.id, scanner.id, codes)  # type: ignore[arg-type] # strict
    made.client.set_cookie(COOKIE, made.token, path="/door")
    return made


def count(factory: SessionFactory, model: type) -> int:
    """Return how many rows of a table there are."""
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
