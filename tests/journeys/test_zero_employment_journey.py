"""A household from clue to stable work, at a desk and on a phone: each step by its page, each page fit to be seen."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.households import WorkStatus
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import Clock
from matcher.models.households import Household, HouseholdMember
from matcher.services.calendar import seed_calendar_days
from matcher.services.hardship import work_history
from matcher.services.permissions import Actor
from matcher.services.zero_employment import claims
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.zero_employment import bring_to, make_jobless, make_people
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look

NUMBER = "B-0317"


@pytest.fixture
def people(sqlite_factory: SessionFactory) -> dict[str, Actor]:
    """Give who works in two districts of a city; one household nobody took up yet, others on their way."""
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
        city = make_union(session, name="滨州市总工会")
        people = {"manager": make_actor(session, Role.DRIVE_MANAGER, union=city)}
        for name in ("滨城区总工会", "沾化区总工会"):
            district = make_union(session, city, name=name)
            inside = make_people(session, district)
            owner_id = inside["clerk"].account_id
            for state in (ClaimState.VERIFYING, ClaimState.AIDED, ClaimState.AIDED):
                household, _ = make_jobless(session, district, owner_id=owner_id)
                make_graduate(session, district, household=household)
                bring_to(session, inside["clerk"], household, state)
            people.setdefault("clerk", inside["clerk"])
            people.setdefault("other", inside["other"])
        own = people["clerk"]
        household, _ = make_jobless(session, city, owner_id=own.account_id, file_number=NUMBER)
        assert own.union_id is not None
        household.union_id = own.union_id
    return people


def _household(factory: SessionFactory) -> tuple[int, str, int]:
    with reading(factory) as session:
        found = session.query(Household).filter_by(file_number=NUMBER).one()
        member = session.query(HouseholdMember).filter_by(household_id=found.id).one()
        return found.id, found.public_id, member.id


def _state(factory: SessionFactory) -> ClaimState:
    with reading(factory) as session:
        claim = claims.open_claim_of(session, _household(factory)[0])
        assert claim is not None
        return claim.state


def _step(page: Page, words: str) -> None:
    page.locator("#next").get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".toast")).to_be_visible()


def _recognise(page: Page) -> None:
    """Go from nothing to aid by the page's own forms."""
    look(page)
    page.get_by_label("线索").fill("网格员反映，全家无人上班")
    _step(page, "登记线索")
    for words in ("登记申报", "交社区核实", "属实，开始公示"):
        _step(page, words)
    look(page)
    page.get_by_label("认定单位", exact=True).fill("北镇街道办事处")
    page.get_by_role("button", name="登记认定决定").click()
    expect(page.get_by_role("alert")).to_contain_text("文书")
    look(page)
    page.get_by_label("文书编号").fill("北街认〔2026〕3号")
    _step(page, "登记认定决定")
    _step(page, "开始援助")
    expect(page.locator("#clocks")).to_contain_text("首次推荐岗位")
    look(page)


def _find_work(factory: SessionFactory, clerk: Actor, member_id: int) -> None:
    with transaction(factory) as session:
        facts = work_history.WorkInput(
            from_on=clock.today(), status=WorkStatus.EMPLOYED, unit="某食品公司"
        )
        work_history.record_work(session, clerk, member_id, facts)


def _let_it_be_due(factory: SessionFactory, household_id: int) -> None:
    with transaction(factory) as session:
        running = session.query(Clock).filter_by(subject_id=household_id, stopped_on=None).one()
        running.started_on = running.amber_on = clock.today() - dt.timedelta(days=92)
        running.due_on = clock.today()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_household_goes_from_clue_to_stable_work(
    address: str,
    open_as: OpenAs,
    people: dict[str, Actor],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    clerk = people["clerk"]
    household_id, public_id, member_id = _household(sqlite_factory)
    page = open_as(clerk, width)
    said = complaints(page)

    page.goto(f"{address}/families/{public_id}")
    _recognise(page)
    assert _state(sqlite_factory) is ClaimState.AIDED

    page.get_by_role("link", name="家庭看板").first.click()
    card = page.locator("article.card", has_text=NUMBER)
    expect(card).to_contain_text("首次推荐未做")
    look(page)

    _find_work(sqlite_factory, clerk, member_id)
    page.goto(f"{address}/families/{public_id}")
    expect(page.locator("h1 + .facts")).to_contain_text("一人就业")
    page.get_by_label("说明").fill("回访在岗")
    page.locator("#next").get_by_role("button", name="确认稳定").click()
    expect(page.get_by_text("稳定期还没有满")).to_be_visible()

    _let_it_be_due(sqlite_factory, household_id)
    page.goto(f"{address}/families/{public_id}")
    page.get_by_label("说明").fill("电话回访，仍在岗，工资按月发")
    _step(page, "确认稳定")
    expect(page.locator("h1 + .facts")).to_contain_text("稳定")
    look(page)
    page.goto(f"{address}/board?show=cleared")
    expect(page.locator("article.card")).to_have_count(1)
    assert said == []


@pytest.mark.parametrize("width", [1280, 360])
def test_the_board_of_a_city_shows_every_district(
    address: str, open_as: OpenAs, people: dict[str, Actor], width: int
) -> None:
    page = open_as(people["manager"], width)
    page.goto(f"{address}/board")

    expect(page.locator("article.card")).to_have_count(6)
    expect(page.get_by_role("heading", level=2, name="沾化区总工会")).to_be_visible()
    look(page)


def test_a_printed_board_names_nobody(
    address: str, open_as: OpenAs, people: dict[str, Actor], sqlite_factory: SessionFactory
) -> None:
    page = open_as(people["manager"], 1280)
    page.goto(f"{address}/board")
    page.emulate_media(media="print")

    expect(page.get_by_text("打印版只用编号")).to_be_visible()
    with reading(sqlite_factory) as session:
        names = [member.name for member in session.query(HouseholdMember)]
    text = page.locator("main").inner_text()
    assert not [name for name in names if name in text]
