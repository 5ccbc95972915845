"""A hall behind one address on the net: limits count accounts and known phones, strangers by their address."""

import pytest
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.services.fair_guests.guest_links import hall_token_of, token_of
from tests.factories.accounts import make_actor
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.web.conftest import SignInAs
from web import rate_limit
from web.marks import Counted, public, rate_limited

_WISHED = 6
"""How often routes may be asked for in a minute (`fair_guests.make_routes`)."""


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> HallWorld:
    with transaction(sqlite_factory) as session:
        made = make_hall_world(session)
        session.flush()
        session.expunge_all()
    return made


def test_two_accounts_behind_one_address_do_not_use_up_each_others_calls(
    world: HallWorld, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_actor(session, Role.FAIR_ORGANISER)
    one, two = signed_in_as(world.organiser), signed_in_as(other)
    address, token = f"/fairs/{world.fair.public_id}/guests/routes", one.token()

    own = [one.post(address, data={"csrf_token": token}).status_code for _ in range(_WISHED + 1)]

    assert 429 not in own[:_WISHED]
    assert own[_WISHED] == 429
    assert two.submit(address).status_code != 429


def _view(token: str = "") -> str:
    return token


@pytest.mark.parametrize("counted", [Counted.PHONE, Counted.LINK])
def test_a_known_phone_is_counted_by_itself_and_a_made_up_one_by_its_address(
    app: APIFlask, world: HallWorld, sqlite_factory: SessionFactory, counted: Counted
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        visitors = [world.visitor(), world.visitor()]
        session.flush()
        make = token_of if counted is Counted.LINK else hall_token_of
        tokens = [make(session, one) for one in visitors]
    view = public(rate_limited("1/minute", counted)(_view))
    made_up = tokens[0][:-1] + ("0" if tokens[0][-1] != "0" else "1")

    def name(token: str) -> str:
        path = f"/v/{token}" if counted is Counted.LINK else "/q/now"
        with app.test_request_context(
            path,
            headers={"Cookie": f"fair_visit={token}"},
            environ_base={"REMOTE_ADDR": "10.9.8.7"},
        ):
            return rate_limit.named(view)()

    assert len({name(token) for token in tokens}) == 2
    assert name(made_up) == "10.9.8.7"
    assert name("x") == "10.9.8.7"


def test_a_scan_of_a_booth_is_limited_by_account_and_a_scan_at_a_door_not_at_all(
    app: APIFlask,
) -> None:
    views = app.view_functions

    assert not getattr(views["own_booth.scan"], "is_public", False)
    assert getattr(views["door.take"], "rate_limit", None) is None
