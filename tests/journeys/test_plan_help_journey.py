"""What would help beside a plan in a browser: asked for, followed, read wide and narrow, taken up by telephone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.plan_help import short_plan
from tests.factories.plans import publish
from tests.factories.ranked_drives import drain
from tests.factories.training import make_course
from tests.journeys.conftest import OpenAs
from tests.support.looks import look

WIDTHS = [1280, 360]
_LONG = 30_000
"""Milliseconds a page that polls may take to be shown anew."""

SCREENS = os.environ.get("YANGGUANG_TEST_SCREENS", "")
"""Folder that keeps pictures of what is looked at; empty keeps none."""


def actor(factory: SessionFactory, union_id: int, role: Role) -> Actor:
    with transaction(factory) as session:
        return make_actor(session, role, union=session.get_one(Union, union_id))


def keep(page: Page, name: str, width: int) -> None:
    """Look at a page, and keep a picture of it where that is asked for."""
    page.evaluate("scrollTo(0, 0)")
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}-{width}.png", full_page=True)
    look(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_would_help_is_worked_out_read_and_taken_up(
    address: str, open_as: OpenAs, sqlite_factory: SessionFactory, width: int
) -> None:
    short, made, without = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, short.union_id)
        make_course(session, union, title="电工证取证班", certificate="电工证")
        person, (seated,) = session.get_one(Graduate, without), set(short.people) - {without}
        own = make_actor(session, Role.GRADUATE, graduate=person)
        numbers = person.public_id, session.get_one(Graduate, seated).public_id
    page = open_as(actor(sqlite_factory, short.union_id, Role.DRIVE_MANAGER), width)
    page.goto(f"{address}/plans/{made.public_id}/help")
    keep(page, "help-empty", width)
    page.get_by_role("button", name="计算做什么能有用").click()
    expect(page.locator("progress")).to_be_visible()
    keep(page, "help-progress", width)
    drain(sqlite_factory)
    expect(page.get_by_role("heading", name="单位放宽一个条件")).to_be_visible(timeout=_LONG)
    expect(page.locator("td.lead", has_text="放宽“须有电工证”").first).to_be_visible()

    call = page.get_by_role("button", name="列入电话").first
    call.focus()
    call.press("Enter")
    expect(page.get_by_role("button", name="没有答应")).to_be_visible()
    keep(page, "help-full", width)

    publish(sqlite_factory, made)
    worker = open_as(actor(sqlite_factory, short.union_id, Role.CASEWORKER), width)
    worker.goto(f"{address}/my-seats/{numbers[1]}?drive={short.drive_id}")
    expect(worker.get_by_role("heading", name="确认以后再念")).to_be_visible()
    keep(worker, "read-out-waiting", width)
    worker.goto(f"{address}/my-seats/{numbers[0]}?drive={short.drive_id}")
    expect(worker.get_by_text("取得电工证").first).to_be_visible()
    expect(worker.get_by_text("能有席位").first).to_be_visible()
    keep(worker, "read-out-help", width)
    worker.get_by_role("button", name="转介培训").click()
    expect(worker.get_by_role("table").get_by_text("已转介")).to_be_visible()

    reader = open_as(own, width)
    reader.goto(f"{address}/me/referrals")
    expect(reader.get_by_text("还没有轮到您的席位")).to_be_visible()
    keep(reader, "own-told", width)

    page.get_by_role("button", name="没有答应").first.click()
    expect(page.get_by_text("单位没有答应")).to_be_visible()
