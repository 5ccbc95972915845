"""Scanners that come home while others scan: one row a scan, one person a ticket, never above the approved number."""

import threading
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError
from matcher.kinds.fairs import EntryKind
from matcher.models.fair_visitors import FairEntry
from matcher.models.fairs import FairSession
from matcher.services.doors.brought import Brought
from matcher.services.doors.devices import Scanner
from matcher.services.doors.reconciling import bring_home
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import ticket_code
from tests.factories.doors import make_loan, make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor

_TICKETS = 12


def _tried(work: Callable[[], None]) -> None:
    """Do it again where it met another, as the edge does."""
    for left in range(20, -1, -1):
        try:
            return work()
        except (ConflictError, OperationalError):
            if left == 0:
                raise
    return None


def _at_once(works: list[Callable[[], None]]) -> None:
    start, failed = threading.Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            _tried(work)
        except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_doors_online_and_scanners_coming_home_never_go_beyond_the_number(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        fair = make_fair(session, first_on=clock.today())
        hours = {"begins_minute": 0, "ends_minute": 1440, "opens_minutes_before": 0}
        held = make_session(session, fair, approved_number=8, **hours)
        codes = [
            ticket_code(session, make_ticket(session, make_visitor(session, fair), held))
            for _ in range(_TICKETS)
        ]
        scanners = [make_scanner(session, fair) for _ in range(4)]
        for scanner in scanners[:2]:
            make_loan(session, scanner, held, 2)
        held_id, held_public = held.id, held.public_id

    def comes_home(scanner: Scanner, mine: list[str]) -> Callable[[], None]:
        now = clock.now()
        scans = [
            Brought(f"{scanner.id}-{n}", code, held_public, EntryKind.ENTERED, None, now)
            for n, code in enumerate(mine)
        ]

        def work() -> None:
            with transaction(session_factory) as session:
                bring_home(session, scanner, scans)

        return work

    def scans_online(scanner: Scanner, code: str) -> Callable[[], None]:
        def work() -> None:
            with transaction(session_factory) as session:
                scan(session, scanner, code, scan_number=f"online-{scanner.id}-{code}")

        return work

    homes = [comes_home(scanners[0], codes[:2]), comes_home(scanners[1], codes[1:3])]
    _at_once(
        [*homes, *homes]  # each sent twice at once
        + [scans_online(scanners[2], code) for code in codes[:6]]
        + [scans_online(scanners[3], code) for code in codes[6:]]
    )

    with reading(session_factory) as session:
        held = session.get_one(FairSession, held_id)
        rows = session.scalars(sa.select(FairEntry)).all()
        entered = [row.ticket_id for row in rows if row.kind is EntryKind.ENTERED]
        assert held.n_entered == len(entered) == len(set(entered))
        assert held.n_entered + held.n_set_aside <= 8
        assert len(rows) == _TICKETS + 4
