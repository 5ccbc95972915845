"""Signing in as a person does, at a desk and on a phone, with axe looking at every page on the way."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.services import sign_in
from tests.factories.accounts import make_actor
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from tests.support.serving import served
from tests.web.conftest import PASSWORD, PASSWORD_HASH
from web.auth import COOKIE

WIDTHS = [1280, 360]


@pytest.fixture
def address(app: APIFlask) -> Iterator[str]:
    """Serve the application on a free port."""
    with served(app) as address:
        yield address


@pytest.mark.parametrize("width", WIDTHS)
def test_a_person_signs_in_switches_role_and_leaves(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, width: int
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.ADMINISTRATOR)
        account = session.get_one(Account, actor.account_id)
        account.login, account.password_hash = "li.ming", PASSWORD_HASH
        session.add(
            Membership(account_id=account.id, role=Role.FAIR_ORGANISER, union_id=actor.union_id)
        )
    page = new_page(width)
    said = complaints(page)

    page.goto(f"{address}/accounts")
    look(page)
    page.get_by_label("登录名", exact=True).fill("li.ming")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("登录名", exact=True)).to_have_value("li.ming")
    look(page)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("密码", exact=True).press("Enter")
    expect(page).to_have_url(f"{address}/accounts")
    look(page)
    page.locator(".who").click()
    look(page)
    page.get_by_role("button", name="切换到招聘会组织者").click()
    expect(page.locator(".who b")).to_have_text("招聘会组织者")
    page.goto(f"{address}/accounts")
    expect(page.get_by_role("heading", level=1)).to_have_text("当前角色不能做这件事")
    look(page)
    if width < 900:
        page.get_by_role("link", name="更多").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(f"{address}/sign-in")
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_own_pages_of_an_account_are_fit_for_everybody(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, width: int
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.ADMINISTRATOR)
        token = sign_in.open_session(session, actor.account_id or 0)
    page = new_page(width)
    said = complaints(page)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])

    for path in (
        "/home",
        "/account",
        "/account/switch",
        "/account/second-factor",
        "/accounts",
        "/accounts/new",
        "/nowhere",
    ):
        page.goto(address + path)
        look(page)

    assert said == []


def test_the_keyboard_alone_reaches_the_content_first(address: str, new_page: NewPage) -> None:
    page = new_page(1280)
    page.goto(f"{address}/sign-in")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    assert first == "跳到正文"
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_form_can_be_sent_without_any_script(
    address: str, browser: object, new_page: NewPage, account: Account
) -> None:
    page = new_page(360)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{address}/sign-in")

    page.get_by_label("登录名", exact=True).fill(account.login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.locator(".who b")).to_have_text("活动主管")
