"""From a word nobody understood to a decision: trying it, correcting it, deciding what stays open, undoing."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading
from matcher.models.readings import RequirementDecision, RequirementTerm
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look
from tests.web.ranking_world import World, make_world_of_own_words


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive: one posting with a word of its issuer's own, one with an open list."""
    return make_world_of_own_words(sqlite_factory)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_misread_word_is_corrected_and_taken_back(
    address: str, open_as: OpenAs, world: World, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(world.manager, width)
    said = complaints(page)

    page.goto(f"{address}/postings/{world.posting}/requirement")
    look(page)
    stretch = page.get_by_role("link", name="账房类")
    stretch.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="更正“账房类”的读法")).to_be_focused()
    look(page)
    page.locator("#field-target").press_sequentially("工商管理类")
    expect(page.locator("#list-target option").first).to_be_attached()
    page.locator("#field-target").fill("工商管理类 1202")
    page.get_by_label("为什么").fill("电话问过甲市人社局")
    page.get_by_role("button", name="先看会改变什么").click()
    expect(page.locator(".effects")).to_contain_text("财务管理")
    look(page)
    page.get_by_role("button", name="保存更正").click()

    expect(page.locator("[aria-labelledby=levels]")).to_contain_text("工商管理类")
    expect(page.locator("[aria-labelledby=corrections]")).to_contain_text("电话问过甲市人社局")
    look(page)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("[aria-labelledby=corrections]")).to_contain_text("已撤回")
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(RequirementTerm)).one().ended_at is not None
    assert said == []


@pytest.mark.parametrize("width", [1280, 360])
def test_an_open_major_is_decided_undone_and_decided_again(
    address: str, open_as: OpenAs, world: World, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(world.caseworker, width)
    said = complaints(page)

    page.goto(f"{address}/doubts?q=会计")
    look(page)
    page.get_by_role("button", name=re.compile("符合.*财务管理")).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("财务管理：已定为符合")
    expect(page.get_by_text("没有待定的").first).to_be_visible()
    look(page)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("button", name=re.compile("不符.*财务管理"))).to_be_visible()
    page.get_by_label("理由").fill("问过用人单位")
    page.get_by_role("button", name="1 个专业都不符").click()
    page.get_by_role("link", name="定过的").click()

    expect(page.get_by_text("问过用人单位")).to_be_visible()
    look(page)
    with reading(sqlite_factory) as session:
        decisions = sa.select(RequirementDecision).order_by(RequirementDecision.id)
        rows = session.scalars(decisions).all()
    assert [row.taken_back_at is None for row in rows] == [False, True]
    assert said == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_text_is_read_while_it_is_typed_and_its_address_can_be_sent(
    address: str, open_as: OpenAs, world: World, width: int
) -> None:
    page = open_as(world.organiser, width)
    said = complaints(page)

    page.goto(f"{address}/readings")
    look(page)
    page.get_by_label("专业要求", exact=True).fill("会计学等相关专业，甲乙丙丁类")
    expect(page.locator("#reading .as-read .r-unread")).to_be_visible()
    expect(page.locator("#reading .as-read .r-major").first).to_have_text("会计学")
    look(page)
    page.get_by_label("在下面的专业里找").fill("财务管理")
    expect(page.locator("#trees")).not_to_contain_text("审计学")
    sent = page.url

    other = open_as(world.manager, width)
    other.goto(sent)
    expect(other.get_by_label("专业要求", exact=True)).to_have_value("会计学等相关专业，甲乙丙丁类")
    assert said == []


@pytest.mark.parametrize("width", [1280, 360])
def test_an_alias_is_added_after_seeing_what_it_changes(
    address: str, open_as: OpenAs, world: World, width: int
) -> None:
    page = open_as(world.manager, width)
    said = complaints(page)

    page.goto(f"{address}/aliases")
    look(page)
    page.get_by_role("link", name="新加一条").click()
    page.get_by_label("哪几个字").fill("账房类")
    page.locator("#field-target").fill("工商管理类 1202")
    page.get_by_label("哪个发布机构").fill("甲市人社局")
    page.get_by_label("为什么").fill("专业参考目录")
    look(page)
    page.get_by_role("button", name="先看会改变什么").click()
    expect(page.locator(".effects")).to_contain_text("甲市人社局")
    look(page)
    page.get_by_role("button", name="保存这一条").click()

    expect(page.locator("table.list")).to_contain_text("专业参考目录")
    look(page)
    page.get_by_role("link", name="结束", exact=True).click()
    expect(page.locator(".effects")).to_contain_text("结论会变")
    look(page)
    page.goto(f"{address}/aliases?list=shipped")
    look(page)
    assert said == []


def test_a_word_is_corrected_without_any_script(
    address: str, open_as: OpenAs, world: World, sqlite_factory: SessionFactory
) -> None:
    page = open_as(world.manager, 360)
    page.route("**/*.js*", lambda route: route.abort())

    page.goto(f"{address}/postings/{world.posting}/requirement")
    page.get_by_role("link", name="账房类").click()
    page.get_by_label("没有意思").check()
    page.get_by_label("为什么").fill("笔误")
    page.get_by_role("button", name="保存更正").click()

    expect(page.locator("[aria-labelledby=corrections]")).to_contain_text("笔误")
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(RequirementTerm)).one().reason == "笔误"
