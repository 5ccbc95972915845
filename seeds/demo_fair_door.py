"""The door of the demo's fairs (入场): scanners paired, tickets scanned, some people out again, some without a ticket.

By the use cases, in the fair's own time: the fair of today has its door open now, the one that is over was scanned
through its sessions. Some tickets are held out twice, so that refusals are there to look at.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds import EducationLevel
from matcher.kinds.fairs import DoorDirection
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import FairSession
from matcher.services.doors import devices
from matcher.services.doors.devices import Scanner
from matcher.services.doors.scanning import scan
from matcher.services.doors.tickets import ticket_code
from matcher.services.doors.walk_ins import admit_walk_in
from matcher.services.fair_guests.registering import VisitorInput, consent_text
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_DOORS = ("东门 1", "东门 2", "西门")
_WALK_INS = (
    ("刘海洋", "机械制造", EducationLevel.COLLEGE),
    ("孙静怡", "护理", EducationLevel.COLLEGE),
    ("周文博", "软件工程", EducationLevel.BACHELOR),
    ("郑晓燕", "会计", EducationLevel.BACHELOR),
    ("韩志远", None, EducationLevel.SECONDARY),
    ("高雅婷", "汉语言文学", EducationLevel.BACHELOR),
)
_STAYS_AWAY, _LEAVES, _TWICE = 5, 6, 11
"""Every fifth ticket is not used, every sixth person leaves again, every eleventh ticket is held out twice."""

_SPREAD_MINUTES = 110
"""People of a session come within so many minutes."""
_HOURS_OPEN = dt.timedelta(hours=4)
"""People of today's fair came within so many hours before the demo was made."""


def open_door(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> int:
    """Pair scanners and scan the day's tickets; return how many scans were taken. A fair to come has its door shut."""
    if fair.stage not in (Stage.OVER, Stage.TODAY):
        return 0
    with transaction(factory) as session:
        scanners = [_paired(session, people, fair.fair_id, name) for name in _DOORS]
    with transaction(factory) as session:
        taken = _scan_tickets(session, scanners, fair)
    for n, person in enumerate(_WALK_INS):
        with suppress(YangguangError), transaction(factory) as session:
            taken += _walk_in(session, scanners[n % len(scanners)], fair, person, n)
    return taken


def _paired(session: Session, people: FairPeople, fair_id: int, name: str) -> Scanner:
    _, link = devices.add_device(session, people.organiser, fair_id, name)
    _, token = devices.pair(session, link)
    return devices.scanner_of(session, token)


def _scan_tickets(session: Session, scanners: Sequence[Scanner], fair: DemoFair) -> int:
    """Scan tickets in no order that means anything: by their random serials."""
    rows = session.execute(
        sa.select(FairTicket, FairSession)
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .where(FairSession.fair_id == fair.fair_id, FairTicket.revoked_at.is_(None))
        .order_by(FairTicket.serial)
    ).all()
    taken = 0
    for n, (ticket, held) in enumerate(rows):
        if n % _STAYS_AWAY == 0:
            continue
        code, scanner = ticket_code(session, ticket), scanners[n % len(scanners)]
        at = _instant(fair, held, n, len(rows))
        ways = [DoorDirection.IN]
        if n % _TWICE == 0:
            ways.append(DoorDirection.IN)
        if n % _LEAVES == 0:
            ways.append(DoorDirection.OUT)
        for step, way in enumerate(ways):
            later = min(at + dt.timedelta(minutes=20 * step), clock.now())
            number = secrets.token_hex(12)
            scan(session, scanner, code, scan_number=number, direction=way, at=later)
            taken += 1
    return taken


def _instant(fair: DemoFair, held: FairSession, n: int, of: int) -> dt.datetime:
    """Return when the n-th ticket is scanned: in the hours up to now, or at the beginning of a session that is over."""
    opens = held.begins_minute - held.opens_minutes_before // 2
    start = dt.datetime.combine(held.held_on, dt.time(), clock.CHINA) + dt.timedelta(minutes=opens)
    spread = dt.timedelta(minutes=_SPREAD_MINUTES)
    if fair.stage is Stage.TODAY:
        start = max(start, clock.now() - _HOURS_OPEN)
        spread = max(clock.now() - start, dt.timedelta())
    return start + spread * n / of


def _walk_in(session: Session, scanner: Scanner, fair: DemoFair, person: Any, n: int) -> int:
    name, major, education = person
    facts = VisitorInput(
        name=name,
        major_text=major,
        education=education,
        consent_text_id=consent_text(session).id,
    )
    first = session.scalars(
        sa.select(FairSession)
        .where(FairSession.fair_id == fair.fair_id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    ).first()
    at = _instant(fair, first, n + 1, len(_WALK_INS) + 1) if first is not None else clock.now()
    admit_walk_in(session, scanner, facts, scan_number=secrets.token_hex(12), at=at)
    return 1
