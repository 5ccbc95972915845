"""A caseworker finds three entitlements, one of them lost after tomorrow, and leads an application to the money."""

import pytest
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.entitlements import make_claimant
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look
from workers.inline import Inline


@pytest.fixture
def people(sqlite_factory: SessionFactory) -> tuple[Actor, Actor]:
    """Give a caseworker and a graduate of whom too little is known yet."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        worker = make_actor(session, Role.CASEWORKER, union=union)
        graduate = make_claimant(session, worker, union, ask=False)
        return worker, make_actor(session, Role.GRADUATE, graduate=graduate)


def _night(factory: SessionFactory) -> None:
    """Let a whole night pass with all that is scheduled."""
    background = Inline()
    background.night(factory)
    background.work_off(factory)


@pytest.mark.parametrize("width", [360, 1280])
def test_three_entitlements_are_found_and_one_is_begun_in_time(
    open_as: OpenAs,
    address: str,
    people: tuple[Actor, Actor],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    worker, graduate = people
    _night(sqlite_factory)
    desk = open_as(worker, width)
    said = complaints(desk)
    desk.goto(f"{address}/today")
    expect(desk.get_by_text("有政策快到最后一天，还没有人申请").first).to_be_visible()
    desk.goto(f"{address}/entitlements")
    expect(desk.get_by_text("明天到期").first).to_be_visible()
    look(desk)
    desk.get_by_role("link", name="去问").first.click()

    for name in (
        "家里正在领低保吗？",
        "本人愿意参加三支一扶、西部计划、特岗、选调这类基层项目吗？",
    ):
        group = desk.get_by_role("group", name=name)
        if not group.is_visible():
            desk.locator("#ask").locator("xpath=ancestor::section").get_by_text("其余").click()
        group.get_by_role("radio", name="是", exact=True).check()
    group = desk.get_by_role("group", name="以前（包括在别的学校、别的地方）领过一次性求职补贴吗？")
    group.get_by_role("radio", name="否", exact=True).check()
    desk.get_by_role("textbox", name="依据").first.fill("本人电话里说，看过低保证")
    look(desk)
    desk.get_by_role("button", name="记下问到的").click()

    yes = desk.get_by_role("region", name="可享", exact=True)
    expect(yes.locator("tbody > tr")).to_have_count(3)
    expect(yes.get_by_text("明天到期")).to_have_count(1)
    yes.get_by_text("逐条看依据").first.click()
    expect(yes.get_by_text("本人电话里说，看过低保证").first).to_be_visible()
    look(desk)
    yes.locator("tbody > tr", has_text="一次性求职补贴").get_by_role(
        "button", name="开始办理"
    ).click()
    expect(desk.get_by_role("heading", name="一次性求职补贴")).to_be_visible()
    look(desk)

    phone = open_as(graduate, 360)
    phone.goto(f"{address}/me/entitlements")
    expect(phone.get_by_role("heading", name="一次性求职补贴")).to_be_visible()
    expect(phone.get_by_text("明天到期").first).to_be_visible()
    look(phone)

    paper = desk.get_by_role("listitem").filter(has_text="身份证复印件")
    paper.get_by_role("button").click()
    expect(desk.get_by_text("材料已登记")).to_be_visible()
    desk.get_by_label("办到哪一步").select_option("submitted")
    desk.get_by_role("button", name="登记这一步").click()
    desk.get_by_label("办到哪一步").select_option("paid")
    desk.get_by_role("textbox", name="金额").first.fill("1500")
    desk.get_by_role("button", name="登记这一步").click()
    expect(desk.get_by_text("已记入政府资金台账")).to_be_visible()
    look(desk)

    desk.goto(f"{address}/entitlements/applications")
    expect(desk.get_by_text("1,500 元").first).to_be_visible()
    look(desk)
    desk.goto(f"{address}/entitlements/september")
    look(desk)
    _night(sqlite_factory)
    desk.goto(f"{address}/entitlements")
    expect(desk.get_by_text("一次性求职补贴").locator("visible=true")).to_have_count(0)
    assert said == []
