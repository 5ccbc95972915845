"""An employer writes a posting, is told what must go, publishes and closes it: at a desk and on a phone."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import PostingState, Role, SeatClass
from matcher.models.postings import Posting, Seat
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def agent(sqlite_factory: SessionFactory) -> Actor:
    """Give the agent of a verified employer of a union with an open drive."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        make_drive(session, union, neutral_name="2026 毕业生就业服务")
        return make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))


@pytest.mark.parametrize("width", [1280, 360])
def test_an_employer_publishes_a_posting_after_taking_out_what_the_law_forbids(
    address: str, open_as: OpenAs, agent: Actor, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(agent, width)
    said = complaints(page)

    page.goto(address)
    expect(page).to_have_url(f"{address}/my/postings")
    look(page)
    page.get_by_role("link", name="发布岗位").first.click()
    page.get_by_label("岗位名称").fill("会计助理")
    page.get_by_label("招聘人数").fill("2")
    page.get_by_label("其中爱心岗位").fill("1")
    page.get_by_label("工作内容").fill("负责日常账务处理和报税")
    page.get_by_label("工作地点").press_sequentially("兴庆")
    expect(page.locator("#list-place option").first).to_be_attached()
    page.get_by_label("工作地点").fill("银川市兴庆区")
    page.get_by_label("月薪最低（元）").fill("4000")
    page.get_by_label("月薪最高（元）").fill("6000")
    page.get_by_label("最低学历").select_option("college")
    page.get_by_label("专业要求").fill("会计学、财务管理")
    expect(page.locator("#reading .as-read .r-major")).to_have_count(2)
    page.get_by_label("其他条件").fill("限女性，认真细致")
    expect(page.locator("#findings mark")).to_have_text("限女性")
    look(page)
    page.get_by_label("招到哪天").fill("2030-12-31")
    page.get_by_role("button", name="保存并发布").click()

    expect(page.locator(".chip.stop").first).to_have_text("不合规，未发布")
    look(page)
    page.get_by_role("link", name="改岗位").click()
    page.get_by_label("其他条件").fill("认真细致")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.locator(".chip.done")).to_have_text("已发布")
    expect(page.get_by_text("推荐的人选会出现在这里")).to_be_visible()
    with reading(sqlite_factory) as session:
        classes = session.scalars(sa.select(Seat.seat_class).order_by(Seat.seat_class)).all()
    assert classes == [SeatClass.HARDSHIP, SeatClass.ORDINARY]

    page.get_by_text("关闭岗位", exact=True).click()
    look(page)
    page.get_by_role("button", name="关闭这个岗位").click()
    expect(page).to_have_url(f"{address}/my/postings")
    expect(page.locator("tbody .chip").first).to_have_text("已关闭")
    look(page)
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Posting.state)).one() is PostingState.CLOSED
    assert said == []


def test_a_posting_can_be_published_without_any_script(
    address: str, open_as: OpenAs, agent: Actor
) -> None:
    page = open_as(agent, 360)
    page.route("**/*.js*", lambda route: route.abort())

    page.goto(f"{address}/my/postings/new")
    for name, value in {
        "岗位名称": "出纳",
        "工作内容": "收付款和记账",
        "工作地点": "银川市兴庆区",
        "月薪最低（元）": "4000",
        "专业要求": "会计学",
        "招到哪天": "2030-12-31",
    }.items():
        page.get_by_label(name).fill(value)
    page.get_by_role("button", name="保存并发布").click()

    expect(page.locator(".chip.done")).to_have_text("已发布")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_own_data_of_an_employer_is_fit_for_everybody(
    address: str, open_as: OpenAs, agent: Actor, width: int
) -> None:
    page = open_as(agent, width)
    said = complaints(page)

    page.goto(f"{address}/my/unit")
    look(page)
    page.get_by_label("统一社会信用代码").fill("91640100MA00000000")
    page.get_by_role("button", name="保存单位资料").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("代码校验不符的理由")).to_be_visible()
    look(page)
    assert said == []
