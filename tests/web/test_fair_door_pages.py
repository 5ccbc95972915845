"""The organiser's page of the door: scanners, links shown once, lent places, conflicts settled, the log."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fair_doors import DoorConflictOutcome
from matcher.kinds.fairs import EntryKind
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorDevice, FairEntry
from matcher.models.fairs import FairSession
from matcher.models.organisations import Union
from matcher.services.doors.brought import Brought
from matcher.services.doors.devices import Scanner
from matcher.services.doors.reconciling import bring_home
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import ticket_code
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.doors import make_loan, make_scanner
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.support.noon import at_noon
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

FIXTURES = (at_noon,)
pytestmark = pytest.mark.usefixtures("at_noon")


@dataclass(frozen=True)
class Desk:
    """An organiser's fair of today with a conflict between two of its scanners."""

    actor: Actor
    fair: str
    held_id: int
    east: Scanner
    loan: str


@pytest.fixture
def desk(sqlite_factory: SessionFactory) -> Desk:
    """Give a fair where the west door let a ticket in that the east door had let in without network."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.FAIR_ORGANISER)
        drive = make_drive(session, session.get_one(Union, actor.union_id))
        fair = make_fair(session, drive, first_on=clock.today())
        hours = {"begins_minute": 0, "ends_minute": 1440, "opens_minutes_before": 0}
        held = make_session(session, fair, approved_number=20, **hours)
        east, west = (make_scanner(session, fair, name=name) for name in ("东门", "西门"))
        loan = make_loan(session, east, held, 5)
        ticket = make_ticket(session, make_visitor(session, fair, name="王小明"), held)
        session.flush()
        code, now = ticket_code(session, ticket), clock.now()
        scan(session, west, code, scan_number="online-0001", at=now - dt.timedelta(minutes=5))
        scan(session, west, "F00000000", scan_number="online-0002")
        early = now - dt.timedelta(minutes=30)
        brought = Brought("off-0001", code, held.public_id, EntryKind.ENTERED, None, early)
        bring_home(session, east, [brought])
        return Desk(actor, fair.public_id, held.id, east, loan.public_id)


def _counts(factory: SessionFactory, desk: Desk) -> tuple[int, int, int]:
    with reading(factory) as session:
        held = session.get_one(FairSession, desk.held_id)
        return held.n_entered, held.n_inside, held.n_set_aside


def _post(client: PageClient, address: str, **fields: str) -> int:
    sent = client.post(address, data={"csrf_token": client.token(), **fields})
    return int(sent.status_code)


def test_the_page_shows_doors_conflicts_hours_and_reasons_and_no_full_name(
    signed_in_as: SignInAs, desk: Desk
) -> None:
    text = signed_in_as(desk.actor).get(f"/fairs/{desk.fair}/door").text

    assert "待核对的冲突 1 条" in text
    assert "东门" in text
    assert "西门" in text
    assert "王" in text
    assert "王小明" not in text
    assert "票码不认识 1" in text
    hours = text.split('id="h-hours"')[1].split("</table>")[0]
    assert sum(int(n) for n in re.findall(r'<td class="num">(\d+)</td>', hours)) == 3


def test_a_pairing_link_is_shown_once_and_pairs(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    client, page = signed_in_as(desk.actor), f"/fairs/{desk.fair}/door"

    assert _post(client, f"{page}/devices", name="南门 1") == 303
    first, second = client.get(page).text, client.get(page).text

    found = re.search(r"/door/pair/([\w-]+)", first)
    assert found is not None
    assert "/door/pair/" not in second
    assert client.get(f"/door/pair/{found[1]}").status_code == 200
    with reading(sqlite_factory) as session:
        assert "南门 1" in session.scalars(sa.select(DoorDevice.name)).all()


def test_a_scanner_without_a_name_is_not_made(signed_in_as: SignInAs, desk: Desk) -> None:
    assert _post(signed_in_as(desk.actor), f"/fairs/{desk.fair}/door/devices", name=" ") == 422


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (DoorConflictOutcome.SAME_PERSON, (1, 1, 4)),
        (DoorConflictOutcome.NOTED, (1, 1, 4)),
        (DoorConflictOutcome.ANOTHER_PERSON, (2, 2, 4)),
    ],
)
def test_a_conflict_is_settled_once_and_its_place_comes_back_or_counts(
    signed_in_as: SignInAs,
    desk: Desk,
    sqlite_factory: SessionFactory,
    outcome: DoorConflictOutcome,
    counts: tuple[int, int, int],
) -> None:
    client = signed_in_as(desk.actor)
    with reading(sqlite_factory) as session:
        conflict = session.scalars(sa.select(DoorConflict)).one().public_id
    address = f"/fairs/{desk.fair}/door/conflicts/{conflict}"
    assert _counts(sqlite_factory, desk) == (1, 1, 5)

    assert _post(client, address, outcome=outcome) == 303
    assert _counts(sqlite_factory, desk) == counts
    assert _post(client, address, outcome=outcome) == 409

    assert _counts(sqlite_factory, desk) == counts
    assert "核对过的冲突 1 条" in client.get(f"/fairs/{desk.fair}/door").text
    with reading(sqlite_factory) as session:
        entered = session.scalars(sa.select(FairEntry).where(FairEntry.kind == EntryKind.ENTERED))
        assert len(entered.all()) == counts[0]


def test_nobody_is_counted_beyond_the_approved_number_by_settling(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        conflict = session.scalars(sa.select(DoorConflict)).one()
        conflict.holds_place = False
        held = session.get_one(FairSession, desk.held_id)
        held.approved_number = held.n_entered + held.n_set_aside
        address = f"/fairs/{desk.fair}/door/conflicts/{conflict.public_id}"

    sent = _post(signed_in_as(desk.actor), address, outcome="another_person")

    assert sent == 409
    assert _counts(sqlite_factory, desk) == (1, 1, 5)


def test_a_conflict_that_holds_no_place_gives_none_back(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        conflict = session.scalars(sa.select(DoorConflict)).one()
        conflict.holds_place = False
        address = f"/fairs/{desk.fair}/door/conflicts/{conflict.public_id}"

    assert _post(signed_in_as(desk.actor), address, outcome="noted") == 303

    assert _counts(sqlite_factory, desk) == (1, 1, 5)


def test_lent_places_come_back_once_and_never_those_of_a_conflict(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(desk.actor)
    address = f"/fairs/{desk.fair}/door/loans/{desk.loan}/take-back"

    assert _post(client, address) == 303
    assert _post(client, address) == 404

    assert _counts(sqlite_factory, desk) == (1, 1, 1)


def test_a_scanner_that_is_shut_out_scans_no_more(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(desk.actor)
    with reading(sqlite_factory) as session:
        device = session.get_one(DoorDevice, desk.east.id).public_id

    assert _post(client, f"/fairs/{desk.fair}/door/devices/{device}/revoke") == 303

    assert "已停用" in client.get(f"/fairs/{desk.fair}/door").text
    with reading(sqlite_factory) as session:
        assert session.get_one(DoorDevice, desk.east.id).revoked_at is not None


def test_the_log_shows_every_scan_filters_it_and_names_nobody(
    signed_in_as: SignInAs, desk: Desk
) -> None:
    client, page = signed_in_as(desk.actor), f"/fairs/{desk.fair}/door/log"

    whole, refused = client.get(page).text, client.get(f"{page}?kind=refused").text

    assert "3 条" in whole
    assert "断网时扫的" in whole
    assert "王" not in whole
    assert "票码不认识" in refused
    assert "断网时扫的" not in refused


def test_another_unions_organiser_finds_no_door(
    signed_in_as: SignInAs, desk: Desk, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        stranger = make_actor(session, Role.FAIR_ORGANISER)

    client = signed_in_as(stranger)

    assert client.get(f"/fairs/{desk.fair}/door").status_code == 404
    assert client.get(f"/fairs/{desk.fair}/door/log").status_code == 404
    assert _post(client, f"/fairs/{desk.fair}/door/loans/{desk.loan}/take-back") == 404
