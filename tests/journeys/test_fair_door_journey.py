"""The organiser pairs a phone by its link, sees scans, and settles what a door without network contradicts."""

import pytest
from playwright.sync_api import expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.fairs import FairSession
from matcher.models.organisations import Union
from matcher.services.doors.tickets import ticket_code
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look


@pytest.fixture
def office(sqlite_factory: SessionFactory) -> tuple[Actor, str, int, list[str]]:
    """Give an organiser, a fair of today, its session and the codes of two tickets."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.FAIR_ORGANISER)
        drive = make_drive(session, session.get_one(Union, actor.union_id))
        fair = make_fair(session, drive, first_on=clock.today())
        hours = {"begins_minute": 0, "ends_minute": 1440, "opens_minutes_before": 0}
        held = make_session(session, fair, approved_number=50, **hours)
        tickets = [make_ticket(session, make_visitor(session, fair), held) for _ in range(2)]
        codes = [ticket_code(session, one) for one in tickets]
        return actor, fair.public_id, held.id, codes


@pytest.mark.timeout(900)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_phone_is_paired_scans_without_network_and_a_conflict_is_settled(
    address: str,
    open_as: OpenAs,
    new_page: NewPage,
    office: tuple[Actor, str, int, list[str]],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    actor, fair, held_id, codes = office
    desk, said = open_as(actor, width), []
    said.append(complaints(desk))
    desk.goto(f"{address}/fairs/{fair}/door")
    look(desk)

    phones = []
    for name in ("东门 1", "西门 1"):
        desk.get_by_label("哪道门、哪台设备").fill(name)
        desk.get_by_role("button", name="生成配对链接").click()
        link = desk.locator("#link-text").inner_text()
        look(desk)
        phone = new_page(360)
        said.append(complaints(phone))
        phone.goto(address + link[link.index("/door/pair/") :])
        look(phone)
        phone.get_by_role("button", name="用这台设备验票").click()
        expect(phone.locator("#door[data-ready=yes]")).to_be_visible()
        phones.append(phone)
    east, west = phones
    east.context.set_offline(True)
    for phone in (east, west):
        phone.get_by_label("票码").fill(codes[0])
        phone.keyboard.press("Enter")
        expect(phone.locator("#answer .words")).to_have_text("请进")
    east.context.set_offline(False)
    expect(east.locator("#brought")).to_contain_text("有冲突", timeout=20000)

    desk.goto(f"{address}/fairs/{fair}/door")
    look(desk)
    expect(desk.get_by_text("待核对的冲突 1 条")).to_be_visible()
    desk.get_by_label("核对结果").select_option("another_person")
    desk.get_by_role("button", name="登记核对结果").click()
    expect(desk.get_by_text("冲突已核对")).to_be_visible()
    look(desk)
    desk.get_by_role("link", name="看入场流水").click()
    expect(desk.get_by_text("断网时扫的").first).to_be_visible()
    look(desk)

    with reading(sqlite_factory) as session:
        held = session.get_one(FairSession, held_id)
        assert (held.n_entered, held.n_inside) == (2, 2)
    assert said == [[], [], []]
