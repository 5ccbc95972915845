"""Kept seats a published plan gives to everybody (方案开放的预留席位): opened before anybody is proposed.

Only as many are opened as the plan seats people who are not of the class a seat is kept for, each with its line in the
trail. Taking the publication back keeps those again that nobody holds.
"""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatClass, SeatState
from matcher.kinds.plans import SeatedAs
from matcher.models.plans import PlanRelease, PlanRun, PlanSeat
from matcher.models.postings import Seat
from matcher.policy.seat_admission import LEAST_RANK, is_kept
from matcher.services import audit, ranking_changes
from matcher.services.permissions import SYSTEM
from matcher.services.plans.proposals import lock_published
from matcher.services.referrals.seat_holds import rank_of
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
        is_own = kind is SeatedAs.FALLBACK and rank_of(session, graduate_id) >= LEAST_RANK[group]
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


def open_seats(session: Session, plan_id: int, posting_id: int) -> int:
    """Open the seats a plan opens at one posting and return how many; a second time there are none left to open."""
    if lock_published(session, plan_id) is None:
        return 0
    seats = locked_seats(session, posting_id)
    wanted = to_open(session, plan_id, posting_id).get(posting_id, Counter())
    today, opened = clock.today(), 0
    for seat in seats:
        kept = is_kept(seat.seat_class, seat.release_on, today) and seat.state is SeatState.OPEN
        if not kept or wanted[seat.seat_class] <= 0:
            continue
        wanted[seat.seat_class] -= 1
        session.add(
            PlanRelease(plan_id=plan_id, seat_id=seat.id, release_on_before=seat.release_on)
        )
        seat.release_on = seat.exhausted_on = today
        _note(session, "seat.released", seat, plan_id)
        opened += 1
    session.flush()
    if opened:
        ranking_changes.note_posting(session, posting_id)
    return opened


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
        row.returned_at = clock.now()
        if seat.state is SeatState.OPEN and seat.exhausted_on is not None:
            seat.release_on, seat.exhausted_on = row.release_on_before, None
            _note(session, "seat.kept_again", seat, plan_id)
            kept += 1
    session.flush()
    if kept:
        ranking_changes.note_posting(session, posting_id)
    return kept


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
