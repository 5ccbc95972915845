"""Every code a page shows (二维码) can be read off the screen, however long the house's address is."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.doors.tickets import ticket_code
from matcher.services.fair_guests import guest_links
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.code_reader import read_codes

_LONG = "https://yangguang-jiuye-xingdong.binzhou-zonggonghui.example.org.cn"


@pytest.fixture
def shown(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give a fair of today with a ticket, in a house whose address is as long as addresses get."""
    monkeypatch.setenv("YANGGUANG_ADDRESS", _LONG)
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, state=FairState.ANNOUNCED, first_on=clock.today())
        ticket = make_ticket(session, make_visitor(session, fair), make_session(session, fair))
        visitor = session.get_one(FairVisitor, ticket.visitor_id)
        return {
            "fair": f"/f/{fair.token}",
            "managed": f"/fairs/{fair.public_id}",
            "visit": f"/v/{guest_links.token_of(session, visitor)}",
            "ticket": ticket_code(session, ticket),
        }


@pytest.fixture
def organiser(sqlite_factory: SessionFactory, shown: dict[str, str]) -> Actor:
    with transaction(sqlite_factory) as session:
        fair = session.scalars(sa.select(Fair)).one()
        union = session.get_one(Union, fair.union_id)
        return make_actor(session, Role.FAIR_ORGANISER, union=union)


def _read(browser: Browser, code: Locator) -> list[str]:
    """Read what stands where a code is shown: what is cut off there is cut off for a phone as well."""
    return read_codes(browser, code.screenshot())


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_codes_anybody_sees_are_read_off_the_screen(
    browser: Browser, new_page: NewPage, address: str, shown: dict[str, str], width: int
) -> None:
    page = new_page(width)
    whole = _LONG + shown["fair"]

    page.goto(address + shown["fair"])
    assert _read(browser, page.locator(".fair-code")) == [whole]
    page.goto(address + shown["fair"] + "/wall")
    assert _read(browser, page.locator(".wall-code")) == [whole]
    page.goto(address + shown["visit"])
    assert _read(browser, page.locator(".ticket-code")) == [shown["ticket"]]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_codes_an_organiser_hands_out_are_read_off_the_screen(
    browser: Browser,
    open_as: OpenAs,
    address: str,
    shown: dict[str, str],
    organiser: Actor,
    width: int,
) -> None:
    page = open_as(organiser, width)

    page.goto(f"{address}{shown['managed']}/report/survey")
    assert _read(browser, page.locator(".fair-code")) == [f"{_LONG}{shown['fair']}/survey/visitor"]
    page.goto(f"{address}{shown['managed']}/door")
    page.get_by_label("哪道门、哪台设备").fill("东门 1")
    page.get_by_role("button", name="生成配对链接").click()
    link = page.locator("#link-text").inner_text()
    assert link.startswith(_LONG)
    assert _read(browser, page.locator("#link .qr")) == [link]
