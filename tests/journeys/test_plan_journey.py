"""A plan from asking for it to the one employer who sees one referral, in a browser; its pages wide and narrow."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.plans import PinKind
from matcher.kinds.referrals import DeclineReason
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plans import PlanPublication
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import confirming, pins
from matcher.services.referrals import person_answers
from tests.factories.accounts import make_actor
from tests.factories.plan_rows import add_pin, make_plan_rows, people_of
from tests.factories.plans import make_planned_drive, plan, publish, ranked_drive, seats_of
from tests.factories.ranked_drives import drain
from tests.journeys.conftest import OpenAs
from tests.support.looks import look
from workers import outbox

BODIES = (outbox,)
"""Modules whose import registers the bodies that are run here."""

WIDTHS = [1280, 360]
_LONG = 30_000
"""Milliseconds a page that polls may take to be shown anew."""

SCREENS = os.environ.get("YANGGUANG_TEST_SCREENS", "")
"""Folder that keeps pictures of what is looked at; empty keeps none."""


def actor(factory: SessionFactory, drive_id: int, role: Role) -> Actor:
    with transaction(factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, role, union=union)


def keep(page: Page, name: str, width: int) -> None:
    """Look at a page, and keep a picture of it where that is asked for."""
    expect(page.locator("h1")).not_to_have_text("系统出错了")
    page.evaluate("scrollTo(0, 0)")
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}-{width}.png", full_page=True)
    look(page)
    page.emulate_media(media="print")
    assert page.locator(".btn:visible, form[method=get] select:visible").count() == 0
    if SCREENS and width == max(WIDTHS):
        page.screenshot(path=Path(SCREENS) / f"{name}-print.png", full_page=True)
    page.emulate_media(media="screen")


def _make(page: Page, factory: SessionFactory) -> str:
    """Ask for a plan, wait for it, see both results side by side; return where it stands."""
    page.get_by_role("button", name="做一次方案").click()
    expect(page.get_by_role("heading", name="正在求解")).to_be_visible()
    drain(factory)
    expect(page.get_by_role("heading", name="两个方案")).to_be_visible(timeout=_LONG)
    table = page.get_by_role("region", name="两个方案的指标")
    for words in ("安置总人数", "零就业安置", "平均契合分", "平均志愿名次", "可提异议的组合"):
        expect(table.get_by_role("row").filter(has_text=words).first).to_be_visible()
    look(page)
    return page.url


def _pin(page: Page, seats: str, number: int, kind: str, reason: str) -> None:
    """Fix somebody's seat or rule it out, with a reason."""
    page.goto(seats)
    page.get_by_role("link", name="固定或禁止").nth(number).click()
    page.get_by_label(kind).check()
    page.get_by_label("原因").fill("短")
    page.get_by_role("button", name="记下，下次做方案时生效").click()
    expect(page.get_by_role("alert")).to_contain_text("原因至少 4 个字")
    look(page)
    page.get_by_label("原因").fill(reason)
    page.get_by_role("button", name="记下，下次做方案时生效").click()
    expect(page.get_by_text(reason)).to_be_visible()
    look(page)


def _publish(page: Page, factory: SessionFactory) -> None:
    """Choose the fair plan and publish it by the keyboard: nothing happens before it is confirmed."""
    page.get_by_role("button", name="选用公平方案").click()
    expect(page.get_by_text("已选定公平方案，还没有发布").first).to_be_visible()
    summary = page.locator("#confirm-publish > summary")
    summary.focus()
    summary.press("Enter")
    look(page)
    expect(page.get_by_role("button", name="先不发布")).to_be_visible()
    page.get_by_role("button", name="先不发布").press("Enter")
    expect(page.get_by_role("button", name="先不发布")).to_be_hidden()
    with reading(factory) as session:
        assert session.scalar(sa.select(sa.func.count(PlanPublication.plan_id))) == 0
    summary.press("Enter")
    page.get_by_role("button", name="条推荐").press("Enter")
    drain(factory)
    expect(page.get_by_role("link", name="去逐人确认")).to_be_visible(timeout=_LONG)
    look(page)


def _confirm_and_send(page: Page, factory: SessionFactory) -> Referral:
    """Confirm the first proposal, record that the person agrees, and send it; return the referral."""
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="确认勾选的推荐，去问本人").click()
    expect(page.get_by_text("1 条已办，0 条没有办")).to_be_visible()
    look(page)
    with reading(factory) as session:
        confirmed = sa.select(PlanPublication).where(PlanPublication.confirmed_at.is_not(None))
        (row,) = session.scalars(confirmed).all()
        referral = session.get_one(Referral, row.referral_id)
    page.get_by_role("link", name="看这条推荐").click()
    page.get_by_role("link", name="登记本人同意并送出").click()
    page.get_by_label("姓名", exact=True).check()
    page.get_by_label("已把上面的话读给本人听").check()
    page.get_by_label("有本人签字的书面同意").check()
    page.get_by_role("button", name="登记本人同意并送出").click()
    expect(page.locator(".facts").first).to_contain_text("已推荐")
    return referral


def _employers_see(
    address: str, open_as: OpenAs, factory: SessionFactory, sent: Referral | None
) -> None:
    """Look at the people of every employer of the drive: the one referred at the one employer, nobody elsewhere."""
    with transaction(factory) as session:
        agents = {
            one.id: make_actor(session, Role.EMPLOYER, employer=one)
            for one in session.scalars(sa.select(Employer))
        }
    for number, agent in agents.items():
        page = open_as(agent, 360)
        page.goto(f"{address}/people")
        look(page)
        seen = sent is not None and number == sent.employer_id
        expect(page.locator("td.lead")).to_have_count(1 if seen else 0)
        if seen and sent is not None:
            with reading(factory) as session:
                title = session.get_one(Posting, sent.posting_id).title
            expect(page.locator("tr.band")).to_have_text(title)
        page.context.close()


def test_a_plan_is_made_pinned_compared_published_confirmed_and_seen_by_one_employer(
    address: str, open_as: OpenAs, sqlite_factory: SessionFactory
) -> None:
    drive_id = ranked_drive(sqlite_factory, graduates=8, postings=5)
    page = open_as(actor(sqlite_factory, drive_id, Role.DRIVE_MANAGER), 1280)
    page.goto(f"{address}/plans?drive={drive_id}")
    seats = f"{_make(page, sqlite_factory)}/seats"
    _pin(page, seats, 0, "禁止", "单位说不合适")
    _pin(page, seats, 1, "固定", "本人和单位都已谈妥")

    page.goto(f"{address}/plans?drive={drive_id}")
    second = _make(page, sqlite_factory)
    expect(page.get_by_role("heading", name="固定与禁止的代价")).to_be_visible()
    page.get_by_role("link", name="与上次比较").click()
    expect(page.get_by_text("这一组合已被人工禁止")).to_be_visible()
    look(page)
    page.goto(second)
    _publish(page, sqlite_factory)

    _employers_see(address, open_as, sqlite_factory, None)
    worker = open_as(actor(sqlite_factory, drive_id, Role.CASEWORKER), 1280)
    worker.goto(f"{address}/my-seats?drive={drive_id}&all=yes&group=waiting")
    look(worker)
    _employers_see(address, open_as, sqlite_factory, _confirm_and_send(worker, sqlite_factory))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_a_plan_is_accessible_and_fits(
    address: str, open_as: OpenAs, sqlite_factory: SessionFactory, width: int
) -> None:
    with transaction(sqlite_factory) as session:
        drive = make_planned_drive(session, graduates=9, postings=4)
        made = make_plan_rows(session, drive.id, n_without=2)
        later = make_plan_rows(session, drive.id, n_without=1)
        person = people_of(session, made)[0]
        add_pin(session, drive.id, person.id, 1)
        drive_id, drive_public, number = drive.id, drive.public_id, person.public_id
        first, second = made.public_id, later.public_id
    page = open_as(actor(sqlite_factory, drive_id, Role.DRIVE_MANAGER), width)

    for name, path in (
        ("plans", f"/plans?drive={drive_id}"),
        ("plan", f"/plans/{first}"),
        ("seats", f"/plans/{first}/seats"),
        ("unseated", f"/plans/{first}/seats?list=b"),
        ("seat", f"/plans/{first}/seats/{number}"),
        ("changes", f"/plans/{second}/changes"),
        ("pins", f"/plans/pins?drive={drive_id}"),
        ("new-pin", f"/plans/pins/new?drive={drive_id}&person={number}"),
        ("help", f"/plans/{first}/help"),
        ("rules", f"/plans/rules?drive={drive_id}"),
        ("public-rules", f"/rules/{drive_public}"),
        ("my-seats", f"/my-seats?drive={drive_id}&all=yes"),
        ("read-out", f"/my-seats/{number}?drive={drive_id}"),
    ):
        page.goto(address + path)
        keep(page, name, width)


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_solved_plans_are_accessible_fit_and_can_be_printed(
    address: str, open_as: OpenAs, sqlite_factory: SessionFactory, width: int
) -> None:
    drive_id = ranked_drive(sqlite_factory, graduates=24, postings=8)
    first = publish(sqlite_factory, plan(sqlite_factory, drive_id))
    _decline_one(sqlite_factory, first.id)
    manager = actor(sqlite_factory, drive_id, Role.DRIVE_MANAGER)
    person, posting = min(seats_of(sqlite_factory, first).items())
    for is_lifted in (True, False):
        with transaction(sqlite_factory) as session:
            asked = {"graduate_id": person, "posting_id": posting, "kind": PinKind.FORBID}
            pin = pins.set_pin(session, manager, drive_id, reason="单位说不合适", **asked)
            if is_lifted:
                pins.lift_pin(session, manager, pin.id)
    second = plan(sqlite_factory, drive_id)
    with reading(sqlite_factory) as session:
        number = session.get_one(Graduate, person).public_id
    page = open_as(manager, width)

    for name, path in (
        ("solved-plans", f"/plans?drive={drive_id}"),
        ("solved-plan", f"/plans/{second.public_id}"),
        ("solved-published", f"/plans/{first.public_id}"),
        ("solved-seats", f"/plans/{second.public_id}/seats"),
        ("solved-unseated", f"/plans/{second.public_id}/seats?list=b"),
        ("solved-why", f"/plans/{second.public_id}/seats/{number}"),
        ("solved-changes", f"/plans/{second.public_id}/changes"),
        ("solved-pins", f"/plans/pins?drive={drive_id}"),
        ("solved-lifted", f"/plans/pins?drive={drive_id}&list=b"),
        ("solved-my-seats", f"/my-seats?drive={drive_id}&all=yes"),
        ("solved-without", f"/my-seats?drive={drive_id}&all=yes&group=without"),
    ):
        page.goto(address + path)
        keep(page, name, width)


def _decline_one(factory: SessionFactory, plan_id: int) -> None:
    """Let one person decline the seat the plan proposed."""
    with transaction(factory) as session:
        rows = sa.select(PlanPublication).where(PlanPublication.plan_id == plan_id)
        row = session.scalars(rows.order_by(PlanPublication.graduate_id.desc())).first()
        assert row is not None
        assert row.referral_id is not None
        confirming.confirm_proposal(session, SYSTEM, row.referral_id)
        person_answers.decline(session, SYSTEM, row.referral_id, reason=DeclineReason.PLACE)
