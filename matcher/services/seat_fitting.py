"""Seats made to fit what their employer wants (席位随单位调整): headcount and pledge, whoever sits on which seat.

What an employer is answered depends on what it knows alone: how many have its offer or a job. Seats in use are never
taken away and never change their class, those held for people it was not told of among them; where they stand in the
way, what it wants is kept at the posting and shown to it, the seats come as near as they can, the union has a task,
and the next change tries again.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import SeatClass, SeatState
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.services import tasks
from matcher.services.referrals import offer_count
from matcher.services.seats import SeatCounts, counted, locked_seats, reshape

LOWERED = "pledge_lowered"
"""Rule of the task a drive's union gets when seats it had divided are lowered, or seats in use do not fit."""


@dataclass(frozen=True)
class Pledge:
    """How many seats are pledged (爱心岗位), and the last day they are kept; None means without an end."""

    count: int = 0
    until: dt.date | None = None


def pledge_of(posting: Posting) -> Pledge:
    """Return the pledge of a posting as its employer made it."""
    return Pledge(posting.pledged, posting.pledged_until)


def write_pledge(posting: Posting, pledge: Pledge) -> bool:
    """Write a pledge at its posting; True if seats kept already get another last day."""
    was, until = pledge_of(posting), pledge.until if pledge.count else None
    posting.pledged, posting.pledged_until = pledge.count, until
    return pledge.count > 0 and (was.count == 0 or was.until != until)


def refuse_fewer(session: Session, posting: Posting, headcount: int, pledged: int) -> None:
    """Refuse a headcount below the pledge, or below those who have an offer or a job.

    Raises
    ------
    RuleBrokenError
        The employer has promised more than that, by its own count.
    """
    if headcount < pledged:
        raise RuleBrokenError("seats_reserved", "人数低于已安排的席位数，请联系活动主管。")
    locked_seats(session, posting.id)
    promised = offer_count.promised_to(session, posting.id)
    if headcount < promised:
        raise RuleBrokenError(
            "headcount_promised",
            "已发录用和已录用的人数超过了这个人数，不能再减少。",
            promised=promised,
        )


def fit_seats(session: Session, posting: Posting, *, is_new_day: bool = False) -> None:
    """Bring the seats of a locked posting as near to its headcount and pledge as those in use allow; caller records.

    Parameters
    ----------
    is_new_day : the employer changed the last day, so seats kept already get it too
    """
    seats = locked_seats(session, posting.id)
    before = counted(seats)
    in_use = counted([seat for seat in seats if seat.state is not SeatState.OPEN])
    wanted = _nearest(posting, before, in_use)
    kept = {seat.id for seat in seats if seat.seat_class is not SeatClass.ORDINARY}
    reshape(session, posting.id, seats, wanted)
    opens_on = posting.pledged_until + dt.timedelta(days=1) if posting.pledged_until else None
    for seat in locked_seats(session, posting.id):
        if seat.seat_class is SeatClass.ORDINARY:
            seat.release_on = seat.exhausted_on = None
        elif _takes_day(seat, is_new=is_new_day or seat.id not in kept):
            seat.release_on = opens_on
    # Fewer than the union had set apart: the offer is the employer's to lower, and the union learns of it.
    is_less = min(before.zero_employment, posting.pledged) < before.zero_employment
    if is_less or (wanted.total, wanted.reserved) != (posting.headcount, posting.pledged):
        _tell_union(session, posting, before, wanted)


def _takes_day(seat: Seat, *, is_new: bool) -> bool:
    """Say whether a kept seat gets the posting's day; one opened because nobody was left stays open."""
    return is_new and seat.exhausted_on is None


def _nearest(posting: Posting, now: SeatCounts, in_use: SeatCounts) -> SeatCounts:
    """Return the seats nearest to what is wanted among those that leave seats in use as they are."""
    total = max(posting.headcount, in_use.total)
    pledged = min(max(posting.pledged, in_use.reserved), total - in_use.ordinary)
    zero = max(in_use.zero_employment, min(now.zero_employment, pledged - in_use.hardship))
    return SeatCounts(total - pledged, pledged - zero, zero)


def _tell_union(session: Session, posting: Posting, before: SeatCounts, after: SeatCounts) -> None:
    """Open a task for the drive's union, with the counts it had and those that stand now."""
    tasks.open_task(
        session,
        union_id=session.get_one(Drive, posting.drive_id).union_id,
        rule=LOWERED,
        subject=("posting", posting.id),
        due_on=clock.today(),
        facts={
            "before": [before.ordinary, before.hardship, before.zero_employment],
            "after": [after.ordinary, after.hardship, after.zero_employment],
            "headcount": posting.headcount,
            "pledged": posting.pledged,
        },
    )
