"""What the organiser says to the hall comes to the visitor's own page, on the days of the fair and by itself."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds.fair_hall import Audience
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests.guest_links import hall_token_of, token_of
from matcher.services.fair_hall import announcements, queues
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.factories.fairs import make_session, make_ticket, make_visitor
from tests.support.pages import PageClient

_SAID = "10 点 B 区开讲座"


def _announced(session: Session, world: HallWorld, audience: Audience) -> None:
    where = (session, world.organiser, world.fair.public_id)
    announcements.announce(*where, _SAID, audience=audience, minutes=30)


def _page(factory: SessionFactory, audience: Audience, *, in_days: int = 0) -> tuple[str, str]:
    """Return the address of a visitor's page of a fair, and the fair's public token."""
    day = clock.today() + dt.timedelta(days=in_days)
    with transaction(factory) as session:
        seed_consent_texts(session)
        world = make_hall_world(session, first_on=day, last_on=day)
        _announced(session, world, audience)
        return f"/v/{token_of(session, world.visitor())}", world.fair.token


def test_on_the_day_the_page_tells_it_takes_it_anew_and_leads_to_the_queues(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    address, token = _page(sqlite_factory, Audience.VISITORS)

    page = client.get(address).text

    assert _SAID in page
    assert client.get(f"/f/{token}/announcements").text.strip() in page
    assert 'href="/q"' in page


@pytest.mark.parametrize("is_in", [False, True])
def test_the_ticket_stands_first_until_its_holder_is_in_and_then_what_goes_on(
    client: PageClient, sqlite_factory: SessionFactory, *, is_in: bool
) -> None:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        world = make_hall_world(session)
        _announced(session, world, Audience.VISITORS)
        came = clock.now() if is_in else None
        visitor = make_visitor(session, world.fair)
        make_ticket(session, visitor, make_session(session, world.fair), admitted_at=came)
        address = f"/v/{token_of(session, visitor)}"

    page = client.get(address).text

    first, second = ("公告", "ticket-code") if is_in else ("ticket-code", "公告")
    assert 0 < page.index(first) < page.index(second)


@pytest.mark.parametrize(("audience", "in_days"), [(Audience.BOOTHS, 0), (Audience.VISITORS, 3)])
def test_what_is_for_booths_or_of_another_day_does_not_come(
    client: PageClient, sqlite_factory: SessionFactory, audience: Audience, in_days: int
) -> None:
    address, _ = _page(sqlite_factory, audience, in_days=in_days)

    assert _SAID not in client.get(address).text


def test_a_phone_asks_often_only_when_its_number_is_soon_called(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        world = make_hall_world(session)
        ahead = [world.visitor() for _ in range(4)]
        own = world.visitor()
        for one in (*ahead, own):
            queues.take(session, world.place, one.id)
        token = hall_token_of(session, own)
    client.set_cookie("fair_visit", token, path="/q")

    far = client.get("/q").text
    with transaction(sqlite_factory) as session:
        queues.call_next(session, world.agent, world.place.public_id)
    near = client.get("/q").text

    assert "every 30s" in far
    assert "every 10s" in near
