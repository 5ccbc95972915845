"""The door in a real browser: typed, by hand scanner and by camera; without network, reloaded, brought home."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fairs import EntryKind
from matcher.models.fair_visitors import DoorLoan, FairEntry
from matcher.models.fairs import FairSession
from matcher.services.doors.tickets import ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.support.browser import NewPage, with_camera
from tests.support.looks import complaints, look
from tests.support.pictures import video_of
from web.door_pages.devices import COOKIE


@dataclass(frozen=True)
class AtTheDoor:
    """A fair of today, open at any hour, with two paired scanners and some tickets."""

    held_id: int
    codes: list[str]
    east: str
    west: str


@pytest.fixture
def door(sqlite_factory: SessionFactory) -> AtTheDoor:
    """Give a fair with 40 places, six tickets for today and one for tomorrow."""
    with transaction(sqlite_factory) as session:
        today = clock.today()
        fair = make_fair(session, first_on=today, last_on=today + dt.timedelta(days=1))
        hours = {"begins_minute": 0, "ends_minute": 1440, "opens_minutes_before": 0}
        held = make_session(session, fair, approved_number=40, **hours)
        later = make_session(session, fair, held_on=fair.last_on, name="第二天")
        tickets = [
            make_ticket(session, make_visitor(session, fair), one)
            for one in (held, held, held, held, held, held, later)
        ]
        make_scanner(session, fair, token="east-token-0001", name="东门 1")
        make_scanner(session, fair, token="west-token-0001", name="西门 1")
        codes = [ticket_code(session, one) for one in tickets]
        return AtTheDoor(held.id, codes, "east-token-0001", "west-token-0001")


def _pair(context: BrowserContext, address: str, token: str) -> None:
    context.add_cookies([{"name": COOKIE, "value": token, "url": f"{address}/door/"}])


def _open(page: Page, address: str, token: str) -> None:
    _pair(page.context, address, token)
    page.goto(f"{address}/door/")
    expect(page.locator("#door[data-ready=yes]")).to_be_visible()


def _scan(page: Page, code: str) -> None:
    page.get_by_label("票码").fill(code)
    page.keyboard.press("Enter")


def _says(page: Page, words: str) -> None:
    expect(page.locator("#answer .words")).to_have_text(words)
    expect(page.locator("#answer.busy")).to_have_count(0)


def _kinds(factory: SessionFactory) -> list[EntryKind]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(FairEntry.kind).order_by(FairEntry.id)))


def _counts(factory: SessionFactory, door: AtTheDoor) -> tuple[int, int]:
    with reading(factory) as session:
        held = session.get_one(FairSession, door.held_id)
        return held.n_entered, held.n_inside


@pytest.mark.parametrize("width", [360, 1280])
def test_a_ticket_is_typed_or_read_by_a_hand_scanner_and_let_in_once(
    address: str, new_page: NewPage, door: AtTheDoor, sqlite_factory: SessionFactory, width: int
) -> None:
    page = new_page(width)
    said = complaints(page)
    _open(page, address, door.east)
    look(page)

    _scan(page, door.codes[0].lower())
    _says(page, "请进")
    look(page)
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.type(door.codes[0] + "\n", delay=2)  # a hand scanner types wherever the focus is
    _says(page, "这张票已经入场")
    look(page)
    page.get_by_text("出场", exact=True).click()
    _scan(page, door.codes[0])
    _says(page, "慢走")
    page.get_by_text("入场", exact=True).click()
    _scan(page, door.codes[6])
    _says(page, "不是今天这一场的票")

    expect(page.locator("#last-scans li")).to_have_count(4)
    assert _counts(sqlite_factory, door) == (1, 0)
    assert said == []


def test_without_script_a_typed_code_is_judged_all_the_same(
    address: str, browser: Browser, door: AtTheDoor, sqlite_factory: SessionFactory
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    _pair(context, address, door.east)
    page = context.new_page()
    page.goto(f"{address}/door/")

    _scan(page, door.codes[0])
    _says(page, "请进")
    _scan(page, door.codes[0])
    _says(page, "这张票已经入场")

    context.close()
    assert _counts(sqlite_factory, door) == (1, 1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_network_is_cut_in_the_middle_the_page_is_reloaded_and_all_comes_home(
    address: str, new_page: NewPage, door: AtTheDoor, sqlite_factory: SessionFactory, width: int
) -> None:
    page = new_page(width)
    said = complaints(page)
    _open(page, address, door.east)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _scan(page, door.codes[0])
    _says(page, "请进")

    page.context.set_offline(True)
    _scan(page, door.codes[1])
    _says(page, "请进")
    expect(page.locator("#answer .alone")).to_have_text("断网")
    _scan(page, door.codes[0])
    _says(page, "这张票已经入场")
    look(page)
    page.reload()
    expect(page.locator("#door[data-ready=yes]")).to_be_visible()
    _scan(page, door.codes[1])
    _says(page, "这张票已经入场")
    _scan(page, door.codes[2][:9])
    _says(page, "请进")
    _scan(page, "F0000-0000")
    _says(page, "票码不认识")
    _scan(page, door.codes[6])
    _says(page, "不是今天这一场的票")
    expect(page.locator("#door")).to_have_attribute("data-waiting", "6")
    assert _counts(sqlite_factory, door) == (1, 1)

    page.context.set_offline(False)
    expect(page.locator("#brought")).to_have_text("已补传 6 条", timeout=15000)
    expect(page.locator("#door")).to_have_attribute("data-waiting", "0")
    _scan(page, door.codes[2])
    _says(page, "这张票已经入场")

    assert _counts(sqlite_factory, door) == (3, 3)
    assert _kinds(sqlite_factory).count(EntryKind.ENTERED) == 3
    assert EntryKind.CONFLICT not in _kinds(sqlite_factory)
    assert said == []


def test_two_doors_without_network_between_them_show_a_conflict(
    address: str, new_page: NewPage, door: AtTheDoor, sqlite_factory: SessionFactory
) -> None:
    east, west = new_page(360), new_page(360)
    _open(east, address, door.east)
    _open(west, address, door.west)

    east.context.set_offline(True)
    _scan(east, door.codes[0])
    _says(east, "请进")
    _scan(west, door.codes[0])
    _says(west, "请进")
    east.context.set_offline(False)

    expect(east.locator("#brought")).to_have_text(
        "已补传 1 条，其中 1 条有冲突，主办方会核对", timeout=15000
    )
    assert _counts(sqlite_factory, door) == (1, 1)
    assert _kinds(sqlite_factory) == [EntryKind.ENTERED, EntryKind.CONFLICT]


def test_without_network_nobody_comes_in_beyond_the_lent_places(
    address: str, new_page: NewPage, door: AtTheDoor, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        session.get_one(FairSession, door.held_id).approved_number = 4
    page = new_page(360)
    _open(page, address, door.east)
    with reading(sqlite_factory) as session:
        assert [one.n_lent for one in session.scalars(sa.select(DoorLoan))] == [2]

    page.context.set_offline(True)
    for code in door.codes[:2]:
        _scan(page, code)
        _says(page, "请进")
        page.get_by_text("入场", exact=True).click()
    _scan(page, door.codes[2])
    _says(page, "已到核准人数")
    page.context.set_offline(False)
    expect(page.locator("#brought")).to_have_text("已补传 3 条", timeout=15000)

    assert _counts(sqlite_factory, door) == (2, 2)


def test_an_answer_that_is_lost_on_the_way_counts_one_person_once(
    address: str, new_page: NewPage, door: AtTheDoor, sqlite_factory: SessionFactory
) -> None:
    page = new_page(360)
    _open(page, address, door.east)

    def swallowed(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/door/scan", swallowed)
    _scan(page, door.codes[0])
    _says(page, "请进")
    expect(page.locator("#answer .alone")).to_have_text("断网")
    assert _counts(sqlite_factory, door) == (1, 1)
    page.unroute("**/door/scan")
    expect(page.locator("#brought")).to_have_text("已补传 1 条", timeout=20000)

    assert _kinds(sqlite_factory) == [EntryKind.ENTERED]
    assert _counts(sqlite_factory, door) == (1, 1)


def test_a_list_that_somebody_changed_is_not_taken(
    address: str, new_page: NewPage, door: AtTheDoor
) -> None:
    page = new_page(360)

    def forged(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        said["payload"] = re.sub(r'"n_left":\d+', '"n_left":999', said["payload"])
        route.fulfill(response=answer, json=said)

    page.route("**/door/list", forged)
    _open(page, address, door.east)

    expect(page.locator("#net-lines")).to_contain_text("签名不对")
    page.context.set_offline(True)
    _scan(page, door.codes[0])
    _says(page, "断网，而且本机没有离线名单：先不要放行，请到联网的门")


@pytest.fixture(params=[360, 1280])
def filmed(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path, door: AtTheDoor
) -> Iterator[Page]:
    """Give a page in a browser whose camera shows two of the tickets by turns."""
    film = video_of(tmp_path / "camera.mjpeg", door.codes[0], door.codes[1])
    opened = with_camera(browser, film)
    context = opened.new_context(
        reduced_motion="reduce",
        locale="zh-CN",
        viewport={"width": request.param, "height": 800},
        permissions=["camera"],
    )
    yield context.new_page()
    opened.close()


@pytest.mark.parametrize("is_cut", [False, True])
def test_the_camera_reads_tickets_with_and_without_network(
    address: str, filmed: Page, door: AtTheDoor, sqlite_factory: SessionFactory, *, is_cut: bool
) -> None:
    said = complaints(filmed)
    _open(filmed, address, door.east)
    filmed.evaluate("navigator.serviceWorker.ready.then(() => true)")
    filmed.context.set_offline(is_cut)

    filmed.get_by_role("button", name="打开摄像头").click()
    _says(filmed, "请进")
    expect(filmed.locator("#last-scans li.good")).to_have_count(2, timeout=15000)
    look(filmed)
    if is_cut:
        assert _counts(sqlite_factory, door) == (0, 0)
        filmed.context.set_offline(False)
        expect(filmed.locator("#brought")).to_contain_text("已补传", timeout=15000)

    assert _counts(sqlite_factory, door) == (2, 2)
    assert said == []
