"""A graduate registers on a phone, is confirmed, reads the own list, changes a wish, withdraws: 360 px first."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EducationLevel, Role
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.services import phone_codes
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain, rank
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from workers import live, outbox

PHONE = "13912345678"
BODIES = (outbox,)
"""The message with the code is sent by a job that is run here."""

_PATIENCE_MS = 5_000
"""A list in its new order; the worker of this test runs in the test's own process."""


@pytest.fixture
def caseworker(sqlite_factory: SessionFactory) -> Actor:
    """Give a caseworker of a union with an open drive and two postings."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session)
        drive = make_drive(session, union, neutral_name="2026 毕业生就业服务")
        for title, region in (("出纳", "640104"), ("会计主管", "640200")):
            make_posting(
                session,
                drive,
                title=title,
                region_code=region,
                education_min=EducationLevel.COLLEGE,
                requirement={"混合": "会计学、财务管理"},
            )
        actor = make_actor(session, Role.CASEWORKER, union=session.get_one(Union, union.id))
        drive_id = drive.id
    live._states.clear()  # kept by run number, which every database of a test counts from 1
    rank(sqlite_factory, drive_id)
    return actor


def _sign_in_by_phone(
    page: Page, address: str, factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign in with the code that came by message."""
    monkeypatch.setattr(phone_codes.secrets, "randbelow", lambda _: 123456)
    page.goto(f"{address}/sign-in/phone")
    page.get_by_role("textbox", name="手机号").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("textbox", name="验证码").fill("123456")
    page.get_by_role("button", name="登录", exact=True).click()
    with reading(factory) as session:
        assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_a_graduate_registers_is_confirmed_and_reads_the_own_list(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    caseworker: Actor,
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    page = new_page(width)
    said = complaints(page)

    _sign_in_by_phone(page, address, sqlite_factory, monkeypatch)
    expect(page).to_have_url(f"{address}/register")
    look(page)
    page.get_by_role("textbox", name="姓名").fill("王芳")
    page.get_by_role("textbox", name="手机号").fill(PHONE)
    page.get_by_label("学历").select_option("bachelor")
    page.locator("#field-major_1").press_sequentially("会计")
    expect(page.locator("#list-major_1 option").first).to_be_attached()
    page.locator("#field-major_1").fill("会计学")
    page.get_by_label("我同意参加岗位排序").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("textbox", name="姓名")).to_have_value("王芳")
    look(page)
    page.get_by_label("我同意接受就业服务").check()
    page.get_by_role("button", name="登记", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("我的资料")
    look(page)
    page.locator("#field-place_1").fill("银川市")
    page.get_by_role("button", name="保存我的资料").click()
    expect(page.get_by_text("等工作人员确认")).to_be_visible()
    look(page)

    desk = open_as(caseworker, 1280)
    desk.goto(f"{address}/registrations")
    look(desk)
    desk.get_by_role("link", name="核对登记").click()
    look(desk)
    desk.get_by_text("确认为新的毕业生", exact=True).click()
    desk.get_by_role("button", name="确认并加入活动").click()
    expect(desk.get_by_text("没有等确认的登记")).to_be_visible()
    drain(sqlite_factory)

    page.goto(f"{address}/me")
    expect(page.get_by_role("heading", name="出纳")).to_be_visible()
    expect(page.get_by_text("地点是你的第 1 志愿")).to_be_visible()
    look(page)
    page.goto(f"{address}/me/profile")
    page.locator("#field-place_2").fill("石嘴山市")
    page.get_by_role("button", name="保存我的资料").click()
    expect(page.get_by_text("正在按新的资料重新排")).to_be_visible()
    drain(sqlite_factory)
    expect(page.get_by_role("heading", name="会计主管")).to_be_visible(timeout=_PATIENCE_MS)
    look(page)
    assert said == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_graduate_withdraws_and_agrees_again(
    address: str,
    new_page: NewPage,
    caseworker: Actor,
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    page = new_page(width)
    said = complaints(page)
    _sign_in_by_phone(page, address, sqlite_factory, monkeypatch)
    page.get_by_role("textbox", name="姓名").fill("王芳")
    page.get_by_role("textbox", name="手机号").fill(PHONE)
    page.get_by_label("学历").select_option("bachelor")
    page.locator("#field-major_1").fill("会计学")
    page.get_by_label("我同意接受就业服务").check()
    page.get_by_label("我同意参加岗位排序").check()
    page.get_by_role("button", name="登记", exact=True).click()

    page.goto(f"{address}/me/consents")
    look(page)
    page.locator("#w-ranking > summary").click()
    look(page)
    page.get_by_role("button", name="撤回这项同意").click()
    page.goto(f"{address}/me")

    expect(page.get_by_text("已撤回参加排序的同意")).to_be_visible()
    look(page)
    page.get_by_role("link", name="看我的同意").click()
    page.get_by_role("button", name="我同意").first.click()
    page.goto(f"{address}/me/consents")
    page.get_by_role("button", name="打开来看").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的资料副本")
    look(page)
    assert said == []
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(Graduate.id))) == 1
