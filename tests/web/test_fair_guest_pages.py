"""Pages of those who come to a fair: the visitor's own, the organiser's, the caseworker's."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.day import CallResult
from matcher.models.fair_guests import FairInvitation
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.fair_guests import calls_before, guest_links, inviting, routing
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fair_guests import make_guest_world
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


@dataclass(frozen=True)
class World:
    """A fair whose people are asked, with somebody of each role signed in."""

    anybody: PageClient
    organiser: PageClient
    caseworker: PageClient
    graduate: PageClient
    fair: str
    held: str
    own: str
    """The graduate's row."""
    token: str
    """Of the graduate's link."""
    outsider: str
    """Token of somebody who registered."""


@pytest.fixture
def world(sqlite_factory: SessionFactory, signed_in_as: SignInAs, client: PageClient) -> World:
    with transaction(sqlite_factory) as session:
        made = make_guest_world(session)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=made.union)
        caseworker = make_actor(session, Role.CASEWORKER, union=made.union)
        me = made.graduates[0]
        me.name = "陈小辰"
        graduate = make_actor(session, Role.GRADUATE, graduate=me)
        asked = inviting.ask(session, organiser, made.fair.public_id, everybody=False)
        inviting.add_visitors(session, asked, [one.id for one in made.graduates])
        routing.make_routes(session, made.fair.id)
        make_case(session, me, owner_id=caseworker.account_id)
        calls_before.open_calls(session)
        mine = session.scalars(sa.select(FairVisitor).where(FairVisitor.graduate_id == me.id)).one()
        outsider = register_visitor(
            session,
            SYSTEM,
            made.fair,
            VisitorInput(
                name="欧阳修远", phone="13911112222", consent_text_id=consent_text(session).id
            ),
            kind=VisitorKind.REGISTERED,
            session_ids=[made.held.id],
        )
        numbers = {
            "fair": made.fair.public_id,
            "held": made.held.public_id,
            "own": mine.public_id,
            "token": guest_links.token_of(session, mine),
            "outsider": guest_links.token_of(session, outsider),
        }
    return World(
        client,
        signed_in_as(organiser),
        signed_in_as(caseworker),
        signed_in_as(graduate),
        **numbers,
    )


def _state(factory: SessionFactory, world: World) -> VisitorState:
    with reading(factory) as session:
        found = sa.select(FairVisitor.state).where(FairVisitor.public_id == world.own)
        return session.scalars(found).one()


def test_the_link_shows_the_route_and_takes_the_answer_without_an_account(
    world: World, sqlite_factory: SessionFactory
) -> None:
    address = f"/v/{world.token}"
    page = world.anybody.get(address)
    assert page.status_code == 200
    assert "给你的路线" in page.text
    assert "陈小辰" not in page.text
    assert _state(sqlite_factory, world) is VisitorState.INVITED

    answered = world.anybody.submit(address, act="come", coming="yes", sessions=world.held)

    assert answered.status_code == 303
    assert _state(sqlite_factory, world) is VisitorState.COMING
    page = world.anybody.get(address)
    assert "<svg" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_who_registered_alone_is_promised_no_route(world: World) -> None:
    page = world.anybody.get(f"/v/{world.outsider}").text

    assert "还没有排出" not in page
    assert "自己报名的没有" in page


def test_who_does_not_come_gives_the_place_back_and_may_come_again(
    world: World, sqlite_factory: SessionFactory
) -> None:
    address = f"/v/{world.token}"
    yes = {"act": "come", "coming": "yes", "sessions": world.held}
    world.anybody.submit(address, **yes)

    world.anybody.submit(address, act="come", coming="no")
    assert _state(sqlite_factory, world) is VisitorState.CANCELLED
    with reading(sqlite_factory) as session:
        ticket = session.scalars(
            sa.select(FairTicket)
            .join(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
            .where(FairVisitor.public_id == world.own)
        ).one()
        assert ticket.revoked_at is not None

    world.anybody.submit(address, **yes)
    assert _state(sqlite_factory, world) is VisitorState.COMING


def test_coming_without_a_session_is_said_beside_the_field(world: World) -> None:
    page = world.anybody.submit(f"/v/{world.token}", act="come", coming="yes")

    assert page.status_code == 422
    assert "请选一个场次" in page.text


@pytest.mark.parametrize("broken", ["x", "0" * 42, ""])
def test_a_made_up_link_is_of_no_use(world: World, broken: str) -> None:
    token = world.token[:18] + broken if broken else world.token[:-1]

    assert world.anybody.get(f"/v/{token}").status_code == 404
    assert world.anybody.submit(f"/v/{token}", act="come", coming="no").status_code == 404


def test_booths_read_nothing_unless_ticked_and_only_what_is(
    world: World, sqlite_factory: SessionFactory
) -> None:
    def shown() -> list[str]:
        with reading(sqlite_factory) as session:
            found = sa.select(FairVisitor.shown).where(FairVisitor.public_id == world.own)
            return session.scalars(found).one()

    assert shown() == []
    world.graduate.submit(f"/my-fairs-visits/{world.own}", act="show", fields=["name", "major"])
    assert shown() == ["name", "major"]
    world.anybody.submit(f"/v/{world.token}", act="show")
    assert shown() == []


def test_a_graduate_sees_the_own_visits_and_nobody_elses(world: World) -> None:
    assert world.own in world.graduate.get("/my-fairs-visits").text
    assert world.graduate.get(f"/my-fairs-visits/{world.own}").status_code == 200
    assert world.graduate.get(f"/my-fairs-visits/{world.outsider[:18]}").status_code == 404


def test_a_fair_nobody_asked_one_to_may_be_come_to(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        made = make_guest_world(session)
        graduate = make_actor(session, Role.GRADUATE, graduate=made.graduates[-1])
        address = f"/my-fairs-visits/fairs/{made.fair.public_id}"
    mine = signed_in_as(graduate)
    assert made.fair.title in mine.get("/my-fairs-visits").text

    first, again = mine.submit(address), mine.submit(address)

    assert first.status_code == 303
    assert first.location == again.location
    assert mine.get(first.location).status_code == 200


def test_the_calendar_file_holds_the_session_and_no_name(world: World) -> None:
    found = world.anybody.get(f"/v/{world.outsider}/calendar.ics")

    assert found.content_type.startswith("text/calendar")
    assert "BEGIN:VEVENT" in found.text
    assert "欧阳" not in found.text


def test_the_organiser_reads_totals_and_masked_names_only(
    world: World, sqlite_factory: SessionFactory
) -> None:
    page = world.organiser.get(f"/fairs/{world.fair}/guests")
    assert page.status_code == 200
    assert "欧*" in page.text
    assert "欧阳修远" not in page.text
    assert "陈*辰" not in page.text  # invitations are still on their way

    with transaction(sqlite_factory) as session:
        session.scalars(sa.select(FairInvitation)).one().all_out_at = clock.now()
    page = world.organiser.get(f"/fairs/{world.fair}/guests")

    assert "陈*辰" in page.text
    assert "陈小辰" not in page.text


def test_slips_are_the_same_whoever_prints_them(world: World) -> None:
    world.anybody.submit(f"/v/{world.token}", act="come", coming="yes", sessions=world.held)

    own = world.caseworker.submit(f"/fairs/{world.fair}/my-people/slips")
    everybody = world.organiser.submit(f"/fairs/{world.fair}/guests/slips")

    assert own.content_type == everybody.content_type == "application/pdf"
    assert own.data.startswith(b"%PDF")


def test_a_caseworker_calls_records_and_answers_for_the_own_people(
    world: World, sqlite_factory: SessionFactory
) -> None:
    page = world.caseworker.get(f"/fairs/{world.fair}/my-people")
    assert "陈小辰" in page.text
    address = f"/fairs/{world.fair}/my-people/{world.own}"
    assert world.caseworker.get(address).status_code == 200

    answered = world.caseworker.submit(
        address, outcome="reached", answer="come", sessions=world.held
    )

    assert answered.status_code == 303
    assert _state(sqlite_factory, world) is VisitorState.COMING
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CallResult)) == 1
    page = world.caseworker.get(f"/fairs/{world.fair}/my-people?call=yes")
    assert "陈小辰" not in page.text


def test_organisers_have_no_list_of_calls_and_caseworkers_no_totals(world: World) -> None:
    assert world.organiser.get(f"/fairs/{world.fair}/my-people").status_code == 403
    assert world.caseworker.get(f"/fairs/{world.fair}/guests").status_code == 403


def test_others_people_answer_like_missing_ones(
    world: World, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        fair = session.scalars(sa.select(Fair)).one()
        colleague = make_actor(
            session, Role.CASEWORKER, union=session.get_one(Union, fair.union_id)
        )
    other = signed_in_as(colleague)

    assert "陈小辰" not in other.get(f"/fairs/{world.fair}/my-people").text
    assert other.get(f"/fairs/{world.fair}/my-people/{world.own}").status_code == 404


def test_a_cancelled_fair_shows_no_ticket_and_takes_no_answer(
    world: World, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        session.scalars(sa.select(Fair)).one().state = FairState.CANCELLED

    page = world.anybody.get(f"/v/{world.outsider}")
    assert "取消了" in page.text
    assert "<svg" not in page.text
    answered = world.anybody.submit(
        f"/v/{world.outsider}", act="come", coming="yes", sessions=world.held
    )
    assert answered.status_code == 409
