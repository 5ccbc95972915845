"""The scanner's pages and answers: paired by a button, refusals in words, nobody's name, walking in by one press."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.fairs.ticket_codes import short_of
from matcher.kinds import Role
from matcher.kinds.fairs import EntryKind, FairState, VisitorKind
from matcher.models.fair_visitors import DoorDevice, FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import FairSession
from matcher.services.consents import seed_consent_texts
from matcher.services.doors.devices import hash_of
from matcher.services.doors.tickets import issue_ticket, ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_visitor
from tests.support.pages import PageClient, form_token
from tests.web.matrix_rows import SCANNERS
from web.door_pages.devices import COOKIE

_NAME = "欧阳明珠"
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
            for visitor in (make_visitor(session, fair, name=_NAME) for _ in range(4))
        ]
        made = Door(app.test_client(), "the token", fair.id, held.id, scanner.id, codes)  # type: ignore[arg-type] # strict
    made.client.set_cookie(COOKIE, made.token, path="/door")
    return made


def _count(factory: SessionFactory, model: type) -> int:
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_opening_the_link_pairs_nothing_and_the_button_pairs_once(
    client: PageClient, app: APIFlask, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        fair = make_fair(session, first_on=clock.today(), state=FairState.ANNOUNCED)
        make_scanner(
            session,
            fair,
            name="东门 1",
            token_hash=None,
            paired_at=None,
            pairing_hash=hash_of("link"),
            pairing_expires_at=fair.created_at.replace(year=2100),
        )
    page = client.get("/door/pair/link")
    client.get("/door/pair/link")

    paired = client.post("/door/pair/link", data={"csrf_token": form_token(page.text)})

    assert "东门 1" in page.text
    assert (paired.status_code, paired.location) == (303, "/door/")
    cookie = paired.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/door"))
    assert client.get("/door/").status_code == 200
    assert app.test_client().get("/door/pair/link").status_code == 404


def test_pairing_needs_the_forms_token(client: PageClient, sqlite_factory: SessionFactory) -> None:
    assert client.post("/door/pair/link").status_code == 400


def test_who_is_not_paired_reads_what_to_do(client: PageClient) -> None:
    page = client.get("/door/")
    answer = client.post("/door/scan", json={"code": "F", "scan_number": "12345678"})

    assert (page.status_code, answer.status_code) == (403, 403)
    assert "配对" in page.text
    assert answer.json == {"code": "door_not_paired", "words": answer.json["words"]}


def test_a_scanner_shut_out_scans_no_more(door: Door, sqlite_factory: SessionFactory) -> None:
    door.scan(door.codes[0])
    with transaction(sqlite_factory) as session:
        session.get_one(DoorDevice, door.device_id).revoked_at = clock.now()

    assert door.scan(door.codes[1]).status_code == 403
    assert _count(sqlite_factory, FairEntry) == 1


def test_a_scan_answers_with_words_and_counts_and_nobodys_name(door: Door) -> None:
    answer = door.scan(door.codes[0])

    said = answer.json
    assert answer.status_code == 200
    assert (said["kind"], said["good"], said["words"]) == ("entered", True, "请进")
    assert (said["n_entered"], said["n_inside"], said["left"]) == (1, 1, 1)
    assert _NAME not in answer.text
    assert "欧" not in answer.text


def test_refusals_are_answers_and_say_why(door: Door) -> None:
    first = door.scan(door.codes[0]).json
    again = door.scan(door.codes[0]).json
    door.scan(door.codes[1])
    full = door.scan(door.codes[2]).json
    forged = door.scan(door.codes[0][:-1] + ("0" if door.codes[0][-1] != "0" else "8")).json
    out = door.scan(door.codes[2], direction="out").json

    assert first["good"]
    assert (again["refusal"], again["words"]) == ("already_in", "这张票已经入场")
    assert re.search(r"\d\d:\d\d 已从.+入场", again["hint"])
    assert (full["refusal"], full["hint"]) == ("full", "已到核准人数，停止入场。")
    assert forged["refusal"] in ("forged", "unknown")
    assert out["refusal"] == "not_inside"


def test_the_same_scan_sent_again_is_told_so(door: Door, sqlite_factory: SessionFactory) -> None:
    door.scan(door.codes[0], scan_number="the-same-one")

    again = door.scan(door.codes[0], scan_number="the-same-one").json

    assert (again["kind"], again["again"], again["n_entered"]) == ("entered", True, 1)
    assert _count(sqlite_factory, FairEntry) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"code": ""},
        {"code": "F1", "scan_number": "x"},
        {"code": "F1", "scan_number": "a b c d e"},
    ],
    ids=["nothing", "no code", "short number", "odd number"],
)
def test_what_cannot_be_a_scan_is_said_and_not_written(
    door: Door, sqlite_factory: SessionFactory, said: dict[str, str]
) -> None:
    answer = door.client.post("/door/scan", json=said)

    assert (answer.status_code, answer.json["code"]) == (422, "scan_unreadable")
    assert _count(sqlite_factory, FairEntry) == 0


def test_without_script_the_form_answers_with_the_page(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    page = door.client.get("/door/")
    number = re.search(r'name="scan_number" value="([^"]+)"', page.text)
    assert number is not None
    typed = {"code": short_of(door.codes[0]).lower(), "scan_number": number[1], "direction": "in"}

    answer = door.client.post("/door/scan", data=typed)
    again = door.client.post("/door/scan", data=typed)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert "请进" in answer.text
    assert "请进" in again.text
    assert _count(sqlite_factory, FairEntry) == 1
    assert _NAME not in answer.text


def test_a_form_with_nothing_read_says_so(door: Door) -> None:
    answer = door.client.post("/door/scan", data={"code": "", "scan_number": "form-1234"})

    assert answer.status_code == 422
    assert "没有读到票码" in answer.text


def test_the_counts_of_today_are_told(door: Door) -> None:
    door.scan(door.codes[0])

    said = door.client.get("/door/figures").json["sessions"]

    assert [(one["n_entered"], one["n_inside"], one["left"]) for one in said] == [(1, 1, 1)]


def _walk_in(door: Door, **changes: str) -> TestResponse:
    fields = {
        "scan_number": secrets.token_hex(8),
        "name": "赵来访",
        "phone": "13912345678",
        "major": "会计",
        "education": "college",
        "consent": "yes",
    }
    return door.client.post("/door/walk-in", data=fields | changes)


def test_walking_in_writes_down_issues_and_lets_in_by_one_press(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    page = door.client.get("/door/walk-in")
    answer = _walk_in(door)

    assert "我同意" in page.text or "同意" in page.text
    assert "请进" in answer.text
    with reading(sqlite_factory) as session:
        visitor = session.scalars(
            sa.select(FairVisitor).where(FairVisitor.kind == VisitorKind.WALK_IN)
        ).one()
        ticket = session.scalars(
            sa.select(FairTicket).where(FairTicket.visitor_id == visitor.id)
        ).one()
        assert (visitor.major_text, visitor.shown, ticket.is_inside) == ("会计", [], True)
        assert visitor.consent_text_id is not None
        assert short_of(ticket_code(session, ticket)) in answer.text


def test_walking_in_twice_by_the_same_form_is_one_person(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    for _ in range(2):
        answer = _walk_in(door, scan_number="form-12345678", phone="")
        assert "请进" in answer.text

    with reading(sqlite_factory) as session:
        assert session.get_one(FairSession, door.held_id).n_entered == 1
    assert _count(sqlite_factory, FairVisitor) == 4 + 1


def test_without_consent_nobody_is_written_down(door: Door, sqlite_factory: SessionFactory) -> None:
    answer = _walk_in(door, consent="")

    assert answer.status_code == 422
    assert "赵来访" in answer.text
    assert _count(sqlite_factory, FairVisitor) == 4


def test_a_wrong_number_is_said_at_its_field(door: Door, sqlite_factory: SessionFactory) -> None:
    answer = _walk_in(door, phone="12")

    assert answer.status_code == 422
    assert 'href="#field-phone"' in answer.text
    assert _count(sqlite_factory, FairEntry) == 0


def test_who_is_refused_for_a_full_hall_leaves_no_name(
    door: Door, sqlite_factory: SessionFactory
) -> None:
    for code in door.codes[:2]:
        door.scan(code)

    answer = _walk_in(door)

    assert "停止入场" in answer.text
    assert _count(sqlite_factory, FairVisitor) == 4
    with reading(sqlite_factory) as session:
        last = session.scalars(sa.select(FairEntry).order_by(FairEntry.id.desc())).first()
        assert last is not None
        assert (last.kind, last.ticket_id, last.facts) == (
            EntryKind.REFUSED,
            None,
            {"walk_in": True},
        )


def test_walking_in_as_json_gives_the_ticket(door: Door) -> None:
    said = door.client.post(
        "/door/walk-in",
        json={"scan_number": "json-1234", "name": "钱来访", "consent": "yes"},
    ).json

    assert (said["kind"], said["ticket"]["short"][0]) == ("entered", "F")
    assert "/v/" in said["ticket"]["address"]


def test_nobody_walks_in_when_no_session_runs(door: Door, sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        held = session.get_one(FairSession, door.held_id)
        held.held_on = held.held_on.replace(year=2000)

    answer = _walk_in(door)

    assert answer.status_code == 409
    assert "没有正在入场的场次" in answer.text
    assert _count(sqlite_factory, FairVisitor) == 4


def test_who_is_signed_in_without_a_scanner_does_not_open_the_door(
    as_role: Callable[[Role], PageClient],
) -> None:
    assert as_role(Role.FAIR_ORGANISER).get("/door/").status_code == 403


_KEPT_BY_BROWSERS = {"door_offline.worker"}
"""A program of the page, the same for everybody."""


def test_without_a_scanner_every_address_of_the_door_refuses(
    app: APIFlask, as_role: Callable[[Role], PageClient], sqlite_factory: SessionFactory
) -> None:
    before = _count(sqlite_factory, FairEntry)
    clients = [app.test_client(), as_role(Role.FAIR_ORGANISER), as_role(Role.GRADUATE)]
    rules = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in SCANNERS and rule.endpoint not in _KEPT_BY_BROWSERS
        for method in (rule.methods or set()) & {"GET", "POST"}
    ]

    opened = [
        (method, rule.rule, answer.status_code)
        for client in clients
        for method, rule in rules
        if (
            answer := client.open(rule.rule, method=method, json=None if method == "GET" else {})
        ).status_code
        not in (403, 422)
    ]

    assert len(rules) >= 6
    assert opened == []
    assert _count(sqlite_factory, FairEntry) == before
