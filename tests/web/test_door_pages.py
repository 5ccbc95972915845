"""The scanner's pages and answers: paired by a button, refusals in words, nobody's name, walking in by one press."""

import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.fairs.ticket_codes import short_of
from matcher.kinds import Role
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import DoorDevice, FairEntry
from matcher.services.doors.devices import hash_of
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair
from tests.support.pages import PageClient, form_token
from tests.web.door_browser import NAME, Door, count, door
from tests.web.matrix_rows import SCANNERS

WORLD = (door,)


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
    assert count(sqlite_factory, FairEntry) == 1


def test_a_scan_answers_with_words_and_counts_and_nobodys_name(door: Door) -> None:
    answer = door.scan(door.codes[0])

    said = answer.json
    assert answer.status_code == 200
    assert (said["kind"], said["good"], said["words"]) == ("entered", True, "请进")
    assert (said["n_entered"], said["n_inside"], said["left"]) == (1, 1, 1)
    assert NAME not in answer.text
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
    assert count(sqlite_factory, FairEntry) == 1


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
    assert count(sqlite_factory, FairEntry) == 0


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
    assert count(sqlite_factory, FairEntry) == 1
    assert NAME not in answer.text


def test_a_form_with_nothing_read_says_so(door: Door) -> None:
    answer = door.client.post("/door/scan", data={"code": "", "scan_number": "form-1234"})

    assert answer.status_code == 422
    assert "没有读到票码" in answer.text


def test_the_counts_of_today_are_told(door: Door) -> None:
    door.scan(door.codes[0])

    said = door.client.get("/door/figures").json["sessions"]

    assert [(one["n_entered"], one["n_inside"], one["left"]) for one in said] == [(1, 1, 1)]


def test_who_is_signed_in_without_a_scanner_does_not_open_the_door(
    as_role: Callable[[Role], PageClient],
) -> None:
    assert as_role(Role.FAIR_ORGANISER).get("/door/").status_code == 403


_KEPT_BY_BROWSERS = {"door_offline.worker"}
"""A program of the page, the same for everybody."""


def test_without_a_scanner_every_address_of_the_door_refuses(
    app: APIFlask, as_role: Callable[[Role], PageClient], sqlite_factory: SessionFactory
) -> None:
    before = count(sqlite_factory, FairEntry)
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
    assert count(sqlite_factory, FairEntry) == before
