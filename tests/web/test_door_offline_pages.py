"""What a scanner's scripts ask for: the list, bringing home, the worker; only paired scanners are answered."""

import json
from dataclasses import dataclass
from typing import cast

import pytest
from apiflask import APIFlask

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.fairs import FairSession
from matcher.services.doors.tickets import ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.support.pages import PageClient
from web.door_pages.devices import COOKIE

TOKEN = "a-token-of-a-scanner"


@dataclass(frozen=True)
class Door:
    """A fair of today with one ticket."""

    held_id: int
    held: str
    code: str


@pytest.fixture
def door(sqlite_factory: SessionFactory) -> Door:
    """Give a fair of today whose scanner holds TOKEN."""
    with transaction(sqlite_factory) as session:
        fair = make_fair(session, first_on=clock.today())
        held = make_session(session, fair, approved_number=10)
        ticket = make_ticket(session, make_visitor(session, fair), held)
        make_scanner(session, fair, token=TOKEN)
        return Door(held.id, held.public_id, ticket_code(session, ticket))


@pytest.fixture
def scanner(app: APIFlask, door: Door) -> PageClient:
    """Give a client that is paired."""
    client = cast(PageClient, app.test_client())
    client.set_cookie(COOKIE, TOKEN, path="/door")
    return client


def _scan(door: Door, **changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "number": "off-00001",
        "code": door.code,
        "session": door.held,
        "kind": "entered",
        "refusal": None,
        "at": int(clock.now().timestamp() * 1000),
    }
    return made | changes


def test_a_paired_scanner_takes_the_list_and_brings_scans_home_twice(
    scanner: PageClient, door: Door, sqlite_factory: SessionFactory
) -> None:
    told = scanner.post("/door/list", json={"closed": []}).json
    first = scanner.post("/door/sync", json={"scans": [_scan(door)]}).json
    again = scanner.post("/door/sync", json={"scans": [_scan(door)]}).json

    assert told is not None
    assert json.loads(told["payload"])["sessions"][0]["n_left"] == 5
    assert first is not None
    assert again is not None
    assert first["outcomes"] == again["outcomes"] == {"off-00001": "entered"}
    with reading(sqlite_factory) as session:
        held = session.get_one(FairSession, door.held_id)
        assert (held.n_entered, held.n_set_aside) == (1, 4)


@pytest.mark.parametrize("address", ["/door/list", "/door/sync"])
def test_who_is_not_paired_gets_nothing(app: APIFlask, door: Door, address: str) -> None:
    sent = app.test_client().post(address, json={"scans": [_scan(door)]})

    assert sent.status_code == 403
    assert sent.json is not None
    assert sent.json["code"] == "door_not_paired"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "conflict"},
        {"kind": "refused"},
        {"refusal": "full"},
        {"number": "x"},
        {"at": -1},
        {"code": ""},
    ],
)
def test_what_no_scanner_sends_is_not_taken(
    scanner: PageClient, door: Door, changes: dict[str, object]
) -> None:
    sent = scanner.post("/door/sync", json={"scans": [_scan(door, **changes)]})

    assert sent.status_code == 422


def test_the_worker_keeps_files_that_are_there(scanner: PageClient) -> None:
    sent = scanner.get("/door/worker.js")

    facts = json.loads(sent.text.split("\n", 1)[0].removeprefix("const KEPT = ").removesuffix(";"))
    assert sent.mimetype == "text/javascript"
    assert facts["page"] == "/door/"
    for file in facts["files"]:
        with scanner.get(file) as answer:
            assert answer.status_code == 200


def test_the_page_may_read_codes_and_other_pages_may_not(scanner: PageClient) -> None:
    page, other = scanner.get("/door/"), scanner.get("/door/walk-in")

    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in other.headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in page.headers["Content-Security-Policy"]


def test_the_page_and_its_files_say_nothing_about_anyone(scanner: PageClient) -> None:
    text = scanner.get("/door/").text + scanner.get("/door/worker.js").text

    for word in ("困难", "零就业", "低保", "帮扶", "援助", "优先", "hardship", "来访者"):
        assert word not in text
