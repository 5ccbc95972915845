"""Whole days at the doors, made up at random: scanners come and go offline; the counts hold, nobody is in twice."""

import datetime as dt
import random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import DoorDirection, EntryKind
from matcher.models.door_conflicts import DoorConflict
from matcher.models.fair_visitors import DoorLoan, FairEntry, FairTicket
from matcher.models.fairs import FairSession
from matcher.services.doors.brought import Brought
from matcher.services.doors.devices import Scanner
from matcher.services.doors.reconciling import bring_home
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import ticket_code
from tests.factories.doors import make_loan, make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor

_STEPS = 60
_APPROVED = 12


class Gate:
    """One scanner as its browser behaves: a lent number, what it saw since, and what it still has to bring home."""

    def __init__(self, scanner: Scanner, loan: DoorLoan) -> None:
        self.scanner, self.loan, self.left = scanner, loan, loan.n_lent
        self.inside: dict[str, bool] = {}
        self.queue: list[Brought] = []

    def decide(
        self, code: str, held: FairSession, at: dt.datetime, number: str, *, out: bool
    ) -> bool:
        """Judge alone; whether somebody went through."""
        known = self.inside.get(code)
        if out:
            kind, refused = EntryKind.LEFT, False
        else:
            refused = known is True or (known is None and self.left < 1)
            kind = EntryKind.ENTERED if known is None else EntryKind.RETURNED
        if refused:
            return False
        self.left -= kind is EntryKind.ENTERED
        self.inside[code] = not out
        self.queue.append(Brought(number, code, held.public_id, kind, None, at))
        return True


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_no_count_is_too_high_and_no_scan_is_lost(
    sqlite_session: Session, seed: int
) -> None:
    session, dice = sqlite_session, random.Random(seed)
    fair = make_fair(session, first_on=clock.today())
    hours = {"begins_minute": 0, "ends_minute": 1440, "opens_minutes_before": 0}
    held = make_session(session, fair, approved_number=_APPROVED, **hours)
    codes = [
        ticket_code(session, make_ticket(session, make_visitor(session, fair), held))
        for _ in range(20)
    ]
    gates = []
    for _ in range(3):
        scanner = make_scanner(session, fair)
        gates.append(Gate(scanner, make_loan(session, scanner, held, 3)))
    session.flush()
    began = clock.now() - dt.timedelta(minutes=_STEPS + 1)
    passed: list[str] = []
    for step in range(_STEPS):
        gate, code, out = dice.choice(gates), dice.choice(codes), dice.random() < 0.3
        at, number = began + dt.timedelta(minutes=step), f"scan-{step:05}"
        if gate.queue and dice.random() < 0.25:
            _come_home(session, gate, dice)
        elif dice.random() < 0.5 and not gate.queue:
            way = DoorDirection.OUT if out else DoorDirection.IN
            scan(session, gate.scanner, code, scan_number=number, direction=way, at=at)
            _follow(session, gate)
        elif gate.decide(code, held, at, number, out=out):
            passed.append(number)
        _check(session, held)
    for gate in gates:
        _come_home(session, gate, dice)
    _check(session, held)
    _check_the_end(session, held, passed)


def _come_home(session: Session, gate: Gate, dice: random.Random) -> None:
    """Send what was scanned, now and then twice, and take the server's figures over."""
    for _ in range(dice.choice((1, 1, 2))):
        if gate.queue:
            told = bring_home(session, gate.scanner, gate.queue)
            assert told.outcomes.keys() == {one.number for one in gate.queue}
    gate.queue, gate.inside = [], {}
    _follow(session, gate)


def _follow(session: Session, gate: Gate) -> None:
    session.flush()
    session.refresh(gate.loan)
    gate.left = gate.loan.n_lent - gate.loan.n_used


def _check(session: Session, held: FairSession) -> None:
    session.flush()
    session.refresh(held)
    assert held.n_entered + held.n_set_aside <= _APPROVED
    n_admitted = session.scalar(
        sa.select(sa.func.count()).where(
            FairTicket.session_id == held.id, FairTicket.admitted_at.is_not(None)
        )
    )
    n_inside = session.scalar(
        sa.select(sa.func.count()).where(FairTicket.session_id == held.id, FairTicket.is_inside)
    )
    assert (held.n_entered, held.n_inside) == (n_admitted, n_inside)


def _check_the_end(session: Session, held: FairSession, passed: list[str]) -> None:
    rows = session.scalars(sa.select(FairEntry)).all()
    numbers = {row.scan_number for row in rows}
    assert set(passed) <= numbers
    entered = [row.ticket_id for row in rows if row.kind is EntryKind.ENTERED]
    assert len(entered) == len(set(entered)) == held.n_entered
    conflicts = session.scalars(sa.select(DoorConflict)).all()
    assert len(conflicts) == sum(row.kind is EntryKind.CONFLICT for row in rows)
    unused = session.scalar(
        sa.select(sa.func.sum(DoorLoan.n_lent - DoorLoan.n_used)).where(
            DoorLoan.settled_at.is_(None)
        )
    )
    assert held.n_set_aside == unused + sum(one.holds_place for one in conflicts)
