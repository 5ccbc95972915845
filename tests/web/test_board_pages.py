"""The board and a household's way as pages: each figure opens as many cards as it says; acts lead on."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.zero_employment import ClaimState
from matcher.models.households import Household
from matcher.services.permissions import Actor
from matcher.services.zero_employment import claims
from tests.factories.accounts import make_actor, make_union
from tests.factories.zero_employment import bring_to, make_jobless, make_people
from tests.support.pages import PageClient
from web.filters import per_cent

SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def people(sqlite_factory: SessionFactory) -> dict[str, Actor]:
    """Give who works at a county with households at four stages."""
    with transaction(sqlite_factory) as session:
        union = make_union(session, make_union(session))
        people = make_people(session, union)
        people["manager"] = make_actor(session, Role.DRIVE_MANAGER, union=union)
        clerk = people["clerk"]
        for state in (ClaimState.CLUE, ClaimState.PUBLICITY, ClaimState.AIDED, ClaimState.AIDED):
            household, _ = make_jobless(session, union, owner_id=clerk.account_id)
            bring_to(session, clerk, household, state)
    return people


def _cards(page: str) -> int:
    return page.count('<article class="card')


def test_each_figure_opens_as_many_cards_as_it_says(
    signed_in_as: SignInAs, people: dict[str, Actor]
) -> None:
    client = signed_in_as(people["manager"])
    page = client.get("/board").text
    shown = re.findall(
        r'<a href="(/board\?show=[^"]*)"[^>]*>\s*<span>[^<]*</span><strong>(\d+)', page
    )

    assert len(shown) == 7
    assert _cards(page) == 4
    for address, count in shown:
        assert _cards(client.get(address).text) == int(count), address


@pytest.mark.parametrize(
    "query", ["state=aided", "clock=on_time", "district=1", "owner=1", "show=x"]
)
def test_filters_stand_in_the_address(
    signed_in_as: SignInAs, people: dict[str, Actor], query: str
) -> None:
    assert signed_in_as(people["manager"]).get(f"/board?{query}").status_code == 200


def test_neither_title_nor_address_says_what_the_family_is(
    signed_in_as: SignInAs, people: dict[str, Actor]
) -> None:
    page = signed_in_as(people["clerk"]).get("/board").text
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None
    assert not re.search("零就业|困难|援助", title[1])
    assert not re.search("hardship|zero", " ".join(re.findall(r'href="([^"]*)"', page)))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FAIR_ORGANISER, Role.ADMINISTRATOR])
def test_others_do_not_see_the_board(as_role: Callable[[Role], PageClient], role: Role) -> None:
    assert as_role(role).get("/board").status_code == 403


@pytest.fixture
def fresh(sqlite_factory: SessionFactory, people: dict[str, Actor]) -> str:
    """Give the public id of a household nobody opened a claim for."""
    with transaction(sqlite_factory) as session:
        union_id = people["clerk"].union_id
        household = _household(session, union_id)
    return household.public_id


def _household(session: Session, union_id: int | None, **changes: object) -> Household:
    union = make_union(session)
    household, _ = make_jobless(session, union, **changes)
    assert union_id is not None
    household.union_id = union_id
    session.flush()
    return household


def _state(factory: SessionFactory, public_id: str) -> ClaimState | None:
    with factory() as session:
        found = session.query(Household).filter_by(public_id=public_id).one()
        claim = claims.open_claim_of(session, found.id)
        return claim.state if claim else None


def test_a_household_is_led_from_clue_to_recognition_by_its_page(
    signed_in_as: SignInAs,
    people: dict[str, Actor],
    fresh: str,
    sqlite_factory: SessionFactory,
) -> None:
    client, address = signed_in_as(people["clerk"]), f"/families/{fresh}"
    assert client.get(address).status_code == 200
    client.submit(f"{address}/clue", note="网格员反映")
    for step in ("declare", "community", "publicity"):
        client.submit(f"{address}/steps", step=step)
    assert _state(sqlite_factory, fresh) is ClaimState.PUBLICITY

    decision = {"answer": "yes", "body": "street", "body_name": "某街道"}
    decision["decided_on"] = clock.today().isoformat()
    wrong = client.submit(f"{address}/decision", **decision)
    assert wrong.status_code == 422
    assert "文书" in wrong.text
    client.submit(f"{address}/decision", **decision, document_number="3号")
    client.submit(f"{address}/steps", step="aid")
    assert _state(sqlite_factory, fresh) is ClaimState.AIDED
    page = client.get(address).text
    assert "首次推荐岗位" in page
    assert "拒绝推荐" in page


def test_a_hundred_per_cent_is_said_of_all_only() -> None:
    assert [per_cent(part, 200) for part in (0, 1, 199, 200)] == ["0%", "0%", "99%", "100%"]
    assert per_cent(0, 0) == "0%"
