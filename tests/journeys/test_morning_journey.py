"""A caseworker's morning: signs in, sees the day, acts on what is overdue, calls three people, hands over."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.accounts import Account
from matcher.models.graduate_cases import ServiceAct
from matcher.models.households import Household
from matcher.services.casework.service_acts import standing_acts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from tests.web.conftest import PASSWORD, PASSWORD_HASH

NAMES = ("陈大强", "李春华", "马国栋", "孙秀梅")


@pytest.fixture
def office(sqlite_factory: SessionFactory) -> tuple[Actor, Actor]:
    """Give a caseworker with four families, and a colleague who will take one over."""
    with transaction(sqlite_factory) as session:
        union = make_union(session, name="滨城区总工会")
        worker = make_actor(session, Role.CASEWORKER, union=union)
        account = session.get_one(Account, worker.account_id)
        account.login, account.password_hash = "liu.min", PASSWORD_HASH
        account.display_name = "刘敏"
        heir = make_colleague(session, worker)
        session.get_one(Account, heir.account_id).display_name = "赵强"
        for number, name in enumerate(NAMES):
            _, graduate = make_family(session, union, worker, name=name)
            graduate.name = name[0] + "宇雯婷浩"[number]
            case = make_case(session, graduate, worker)
            if number == 3:
                make_task(
                    session,
                    union,
                    ("graduate_case", case.id),
                    owner=worker,
                    days=-2,
                    rule="case.measure_due",
                )
    return worker, heir


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_role("textbox", name="登录名").fill("liu.min")
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def _standing(factory: SessionFactory) -> list[tuple[ServiceKind, ActOutcome]]:
    with reading(factory) as session:
        found = sa.select(ServiceAct.kind, ServiceAct.outcome).where(standing_acts())
        return [tuple(row) for row in session.execute(found.order_by(ServiceAct.id))]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_caseworkers_morning(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    office: tuple[Actor, Actor],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    page = new_page(width)
    said = complaints(page)

    _sign_in(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("今日待办")
    expect(page.locator(".figures a").first).to_contain_text("超期")
    expect(page.locator(".clock.over")).to_have_text("超期 2 天")
    expect(page.get_by_text("计划里的措施到期")).to_be_visible()
    look(page)
    page.locator(".figures a").first.click()
    expect(page).to_have_url(f"{address}/today?when=overdue")
    page.locator("td.act a.btn.primary").click()
    expect(page).to_have_url(re.compile(r"/cases/\w+"))

    page.goto(f"{address}/today")
    page.get_by_role("link", name="改期").click()
    look(page)
    page.get_by_label("改到哪一天").fill((clock.today() + dt.timedelta(days=2)).isoformat())
    page.get_by_role("textbox", name="原因").fill("本人明天回来再办")
    page.get_by_role("button", name="改期").click()
    expect(page.get_by_role("status")).to_contain_text("已改期")

    page.get_by_role("link", name="电话模式").first.click()
    look(page)
    page.get_by_role("button", name="显示号码并拨打").click()
    number = page.locator("#number a[href^='tel:']")
    expect(number).to_be_focused()
    page.get_by_role("button", name="接通").click()
    expect(page.get_by_text("还有 3 人")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("2")
    expect(page.get_by_text("还有 2 人")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("还有 3 人")).to_be_visible()
    page.keyboard.press("4")
    expect(page.get_by_text("还有 2 人")).to_be_visible()
    page.get_by_role("button", name="改天再打").click()
    expect(page.get_by_text("还有 1 人")).to_be_visible()
    look(page)
    outcomes = [outcome for _, outcome in _standing(sqlite_factory)]
    assert outcomes == [ActOutcome.REACHED, ActOutcome.NO_WISH, ActOutcome.FOLLOW_UP]

    page.goto(f"{address}/hand-overs/new")
    look(page)
    for box in page.get_by_role("checkbox").all()[1:]:
        box.uncheck()
    page.get_by_role("combobox", name="交给谁").select_option(label="赵强")
    page.get_by_role("textbox", name="交代").fill("约了周五上门")
    page.get_by_role("button", name="发给对方接收").click()
    expect(page.get_by_role("status")).to_contain_text("对方接收后才转过去")
    look(page)

    _, heir = office
    other = open_as(heir, width)
    other.goto(f"{address}/hand-overs")
    other.get_by_role("link", name="接收或退回").click()
    expect(other.get_by_text("约了周五上门")).to_be_visible()
    look(other)
    other.get_by_role("button", name="接收勾上的，退回其余").click()
    expect(other.get_by_role("status")).to_contain_text("转来 1 户")
    with reading(sqlite_factory) as session:
        owned = sa.select(sa.func.count()).where(Household.owner_id == heir.account_id)
        assert session.scalar(owned) == 1
    assert said == []
