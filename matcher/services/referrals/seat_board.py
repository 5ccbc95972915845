"""The seats of a posting one by one (席位): state, for whom until when, who had it before; for the union alone.

Which class a seat has is read by who may see hardship, and told to nobody else. A holder of another union is
counted, not named.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.kinds import SeatClass, SeatState
from matcher.kinds.referrals import HoldEnd, ReferralState
from matcher.models.graduates import Graduate
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.posting_lists import find_posting
from matcher.services.postings import PostingRow
from matcher.services.referrals.sight import referrals_in_sight


@dataclass(frozen=True)
class Holder:
    """Who has or had a seat; without name and number where the referral is out of sight."""

    name_masked: str | None
    public_id: str | None
    state: ReferralState
    from_at: dt.datetime
    until_on: dt.date | None
    ended_at: dt.datetime | None
    ended_as: HoldEnd | None


@dataclass(frozen=True)
class SeatTile:
    """One seat; `seat_class` is None for who may not see it."""

    number: int
    state: SeatState
    seat_class: SeatClass | None
    release_on: dt.date | None
    holder: Holder | None
    before: Sequence[Holder]


@dataclass(frozen=True)
class SeatBoard:
    """The seats of a posting in figures and one by one; a withdrawn seat counts nowhere."""

    row: PostingRow
    tiles: Sequence[SeatTile]
    promised: int | None
    """Seats the employer pledged; None for who may not see classes."""

    def count(self, state: SeatState) -> int:
        """Return how many seats stand in a state."""
        return sum(tile.state is state for tile in self.tiles)

    @property
    def published(self) -> int:
        """All seats that were not withdrawn."""
        return len(self.tiles) - self.count(SeatState.CLOSED)


def seat_board(session: Session, by: Actor, posting_public_id: str) -> SeatBoard:
    """Return the seats of a posting the actor sees; six queries however many there are."""
    require(by, Permission.REFER)
    row = find_posting(session, by, posting_public_id)
    sees_class = may(by, Permission.VIEW_HARDSHIP)
    found = sa.select(Seat).where(Seat.posting_id == row.posting.id).order_by(Seat.number)
    seats = session.scalars(found).all()
    holders = _holders(session, by, row.posting.id)
    tiles = [_tile(seat, holders.get(seat.id, []), sees_class=sees_class) for seat in seats]
    return SeatBoard(row, tiles, row.posting.pledged if sees_class else None)


def _tile(seat: Seat, holders: Sequence[Holder], *, sees_class: bool) -> SeatTile:
    return SeatTile(
        seat.number,
        seat.state,
        seat.seat_class if sees_class else None,
        seat.release_on if sees_class else None,
        next((one for one in holders if one.ended_at is None), None),
        [one for one in holders if one.ended_at is not None],
    )


def _holders(session: Session, by: Actor, posting_id: int) -> dict[int, list[Holder]]:
    """Return the holds of a posting's seats by seat, newest first."""
    found = (
        sa.select(
            SeatHold,
            Referral.public_id,
            Referral.state,
            Graduate.name,
            referrals_in_sight(by).label("is_seen"),
        )
        .join(Seat, Seat.id == SeatHold.seat_id)
        .join(Referral, Referral.id == SeatHold.referral_id)
        .join(Graduate, Graduate.id == SeatHold.graduate_id)
        .where(Seat.posting_id == posting_id)
        .order_by(SeatHold.id.desc())
    )
    held: dict[int, list[Holder]] = {}
    for hold, public_id, state, name, is_seen in session.execute(found):
        one = Holder(
            mask_name(name) if is_seen else None,
            public_id if is_seen else None,
            state,
            hold.from_at,
            hold.until_on,
            hold.ended_at,
            hold.ended_as,
        )
        held.setdefault(hold.seat_id, []).append(one)
    return held


def seat_of(session: Session, by: Actor, referral: Referral) -> SeatTile | None:
    """Return the seat kept for a referral of the actor's sight, or None; one query."""
    require(by, Permission.VIEW_REFERRALS)
    found = (
        sa.select(Seat, SeatHold)
        .join(SeatHold, SeatHold.seat_id == Seat.id)
        .where(SeatHold.referral_id == referral.id, SeatHold.ended_at.is_(None))
    )
    kept = session.execute(found).first()
    if kept is None:
        return None
    seat, hold = kept
    holder = Holder(None, None, referral.state, hold.from_at, hold.until_on, None, None)
    return _tile(seat, [holder], sees_class=may(by, Permission.VIEW_HARDSHIP))
