"""The hall's other pages: live figures, the wall, announcements, and standing in line by phone."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import cast

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fair_hall import QueueState
from matcher.kinds.fairs import FairState
from matcher.models.audit import AuditEntry
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Booth, Fair
from matcher.policy.limits import get_limit
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import guest_links
from tests.factories.accounts import make_actor
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.factories.people import make_graduate
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


def _send(
    client: PageClient, address: str, data: Mapping[str, object] | None = None
) -> TestResponse:
    return client.submit(address, **dict(data or {}))


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> HallWorld:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        made = make_hall_world(session)
        session.flush()
        session.expunge_all()
    return made


@pytest.fixture
def organiser(world: HallWorld, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(world.organiser)


@pytest.fixture
def queue(world: HallWorld, sqlite_factory: SessionFactory) -> str:
    with reading(sqlite_factory) as session:
        return f"/q/{session.scalars(sa.select(Booth.public_id)).one()}"


def _code(factory: SessionFactory, world: HallWorld) -> str:
    with transaction(factory) as session:
        world.session = session
        return world.code()


def _live(world: HallWorld) -> str:
    return f"/fairs/{world.fair.public_id}/live"


def _figure(page: str, name: str) -> int:
    found = re.search(rf"<span>{name}</span><strong>([\d,]+)</strong>", page)
    assert found, name
    return int(found[1].replace(",", ""))


def _at_booth(factory: SessionFactory, world: HallWorld) -> None:
    with transaction(factory) as session:
        world.session = session
        world.scan()


def test_the_part_that_comes_by_itself_stands_in_the_whole_page(
    organiser: PageClient, world: HallWorld
) -> None:
    page, part = organiser.get(_live(world)).text, organiser.get(f"{_live(world)}/figures").text

    assert part.strip() in page
    assert "every 5s" in part


def test_figures_are_kept_two_seconds_and_then_asked_again(
    organiser: PageClient,
    world: HallWorld,
    sqlite_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = [0.0]
    monkeypatch.setattr("web.fair_live_cache.time.monotonic", lambda: seconds[0])
    before = organiser.get(_live(world)).text
    _at_booth(sqlite_factory, world)

    at_once = organiser.get(_live(world)).text
    seconds[0] = 2.1
    after = organiser.get(_live(world)).text

    assert [_figure(one, "接触") for one in (before, at_once, after)] == [0, 0, 1]


def test_another_unions_fair_is_not_there(
    world: HallWorld, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        stranger = make_actor(session, Role.FAIR_ORGANISER)

    assert signed_in_as(stranger).get(_live(world)).status_code == 404


def test_what_is_announced_stands_on_wall_phone_and_booth_until_withdrawn(
    organiser: PageClient,
    client: PageClient,
    world: HallWorld,
    sqlite_factory: SessionFactory,
    signed_in_as: SignInAs,
) -> None:
    said = {"body": "10 点 B 区开讲座", "audience": "everybody", "minutes": "30"}
    _send(organiser, f"{_live(world)}/announcements", data=said)
    agent = signed_in_as(world.agent)
    pages = (
        lambda: client.get(f"/f/{world.fair.token}/wall").text,
        lambda: client.get(f"/f/{world.fair.token}/announcements").text,
        lambda: agent.get(f"/my-fairs/{world.place.public_id}/booth").text,
    )

    assert all("10 点 B 区开讲座" in page() for page in pages)

    address = re.search(r'action="([^"]+/withdraw)"', organiser.get(_live(world)).text)
    assert address
    _send(organiser, address[1])
    assert not any("10 点 B 区开讲座" in page() for page in pages)
    with reading(sqlite_factory) as session:
        told = sa.select(AuditEntry.action).where(AuditEntry.subject_kind == "fair")
        acts = session.scalars(told.order_by(AuditEntry.number)).all()
    assert list(acts) == ["fair_announcement.made", "fair_announcement.withdrawn"]


def test_words_of_anybodys_circumstances_are_refused_and_stay_as_typed(
    organiser: PageClient, world: HallWorld
) -> None:
    said = {"body": "困难家庭的同学请到 A1", "audience": "everybody", "minutes": "30"}

    answer = _send(organiser, f"{_live(world)}/announcements", data=said)

    assert answer.status_code == 422
    assert "困难家庭的同学请到 A1" in answer.text


def test_the_wall_is_public_without_cookies_names_or_numbers(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    _at_booth(sqlite_factory, world)

    wall = client.get(f"/f/{world.fair.token}/wall")
    part = client.get(f"/f/{world.fair.token}/wall/figures")

    assert wall.status_code == 200
    assert part.text.strip() in wall.text
    assert "Set-Cookie" not in wall.headers
    assert "来访者" not in wall.text
    assert "来*者" not in wall.text


def test_a_fair_in_preparation_has_no_wall_and_no_booth(
    client: PageClient, world: HallWorld, queue: str, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        session.get_one(Fair, world.fair.id).state = FairState.DRAFT

    assert client.get(f"/f/{world.fair.token}/wall").status_code == 404
    assert client.get(queue).status_code == 404


def test_a_code_typed_once_takes_numbers_at_every_booth(
    client: PageClient, world: HallWorld, queue: str, sqlite_factory: SessionFactory
) -> None:
    asked = client.get(queue).text
    assert (
        f"一人同时最多排 {get_limit('fair.queues_at_once', None, clock.today()).value} 家" in asked
    )
    taken = _send(client, f"{queue}/number", data={"code": _code(sqlite_factory, world)})
    page = client.get(queue).text
    mine = client.get("/q").text

    assert 'name="code"' in asked
    assert taken.status_code == 303
    assert "你是 1 号" in page
    assert "前面没有人" in mine
    cookie = next(one for one in taken.headers.getlist("Set-Cookie") if "fair_visit" in one)
    assert "HttpOnly" in cookie
    assert "Path=/q" in cookie

    number = re.search(r'action="(/q/numbers/[^"]+/leave)"', page)
    assert number
    _send(client, number[1])
    assert 'name="code"' not in client.get(queue).text
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(FairQueuePlace.state)).one() is QueueState.LEFT


def test_who_types_a_code_gets_queues_and_never_the_visitors_page(
    client: PageClient, world: HallWorld, queue: str, sqlite_factory: SessionFactory
) -> None:
    """Every booth reads ticket codes: what its phone is given for one must not open the visitor's own page."""
    code = _code(sqlite_factory, world)
    _send(client, f"{queue}/number", data={"code": code})
    kept = client.get_cookie("fair_visit", path="/q")
    assert kept is not None

    assert client.get(f"/v/{kept.value}").status_code == 404
    assert (
        _send(client, f"/v/{kept.value}", data={"act": "show", "fields": "name"}).status_code == 404
    )
    with reading(sqlite_factory) as session:
        visitor = session.scalars(sa.select(FairVisitor)).one()
        link = guest_links.token_of(session, visitor)
    assert visitor.shown == []
    assert client.get(f"/v/{link}").status_code == 200


def test_the_own_page_makes_the_phone_known_to_the_queues(
    client: PageClient, world: HallWorld, queue: str, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        link = guest_links.token_of(session, world.visitor())
    assert 'name="code"' in client.get(queue).text

    client.get(f"/v/{link}")

    assert 'name="code"' not in client.get(queue).text
    assert client.get_cookie("fair_visit", path="/q").value != link  # type: ignore[union-attr] # it was set


def test_a_graduate_signed_in_needs_no_code(
    world: HallWorld, queue: str, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        graduate = make_graduate(session)
        world.visitor(graduate)
        actor = make_actor(session, Role.GRADUATE, graduate=graduate)

    answer = _send(signed_in_as(actor), f"{queue}/number")

    assert answer.status_code == 303


def test_without_a_known_phone_or_with_a_wrong_code_nothing_is_taken(
    client: PageClient, queue: str, sqlite_factory: SessionFactory
) -> None:
    for code in ("", "F0000-0000"):
        answer = _send(client, f"{queue}/number", data={"code": code})
        assert answer.status_code == 422

    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FairQueuePlace)) == 0


def test_looking_at_a_queue_takes_no_number_and_on_another_day_none_is_given(
    client: PageClient, world: HallWorld, queue: str, sqlite_factory: SessionFactory
) -> None:
    code = _code(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        fair = session.get_one(Fair, world.fair.id)
        fair.first_on = fair.last_on = clock.today() + dt.timedelta(days=1)

    page = client.get(queue).text
    answer = _send(client, f"{queue}/number", data={"code": code})

    assert "到了当天" in page
    assert answer.status_code == 422
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FairQueuePlace)) == 0


def test_nobody_gives_back_the_number_of_another_phone(
    app: APIFlask,
    client: PageClient,
    world: HallWorld,
    queue: str,
    sqlite_factory: SessionFactory,
) -> None:
    _send(client, f"{queue}/number", data={"code": _code(sqlite_factory, world)})
    with reading(sqlite_factory) as session:
        number = session.scalars(sa.select(FairQueuePlace.public_id)).one()

    answer = _send(cast(PageClient, app.test_client()), f"/q/numbers/{number}/leave")

    assert answer.status_code == 404
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(FairQueuePlace.state)).one() is QueueState.WAITING
