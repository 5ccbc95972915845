"""Asking for a look right after a step (即时复查): what it asks for runs as soon as the step is committed.

A step holds the locks of one person; what follows from it takes those of others, so it has a transaction of its own.
The night looks at everything again: a look that was lost is late, not missing. This module imports nothing of its
package, so that any use case may ask.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobQueue
from matcher.kinds.referrals import PENDING, HoldEnd
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.policy.seat_admission import is_kept
from matcher.services import jobs

HAND_ON_JOB = "referrals.hand_on"
"""Name of the job that hands a kept seat on to the next in line."""

DEPARTURES_JOB = "referrals.departures"
"""Name of the job that takes back what lost its ground."""


def ask_to_hand_on(session: Session, referral: Referral) -> None:
    """Ask that the kept seat a referral gave back just now goes on to the next in line; any other is left alone.

    One given back for a plan (安置方案调整) goes to whom the plan says.
    """
    held = (
        sa.select(Seat, SeatHold.ended_as)
        .join(SeatHold, SeatHold.seat_id == Seat.id)
        .where(SeatHold.referral_id == referral.id, SeatHold.ended_at.is_not(None))
    )
    found = session.execute(held.order_by(SeatHold.id.desc()).limit(1)).first()
    if found is None or found.ended_as is HoldEnd.REPLANNED:
        return
    seat = found.Seat
    if not is_kept(seat.seat_class, seat.release_on, clock.today()):
        return
    jobs.enqueue(
        session,
        HAND_ON_JOB,
        {"seat_id": seat.id},
        queue=JobQueue.LIVE,
        unique_key=f"{HAND_ON_JOB}:{seat.id}",
    )


def ask_for_departures(
    session: Session,
    *,
    graduate_id: int | None = None,
    posting_id: int | None = None,
    employer_id: int | None = None,
) -> None:
    """Ask that the pending referrals of a person, a posting or an employer are looked at for what lost its ground."""
    arguments = {
        name: number
        for name, number in (
            ("employer_id", employer_id),
            ("graduate_id", graduate_id),
            ("posting_id", posting_id),
        )
        if number is not None
    }
    pending = sa.select(Referral.id).where(
        Referral.state.in_(sorted(PENDING)),
        *(getattr(Referral, name) == number for name, number in arguments.items()),
    )
    if session.scalar(pending.limit(1)) is None:
        return
    key = ":".join(f"{name}:{number}" for name, number in arguments.items())
    jobs.enqueue(
        session,
        DEPARTURES_JOB,
        arguments,
        queue=JobQueue.LIVE,
        unique_key=f"{DEPARTURES_JOB}:{key}",
    )
