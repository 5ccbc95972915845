"""Seats of imported postings (席位): a row each; what is no longer open is never touched."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import SeatClass, SeatState
from matcher.models.postings import Seat
from matcher.models.referrals import SeatHold
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
    """Make the seats of postings as wanted; seats that are no longer open are never touched.

    An open seat somebody held once is kept where it is wanted and closed where it is not.
    """
    ever_held = sa.exists().where(SeatHold.seat_id == Seat.id)
    for some in slices(wanted):
        session.execute(
            sa.delete(Seat).where(
                Seat.posting_id.in_(some), Seat.state == SeatState.OPEN, ~ever_held
            )
        )
    taken: dict[int, list[Seat]] = {}
    for some in slices(wanted):
        for seat in session.scalars(
            sa.select(Seat).where(Seat.posting_id.in_(some)).order_by(Seat.id)
        ):
            taken.setdefault(seat.posting_id, []).append(seat)
    rows = []
    for posting_id, counts in wanted.items():
        kept = taken.get(posting_id, [])
        _close_unwanted(counts, kept)
        rows += _missing_seats(posting_id, counts, kept)
    if rows:
        insert_plain(session, Seat, rows)


def _close_unwanted(counts: dict[str, int], taken: Sequence[Seat]) -> None:
    """Close the open seats beyond what is wanted, those in use counted first."""
    left = dict(counts)
    for seat in sorted(taken, key=lambda seat: (seat.state is SeatState.OPEN, seat.number)):
        if seat.state is SeatState.CLOSED:
            continue
        name = seat.seat_class.value
        left[name] = left.get(name, 0) - 1
        if left[name] < 0 and seat.state is SeatState.OPEN:
            seat.state = SeatState.CLOSED


def _missing_seats(
    posting_id: int, counts: dict[str, int], taken: Sequence[Seat]
) -> list[dict[str, Any]]:
    used = {seat.number for seat in taken}
    free = (number for number in range(1, 100_000) if number not in used)
    standing = [seat for seat in taken if seat.state is not SeatState.CLOSED]
    rows = []
    for name, count in counts.items():
        have = sum(seat.seat_class.value == name for seat in standing)
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
