"""An employer answers people referred on a phone: one with an invitation, then two at once, and takes the list."""

import pytest
from playwright.sync_api import expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.services.consents import seed_consent_texts
from tests.factories.employer_side import EmployerSide, make_employer_side
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def side(sqlite_factory: SessionFactory) -> EmployerSide:
    """Give an employer of a blind drive with people in every state."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        made = make_employer_side(session, is_blind=True)
        session.flush()
        session.expunge_all()
    return made


def _states(factory: SessionFactory, side: EmployerSide, places: range) -> list[ReferralState]:
    with reading(factory) as session:
        return [session.get_one(Referral, side.referrals[place].id).state for place in places]


@pytest.mark.parametrize("width", [360, 1280])
def test_an_employer_answers_one_and_many(
    address: str, open_as: OpenAs, side: EmployerSide, sqlite_factory: SessionFactory, width: int
) -> None:
    page = open_as(side.agent, width)
    said = complaints(page)

    page.goto(f"{address}/people")
    expect(page.get_by_text("3 人等您答复")).to_be_visible()
    look(page)
    page.get_by_role("link", name="推荐").filter(has_not_text="来的人").first.click()
    expect(page.get_by_text("约了面试才显示")).to_be_visible()
    look(page)
    page.locator("summary", has_text="约面试").click()
    page.get_by_role("button", name="约面试并通知本人").click()
    page.get_by_label("哪天面试").fill(clock.today().isoformat())
    page.get_by_label("时间和地点").fill("上午九点，二楼会议室")
    look(page)
    page.get_by_role("button", name="约面试并通知本人").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("赵一明")  # known from now on
    expect(page.get_by_text("上午九点，二楼会议室")).to_be_visible()
    look(page)
    assert _states(sqlite_factory, side, range(1)) == [ReferralState.INTERVIEW]

    page.goto(f"{address}/people?group=waiting")
    for box in page.get_by_role("checkbox", name="选 推荐").all():
        box.check()
    page.get_by_role("button", name="不合适").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("不合适：2 人")
    look(page)
    page.get_by_label("原因").select_option("filled")
    page.get_by_label("给本人的话").fill("名额已满，谢谢")
    page.get_by_role("button", name="答复不合适").click()
    expect(page.get_by_text("2 人已办，0 人没有办")).to_be_visible()
    look(page)
    assert _states(sqlite_factory, side, range(1, 3)) == [ReferralState.REFUSED] * 2

    page.get_by_role("link", name="回名单").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载名单 xlsx").click()
    assert download.value.suggested_filename.startswith("推荐名单-")
    assert said == []
