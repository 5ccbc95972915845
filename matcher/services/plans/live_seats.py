"""The free seats of a drive's postings today (现有空缺), by the group a plan gives them out in.

A kept seat past its day counts as ordinary, whether or not the night has come by; a seat the last publication holds for
somebody who has not answered is free for the new plan. One a publication opened to all counts as it was before, as long
as nobody has agreed to it: a plan made anew may need it for whom it was kept. Held, offered and filled ones are not
here, nor is one for everybody who has an offer without a seat held: whoever accepts it needs the seat.
"""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.allocation.rules import HARDSHIP, N_GROUPS, ORDINARY, ZERO_EMPLOYMENT
from matcher.kinds import HardshipTier, SeatClass, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.plans import PlanRelease
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.policy.seat_admission import LEAST_RANK, ZERO_EMPLOYMENT_RANK, is_kept
from matcher.services.plans.standing import provisional_referrals
from matcher.services.ranking_facts import rankable

GROUPS: Mapping[SeatClass, int] = {
    SeatClass.ORDINARY: ORDINARY,
    SeatClass.HARDSHIP: HARDSHIP,
    SeatClass.ZERO_EMPLOYMENT: ZERO_EMPLOYMENT,
}
"""Class of a seat → group of `allocation.Market.seats`."""

CLASSES: tuple[SeatClass, ...] = tuple(GROUPS)
"""Group → class of a seat."""


def live_seats(
    session: Session, drive_id: int, today: dt.date
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count the free seats of postings that take people today; two queries.

    Returns
    -------
    ids of the postings that have any, ascending; int32[n, 3], seats by group
    """
    release_on = sa.case(
        (PlanRelease.seat_id.is_not(None), PlanRelease.release_on_before), else_=Seat.release_on
    )
    rows = session.execute(
        sa.select(Seat.posting_id, Seat.seat_class, release_on, sa.func.count())
        .join(Posting, Posting.id == Seat.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .outerjoin(PlanRelease, is_opened())
        .where(Posting.drive_id == drive_id, rankable(today), is_free(drive_id))
        .group_by(Seat.posting_id, Seat.seat_class, release_on)
        .order_by(Seat.posting_id)
    ).all()
    ids = np.unique(np.asarray([row[0] for row in rows], dtype=np.int32))
    seats = np.zeros((len(ids), N_GROUPS), dtype=np.int32)
    for posting_id, kind, day, count in rows:
        group = GROUPS[kind] if is_kept(kind, day, today) else ORDINARY
        seats[np.searchsorted(ids, posting_id), group] += count
    place = {posting_id: row for row, posting_id in enumerate(ids.tolist())}
    for posting_id, rank in _offered(session, drive_id):
        if posting_id in place:
            _take_out(seats[place[posting_id]], rank)
    some = seats.any(axis=1)
    return ids[some], seats[some]


def _take_out(seats: NDArray[np.int32], rank: int) -> None:
    """Count one seat of a posting less: the narrowest that admits somebody, as they would take it."""
    open_to = [GROUPS[kind] for kind, least in LEAST_RANK.items() if rank >= least]
    taken = next((group for group in sorted(open_to, reverse=True) if seats[group]), None)
    if taken is not None:
        seats[taken] -= 1


def _offered(session: Session, drive_id: int) -> list[tuple[int, int]]:
    """Return the posting and the priority rank of everybody who has an offer and no seat held for it."""
    held = sa.exists().where(SeatHold.referral_id == Referral.id, SeatHold.ended_at.is_(None))
    rows = session.execute(
        sa.select(Referral.posting_id, Household.tier, Household.is_zero_employment)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(Referral.drive_id == drive_id, Referral.state == ReferralState.OFFERED, ~held)
        .order_by(Referral.id)
    )
    return [(row.posting_id, _rank(row.tier, is_zero=bool(row.is_zero_employment))) for row in rows]


def _rank(tier: HardshipTier | None, *, is_zero: bool) -> int:
    return ZERO_EMPLOYMENT_RANK if is_zero else (tier or HardshipTier.NONE).rank


def is_opened() -> sa.ColumnElement[bool]:
    """Return the condition that a `PlanRelease` is why a `Seat` is open to all; of one release a seat at most."""
    return sa.and_(
        PlanRelease.seat_id == Seat.id,
        PlanRelease.returned_at.is_(None),
        Seat.exhausted_on.is_not(None),
    )


def is_free(drive_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on `Seat` that a plan may give it out."""
    provisional = sa.select(SeatHold.seat_id).where(
        SeatHold.ended_at.is_(None), SeatHold.referral_id.in_(provisional_referrals(drive_id))
    )
    return sa.or_(Seat.state == SeatState.OPEN, Seat.id.in_(provisional))
