"""Seats (席位) of a posting: how many, and which are kept for whom until when.

Which class a seat has is decided and seen by who manages the drive, never by the employer, whose
advert stays neutral (domain.md §8.4): an employer says how many people it wants (`seat_fitting`). A free seat that is
not wanted any more is deleted, or closed if somebody held it once; one somebody holds or fills is never
touched.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import SeatClass, SeatState
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import SeatHold
from matcher.services import audit, posting_steps, ranking_changes
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, touch
from matcher.services.training import orders


@dataclass(frozen=True)
class SeatCounts:
    """Seats of one posting by class, withdrawn ones not counted."""

    ordinary: int = 0
    hardship: int = 0
    zero_employment: int = 0

    @property
    def reserved(self) -> int:
        """Seats kept for households in hardship, zero-employment ones included."""
        return self.hardship + self.zero_employment

    @property
    def total(self) -> int:
        """All seats."""
        return self.ordinary + self.reserved


def set_seats(
    session: Session,
    by: Actor,
    posting_id: int,
    *,
    ordinary: int,
    hardship: int = 0,
    zero_employment: int = 0,
    release_on: dt.date | None = None,
    expected_version: int | None = None,
) -> SeatCounts:
    """Set how many seats of each class a posting has; the headcount follows.

    Parameters
    ----------
    release_on : first day the reserved seats are open to all; None means never by itself

    Raises
    ------
    RuleBrokenError
        Seats that are held or filled would be taken away.
    """
    require(by, Permission.MANAGE_DRIVE)
    require(by, Permission.VIEW_HARDSHIP)
    drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
    found = sa.select(Posting).where(Posting.id == posting_id, Posting.drive_id.in_(drives))
    posting = first_or_missing(session, found, lock=True)
    expect_version(posting, expected_version)
    wanted = _wanted(ordinary, hardship, zero_employment)
    seats = locked_seats(session, posting_id)
    before = counted(seats)
    reshape(session, posting_id, seats, wanted)
    for seat in locked_seats(session, posting_id):
        seat.release_on = None if seat.seat_class is SeatClass.ORDINARY else release_on
        seat.exhausted_on = None
    posting.headcount, posting.pledged = wanted.total, wanted.reserved
    posting.pledged_until = release_on - dt.timedelta(days=1) if release_on else None
    touch(posting)
    audit.record(
        session,
        by,
        "posting.seats_set",
        subject=("posting", posting_id),
        before=[before.ordinary, before.hardship, before.zero_employment],
        after=[ordinary, hardship, zero_employment],
        release_on=release_on,
    )
    posting_steps.note(session, by, [posting_id], "seats_set")
    ranking_changes.note_posting(session, posting_id)
    orders.look_again_at(session, posting_id)
    return wanted


def _wanted(ordinary: int, hardship: int, zero_employment: int) -> SeatCounts:
    wanted = SeatCounts(ordinary, hardship, zero_employment)
    if min(ordinary, hardship, zero_employment) < 0 or wanted.total < 1:
        message = "席位数不能为负，且至少要有一个席位。"
        raise InvalidInputError("seats_input", message, fields={"ordinary": message})
    return wanted


def locked_seats(session: Session, posting_id: int) -> list[Seat]:
    """Return the seats of a posting by number, locked and fresh; callers have asked who may.

    They are locked by id, as referrals lock them, so that nobody deadlocks.
    """
    found = sa.select(Seat).where(Seat.posting_id == posting_id).order_by(Seat.id)
    fresh = found.with_for_update().execution_options(populate_existing=True)
    return sorted(session.scalars(fresh), key=lambda seat: seat.number)


def counted(seats: Sequence[Seat]) -> SeatCounts:
    """Count seats by class, withdrawn ones left out."""
    classes = [seat.seat_class for seat in seats if seat.state is not SeatState.CLOSED]
    return SeatCounts(
        classes.count(SeatClass.ORDINARY),
        classes.count(SeatClass.HARDSHIP),
        classes.count(SeatClass.ZERO_EMPLOYMENT),
    )


def reshape(session: Session, posting_id: int, seats: Sequence[Seat], wanted: SeatCounts) -> None:
    """Give free seats the classes wanted, changing as few as can be; add, delete or close the difference."""
    need = {
        SeatClass.ORDINARY: wanted.ordinary,
        SeatClass.HARDSHIP: wanted.hardship,
        SeatClass.ZERO_EMPLOYMENT: wanted.zero_employment,
    }
    for seat in seats:
        if seat.state not in (SeatState.OPEN, SeatState.CLOSED):
            need[seat.seat_class] -= 1
    if min(need.values()) < 0:
        raise RuleBrokenError("seats_in_use", "已有人占用的席位不能减少，请先处理相关推荐。")
    spare = _spare(session, seats, need)
    last = max((seat.number for seat in seats), default=0)
    for kind in [kind for kind, count in need.items() for _ in range(count)]:
        if spare:
            spare.pop(0).seat_class = kind
            continue
        last += 1
        session.add(Seat(posting_id=posting_id, number=last, seat_class=kind))
    take_away(session, spare)
    session.flush()


def _spare(session: Session, seats: Sequence[Seat], need: dict[SeatClass, int]) -> list[Seat]:
    """Return the free seats of no class needed, counting down the need; those with a history stay first."""
    free = [seat for seat in seats if seat.state is SeatState.OPEN]
    held = held_before(session, [seat.id for seat in free])
    spare = []
    for seat in sorted(free, key=lambda seat: (seat.id not in held, seat.number)):
        if need[seat.seat_class] > 0:
            need[seat.seat_class] -= 1
        else:
            spare.append(seat)
    return spare


def held_before(session: Session, seat_ids: Sequence[int]) -> set[int]:
    """Return which seats somebody holds or once held."""
    found = sa.select(SeatHold.seat_id).where(SeatHold.seat_id.in_(seat_ids)).distinct()
    return set(session.scalars(found))


def take_away(session: Session, seats: Sequence[Seat]) -> None:
    """Delete free seats nobody ever held; close the others, for what was is kept."""
    held = held_before(session, [seat.id for seat in seats])
    for seat in seats:
        if seat.id in held:
            seat.state = SeatState.CLOSED
        else:
            session.delete(seat)


def seat_counts(session: Session, by: Actor, posting_ids: Sequence[int]) -> dict[int, SeatCounts]:
    """Return the seats of postings by class in one query, for who may see hardship; others' are left out."""
    require(by, Permission.VIEW_HARDSHIP)
    drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
    rows = session.execute(
        sa.select(Seat.posting_id, Seat.seat_class, sa.func.count())
        .join(Posting, Posting.id == Seat.posting_id)
        .where(Seat.posting_id.in_(posting_ids), Seat.state != SeatState.CLOSED)
        .where(Posting.drive_id.in_(drives))
        .group_by(Seat.posting_id, Seat.seat_class)
        .order_by(Seat.posting_id)
    )
    counts: dict[int, dict[str, int]] = {}
    for posting_id, kind, count in rows:
        counts.setdefault(posting_id, {})[kind.value] = count
    return {posting_id: SeatCounts(**by_class) for posting_id, by_class in counts.items()}
