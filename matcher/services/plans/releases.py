"""Kept seats a published plan gives to everybody (方案开放的预留席位): opened before anybody is proposed.

Only as many are opened as the plan seats people who are not of the class a seat is kept for, each with its line in the
trail. What earlier publications opened counts towards it; what is opened and not needed any more is kept again as soon
as nobody holds it. So reserves do not melt away from plan to plan: until somebody has agreed to a seat that was opened,
the next plan counts it as kept (`live_seats`).
"""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatClass, SeatState
from matcher.kinds.plans import SeatedAs
from matcher.kinds.referrals import HoldEnd, ReferralState
from matcher.models.plans import PlanRelease, PlanRun, PlanSeat
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.policy.seat_admission import LEAST_RANK, is_kept
from matcher.services import audit, ranking_changes
from matcher.services.permissions import SYSTEM
from matcher.services.plans.proposals import lock_published
from matcher.services.referrals import seat_holds
from matcher.services.seats import locked_seats


def to_open(
    session: Session, plan_id: int, posting_id: int | None = None
) -> dict[int, Counter[SeatClass]]:
    """Return how many seats of which class a plan still opens at each posting; two queries and one a fallback seat.

    Parameters
    ----------
    posting_id : one posting; None for all
    """
    plan = session.get_one(PlanRun, plan_id)
    here = sa.true() if posting_id is None else PlanSeat.posting_id == posting_id
    rows = session.execute(
        sa.select(PlanSeat.posting_id, PlanSeat.seat_group, PlanSeat.kind, PlanSeat.graduate_id)
        .where(
            PlanSeat.plan_id == plan_id,
            PlanSeat.rule == plan.chosen_rule,
            PlanSeat.seat_group != SeatClass.ORDINARY,
            PlanSeat.kind.in_((SeatedAs.RELEASED, SeatedAs.FALLBACK)),
            here,
        )
        .order_by(PlanSeat.posting_id)
    ).all()
    wanted: dict[int, Counter[SeatClass]] = {}
    for number, group, kind, graduate_id in rows:
        is_own = (
            kind is SeatedAs.FALLBACK
            and seat_holds.rank_of(session, graduate_id) >= LEAST_RANK[group]
        )
        if not is_own:
            wanted.setdefault(number, Counter())[group] += 1
    opened = session.execute(
        sa.select(Seat.posting_id, Seat.seat_class)
        .join(PlanRelease, PlanRelease.seat_id == Seat.id)
        .where(PlanRelease.plan_id == plan_id)
    )
    for number, seat_class in opened:
        if number in wanted:
            wanted[number][seat_class] -= 1
    return {number: +counts for number, counts in wanted.items() if +counts}


def postings_to_open(session: Session, plan_id: int) -> list[int]:
    """Return the postings at which a plan opens seats, or an earlier one opened some; ascending."""
    earlier = sa.select(Seat.posting_id).join(PlanRelease, PlanRelease.seat_id == Seat.id)
    drive_id = session.get_one(PlanRun, plan_id).drive_id
    of_others = earlier.where(_opened_by_others(plan_id, drive_id)).distinct()
    return sorted({*to_open(session, plan_id), *session.scalars(of_others)})


def _opened_by_others(plan_id: int, drive_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on `PlanRelease` that another plan of the drive opened the seat for good so far."""
    plans = sa.select(PlanRun.id).where(PlanRun.drive_id == drive_id, PlanRun.id != plan_id)
    return sa.and_(PlanRelease.plan_id.in_(plans), PlanRelease.returned_at.is_(None))


def open_seats(session: Session, plan_id: int, posting_id: int) -> int:
    """Open the seats a plan opens at one posting and return how many; a second time there are none left to open."""
    plan = lock_published(session, plan_id)
    if plan is None:
        return 0
    seats = {seat.id: seat for seat in locked_seats(session, posting_id)}
    wanted = to_open(session, plan_id, posting_id).get(posting_id, Counter())
    kept = _take_over(session, plan, seats, wanted)
    today, opened = clock.today(), 0
    for seat in seats.values():
        is_free = is_kept(seat.seat_class, seat.release_on, today) and seat.state is SeatState.OPEN
        if not is_free or wanted[seat.seat_class] <= 0:
            continue
        wanted[seat.seat_class] -= 1
        session.add(
            PlanRelease(plan_id=plan_id, seat_id=seat.id, release_on_before=seat.release_on)
        )
        seat.release_on = seat.exhausted_on = today
        _note(session, "seat.released", seat, plan_id)
        opened += 1
    session.flush()
    if opened or kept:
        ranking_changes.note_posting(session, posting_id)
    return opened


def _take_over(
    session: Session, plan: PlanRun, seats: Mapping[int, Seat], wanted: Counter[SeatClass]
) -> int:
    """Let seats earlier publications opened be of this one as far as it wants any; keep the others again.

    Returns how many were kept again.

    Who holds one that is not wanted any more gives it up, and takes another when the proposals are made. Seats of
    people who agreed, or were proposed by hand, stay as they are.
    """
    rows = session.scalars(
        sa.select(PlanRelease).where(
            _opened_by_others(plan.id, plan.drive_id), PlanRelease.seat_id.in_(seats)
        )
    ).all()
    promised = _promised(session, plan, seats) if rows else {}
    kept = 0
    # Seats somebody holds come first: what nobody holds is easily kept again.
    for row in sorted(rows, key=lambda row: (row.seat_id not in promised, row.seat_id)):
        seat = seats[row.seat_id]
        if seat.exhausted_on is None:
            row.returned_at = clock.now()  # somebody set the seats anew
        elif seat.state is not SeatState.OPEN and seat.id not in promised:
            continue
        elif wanted[seat.seat_class] > 0:
            wanted[seat.seat_class] -= 1
            row.returned_at = clock.now()
            session.add(
                PlanRelease(
                    plan_id=plan.id, seat_id=seat.id, release_on_before=row.release_on_before
                )
            )
        else:
            if seat.id in promised:
                seat_holds.end_hold(session, SYSTEM, promised[seat.id], HoldEnd.REPLANNED)
            _keep(session, row, seat, plan.id)
            kept += 1
    return kept


def _promised(session: Session, plan: PlanRun, seats: Mapping[int, Seat]) -> dict[int, Referral]:
    """Return by seat the proposal that holds it, of people who keep their posting by this plan."""
    rows = session.execute(
        sa.select(SeatHold.seat_id, Referral)
        .join(Referral, Referral.id == SeatHold.referral_id)
        .join(
            PlanSeat,
            sa.and_(
                PlanSeat.plan_id == plan.id,
                PlanSeat.rule == plan.chosen_rule,
                PlanSeat.graduate_id == Referral.graduate_id,
                PlanSeat.posting_id == Referral.posting_id,
            ),
        )
        .where(
            SeatHold.seat_id.in_(seats),
            SeatHold.ended_at.is_(None),
            Referral.state == ReferralState.PROPOSED,
        )
        .execution_options(populate_existing=True)
    )
    return {row.seat_id: row.Referral for row in rows}


def opened_postings(session: Session, plan_id: int) -> list[int]:
    """Return the postings at which a plan opened seats that were not kept again."""
    found = (
        sa.select(Seat.posting_id)
        .join(PlanRelease, PlanRelease.seat_id == Seat.id)
        .where(PlanRelease.plan_id == plan_id, PlanRelease.returned_at.is_(None))
        .distinct()
    )
    return list(session.scalars(found.order_by(Seat.posting_id)))


def keep_again(session: Session, plan_id: int, posting_id: int) -> int:
    """Keep the seats a plan opened at one posting again, as far as they are free, and return how many."""
    seats = {seat.id: seat for seat in locked_seats(session, posting_id)}
    rows = session.scalars(
        sa.select(PlanRelease).where(
            PlanRelease.plan_id == plan_id,
            PlanRelease.returned_at.is_(None),
            PlanRelease.seat_id.in_(seats),
        )
    ).all()
    kept = 0
    for row in rows:
        seat = seats[row.seat_id]
        if seat.exhausted_on is None:
            row.returned_at = clock.now()  # somebody set the seats anew
        elif seat.state is SeatState.OPEN:
            _keep(session, row, seat, plan_id)
            kept += 1
    session.flush()
    if kept:
        ranking_changes.note_posting(session, posting_id)
    return kept


def _keep(session: Session, row: PlanRelease, seat: Seat, plan_id: int) -> None:
    """Keep a seat again as it was before it was opened."""
    row.returned_at = clock.now()
    seat.release_on, seat.exhausted_on = row.release_on_before, None
    _note(session, "seat.kept_again", seat, plan_id)


def _note(session: Session, action: str, seat: Seat, plan_id: int) -> None:
    audit.record(
        session,
        SYSTEM,
        action,
        subject=("posting", seat.posting_id),
        seat=seat.id,
        plan=plan_id,
        on=seat.release_on,
    )
