"""Seats of imported postings (席位): a row each; what is no longer open is never touched."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import SeatClass, SeatState
from matcher.models.postings import Posting, Seat
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

    New kept seats are kept to the last day their employer said. An open seat somebody held once is kept where it
    is wanted and closed where it is not.
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
    days = _opening_days(session, wanted)
    for posting_id, counts in wanted.items():
        kept = taken.get(posting_id, [])
        _close_unwanted(counts, kept)
        rows += _missing_seats(posting_id, counts, kept, days.get(posting_id))
    if rows:
        insert_plain(session, Seat, rows)


def _opening_days(session: Session, wanted: dict[int, dict[str, int]]) -> dict[int, dt.date]:
    """Return the first day the kept seats of postings are open to all, where their employer said a last one."""
    days: dict[int, dt.date] = {}
    for some in slices(wanted):
        found = sa.select(Posting.id, Posting.pledged_until).where(Posting.id.in_(some))
        for posting_id, until in session.execute(found):
            if until is not None:
                days[posting_id] = until + dt.timedelta(days=1)
    return days


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
    posting_id: int, counts: dict[str, int], taken: Sequence[Seat], opens_on: dt.date | None
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
                "release_on": None if name == SeatClass.ORDINARY.value else opens_on,
            }
            for _ in range(max(0, count - have))
        ]
    return rows
