"""From a ranked list to a verified placement, and a kept seat that goes on: each step by its page, wide and narrow."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, HardshipTier, SeatClass
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services.calendar import seed_calendar_days
from matcher.services.referrals.in_line import next_in_line
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.ranked_drives import drain
from tests.factories.referrals import make_consent
from tests.journeys.conftest import OpenAs
from tests.journeys.placement_steps import prove, verify
from tests.support.looks import complaints, look
from tests.web.ranking_world import FINANCE, World, graduate_of, make_world, posting_of, rank
from workers import referrals as workers_referrals

WIDTHS = [1280, 360]


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive whose people agreed to the service."""
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
    made = make_world(sqlite_factory)
    with transaction(sqlite_factory) as session:
        for graduate in session.scalars(sa.select(Graduate)):
            make_consent(session, graduate, ConsentPurpose.SERVICE)
    return made


def _referral(factory: SessionFactory, world: World, name: str) -> Referral:
    with reading(factory) as session:
        person = graduate_of(session, world, name)
        return session.scalars(sa.select(Referral).where(Referral.graduate_id == person.id)).one()


def _step(page: Page, words: str) -> None:
    """Open a step from the referral's page and record it."""
    page.get_by_role("link", name=words, exact=True).last.click()
    record = page.get_by_role("button", name=words, exact=True)
    expect(record).to_be_visible()
    look(page)
    record.click()
    expect(page.locator(".toast")).to_be_visible()


def _propose(page: Page, address: str, world: World, name: str, *, hold: bool = False) -> None:
    """Tick somebody on the posting's list, look the pair over, propose it and open it."""
    page.goto(f"{address}/postings/{world.posting}?q={world.people[name]}")
    look(page)
    page.locator("input[name=pair]").check()
    page.get_by_role("button", name="推荐所选").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("推荐前看一遍")
    look(page)
    if hold:
        page.get_by_label("同时保留席位").check()
    page.get_by_role("button", name="提出勾选的推荐").click()
    expect(page.get_by_text("1 条已办，0 条没有办")).to_be_visible()
    look(page)
    page.get_by_role("link", name="看这条推荐").click()


def _agree(page: Page) -> None:
    page.get_by_role("link", name="登记本人同意并送出").click()
    look(page)
    page.get_by_label("姓名", exact=True).check()
    page.get_by_role("button", name="登记本人同意并送出").click()
    expect(page.get_by_role("alert")).to_contain_text("请先征得本人同意")
    look(page)
    page.get_by_label("已把上面的话读给本人听").check()
    page.get_by_label("有本人签字的书面同意").check()
    page.get_by_role("button", name="登记本人同意并送出").click()
    expect(page.locator(".facts").first).to_contain_text("已推荐")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_referral_goes_from_the_list_to_a_verified_placement(
    address: str, open_as: OpenAs, world: World, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(world.caseworker, width)
    said = complaints(page)

    _propose(page, address, world, "周一")
    look(page)
    _agree(page)
    look(page)
    for words in ("登记单位录用", "登记本人接受录用", "登记报到", "确认在岗"):
        _step(page, words)
    look(page)
    expect(page.locator(".facts").first).to_contain_text("在岗")
    assert _referral(sqlite_factory, world, "周一").state is ReferralState.IN_POST

    page.get_by_role("link", name="看去向和证明材料").click()
    look(page)
    prove(page)
    placement = page.url.split("?")[0]
    verify(open_as(world.manager, width), placement)
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Placement)).one().state is PlacementState.VERIFIED

    page.goto(f"{address}/postings/{world.posting}/seats")
    expect(page.locator("article.card", has_text="周*")).to_contain_text("已定")
    look(page)
    page.goto(f"{address}/graduates/{world.people['周一']}")
    expect(page.locator("section", has=page.locator("#referrals"))).to_contain_text("在岗")
    look(page)
    assert said == []


@pytest.fixture
def line(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive with two households without work, so that somebody is next in line."""
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
    made = make_world(sqlite_factory)
    with transaction(sqlite_factory) as session:
        union, drive = session.get_one(Union, made.union_id), session.get_one(Drive, made.drive_id)
        household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
        after = make_graduate(session, union, household=household, major=FINANCE, name="孙七")
        make_entry(session, drive, after)
        made.people["孙七"] = after.public_id
        for graduate in session.scalars(sa.select(Graduate)):
            make_consent(session, graduate, ConsentPurpose.SERVICE)
    rank(sqlite_factory, made.drive_id)
    return made


@pytest.mark.parametrize("width", WIDTHS)
def test_a_kept_seat_that_is_declined_goes_to_the_next_in_line(
    address: str, open_as: OpenAs, line: World, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(line.caseworker, width)
    said = complaints(page)
    first, second = _in_line(sqlite_factory, line)
    _propose(page, address, line, first, hold=True)
    _agree(page)
    expect(page.locator("section", has=page.locator("#who"))).to_contain_text("第 1 席，保留中")

    page.get_by_role("link", name="登记本人不接受").click()
    page.get_by_role("button", name="登记本人不接受").click()
    expect(page.get_by_role("alert")).to_contain_text("原因")
    look(page)
    page.get_by_label("原因").select_option("place")
    page.get_by_role("button", name="登记本人不接受").click()
    expect(page.locator(".facts").first).to_contain_text("本人未接受")
    look(page)
    assert workers_referrals.HAND_ON_JOB in drain(sqlite_factory)

    page.goto(f"{address}/referrals?group=person")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr").get_by_role("link").first.click()
    expect(page.get_by_role("link", name="前一条推荐")).to_be_visible()
    expect(page.locator("section", has=page.locator("#who"))).to_contain_text("第 1 席，保留中")
    look(page)
    assert _referral(sqlite_factory, line, second).state is ReferralState.PROPOSED
    page.get_by_role("link", name="看席位").click()
    expect(page.get_by_text("以前留给过 1 人")).to_be_visible()
    look(page)
    assert said == []


def _in_line(factory: SessionFactory, world: World) -> tuple[str, str]:
    """Return the two of households without work in the order of the kept list."""
    with reading(factory) as session:
        posting = posting_of(session, world)
        ids = list(next_in_line(session, posting, SeatClass.HARDSHIP))
        names = [session.get_one(Graduate, number).name for number in ids[:2]]
    return names[0], names[1]


def test_days_are_told_and_the_list_leads_on(
    address: str, open_as: OpenAs, world: World, sqlite_factory: SessionFactory
) -> None:
    """Every row of the list has its next act, by keyboard too."""
    page = open_as(world.caseworker, 1280)
    _propose(page, address, world, "周一")

    page.goto(f"{address}/referrals?group=person")
    act = page.get_by_role("link", name="登记同意")
    expect(act).to_have_count(1)
    act.focus()
    act.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("登记本人同意并送出")
    assert _referral(sqlite_factory, world, "周一").decide_by_on >= clock.today()  # type: ignore[operator]  # set for a proposal
