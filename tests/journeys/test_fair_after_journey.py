"""An organiser after a fair: closes it, reads the report and its rows, hands in, follows intents, enters paper."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.fairs import EntryRefusal
from matcher.models.fairs import Fair
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_reports import asking
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fair_after import HeldFair, make_contact, make_held_fair, refuse
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look

_PICTURES = os.environ.get("YANGGUANG_PICTURES", "")
"""Folder for pictures of the pages; none are kept without it."""


@pytest.fixture
def held(sqlite_factory: SessionFactory) -> tuple[HeldFair, Actor]:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session, name="滨州市总工会", region_code="371602")
        drive = make_drive(session, union, name="阳光就业 2026")
        made = make_held_fair(
            session, drive, n_places=4, n_visitors=9, venue_region="371602", title="春季招聘会"
        )
        one, two = made.places[0], made.places[1]
        now = clock.now()
        make_contact(session, one, made.visitors[0], ContactState.INTENT, resume_at=now)
        make_contact(session, two, made.visitors[1], ContactState.INTENT, interviewed_at=now)
        make_contact(session, two, made.visitors[2], ContactState.REFUSED, resume_at=now)
        refuse(session, made, EntryRefusal.WRONG_DAY)
        actor = make_actor(session, Role.FAIR_ORGANISER, union=union)
        session.expunge_all()
        return made, actor


def _see(page: Page, name: str, width: int) -> None:
    """Check a page, and keep a picture of it if somebody wants to look."""
    look(page)
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / f"H8-{name}-{width}.png", full_page=True)


def _ask(factory: SessionFactory, made: HeldFair) -> str:
    """Ask the first visitor; returns the address of the link."""
    with transaction(factory) as session:
        asking.ask_visitor(session, made.visitors[0].id)
        public_id = made.visitors[0].public_id
        return f"/after/{asking.token_of(session, SurveySide.VISITOR, public_id)}"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_fair_is_closed_reported_followed_and_completed_from_paper(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    held: tuple[HeldFair, Actor],
    sqlite_factory: SessionFactory,
    tmp_path: Path,
    width: int,
) -> None:
    made, organiser = held
    desk = open_as(organiser, width)
    said = complaints(desk)
    home = f"{address}/fairs/{made.fair.public_id}"
    desk.goto(f"{home}/report")
    _see(desk, "before-closing", width)
    desk.get_by_role("checkbox").last.check()
    desk.get_by_role("button", name="结束招聘会").click()
    expect(desk.get_by_text("招聘会已结束").first).to_be_visible()
    expect(desk.get_by_text("山东").first).to_be_visible()
    _see(desk, "report", width)

    desk.get_by_role("row", name="入场求职者").get_by_role("link").click()
    expect(desk.get_by_role("row")).to_have_count(10)
    _see(desk, "rows", width)

    desk.goto(f"{home}/report")
    desk.get_by_text("登记已报送").click()
    desk.get_by_label("报给哪个部门").fill("滨城区人力资源和社会保障局")
    _see(desk, "hand-in", width)
    desk.get_by_role("button", name="登记报送并留存数字").click()
    expect(desk.get_by_text("报送摘要")).to_be_visible()

    _visitor(new_page(width), address + _ask(sqlite_factory, made), width)
    desk.goto(f"{home}/intents")
    expect(desk.get_by_text("已到岗").first).to_be_visible()
    _see(desk, "intents", width)
    desk.get_by_role("link", name="登记结果").first.click()
    desk.get_by_label("单位没有录用").check()
    _see(desk, "intent", width)
    desk.get_by_role("button", name="登记结果").click()
    expect(desk.get_by_text("结果已登记")).to_be_visible()

    _paper(desk, home, sqlite_factory, made, tmp_path, width=width)
    desk.goto(f"{home}/report/survey")
    expect(desk.get_by_text("少于 5 份不显示")).to_be_visible()
    _see(desk, "survey", width)
    desk.goto(f"{home}/report")
    expect(desk.get_by_text("报送以后有变化")).to_be_visible()
    _see(desk, "changed", width)
    assert said == []


def _visitor(phone: Page, link: str, width: int) -> None:
    phone.goto(link)
    _see(phone, "after-link", width)
    phone.get_by_label("已经上班").check()
    phone.get_by_role("button", name="告诉工会").click()
    expect(phone.get_by_text("你上次说的是：已经上班")).to_be_visible()
    phone.get_by_role("group", name="总的来说").get_by_label("5", exact=True).check()
    phone.get_by_role("button", name="交问卷").click()
    expect(phone.get_by_text("问卷收到了，谢谢。")).to_be_visible()
    _see(phone, "after-done", width)


def _paper(
    desk: Page,
    home: str,
    factory: SessionFactory,
    made: HeldFair,
    folder: Path,
    *,
    width: int,
) -> None:
    with transaction(factory) as session:
        fair = session.scalars(sa.select(Fair).where(Fair.id == made.fair.id)).one()
        one = sign_in_line(fair, 1, "", "张三", "13911112222", "", "会计学", "本科", "是")
        bad = sign_in_line(fair, 2, "", "李四", "", "", "", "", "否")
        book = typed_book([one, bad], [contact_line(fair, 1, one[0], "是", "", "是")])
    file = folder / "补录.xlsx"
    file.write_bytes(book)
    desk.goto(f"{home}/paper")
    _see(desk, "paper", width)
    desk.get_by_label("填好的补录表").set_input_files(file)
    desk.get_by_role("button", name="上传并检查").click()
    expect(desk.get_by_text("没有写明同意登记")).to_be_visible()
    _see(desk, "batch", width)
    desk.get_by_role("button", name="录入 2 行").click()
    expect(desk.get_by_text("已录入").first).to_be_visible()
    desk.get_by_text("撤销这一批").first.click()
    _see(desk, "batch-undo", width)
    desk.get_by_role("button", name="先不撤销").click()
