"""Pairing a scanner and writing down who has no ticket, in a real browser, by keyboard and in half a minute."""

import re
import time
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairSession
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.doors import devices
from tests.factories.accounts import make_actor
from tests.factories.fairs import make_fair, make_session
from tests.support.browser import NewPage
from tests.support.looks import complaints, look

_HALF_A_MINUTE = 30


@dataclass(frozen=True)
class Link:
    """A pairing link of a fair with one place."""

    address: str
    held_id: int


@pytest.fixture
def link(sqlite_factory: SessionFactory) -> Link:
    """Give the link of a scanner that waits to be paired."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, first_on=clock.today(), state=FairState.ANNOUNCED)
        held = make_session(session, fair, approved_number=1, begins_minute=0, ends_minute=24 * 60)
        by = make_actor(session, Role.FAIR_ORGANISER, union=session.get_one(Union, fair.union_id))
        _, token = devices.add_device(session, by, fair.id, "东门 1")
        return Link(f"/door/pair/{token}", held.id)


def _fill(page: Page, name: str) -> None:
    """Fill in the form as somebody at a desk does: by keyboard from field to field."""
    page.get_by_label("姓名").focus()
    for text in (name, "13912345678", "滨州学院", "会计学"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_label("学历").select_option("bachelor")
    page.get_by_label("本人已看过说明并同意登记").focus()
    page.keyboard.press("Space")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_scanner_is_paired_and_somebody_without_a_ticket_is_in_within_half_a_minute(
    address: str, new_page: NewPage, link: Link, sqlite_factory: SessionFactory, width: int
) -> None:
    page = new_page(width)
    said = complaints(page)
    page.goto(address + link.address)
    look(page)
    page.get_by_role("button", name="用这台设备验票").click()
    expect(page.get_by_role("heading", name="东门 1")).to_be_visible()

    page.get_by_role("link", name="没有票：现场登记").click()
    look(page)
    began = time.monotonic()
    _fill(page, "孙静怡")
    page.get_by_role("button", name="登记并放行").click()
    expect(page.get_by_text("请进")).to_be_visible()
    took = time.monotonic() - began
    look(page)

    expect(page.get_by_text(re.compile(r"^F[0-9A-Z]{4}-[0-9A-Z]{4}$"))).to_be_visible()
    expect(page.get_by_text("孙静怡")).to_have_count(0)
    assert took < _HALF_A_MINUTE
    page.get_by_role("link", name="登记下一位").click()
    _fill(page, "周文博")
    page.get_by_role("button", name="登记并放行").click()
    expect(page.get_by_text("已到核准人数，停止入场。")).to_be_visible()
    look(page)
    with reading(sqlite_factory) as session:
        assert session.get_one(FairSession, link.held_id).n_entered == 1
        assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == 1
    assert said == []


def test_a_used_link_and_an_unpaired_device_say_what_to_do(
    address: str, new_page: NewPage, link: Link
) -> None:
    first, second = new_page(1280), new_page(360)
    first.goto(address + link.address)
    first.get_by_role("button", name="用这台设备验票").click()

    second.goto(address + link.address)
    expect(second.get_by_text("请主办方重新生成一个")).to_be_visible()
    look(second)
    second.goto(f"{address}/door/")
    expect(second.get_by_text("请主办方重新生成配对链接")).to_be_visible()
    look(second)
