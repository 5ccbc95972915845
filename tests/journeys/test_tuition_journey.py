"""Tuition aid from the grass-roots officer's application to the paid list, looked at on a phone and at a desk."""

import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.money import LedgerEntry
from matcher.models.tuition import TuitionApplication
from matcher.services.approvals import publicity
from matcher.services.money.people import Person
from matcher.services.permissions import SYSTEM
from tests.factories.money import Paying, make_entry, make_paying, make_student, set_standard
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def paying(sqlite_factory: SessionFactory) -> Paying:
    """Give an office with a standard, and a student who had aid for study from the charity this year."""
    with transaction(sqlite_factory) as session:
        paying = make_paying(session)
        set_standard(session, paying)
        _, child, _ = make_student(session, paying.office.unit)
        person = Person(member_id=child.id)
        make_entry(session, paying.clerk, person, programme="charity", payer_name="市慈善总会")
        return paying


def _publicity_is_over(factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.today() + dt.timedelta(days=8)
    with monkeypatch.context() as patched, transaction(factory) as session:
        patched.setattr(clock, "today", lambda: later)
        publicity.end_due_notices(session, SYSTEM)


@pytest.mark.parametrize("width", [360, 1280])
def test_tuition_aid_goes_from_the_application_to_the_paid_list(
    address: str,
    open_as: OpenAs,
    paying: Paying,
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    chair = open_as(paying.office.chair, width)
    said = complaints(chair)
    chair.goto(f"{address}/tuition")
    look(chair)
    chair.goto(f"{address}/tuition/students")
    look(chair)
    chair.get_by_role("link", name="申请", exact=True).click()
    chair.get_by_label("录取批次").select_option("first")
    chair.get_by_label("家庭困难情况").fill("父亲下岗，母亲患病")
    look(chair)
    chair.get_by_role("button", name="保存申请").click()
    expect(chair.get_by_text("4,000 元").first).to_be_visible()
    look(chair)
    chair.get_by_role("button", name="提交审批").click()
    chair.get_by_role("button", name="走访完成，转公示").click()
    chair.get_by_label("异议监督电话").fill("0951-5012345")
    chair.get_by_role("button", name="登记并打印公示").click()
    expect(chair.get_by_text("王*").first).to_be_visible()
    _publicity_is_over(sqlite_factory, monkeypatch)
    for actor in (paying.approver, paying.office.city_approver):
        desk = open_as(actor, width)
        desk.goto(f"{address}/approvals")
        desk.get_by_role("link", name="王*").first.click()
        desk.get_by_label("同意").check()
        desk.get_by_role("button", name="提交意见").click()
    with reading(sqlite_factory) as session:
        row = session.scalars(sa.select(TuitionApplication)).one()
        assert row.amount_fen == 400_000

    clerk = open_as(paying.clerk, width)
    said_there = complaints(clerk)
    clerk.goto(f"{address}/payments/new?programme=tuition_aid")
    clerk.get_by_label("清单名称").fill("秋季金秋助学")
    look(clerk)
    clerk.get_by_role("button", name="建清单").click()
    look(clerk)
    clerk.get_by_role("button", name="加入清单").first.click()
    expect(clerk.get_by_text("慈善总会助学").first).to_be_visible()
    clerk.get_by_text("决定", exact=True).first.click()
    clerk.get_by_label("理由").fill("慈善资助不足以交学费")
    look(clerk)
    clerk.get_by_role("button", name="记录决定").click()
    clerk.get_by_role("button", name="提交审批").click()
    expect(clerk.get_by_text("等另一人审批；").first).to_be_visible()
    public = clerk.url.split("?")[0]

    approver = open_as(paying.approver, width)
    approver.goto(public)
    look(approver)
    approver.get_by_role("button", name="批准发放").click()
    clerk.goto(public)
    clerk.get_by_text("标记已发放", exact=True).click()
    clerk.get_by_role("button", name="确认已发放").click()
    expect(clerk.get_by_text("已入账").first).to_be_visible()
    look(clerk)

    for path in ("/money", "/money/totals", "/tuition/sheet", "/tuition", "/tuition/standards"):
        clerk.goto(f"{address}{path}")
        look(clerk)
    clerk.goto(f"{address}/money?programme=tuition_aid")
    clerk.locator("tbody tr", has_text="王*").get_by_role("link").first.click()
    look(clerk)
    with reading(sqlite_factory) as session:
        paid = sa.select(LedgerEntry.amount_fen).where(LedgerEntry.programme == "tuition_aid")
        assert session.scalars(paid).all() == [400_000]
    assert said == said_there == []
