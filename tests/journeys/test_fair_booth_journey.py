"""A day in the hall: a visitor takes a number, the booth calls, scans and decides, the wall and the desk see it."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactState
from matcher.models.fair_contacts import FairContact
from matcher.models.fairs import Booth
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.factories.people import make_graduate, make_household
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look

_SHOWN = [ShownField.NAME.value, ShownField.MAJOR.value, ShownField.EDUCATION.value]


@pytest.fixture
def day(sqlite_factory: SessionFactory) -> tuple[HallWorld, str, str]:
    """Give a hall, the ticket code of a graduate who shows some parts, and the number of the booth."""
    with transaction(sqlite_factory) as session:
        world = make_hall_world(session, title="秋季毕业生招聘会")
        household = make_household(session, zero_employment=True)
        graduate = make_graduate(session, household=household, name="欧阳修远", phone="13900001234")
        code = world.code(world.visitor(graduate, shown=_SHOWN))
        booth = session.scalars(sa.select(Booth.public_id)).one()
        session.flush()
        session.expunge_all()
    return world, code, booth


@pytest.mark.timeout(900)
@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_number_to_the_intent_and_all_screens_see_it(
    address: str,
    open_as: OpenAs,
    new_page: NewPage,
    day: tuple[HallWorld, str, str],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    world, code, booth_id = day
    phone, booth, desk = (
        new_page(width),
        open_as(world.agent, width),
        open_as(world.organiser, width),
    )
    said = [complaints(one) for one in (phone, booth, desk)]

    phone.goto(f"{address}/q/{booth_id}")
    look(phone)
    phone.get_by_role("textbox", name="入场码").fill(code[:9])
    phone.get_by_role("button", name="取号排队").click()
    expect(phone.get_by_text("前面没有人")).to_be_visible()
    look(phone)

    desk.goto(f"{address}/fairs/{world.fair.public_id}/live")
    look(desk)
    desk.get_by_label("公告内容").fill("10 点 B 区开讲座")
    desk.get_by_role("button", name="发布公告").click()
    expect(desk.get_by_text("正在显示")).to_be_visible()
    look(desk)

    booth.goto(f"{address}/my-fairs/{world.place.public_id}/booth")
    expect(booth.get_by_text("10 点 B 区开讲座")).to_be_visible()
    look(booth)
    booth.get_by_role("button", name="叫下一位").click()
    expect(booth.locator(".booth-called").get_by_text("1 号")).to_be_visible()
    expect(phone.get_by_text("叫到你了，请现在去展位")).to_be_visible(timeout=30000)
    look(phone)

    booth.get_by_role("textbox", name="入场码").fill(code)
    booth.keyboard.press("Enter")
    expect(booth.get_by_role("heading", level=1)).to_have_text("欧阳修远")
    assert "13900001234" not in booth.content()
    assert "零就业" not in booth.content()
    look(booth)
    booth.get_by_role("button", name="收到简历").click()
    expect(booth.get_by_text("已收简历")).to_be_visible()
    booth.locator("#answer-refused summary").click()
    booth.get_by_label("不合适的原因").select_option("skill")
    booth.get_by_role("button", name="登记不合适").click()
    expect(booth.get_by_role("heading", level=1)).to_have_text("欧**远")
    booth.get_by_role(
        "button", name="撤销"
    ).click()  # it stands for ten seconds: looked at afterwards
    expect(booth.get_by_role("heading", level=1)).to_have_text("欧阳修远")
    look(booth)
    booth.locator("#answer-intent summary").click()
    booth.get_by_label(world.posting.title).check()
    booth.get_by_role("button", name="登记意向").click()
    expect(booth.locator(".pagehead .chip")).to_have_text("达成意向")
    booth.get_by_role("textbox", name="备注").fill("周三前回话")
    booth.get_by_role("button", name="保存备注").click()
    expect(booth.get_by_text("备注已保存")).to_be_visible()
    look(booth)

    booth.goto(f"{address}/my-fairs/{world.place.public_id}/booth/slots")
    booth.get_by_label("从").fill("23:00")
    booth.get_by_label("到", exact=True).fill("23:59")
    booth.get_by_role("button", name="排这些时段").click()
    expect(booth.get_by_text("空着").first).to_be_visible()
    look(booth)
    booth.goto(f"{address}/my-fairs/{world.place.public_id}/booth/people")
    look(booth)
    with booth.expect_download() as fetched:
        booth.get_by_role("button", name="下载名单 xlsx").click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
    booth.get_by_role("link", name="欧阳修远").click()
    booth.get_by_role("button", name="约这个时段").click()
    expect(booth.get_by_text("面试已约")).to_be_visible()
    look(booth)

    expect(desk.locator("#live-figures")).to_contain_text("1 人", timeout=30000)
    desk.goto(f"{address}/f/{world.fair.token}/wall")
    look(desk)
    expect(desk.locator(".wall-figures")).to_contain_text("1")
    expect(phone.get_by_text("约好的面试")).to_be_visible(timeout=45000)
    look(phone)
    with reading(sqlite_factory) as session:
        contact = session.scalars(sa.select(FairContact)).one()
        assert (contact.state, contact.posting_id) == (ContactState.INTENT, world.posting.id)
    assert said == [[], [], []]


def test_scanning_by_hand_and_deciding_works_without_any_script(
    address: str, open_as: OpenAs, day: tuple[HallWorld, str, str]
) -> None:
    world, code, _ = day
    page = open_as(world.agent, 360)
    page.route("**/*.js*", lambda route: route.abort())

    page.goto(f"{address}/my-fairs/{world.place.public_id}/booth")
    page.get_by_role("textbox", name="入场码").fill(code)
    page.get_by_role("button", name="查看这位求职者").click()
    page.get_by_role("button", name="面试了").click()

    expect(page.locator(".pagehead .chip")).to_have_text("已面试")
