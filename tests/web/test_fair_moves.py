"""Pages of a fair point at what was announced otherwise before; a ticket without a door shows the way in."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.documents.pdf import compile_pdf
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairEmployerState, VisitorKind
from matcher.models.fairs import Fair
from matcher.services.fair_guests import guest_links, slips
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.fairs import entering
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_guests import make_guest_world
from tests.factories.fairs import make_fair_employer
from tests.factories.postings import make_employer
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

WAY_IN = "https://live.example.org/1"


@dataclass(frozen=True)
class World:
    """A fair of 2030 by the addresses its readers have; the ticket's is of somebody who has a place."""

    fair_id: int
    fair: str
    public: str
    ticket: str
    organiser: Actor
    agent: Actor


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    with transaction(sqlite_factory) as session:
        made = make_guest_world(session, first_on=dt.date(2030, 5, 6))
        visitor = register_visitor(
            session,
            SYSTEM,
            made.fair,
            VisitorInput(
                name="欧阳修远", phone="13911112222", consent_text_id=consent_text(session).id
            ),
            kind=VisitorKind.REGISTERED,
            session_ids=[made.held.id],
        )
        employer = make_employer(session, made.union)
        make_fair_employer(session, made.fair, employer, state=FairEmployerState.ACCEPTED)
        return World(
            made.fair.id,
            made.fair.public_id,
            f"/f/{made.fair.token}",
            f"/v/{guest_links.token_of(session, visitor)}",
            make_actor(session, Role.FAIR_ORGANISER, union=made.union),
            make_actor(session, Role.EMPLOYER, employer=employer),
        )


def _edit(factory: SessionFactory, world: World, **changes: object) -> None:
    with transaction(factory) as session:
        facts = replace(entering.facts_of(session.get_one(Fair, world.fair_id)), **changes)  # type: ignore[arg-type] # by field
        entering.edit_fair(session, world.organiser, world.fair, facts)


def test_all_who_read_of_a_fair_that_moved_read_what_was_told_before_until_it_is_put_back(
    sqlite_factory: SessionFactory, client: PageClient, signed_in_as: SignInAs, world: World
) -> None:
    agent = signed_in_as(world.agent)
    pages = [
        (client, world.public),
        (client, f"{world.public}/register"),
        (client, world.ticket),
        (agent, f"/my-fairs/{world.fair}"),
    ]
    told = "地点：原定 市体育馆 银川市金凤区人民广场东街 1 号，现在 会展中心 "
    before = [reader.get(page).text for reader, page in pages]
    _edit(sqlite_factory, world, venue_name="会展中心")

    moved = [reader.get(page).text for reader, page in pages]
    _edit(sqlite_factory, world, venue_name="市体育馆")
    back = [reader.get(page).text for reader, page in pages]

    assert [told in page for page in moved] == [True] * 4
    assert ["地点有变" in page for page in moved] == [True] * 4
    assert ["原定" in page for page in (*before, *back)] == [False] * 8


def test_a_public_page_kept_before_a_change_is_not_answered_after_it(
    sqlite_factory: SessionFactory, client: PageClient, world: World
) -> None:
    mark = client.get(world.public).headers["ETag"]
    later = dt.date(2030, 5, 13)
    _edit(sqlite_factory, world, first_on=later, last_on=later)

    again = client.get(world.public, headers={"If-None-Match": mark})

    assert again.status_code == 200
    assert "日期：原定 2030年5月6日，现在 2030年5月13日" in again.text


def test_the_note_of_a_change_is_printed(
    sqlite_factory: SessionFactory, client: PageClient, world: World
) -> None:
    _edit(sqlite_factory, world, venue_name="会展中心")

    for page in (world.public, world.ticket):
        above = client.get(page).text.partition("原定")[0]
        tag = above.rpartition('<div class="note')[2]
        assert tag.startswith(' warn"')
        assert "no-print" not in tag


@pytest.mark.parametrize("channel", [EventChannel.ONLINE, EventChannel.LIVESTREAM])
def test_a_ticket_without_a_door_shows_the_way_in_and_no_code_to_scan(
    sqlite_factory: SessionFactory, client: PageClient, world: World, channel: EventChannel
) -> None:
    _edit(sqlite_factory, world, channel=channel, online_address=WAY_IN)

    page = client.get(world.ticket).text
    form = client.get(f"{world.public}/register").text

    ticket = page.partition('class="panel ticket"')[2].partition("</section>")[0]
    assert f'href="{WAY_IN}"' in ticket
    assert "<svg" not in ticket
    assert "到门口" not in page
    assert page.count("市体育馆") == 1  # as what was announced before
    assert "入场码" not in form.partition("<form")[2].partition('class="note"')[0]
    assert "开始入场" not in client.get(world.public).text


@pytest.mark.parametrize("channel", [EventChannel.ON_SITE, EventChannel.MIXED])
def test_a_ticket_with_a_door_keeps_its_code(
    sqlite_factory: SessionFactory, client: PageClient, world: World, channel: EventChannel
) -> None:
    _edit(sqlite_factory, world, channel=channel, online_address=WAY_IN)

    ticket = client.get(world.ticket).text.partition('class="panel ticket"')[2]

    assert "<svg" in ticket.partition("</section>")[0]
    assert "到门口给工作人员扫" in ticket


@pytest.mark.parametrize("channel", [EventChannel.ONLINE, EventChannel.MIXED])
def test_slips_hold_a_code_only_where_there_is_a_door_and_the_way_in_where_there_is_none(
    sqlite_factory: SessionFactory,
    signed_in_as: SignInAs,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    channel: EventChannel,
) -> None:
    _edit(sqlite_factory, world, channel=channel, online_address=WAY_IN)
    printed: list[Any] = []

    def compiled(name: str, data: dict[str, object]) -> bytes:
        printed.append(data)
        return compile_pdf(name, data)

    monkeypatch.setattr(slips, "compile_pdf", compiled)
    answer = signed_in_as(world.organiser).submit(f"/fairs/{world.fair}/guests/slips")

    has_door = channel is EventChannel.MIXED
    [data] = printed
    assert answer.data.startswith(b"%PDF")
    assert [bool(one["code"]) for one in data["slips"]] == [has_door]
    assert (data["where"] == WAY_IN) is not has_door
