"""Real threads with connections of their own, on both databases: the last place goes to one, a ticket lets in once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.db.turns import transaction_in_turn
from matcher.kinds.fairs import DoorDirection, EntryKind
from matcher.models.fair_visitors import FairEntry, FairTicket
from matcher.models.fairs import FairSession
from matcher.services.doors.scanning import scan
from tests.factories.doors import make_loan
from tests.matcher.doors.door_world import DoorWorld, make_door, ten_today
from tests.support.at_once import all_at_once

_CROWD = 64


def _holding_out(
    factory: SessionFactory,
    world: DoorWorld,
    code: str,
    number: str,
    opened: object = transaction,
    direction: DoorDirection = DoorDirection.IN,
) -> Callable[[], str]:
    def act() -> str:
        with opened(factory) as session:  # type: ignore[operator] # one of the two below
            answer = scan(
                session,
                world.scanner,
                code,
                scan_number=number,
                direction=direction,
                at=ten_today(),
            )
            return str(answer.refusal or answer.kind)

    return act


def _world(
    session_factory: SessionFactory, tickets: int, **changes: int | None
) -> tuple[DoorWorld, list[str]]:
    with transaction(session_factory) as session:
        world = make_door(session, **changes)  # type: ignore[arg-type] # numbers by name
        return world, [world.ticket(session)[1] for _ in range(tickets)]


def _kept(session: Session, world: DoorWorld) -> tuple[int, int, int, int]:
    """Return what counters, tickets and log say of who came in."""
    held = session.get_one(FairSession, world.held.id)
    tickets = sa.select(sa.func.count(FairTicket.id)).where(FairTicket.admitted_at.is_not(None))
    entries = sa.select(sa.func.count(FairEntry.id)).where(FairEntry.kind == EntryKind.ENTERED)
    return held.n_entered, held.n_inside, session.scalar(tickets) or 0, session.scalar(entries) or 0


@pytest.mark.parametrize("opened", [transaction, transaction_in_turn])
def test_sixty_four_scans_at_the_last_place_admit_one(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory], opened: object
) -> None:
    world, codes = _world(session_factory, _CROWD, approved=1)

    ended = all_at_once(
        [_holding_out(connect(), world, code, f"scan-{code}", opened) for code in codes]
    )

    assert ended == {"entered": 1, "full": _CROWD - 1}
    with reading(session_factory) as session:
        assert _kept(session, world) == (1, 1, 1, 1)


def test_sixty_four_scans_at_the_last_place_in_the_hall_admit_one(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    world, codes = _world(session_factory, _CROWD, approved=None, capacity=1)

    ended = all_at_once([_holding_out(connect(), world, code, f"scan-{code}") for code in codes])

    assert ended == {"entered": 1, "full": _CROWD - 1}
    with reading(session_factory) as session:
        assert _kept(session, world) == (1, 1, 1, 1)


def test_one_ticket_at_sixty_four_doors_lets_in_once(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    world, codes = _world(session_factory, 1)

    ended = all_at_once(
        [_holding_out(connect(), world, codes[0], f"scan-{n:04d}") for n in range(_CROWD)]
    )

    assert ended == {"entered": 1, "already_in": _CROWD - 1}
    with reading(session_factory) as session:
        assert _kept(session, world) == (1, 1, 1, 1)


def test_one_scan_sent_sixteen_times_at_once_is_one_entry(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    """On PostgreSQL the others may see the scan on its way (`scan_sent_twice`) and ask again."""
    world, codes = _world(session_factory, 1)

    ended = all_at_once([_holding_out(connect(), world, codes[0], "scan-0001") for _ in range(16)])

    assert set(ended) <= {"entered", "scan_sent_twice"}
    assert ended["entered"] >= 1
    with reading(session_factory) as session:
        assert _kept(session, world) == (1, 1, 1, 1)


def test_one_ticket_leaving_by_sixteen_doors_is_one_person_fewer(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    world, codes = _world(session_factory, 2)
    for code in codes:
        _holding_out(session_factory, world, code, f"in-{code}")()

    out = DoorDirection.OUT
    ended = all_at_once(
        [_holding_out(connect(), world, codes[0], f"out-{n:04d}", direction=out) for n in range(16)]
    )

    assert ended == {"left": 1, "not_inside": 15}
    with reading(session_factory) as session:
        assert _kept(session, world) == (2, 1, 2, 2)


def test_free_and_lent_places_together_never_go_above_the_approved_number(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    world, codes = _world(session_factory, _CROWD, approved=5)
    with transaction(session_factory) as session:
        make_loan(session, world.scanner, session.get_one(FairSession, world.held.id), 2)

    ended = all_at_once([_holding_out(connect(), world, code, f"scan-{code}") for code in codes])

    assert ended == {"entered": 5, "full": _CROWD - 5}
    with reading(session_factory) as session:
        assert _kept(session, world) == (5, 5, 5, 5)
        assert session.get_one(FairSession, world.held.id).n_set_aside == 0
