"""Pages the walk over addresses does not come to: with a choice made before, empty, or saying that there is nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds import Channel, Role
from matcher.kinds.fairs import FairState
from matcher.models.drives import Drive
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from tests.web.test_accessible_pages import _Feed, _findings
from web.door_pages.devices import COOKIE


@dataclass
class Odd:
    """What the pages name: a fair called off, people nobody has confirmed, and actors who have nothing yet."""

    cancelled: str
    unconfirmed: str
    closed_door: str
    organiser: Actor
    manager: Actor
    employer: Actor
    graduate: Actor


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("odd")) as opened:
        yield opened


@pytest.fixture(scope="module")
def odd(house: House) -> Odd:
    with transaction(house.factory) as session:
        union, empty = session.get_one(Union, house.own.union_id), make_union(session)
        drive = session.get_one(Drive, house.own.drive_id)
        fair = make_fair(
            session, drive, state=FairState.CANCELLED, cancelled_because="场地检修，改期再办"
        )
        make_session(session, fair)
        make_scanner(session, session.get_one(Fair, fair.id), token="closed")
        return Odd(
            cancelled=fair.token,
            unconfirmed=make_graduate(
                session, union, is_confirmed=False, entered_through=Channel.SELF
            ).public_id,
            closed_door="closed",
            organiser=make_actor(session, Role.FAIR_ORGANISER, union=empty),
            manager=make_actor(session, Role.DRIVE_MANAGER, union=empty),
            employer=make_actor(session, Role.EMPLOYER, employer=make_employer(session, empty)),
            graduate=make_actor(session, Role.GRADUATE, graduate=make_graduate(session, empty)),
        )


def _chosen(house: House, odd: Odd) -> list[tuple[PageClient, str]]:
    """Return pages that need a choice, with who made it."""
    own = house.own
    manager, caseworker = (own.actors[role] for role in (Role.DRIVE_MANAGER, Role.CASEWORKER))
    code, phone = house.client(None), house.client(None)
    with code.session_transaction() as kept:
        kept["pending_sign_in"] = [manager.account_id, int(clock.now().timestamp()), "/"]
    with phone.session_transaction() as kept:
        kept["pending_phone"] = "13800002046"
    return [
        (house.client(caseworker), f"/placements/new?graduate={own.graduate}"),
        (house.client(caseworker), f"/tuition/new?schooling={own.money.schooling_id}"),
        (house.client(manager), f"/registrations/{odd.unconfirmed}"),
        (code, "/sign-in/code"),
        (phone, "/sign-in/phone/code"),
    ]


def _empty(house: House, odd: Odd) -> list[tuple[PageClient, str]]:
    """Return pages of those who have nothing yet."""
    organiser, manager = house.client(odd.organiser), house.client(odd.manager)
    return [
        *((organiser, one) for one in ("/fairs", "/fairs/new", "/fairs/calendar")),
        *((manager, one) for one in ("/drives", "/targets", "/graduates", "/today")),
        (house.client(odd.employer), "/my-fairs"),
        (house.client(odd.graduate), "/my-fairs-visits"),
        (house.client(None), "/q"),
    ]


def _nothing(house: House, odd: Odd) -> list[tuple[PageClient, str]]:
    """Return pages that say why there is nothing to see."""
    nobody, door = house.client(None), house.client(None)
    door.set_cookie(COOKIE, odd.closed_door, path="/door")
    return [
        *(
            (nobody, one)
            for one in (
                "/nowhere",
                "/v/nothing",
                "/after/nothing",
                "/q/nothing",
                "/f/nothing",
                f"/f/{odd.cancelled}",
                f"/f/{odd.cancelled}/register",
                f"/f/{odd.cancelled}/wall",
                "/f/nothing/survey/visitor",
                "/answers/nothing",
                "/door/",
                "/door/walk-in",
                "/door/pair/nothing",
            )
        ),
        (door, "/door/"),
        (house.client(house.own.actors[Role.EMPLOYER]), "/fairs"),
    ]


@pytest.mark.parametrize("given", [_chosen, _empty, _nothing])
@pytest.mark.timeout(600)
def test_no_odd_page_has_a_finding(
    house: House,
    odd: Odd,
    browser: Browser,
    given: Callable[[House, Odd], list[tuple[PageClient, str]]],
) -> None:
    wrong: list[str] = []
    feed = _Feed()
    with browser.new_context(reduced_motion="reduce", locale="zh-CN") as context:
        for client, address in given(house, odd):
            first = client.get(address)
            if b"<html" not in first.data[:300]:
                wrong.append(f"{address}: no page, {first.status_code}")
                continue
            page = context.new_page()
            feed.serve(page, client, address, first)
            wrong += _findings(page, address)
            page.close()

    assert wrong == []
