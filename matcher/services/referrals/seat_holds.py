"""Holds of seats (席位保留): taking one that admits the person, giving it back, and holds past their day.

`Seat.state` says what the live hold says (none: open; considered: held; offered; filled). Everything here happens
under the lock of the seat; the partial unique indexes stand behind it. A hold past its day lapses when somebody
else needs the seat, without waiting for the night; one on a seat kept for some people (预留) only if somebody was
called first. One a plan took for somebody who was not asked yet (待专干确认) yields to whoever has an offer or accepts
one: nobody who was chosen is turned away for a proposal that may never be made, and no employer meets a hidden hold.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier, SeatState
from matcher.kinds.referrals import PENDING, SETTLED, HoldEnd, ReferralState
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.policy.referral_steps import SEAT_STEPS
from matcher.policy.seat_admission import ZERO_EMPLOYMENT_RANK, admits, is_kept, narrowness
from matcher.services import audit, tasks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans.unconfirmed import is_unconfirmed
from matcher.services.referrals import task_owners
from matcher.services.referrals.answer_days import hold_until
from matcher.services.referrals.attempts import has_attempt
from matcher.services.referrals.locks import lock_seats
from matcher.services.referrals.sight import SUBJECT, require_party
from matcher.services.rows import unique_or

_S = SeatState

YIELDED = "plan.seat_yielded"
"""Rule of the task about a proposal of a plan whose seat went to somebody an employer chose."""


def rank_of(session: Session, graduate_id: int) -> int:
    """Return the priority rank of a person's open household file: 0 none, 1 to 4 tiers, 5 zero-employment."""
    row = session.execute(
        sa.select(Household.tier, Household.is_zero_employment)
        .join(Graduate, Graduate.household_id == Household.id)
        .where(Graduate.id == graduate_id, Household.is_open)
    ).first()
    if row is None:
        return HardshipTier.NONE.rank
    return ZERO_EMPLOYMENT_RANK if row.is_zero_employment else HardshipTier(row.tier).rank


def live_hold(session: Session, referral_id: int) -> SeatHold | None:
    """Return the hold of a referral that stands."""
    found = sa.select(SeatHold).where(
        SeatHold.referral_id == referral_id, SeatHold.ended_at.is_(None)
    )
    return session.scalar(found.execution_options(populate_existing=True))


def had_hold(session: Session, referral_id: int) -> bool:
    """Say whether the last end of a referral took a seat from it."""
    found = sa.select(SeatHold.ended_as).where(SeatHold.referral_id == referral_id)
    last = session.scalar(found.order_by(SeatHold.id.desc()).limit(1))
    return last in (HoldEnd.PLACED, HoldEnd.WITHDRAWN)


def state_for(state: ReferralState) -> SeatState:
    """Return what the state of a live referral makes of the seat held for it."""
    if state is ReferralState.OFFERED:
        return _S.OFFERED
    return _S.HELD if state in PENDING else _S.FILLED


def settle_seat(
    session: Session, referral: Referral, *, until_on: dt.date | None = None
) -> Seat | None:
    """Let a referral's seat say what the referral says now; None if it holds none."""
    hold = live_hold(session, referral.id)
    if hold is None:
        return None
    seat = session.get_one(Seat, hold.seat_id)
    _turn(seat, state_for(referral.state))
    hold.until_on = until_on
    session.flush()
    return seat


def take_seat(
    session: Session, by: Actor, referral: Referral, *, until_on: dt.date | None = None
) -> Seat | None:
    """Hold a free seat that admits the person, those kept for such people first; None if there is none.

    Callers hold the locks of the posting's seats.

    Parameters
    ----------
    until_on : last day of the hold; None by the rule, and none at all once the seat is filled
    """
    require_party(by)
    seats = lock_seats(session, posting_ids=[referral.posting_id])
    seat = _choose(session, referral, seats)
    if seat is None:
        return None
    kept = is_kept(seat.seat_class, seat.release_on, clock.today())
    state = state_for(referral.state)
    if state is _S.FILLED:
        until_on = None
    elif until_on is None:
        until_on = hold_until(session, referral, is_kept=kept)
    with unique_or(session, seat_gone()):
        _turn(seat, state)
        session.add(
            SeatHold(
                seat_id=seat.id,
                referral_id=referral.id,
                graduate_id=referral.graduate_id,
                from_at=clock.now(),
                until_on=until_on,
            )
        )
    audit.record(session, by, "seat.taken", subject=(SUBJECT, referral.id), seat=seat.id)
    return seat


def seat_gone() -> RuleBrokenError:
    """Say that no seat is left for somebody."""
    return RuleBrokenError("seat_none_left", "这个岗位的名额已经定满，请与工会联系，选择其他岗位。")


def _choose(session: Session, referral: Referral, seats: Sequence[Seat]) -> Seat | None:
    """Choose the seat to take: a free one, else one whose hold is past its day, or of a proposal nobody confirmed."""
    today, rank = clock.today(), rank_of(session, referral.graduate_id)
    admitted = [
        seat
        for seat in seats
        if seat.state is not _S.CLOSED and admits(seat.seat_class, seat.release_on, rank, today)
    ]
    admitted.sort(key=lambda s: (narrowness(s.seat_class, s.release_on, rank), s.number))
    for seat in admitted:
        if seat.state is _S.OPEN:
            return seat
    for seat in admitted:
        if seat.state in (_S.HELD, _S.OFFERED) and _lapse(session, seat, today):
            return seat
    if referral.state is ReferralState.OFFERED or referral.state in SETTLED:
        return next((seat for seat in admitted if _yield(session, seat, referral)), None)
    return None


def _yield(session: Session, seat: Seat, chosen: Referral) -> bool:
    """End the hold of a proposal nobody confirmed, for somebody an employer chose; False if it is another hold.

    The proposal stands without a seat until the next plan, or staff, decide; they get the task.
    """
    row = session.execute(
        sa.select(SeatHold, Referral)
        .join(Referral, Referral.id == SeatHold.referral_id)
        .where(SeatHold.seat_id == seat.id, SeatHold.ended_at.is_(None), is_unconfirmed())
    ).first()
    if row is None or not _end(session, row.SeatHold, HoldEnd.REPLANNED):
        return False
    waiting = row.Referral
    _turn(seat, _S.OPEN)
    tasks.open_task(
        session,
        union_id=waiting.union_id,
        rule=YIELDED,
        subject=(SUBJECT, waiting.id),
        due_on=clock.today(),
        assignee_id=task_owners.owner_of(session, waiting),
    )
    audit.record(
        session,
        SYSTEM,
        "seat.yielded",
        subject=(SUBJECT, waiting.id),
        seat=seat.id,
        to=chosen.id,
    )
    return True


def _lapse(session: Session, seat: Seat, today: dt.date) -> bool:
    """End a seat's hold if it is past its day; False if it stands."""
    row = session.execute(
        sa.select(SeatHold, Referral)
        .join(Referral, Referral.id == SeatHold.referral_id)
        .where(SeatHold.seat_id == seat.id, SeatHold.ended_at.is_(None))
    ).first()
    if row is None:
        return False
    hold, referral = row
    if not is_past(hold, referral, today):
        return False
    if is_kept(seat.seat_class, seat.release_on, today) and not has_attempt(session, referral):
        return False
    if not _end(session, hold, HoldEnd.LAPSED):
        return False
    _turn(seat, _S.OPEN)
    audit.record(
        session, SYSTEM, "seat.freed", subject=(SUBJECT, referral.id), seat=seat.id, ended="lapsed"
    )
    return True


def is_past(hold: SeatHold, referral: Referral, today: dt.date) -> bool:
    """Say whether the last day of a hold has passed; it lasts while an answer is still awaited in time."""
    days = [day for day in (hold.until_on, referral.decide_by_on) if day is not None]
    return hold.until_on is not None and max(days) < today


def _end(session: Session, hold: SeatHold, ended_as: HoldEnd) -> bool:
    """End a hold by a conditional update; False if somebody else did."""
    ended = session.scalar(
        sa.update(SeatHold)
        .where(SeatHold.id == hold.id, SeatHold.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_as=ended_as)
        .returning(SeatHold.id)
        .execution_options(synchronize_session="fetch")
    )
    return ended is not None


def end_hold(session: Session, by: Actor, referral: Referral, ended_as: HoldEnd) -> Seat | None:
    """Free the seat held for a referral; None if it holds none. Callers hold the referral's locks."""
    require_party(by)
    hold = live_hold(session, referral.id)
    if hold is None:
        return None
    seat = lock_seat(session, hold.seat_id)
    if not _end(session, hold, ended_as):
        return None
    _turn(seat, _S.OPEN)
    audit.record(
        session, by, "seat.freed", subject=(SUBJECT, referral.id), seat=seat.id, ended=ended_as
    )
    session.flush()
    return seat


def lock_seat(session: Session, seat_id: int) -> Seat:
    """Lock one seat, fresh; `locks.lock_referral` did it before for the seats of a person."""
    found = sa.select(Seat).where(Seat.id == seat_id).with_for_update(key_share=True)
    return session.scalars(found.execution_options(populate_existing=True)).one()


def _turn(seat: Seat, after: SeatState) -> None:
    """Change the state of a seat along the table of steps."""
    if seat.state is after:
        return
    if after not in SEAT_STEPS[seat.state]:
        raise ValueError(f"a seat does not go from {seat.state} to {after}")
    seat.state = after
