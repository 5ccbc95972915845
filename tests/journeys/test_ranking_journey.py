"""A drive manager reads lists, sees them change, runs the ranking: in a real browser, wide and narrow."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.services import sign_in
from matcher.settings import Settings
from tests.support.browser import NewPage
from tests.support.looks import look
from tests.support.serving import served
from tests.web.ranking_world import World, make_world, rank
from web.app import create_app
from web.auth import COOKIE

WIDTHS = [1280, 360]
_A_SECOND = 1_500
"""Milliseconds a changed list may take to be on the screen here, two cores shared with other tests."""


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive."""
    return make_world(sqlite_factory)


@pytest.fixture
def address(settings: Settings, sqlite_factory: SessionFactory) -> Iterator[str]:
    """Serve the application on a free port."""
    with served(create_app(settings, factory=sqlite_factory)) as address:
        yield address


def signed_in(page: Page, address: str, factory: SessionFactory, account_id: int | None) -> Page:
    """Give a page the cookie of an account."""
    assert account_id is not None
    with transaction(factory) as session:
        token = sign_in.open_session(session, account_id)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_reasons_open_and_close_in_place_by_keyboard(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, world: World, width: int
) -> None:
    page = signed_in(new_page(width), address, sqlite_factory, world.manager.account_id)
    page.goto(f"{address}/postings/{world.posting}")
    look(page)
    first = page.get_by_role("link", name="理由").first

    first.focus()
    first.press("Enter")

    expect(page.locator("tr.explain")).to_contain_text("会计学：岗位写明该专业")
    closing = page.get_by_role("link", name="收起")
    expect(closing).to_be_focused()
    look(page)
    closing.press("Enter")
    expect(page.locator("tr.explain")).to_have_count(0)
    expect(page).to_have_url(f"{address}/postings/{world.posting}")


def test_a_changed_list_comes_by_itself(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, world: World
) -> None:
    page = signed_in(new_page(1280), address, sqlite_factory, world.manager.account_id)
    page.goto(f"{address}/postings/{world.posting}")
    people = page.locator("#list tbody td.lead a")
    expect(people).to_have_count(3)

    with transaction(sqlite_factory) as session:
        run = session.scalars(sa.select(RankingRun)).one()
        own = session.get_one(RankedList, (run.id, ListSide.POSTING_ORDINARY, world.posting_id))
        session.add(
            RankedOverlay(
                drive_id=run.drive_id,
                side=own.side,
                subject_id=own.subject_id,
                run_id=run.id,
                change_number=9,
                length=1,
                n_eligible=1,
                keys=own.keys[:8],
                partners=own.partners[:4],
            )
        )

    expect(people).to_have_count(1, timeout=_A_SECOND)


def test_a_run_is_followed_to_its_end(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, world: World
) -> None:
    page = signed_in(new_page(1280), address, sqlite_factory, world.manager.account_id)
    page.goto(f"{address}/ranking")
    look(page)

    page.get_by_role("button", name="重新排序").click()
    expect(page.get_by_role("heading", name="正在排序，第 2 次运行")).to_be_visible()
    look(page)
    rank(sqlite_factory, world.drive_id)

    expect(page.get_by_text("第 2 次，今天")).to_be_visible()
    expect(page.get_by_role("button", name="停止")).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_ranking_is_accessible_and_fits(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, world: World, width: int
) -> None:
    page = signed_in(new_page(width), address, sqlite_factory, world.manager.account_id)
    person = world.people["周一"]

    for path in (
        "/postings",
        f"/postings/{world.posting}?list=b",
        f"/postings/{world.posting}?who=冯宁",
        f"/postings/{world.open_ended}/requirement",
        "/graduates",
        f"/graduates/{person}",
        f"/graduates/{world.people['冯宁']}?which=出纳",
        "/ranking/parameters",
    ):
        page.goto(address + path)
        look(page)
