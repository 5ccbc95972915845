"""A made-up fair for `yangguang bench door`: sessions of today, visitors with tickets, paired scanners, booths.

Rows are written table by table; nobody in them exists. What the run left is counted here too, in the database itself
and not by what the answers said.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import SessionFactory, reading, ring_of, transaction
from matcher.fairs.ticket_codes import SERIAL_BYTES, code_of, ticket_key
from matcher.kinds import DriveState, UnionKind
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import EntryKind, FairState, VisitorKind, VisitorState
from matcher.models.drives import Drive
from matcher.models.fair_visitors import DoorDevice, FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.organisations import Union, UnionClosure
from matcher.services.doors.devices import hash_of
from web.bench_people import insert_rows

_SLICE = 5_000
_WHOLE_DAY = (0, 24 * 60)


@dataclass(frozen=True)
class MadeFair:
    """A fair with scanners that are paired; sessions and tickets are made as a run asks for them."""

    fair_id: int
    drive_id: int
    union_id: int
    tokens: list[str]


@dataclass(frozen=True)
class Kept:
    """What the database holds of a session after a run.

    Attributes
    ----------
    n_entered, n_inside : the session's counters
    first_entries, tickets_in : entries of the log, and different tickets among them
    inside_by_tickets : tickets that are inside now
    scans : rows of the log, all kinds
    """

    n_entered: int
    n_inside: int
    first_entries: int
    tickets_in: int
    inside_by_tickets: int
    scans: int

    @property
    def is_consistent(self) -> bool:
        """Whether counters, tickets and log say the same, and nobody came in twice."""
        return (
            self.n_entered == self.first_entries == self.tickets_in
            and self.n_inside == self.inside_by_tickets
        )


def make_fair(factory: SessionFactory, scanners: int, capacity: int | None = None) -> MadeFair:
    """Write a fair of today into an empty database, with so many paired scanners."""
    tokens = [secrets.token_urlsafe(32) for _ in range(scanners)]
    with transaction(factory) as session:
        union = Union(code="U00001", name="某市总工会", kind=UnionKind.CITY, region_code="371600")
        session.add(union)
        session.flush()
        session.add(UnionClosure(ancestor_id=union.id, descendant_id=union.id, depth=0))
        drive = _drive(session, union.id)
        fair = Fair(
            token=secrets.token_urlsafe(9),
            drive_id=drive.id,
            union_id=union.id,
            title="毕业生招聘会",
            channel=EventChannel.ON_SITE,
            state=FairState.ANNOUNCED,
            first_on=clock.today(),
            last_on=clock.today(),
            venue_capacity=capacity,
            created_at=clock.now(),
        )
        session.add(fair)
        session.flush()
        for number, token in enumerate(tokens, 1):
            session.add(_device(fair.id, number, token))
        return MadeFair(fair.id, drive.id, union.id, tokens)


def make_session(factory: SessionFactory, fair: MadeFair, name: str, approved: int | None) -> int:
    """Add a session of today that is open all day, as many as its minute of beginning tells apart."""
    with transaction(factory) as session:
        count = sa.select(sa.func.count(FairSession.id)).where(FairSession.fair_id == fair.fair_id)
        held = FairSession(
            fair_id=fair.fair_id,
            name=name,
            held_on=clock.today(),
            begins_minute=_WHOLE_DAY[0] + (session.scalar(count) or 0),
            ends_minute=_WHOLE_DAY[1],
            opens_minutes_before=60,
            approved_number=approved,
        )
        session.add(held)
        session.flush()
        return held.id


def make_tickets(factory: SessionFactory, fair: MadeFair, session_id: int, count: int) -> list[str]:
    """Add visitors with tickets for a session and return the codes, in no order that means anything."""
    codes: list[str] = []
    for start in range(0, count, _SLICE):
        some = min(_SLICE, count - start)
        with transaction(factory) as session:
            codes += _tickets(session, fair, session_id, some)
    return codes


def _tickets(session: Session, fair: MadeFair, session_id: int, count: int) -> list[str]:
    now, ring = clock.now(), ring_of(session)
    name = ring.encrypt("来访者", "fair_visitor.name")
    visitors = insert_rows(
        session,
        FairVisitor,
        (
            {
                "public_id": new_public_id(),
                "fair_id": fair.fair_id,
                "kind": VisitorKind.REGISTERED,
                "state": VisitorState.COMING,
                "name_cipher": name,
                "name_masked": "来**",
                "shown": [],
                "created_at": now,
                "version_id": 1,
            }
            for _ in range(count)
        ),
    )
    serials = [secrets.token_bytes(SERIAL_BYTES) for _ in visitors]
    insert_rows(
        session,
        FairTicket,
        (
            {"serial": serial, "visitor_id": visitor, "session_id": session_id, "issued_at": now}
            for serial, visitor in zip(serials, visitors, strict=True)
        ),
    )
    key = ticket_key(ring.signing_key)
    return [code_of(serial, key) for serial in serials]


def count_kept(factory: SessionFactory, session_id: int) -> Kept:
    """Count in the database what is kept of a session."""
    entered = (FairEntry.session_id == session_id, FairEntry.kind == EntryKind.ENTERED)
    number = sa.func.count
    with reading(factory) as session:
        held = session.get_one(FairSession, session_id)
        inside = (FairTicket.session_id == session_id, FairTicket.is_inside)
        return Kept(
            n_entered=held.n_entered,
            n_inside=held.n_inside,
            first_entries=_count(session, sa.select(number(FairEntry.id)).where(*entered)),
            tickets_in=_count(
                session, sa.select(number(FairEntry.ticket_id.distinct())).where(*entered)
            ),
            inside_by_tickets=_count(session, sa.select(number(FairTicket.id)).where(*inside)),
            scans=_count(
                session, sa.select(number(FairEntry.id)).where(FairEntry.session_id == session_id)
            ),
        )


def _count(session: Session, question: sa.Select[int]) -> int:
    return session.scalar(question) or 0


def _drive(session: Session, union_id: int) -> Drive:
    drive = Drive(
        union_id=union_id,
        name="某市就业服务行动",
        neutral_name="毕业生就业服务",
        opens_on=clock.today(),
        closes_on=clock.today() + dt.timedelta(days=30),
        state=DriveState.OPEN,
        lottery_key_cipher=b"\0",
        lottery_commitment="0" * 64,
        created_at=clock.now(),
    )
    session.add(drive)
    session.flush()
    return drive


def _device(fair_id: int, number: int, token: str) -> DoorDevice:
    now = clock.now()
    return DoorDevice(
        fair_id=fair_id,
        name=f"{number} 号门",
        token_hash=hash_of(token),
        paired_at=now,
        expires_at=now + dt.timedelta(days=2),
        created_at=now,
    )
