"""Seats of imported postings (席位): a row each; what is no longer open is never touched."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import SeatClass, SeatState
from matcher.models.postings import Seat
from matcher.services.imports.kinds import insert_plain, slices


def insert_seats(session: Session, wanted: Sequence[tuple[int, dict[str, int]]]) -> None:
    """Insert the seats of new postings: a row each, ordinary ones first."""
    rows = []
    for posting_id, counts in wanted:
        classes = [name for name, count in counts.items() for _ in range(count)]
        rows += [
            {
                "posting_id": posting_id,
                "number": number,
                "seat_class": SeatClass(name),
                "state": SeatState.OPEN,
            }
            for number, name in enumerate(classes, start=1)
        ]
    if rows:
        insert_plain(session, Seat, rows)


def seats_of(session: Session, posting_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Count the seats of postings by class."""
    found: dict[int, dict[str, int]] = {}
    for some in slices(posting_ids):
        counted = (
            sa.select(Seat.posting_id, Seat.seat_class, sa.func.count())
            .where(Seat.posting_id.in_(some))
            .group_by(Seat.posting_id, Seat.seat_class)
        )
        for posting_id, seat_class, count in session.execute(counted):
            found.setdefault(posting_id, {})[SeatClass(seat_class).value] = count
    return found


def replace_open_seats(session: Session, wanted: dict[int, dict[str, int]]) -> None:
    """Make the seats of postings as wanted; seats that are no longer open are never touched."""
    for some in slices(wanted):
        session.execute(
            sa.delete(Seat).where(Seat.posting_id.in_(some), Seat.state == SeatState.OPEN)
        )
    taken: dict[int, list[Seat]] = {}
    for some in slices(wanted):
        for seat in session.scalars(
            sa.select(Seat).where(Seat.posting_id.in_(some)).order_by(Seat.id)
        ):
            taken.setdefault(seat.posting_id, []).append(seat)
    rows = []
    for posting_id, counts in wanted.items():
        rows += _missing_seats(posting_id, counts, taken.get(posting_id, []))
    if rows:
        insert_plain(session, Seat, rows)


def _missing_seats(
    posting_id: int, counts: dict[str, int], taken: Sequence[Seat]
) -> list[dict[str, Any]]:
    used = {seat.number for seat in taken}
    free = (number for number in range(1, 100_000) if number not in used)
    rows = []
    for name, count in counts.items():
        have = sum(seat.seat_class.value == name for seat in taken)
        rows += [
            {
                "posting_id": posting_id,
                "number": next(free),
                "seat_class": SeatClass(name),
                "state": SeatState.OPEN,
            }
            for _ in range(max(0, count - have))
        ]
    return rows
