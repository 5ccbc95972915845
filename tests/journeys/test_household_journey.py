"""A household from application to approval: visit, publicity, an objection, re-check, publicity again, decisions."""

import datetime as dt
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.identity import id_check_digit
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.models.households import Household
from matcher.services.approvals import publicity
from matcher.services.calendar import seed_calendar_days
from matcher.services.permissions import SYSTEM
from tests.factories.approvals import Office, make_office
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look

_SHOTS = os.environ.get("YANGGUANG_SHOTS")


@pytest.fixture
def office(sqlite_factory: SessionFactory) -> Office:
    """Give a city, a county and a grass-roots union with their people."""
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
        return make_office(session)


def _look(page: Page, name: str) -> None:
    look(page)
    if _SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(_SHOTS) / f"chain_{name}_{width}.png", full_page=True)


def _id_number(born: str, order: str) -> str:
    return f"640104{born}{order}" + id_check_digit(f"640104{born}{order}")


def _open_file(page: Page, address: str) -> None:
    """Open the file of a worker with a daughter, and record the visit with both signatures."""
    page.goto(f"{address}/files/new")
    page.get_by_label("姓名").fill("张建国")
    page.get_by_label("身份证号").fill(_id_number("19750302", "011"))
    page.get_by_label("工作单位").fill("红星机械厂")
    page.get_by_role("button", name="下一步：成员").click()
    page.get_by_label("姓名").fill("张小雨")
    page.get_by_label("与户主关系").fill("女儿")
    page.get_by_label("身份证号").fill(_id_number("20030615", "022"))
    page.get_by_role("button", name="添加这位成员").click()
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="新建档案").click()
    expect(page.get_by_text("填写中").first).to_be_visible()
    file_page = page.url.partition("#")[0]
    page.goto(f"{file_page}/facts/visits/new")
    page.get_by_label("走访日期").fill(clock.today().isoformat())
    page.get_by_label("走访结果").select_option("met")
    page.get_by_label("走访人").fill("王主席、李干事")
    for paper in ("《困难职工帮扶申请书》", "《家庭经济状况核对授权委托书》"):
        page.get_by_label(f"{paper}签字日期").fill(clock.today().isoformat())
        page.get_by_label(f"{paper}签字人").select_option(index=1)
    page.get_by_role("button", name="登记").click()
    page.goto(f"{file_page}/approval")


def _publish(page: Page) -> None:
    page.get_by_label("异议监督电话").fill("0951-5012345")
    page.get_by_role("button", name="登记并打印公示").click()
    expect(page.locator(".chip.on")).to_have_text("公示中")


def _let_pass(factory: SessionFactory, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the nightly work run some days later."""
    later = clock.today() + dt.timedelta(days=days)
    with monkeypatch.context() as patched, transaction(factory) as session:
        patched.setattr(clock, "today", lambda: later)
        assert publicity.end_due_notices(session, SYSTEM) == 1


def _agree(page: Page, address: str, said: str) -> None:
    page.goto(f"{address}/approvals")
    _look(page, f"queue_{said}")
    page.get_by_role("link", name="办理", exact=True).click()
    _look(page, f"decide_{said}")
    page.get_by_label("同意").check()
    page.get_by_label("说明").fill(said)
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("没有等您办理的")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_household_goes_from_application_to_approval_through_one_objection(
    address: str,
    open_as: OpenAs,
    office: Office,
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    chair = open_as(office.chair, width)
    said = complaints(chair)

    _open_file(chair, address)
    _look(chair, "submit")
    chair.get_by_label("申请的困难类别").select_option("deep")
    chair.get_by_role("button", name="提交审批").click()
    expect(chair.locator(".chip").first).to_have_text("待走访")
    _look(chair, "visit")
    chair.get_by_role("button", name="走访完成，转公示").click()
    expect(chair.locator(".chip").first).to_have_text("待公示")
    _look(chair, "publish")
    _publish(chair)
    _look(chair, "notice")

    chair.get_by_label("反映方式").select_option("call")
    chair.get_by_label("异议内容").fill("该户有两套住房")
    chair.get_by_role("button", name="登记异议，停止办理").click()
    expect(chair.locator(".chip.stop").first).to_have_text("因异议停止")
    _look(chair, "objected")

    county = open_as(office.county_approver, width)
    said_too = complaints(county)
    county.goto(f"{address}/approvals")
    _look(county, "queue_recheck")
    county.get_by_role("link", name="办理", exact=True).click()
    _look(county, "recheck")
    county.get_by_role("link", name="去复核").click()
    county.get_by_label("异议不成立，重新公示").check()
    county.get_by_label("核查情况").fill("另一套为租住，已核对合同")
    county.get_by_role("button", name="登记复核").click()
    _look(county, "rechecked")

    chair.goto(f"{address}/approvals")
    chair.get_by_role("link", name="办理", exact=True).click()
    _publish(chair)
    expect(chair.get_by_text("第 2 次").first).to_be_visible()
    _let_pass(sqlite_factory, monkeypatch, 4)

    _agree(county, address, "材料齐全")
    _agree(open_as(office.city_approver, width), address, "符合条件")

    with reading(sqlite_factory) as session:
        household = session.scalars(sa.select(Household)).one()
        assert (household.state, household.tier) == (FileState.ACTIVE, HardshipTier.DEEP)
    _key_the_change(chair, address)
    assert said + said_too == []


def _key_the_change(page: Page, address: str) -> None:
    """Key what was approved into the national system, and tick it."""
    page.goto(f"{address}/national-register")
    _look(page, "register")
    page.get_by_role("link", name="录入", exact=True).click()
    page.get_by_role("button", name="打开录入内容").click()
    expect(page.get_by_role("cell", name="张建国").first).to_be_visible()
    _look(page, "register_values")
    page.get_by_role("button", name="已录入全国系统").click()
    expect(page.locator(".chip.done").first).to_have_text("已登记")


def test_the_page_by_link_says_what_hangs_and_is_kept_by_nobody(
    address: str, open_as: OpenAs, office: Office, sqlite_factory: SessionFactory
) -> None:
    chair = open_as(office.chair, 360)
    _open_file(chair, address)
    chair.get_by_label("申请的困难类别").select_option("deep")
    chair.get_by_role("button", name="提交审批").click()
    chair.get_by_role("button", name="走访完成，转公示").click()
    chair.get_by_label("不写困难类别").check()
    chair.get_by_label("另外生成一个链接页面").check()
    _publish(chair)
    link = chair.locator("code").inner_text()

    chair.context.clear_cookies()
    answer = chair.goto(link)

    assert answer is not None
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert "noarchive" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "no-store"
    expect(chair.get_by_text("张*国")).to_be_visible()
    for hidden in ("建国", "小雨", "深度困难"):
        expect(chair.get_by_text(hidden)).to_have_count(0)
    _look(chair, "public")
