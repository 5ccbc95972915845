"""An organiser prepares a fair: entered, sessions, the permit with its number, the plan, announced, read by anybody."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.drives import Drive
from matcher.models.fairs import Fair, FairSession
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_booth,
    make_fair_employer,
    make_fair_posting,
    make_hall,
)
from tests.factories.postings import make_employer, make_posting
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look

SOON = clock.today() + dt.timedelta(days=45)
_PICTURES = os.environ.get("YANGGUANG_PICTURES", "")
"""Folder for pictures of the pages; none are kept without it."""


@pytest.fixture
def organiser(sqlite_factory: SessionFactory) -> Actor:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session, name="滨州市总工会", region_code="371602")
        make_drive(session, union, name="阳光就业 2026")
        return make_actor(session, Role.FAIR_ORGANISER, union=union)


def _see(page: Page, name: str, width: int) -> None:
    """Check a page, and keep a picture of it if somebody wants to look."""
    look(page)
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / f"H1-{name}-{width}.png", full_page=True)


def _employers(factory: SessionFactory) -> Fair:
    """Let two employers be accepted, each with a booth and a post."""
    with transaction(factory) as session:
        fair = session.scalars(sa.select(Fair)).one()
        union = session.get_one(Union, fair.union_id)
        hall = make_hall(session, fair, name="一号厅")
        for name, trade, title in (
            ("滨州华章软件有限公司", "I", "软件测试"),
            ("滨州黄河纺织集团", "C", "质检员"),
        ):
            employer = make_employer(session, union, name=name, industry=trade)
            place = make_fair_employer(session, fair, employer)
            make_booth(session, hall, place)
            posting = make_posting(
                session,
                session.get_one(Drive, fair.drive_id),
                employer,
                title=title,
                pay_low_yuan=5000,
                pay_high_yuan=6500,
            )
            make_fair_posting(session, place, posting)
        session.expunge_all()
        return fair


@pytest.mark.parametrize("width", [360, 1280])
def test_an_organiser_brings_a_fair_to_the_public(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    organiser: Actor,
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    desk = open_as(organiser, width)
    said = complaints(desk)
    desk.goto(f"{address}/fairs")
    _see(desk, "list-empty", width)
    desk.get_by_role("link", name="建一场招聘会").first.click()
    _see(desk, "new", width)
    typed: tuple[tuple[str | re.Pattern[str], str], ...] = (
        ("招聘会名称", "2026 届毕业生冬季招聘会"),
        ("开始日期", SOON.isoformat()),
        (re.compile(r"^场馆\s*（"), "滨州市体育馆"),
        ("场馆地址", "滨城区黄河八路 385 号"),
        ("场馆可容纳人数", "3000"),
        ("预计参加人数", "1500"),
        ("咨询电话", "0543-3160000"),
    )
    for label, value in typed:
        desk.get_by_label(label).first.fill(value)
    desk.get_by_role("button", name="建招聘会").click()
    expect(desk.get_by_text("还不能公布")).to_be_visible()
    _see(desk, "home-new", width)

    desk.get_by_role("link", name="定场次和核准人数").click()
    desk.get_by_role("button", name="加这一场").click()
    expect(desk.get_by_text("场次已加")).to_be_visible()
    _see(desk, "sessions", width)

    desk.get_by_role("link", name="报批和方案").first.click()
    expect(desk.get_by_text("县级公安机关")).to_be_visible()
    _see(desk, "permits", width)
    desk.get_by_text("报上去了，登记").first.click()
    desk.get_by_label("受理单位").first.fill("滨城区公安局")
    desk.get_by_role("button", name="登记报送").first.click()
    desk.get_by_text("有答复了，登记").click()
    desk.get_by_label("文号").fill("滨公许〔2026〕8 号")
    desk.get_by_label("上午场").fill("1800")
    desk.get_by_role("button", name="登记答复").click()
    expect(desk.get_by_text("滨公许〔2026〕8 号")).to_be_visible()
    desk.get_by_text("2、安全工作人员").click()
    part = desk.locator("#part-staff")
    part.get_by_label("内容").fill("安全工作人员 12 人，穿黄色马甲。")
    part.get_by_label("谁负责").fill("安保组")
    part.get_by_label("已落实").check()
    part.get_by_role("button", name="保存这一项").click()
    expect(desk.get_by_text("九项已落实 1 项")).to_be_visible()
    _see(desk, "permits-filed", width)

    fair = _employers(sqlite_factory)
    desk.get_by_role("link", name="总览").click()
    desk.get_by_role("button", name="公布这场招聘会").click()
    expect(desk.get_by_role("link", name="公开页面")).to_be_visible()
    _see(desk, "home", width)
    desk.goto(f"{address}/fairs")
    _see(desk, "list", width)
    desk.goto(f"{address}/fairs/calendar?month={SOON:%Y-%m}")
    _see(desk, "calendar", width)
    assert said == []

    anybody = new_page(width)
    spoken = complaints(anybody)
    anybody.goto(f"{address}/f/{fair.token}")
    expect(anybody.get_by_text("软件测试")).to_be_visible()
    _see(anybody, "public", width)
    anybody.get_by_role("link", name="我要报名").first.click()
    anybody.get_by_label("姓名").fill("王小明")
    anybody.get_by_label("手机号").fill("13800002046")
    anybody.get_by_label("上午场").check()
    anybody.get_by_label("我已经看过，同意").check()
    _see(anybody, "register", width)
    anybody.get_by_role("button", name="报名，拿入场码").click()
    anybody.wait_for_url(f"{address}/v/*")
    assert spoken == []
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(FairSession.approved_number)).one() == 1800
