"""The tickets of scans that are brought home: found, locked in the order of their numbers, and their log."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.fairs.door_timelines import Pass
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.fair_visitors import FairEntry, FairTicket
from matcher.models.fairs import FairSession
from matcher.services.doors.brought import PASSES
from matcher.services.doors.tickets import read_ticket_code

REPLACES = "replaces"
"""Fact of a leaving that was refused first: the row it stands in for."""


def find_tickets(session: Session, fair_id: int, codes: Iterable[str]) -> dict[str, FairTicket]:
    """Return the fair's tickets by the codes that name them, locked; codes nobody knows are missing."""
    of_fair = (
        sa.select(FairTicket.id)
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .where(FairSession.fair_id == fair_id)
    )
    numbers: dict[str, int] = {}
    for code in sorted(set(codes)):
        read = read_ticket_code(session, code)
        if read is None or not (read.is_signed or read.is_short):
            continue
        found = session.scalars(
            of_fair.where(FairTicket.serial.between(read.first, read.last))
            .order_by(FairTicket.id)
            .limit(2)
        ).all()
        if len(found) == 1:
            numbers[code] = found[0]
    locked = session.scalars(
        sa.select(FairTicket)
        .where(FairTicket.id.in_(set(numbers.values())))
        .order_by(FairTicket.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    tickets = {one.id: one for one in locked}
    return {code: tickets[number] for code, number in numbers.items()}


@dataclass(frozen=True, slots=True)
class Logged:
    """What the log says of a ticket: its passes, and the rows by the keys of these."""

    passes: list[Pass]
    rows: dict[str, FairEntry]


def logged_passes(session: Session, ticket_id: int) -> Logged:
    """Return the ways of a ticket through the doors so far, with leavings that were refused as spare ones."""
    late = sa.and_(
        FairEntry.kind == EntryKind.REFUSED, FairEntry.refusal == EntryRefusal.NOT_INSIDE
    )
    rows = session.scalars(
        sa.select(FairEntry)
        .where(FairEntry.ticket_id == ticket_id, sa.or_(FairEntry.kind.in_(PASSES), late))
        .order_by(FairEntry.id)
    ).all()
    replaced = {row.facts.get(REPLACES) for row in rows}
    by_key = {f"e{row.id:012}": row for row in rows if row.id not in replaced}
    passes = [
        Pass(
            row.at,
            row.kind in (EntryKind.ENTERED, EntryKind.RETURNED),
            key,
            is_logged=True,
            is_spare=row.kind is EntryKind.REFUSED,
        )
        for key, row in by_key.items()
    ]
    return Logged(passes, by_key)
