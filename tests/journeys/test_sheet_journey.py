"""A county closes its period and the city returns it once; corrected, sent again, accepted, locked, verified."""

import pytest
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.sheets import ReportPeriod
from tests.factories.sheets import Tree, count_person, make_tree, period_input
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def tree(sqlite_factory: SessionFactory) -> Tree:
    """Give a city, its counties and a drive of which a period is over."""
    with transaction(sqlite_factory) as session:
        return make_tree(session, n_people=14)


def _open_period(desk: Page, address: str, tree: Tree) -> str:
    facts = period_input(tree.drive)
    desk.goto(f"{address}/periods?drive={tree.drive.id}")
    look(desk)
    desk.get_by_role("link", name="建立报告期").first.click()
    for name in ("from_on", "until_on", "due_on", "locks_on"):
        desk.locator(f"input[name={name}]").fill(getattr(facts, name).isoformat())
    look(desk)
    desk.get_by_role("button", name="建立报告期").click()
    expect(desk.get_by_text("报告期已建立")).to_be_visible()
    look(desk)
    return desk.url


def _send(filler: Page, reviewer: Page, sheet: str) -> None:
    filler.goto(sheet)
    filler.get_by_role("button", name="固定数字，交本级审核").click()
    expect(filler.get_by_text("数字已固定")).to_be_visible()
    look(filler)
    reviewer.goto(sheet)
    reviewer.get_by_label("负责人").fill("王主席")
    look(reviewer)
    reviewer.get_by_role("button", name="审核通过，报送上级").click()
    expect(reviewer.get_by_text("版已报送")).to_be_visible()
    look(reviewer)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_county_closes_its_period_and_the_city_returns_it_once(
    address: str, open_as: OpenAs, tree: Tree, sqlite_factory: SessionFactory, width: int
) -> None:
    manager, city = open_as(tree.manager, width), open_as(tree.approver, width)
    filler, reviewer = open_as(tree.filler, width), open_as(tree.reviewer, width)
    said = [complaints(page) for page in (manager, city, filler, reviewer)]
    period = _open_period(manager, address, tree)

    filler.goto(period)
    filler.get_by_role("link", name=tree.county.name, exact=True).click()
    expect(filler.locator("#line-graduates").get_by_role("cell").nth(1)).to_have_text("14")
    first = filler.url
    _send(filler, reviewer, first)

    city.goto(first)
    city.get_by_label("对哪一行说").select_option("graduates")
    city.get_by_role("button", name="在行内写意见").click()
    city.get_by_label("对“毕业生总数”的意见").fill("比摸底少一人，请核对")
    look(city)
    city.get_by_role("button", name="记下意见").click()
    city.locator("#return summary").click()
    look(city)
    city.get_by_role("button", name="退回第 1 版").click()
    expect(city.get_by_text("已退回，对方的待办")).to_be_visible()

    with transaction(sqlite_factory) as session:
        count_person(session, tree.drive, tree.county)
    filler.goto(first)
    filler.get_by_role("link", name="第 2 版，填报中").click()
    expect(filler.get_by_text("比摸底少一人，请核对")).to_be_visible()
    expect(filler.get_by_text("+1").first).to_be_visible()
    look(filler)
    second = filler.url
    _send(filler, reviewer, second)

    city.goto(second)
    city.get_by_role("button", name="接收这张表").click()
    expect(city.get_by_text("已接收").first).to_be_visible()
    look(city)

    manager.goto(period)
    manager.locator("#lock summary").click()
    look(manager)
    manager.get_by_role("button", name="封存总结报表").click()
    expect(manager.get_by_text("报告期已封存")).to_be_visible()
    with reading(sqlite_factory) as session:
        assert session.query(ReportPeriod).one().digest is not None

    with transaction(sqlite_factory) as session:
        count_person(session, tree.drive, tree.county, entered_at=clock.now())
    city.goto(second)
    expect(city.get_by_role("heading", name="固定以后补录的")).to_be_visible()
    look(city)
    city.get_by_role("button", name="核验签名和数字").click()
    expect(city.get_by_text("都没有动过")).to_be_visible()
    look(city)
    assert said == [[], [], [], []]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_unit_without_the_system_is_typed_and_told_apart(
    address: str, open_as: OpenAs, tree: Tree, width: int
) -> None:
    manager = open_as(tree.manager, width)
    said = complaints(manager)
    period = _open_period(manager, address, tree)

    manager.get_by_role("link", name="没有用系统的单位").click()
    look(manager)
    manager.get_by_role("link", name=tree.offline.name, exact=True).click()
    manager.locator("input[name=f_graduates]").fill("9")
    manager.locator("input[name=f_need_help]").fill("12")
    manager.get_by_label("数字来源").fill("传真报表 8 月 29 日")
    look(manager)
    manager.get_by_role("button", name="保存数字").click()
    expect(manager.get_by_text("2 项有变动")).to_be_visible()
    manager.goto(period)
    manager.get_by_role("link", name=tree.city.name, exact=True).click()

    row = manager.locator("#line-graduates")
    expect(row.get_by_role("cell").nth(1)).to_have_text("14")
    expect(row.get_by_role("cell").nth(4)).to_have_text("9")
    look(manager)
    assert said == []
