"""The proposals of a published plan (方案推荐), some at a time: what stands in the rows is not done twice.

First what the last publication promised and this plan does not keep is taken back, then kept seats the plan gives to
everybody are opened (`releases`), then the proposals are made, each with a seat held. Every step locks the plan's row
and stops once the publication is taken back, or another plan is published.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.db.insertion import insert_if_new
from matcher.errors import YangguangError
from matcher.kinds import HardshipTier
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import SeatedAs
from matcher.kinds.referrals import LIVE, ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.plans import PlanPublication, PlanRun, PlanSeat
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.permissions import SYSTEM
from matcher.services.plans.publications import publication_counts
from matcher.services.plans.runs import SUBJECT
from matcher.services.plans.standing import last_publication
from matcher.services.referrals import locks, proposing, seat_holds, withdrawing
from matcher.services.referrals.batches import Outcome
from matcher.services.referrals.judging_ahead import JudgedAhead, judge_ahead
from matcher.services.referrals.proposing import Pair

CHUNK = 25
"""Proposals made in one transaction: some tenths of a second."""


def lock_published(session: Session, plan_id: int) -> PlanRun | None:
    """Lock a plan for a step of its publication; None once that was taken back or another plan published."""
    plan = session.get_one(PlanRun, plan_id, with_for_update=True, populate_existing=True)
    last = session.scalar(sa.select(last_publication(plan.drive_id)))
    return plan if last == plan_id else None


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise of an earlier publication a plan does not keep."""

    plan_id: int
    graduate_id: int
    referral_id: int


def broken_promises(session: Session, plan_id: int) -> list[Broken]:
    """Return what earlier publications proposed, the person has not answered, and this plan does not keep."""
    plan = session.get_one(PlanRun, plan_id)
    seat = sa.exists().where(
        PlanSeat.plan_id == plan.id,
        PlanSeat.rule == plan.chosen_rule,
        PlanSeat.graduate_id == Referral.graduate_id,
        PlanSeat.posting_id == Referral.posting_id,
    )
    rows = session.execute(
        sa.select(PlanPublication.plan_id, Referral.graduate_id, Referral.id)
        .join(Referral, Referral.id == PlanPublication.referral_id)
        .join(PlanRun, PlanRun.id == PlanPublication.plan_id)
        .where(
            PlanRun.drive_id == plan.drive_id,
            PlanRun.id != plan.id,
            PlanRun.withdrawn_at.is_(None),
            PlanRun.published_at < plan.published_at,
            PlanPublication.published_as.in_((PublishedAs.MADE, PublishedAs.STANDING)),
            Referral.state == ReferralState.PROPOSED,
            ~seat,
        )
        .order_by(Referral.id)
    )
    return [Broken(*row) for row in rows]


def break_promise(session: Session, plan_id: int, broken: Broken) -> bool:
    """Take one promise back; False if it was answered meanwhile, or the publication was taken back."""
    if lock_published(session, plan_id) is None:
        return False
    return take_back(session, broken.referral_id, plan_id=plan_id)


def take_back(session: Session, referral_id: int, *, plan_id: int) -> bool:
    """Withdraw a proposal of a plan the person has not answered; False if it went on."""
    referral = session.get(Referral, referral_id, populate_existing=True)
    if referral is None or referral.state is not ReferralState.PROPOSED:
        return False
    try:
        with session.begin_nested():
            withdrawing.withdraw_for_plan(session, SYSTEM, referral_id, plan_id=plan_id)
    except YangguangError:
        return False  # somebody was quicker
    session.execute(
        sa.update(PlanPublication)
        .where(PlanPublication.referral_id == referral_id)
        .values(published_as=PublishedAs.TAKEN_BACK)
        .execution_options(synchronize_session=False)
    )
    return True


def _is_left(plan: PlanRun) -> sa.ColumnElement[bool]:
    """Return the condition on `PlanSeat` that it is of the chosen result and nothing was made of it yet."""
    made = sa.exists().where(
        PlanPublication.plan_id == PlanSeat.plan_id,
        PlanPublication.graduate_id == PlanSeat.graduate_id,
    )
    return sa.and_(PlanSeat.plan_id == plan.id, PlanSeat.rule == plan.chosen_rule, ~made)


def count_left(session: Session, plan_id: int) -> int:
    """Count the seats of a published plan nothing was made of yet."""
    plan = session.get_one(PlanRun, plan_id)
    found = sa.select(sa.func.count()).select_from(PlanSeat).where(_is_left(plan))
    return session.scalar(found) or 0


def count_standing(session: Session, plan: PlanRun) -> int:
    """Count the seats of a plan's chosen result whose referral goes on already: publishing makes no new one."""
    stands = sa.exists().where(
        Referral.graduate_id == PlanSeat.graduate_id,
        Referral.posting_id == PlanSeat.posting_id,
        Referral.state.in_(sorted(LIVE)),
        Referral.left_on.is_(None),
    )
    found = sa.select(sa.func.count()).select_from(PlanSeat)
    return session.scalar(found.where(_is_left(plan), stands)) or 0


def judge_next(session: Session, plan_id: int) -> JudgedAhead:
    """Judge the pairs whose proposals are next, while nothing is locked."""
    plan = session.get_one(PlanRun, plan_id)
    seats = session.scalars(_in_turn(plan).limit(CHUNK)).all()
    pairs = [Pair(seat.posting_id, seat.graduate_id) for seat in seats]
    return judge_ahead(session, session.get_one(Drive, plan.drive_id), pairs)


def make_proposals(session: Session, plan_id: int, ahead: JudgedAhead | None = None) -> int:
    """Make the proposals of some seats and return of how many; 0 when none is left."""
    plan = lock_published(session, plan_id)
    if plan is None:
        return 0
    seats = session.scalars(_in_turn(plan).limit(CHUNK)).all()
    if not seats:
        return 0
    pairs = [Pair(seat.posting_id, seat.graduate_id) for seat in seats]
    fallback = {
        pair for pair, seat in zip(pairs, seats, strict=True) if seat.kind is SeatedAs.FALLBACK
    }
    outcomes = proposing.propose_many(
        session,
        SYSTEM,
        pairs,
        hold_seat=True,
        fallback=fallback,
        is_quiet=True,
        ahead=ahead.still(session) if ahead else None,
    )
    for pair, outcome in zip(pairs, outcomes, strict=True):
        _note(session, plan, pair, outcome, is_fallback=pair in fallback)
    session.flush()
    return len(seats)


def _in_turn(plan: PlanRun) -> sa.Select[PlanSeat]:
    """Select the seats nothing was made of, those of a posting in the order in which everybody finds a seat held.

    Whom fewer seats admit goes first: people no seat is kept for, and of those the ones on opened seats last, then
    the tiers, then zero-employment. Otherwise somebody admitted everywhere might take the only seat open to another.
    """
    place = sa.case(
        (Household.is_zero_employment, 3),
        (Household.tier != HardshipTier.NONE, 2),
        (PlanSeat.kind == SeatedAs.RELEASED, 1),
        else_=0,
    )
    return (
        sa.select(PlanSeat)
        .join(Graduate, Graduate.id == PlanSeat.graduate_id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(_is_left(plan))
        .order_by(PlanSeat.posting_id, place, PlanSeat.graduate_id)
    )


def _note(
    session: Session, plan: PlanRun, pair: Pair, outcome: Outcome, *, is_fallback: bool
) -> None:
    """Write what became of one seat."""
    row: dict[str, Any] = {
        "plan_id": plan.id,
        "graduate_id": pair.graduate_id,
        "posting_id": pair.posting_id,
        "published_as": PublishedAs.REFUSED,
    }
    if outcome.refusal is None and outcome.referral_id is not None:
        referral = session.get_one(Referral, outcome.referral_id)
        referral.proposed_by_id = plan.published_by_id
        row |= {"published_as": PublishedAs.MADE, "referral_id": referral.id}
    elif outcome.refusal is not None and outcome.refusal.code == "referral_live_already":
        row |= _standing(session, outcome.referral_id or 0, is_fallback=is_fallback)
    elif outcome.refusal is not None:
        row["refusal_code"] = outcome.refusal.code
    insert_if_new(session, PlanPublication, row)


def _standing(session: Session, referral_id: int, *, is_fallback: bool) -> dict[str, Any]:
    """Let a referral that goes on serve as the plan's: it has a seat held, and keeps who confirmed it."""
    referral = session.get_one(Referral, referral_id, populate_existing=True)
    if referral.state is ReferralState.PROPOSED and is_fallback:
        referral.is_fallback = True
    if not _has_seat(session, referral):
        return {"referral_id": referral.id, "refusal_code": "seat_none_to_hold"}
    before = session.execute(
        sa.select(PlanPublication.confirmed_at, PlanPublication.confirmed_by_id)
        .where(PlanPublication.referral_id == referral.id)
        .order_by(PlanPublication.plan_id.desc())
        .limit(1)
    ).first()
    # What a person proposed by hand was asked about then.
    asked = (referral.proposed_at, referral.proposed_by_id) if before is None else tuple(before)
    return {
        "published_as": PublishedAs.STANDING,
        "referral_id": referral.id,
        "confirmed_at": asked[0],
        "confirmed_by_id": asked[1],
    }


def _has_seat(session: Session, referral: Referral) -> bool:
    """Say whether a referral holds a seat, or takes one now."""
    if seat_holds.live_hold(session, referral.id) is not None:
        return True
    try:
        with session.begin_nested():
            return seat_holds.take_seat(session, SYSTEM, referral) is not None
    except YangguangError:
        return False  # somebody was quicker


def finish_publication(session: Session, plan_id: int) -> dict[str, int]:
    """Put what a publication came to into the trail, unless that stands there last: the job may run again."""
    session.get_one(PlanRun, plan_id, with_for_update=True)
    counts = {kind.value: count for kind, count in publication_counts(session, plan_id).items()}
    action = "plan.proposed"
    told = sa.select(AuditEntry.details).where(
        AuditEntry.action == action,
        AuditEntry.subject_kind == SUBJECT,
        AuditEntry.subject_id == plan_id,
    )
    if session.scalar(told.order_by(AuditEntry.number.desc()).limit(1)) != counts:
        audit.record(session, SYSTEM, action, subject=(SUBJECT, plan_id), **counts)
    return counts


def unsent(session: Session, plan_id: int) -> list[int]:
    """Return the referrals plans of the drive made that nobody has sent, for taking its last publication back.

    Those of earlier publications are among them: the last one may have been stopped before it came to them.
    """
    drive_id = session.get_one(PlanRun, plan_id).drive_id
    made = aliased(PlanPublication)
    plans_own = sa.exists().where(
        made.referral_id == Referral.id, made.published_as == PublishedAs.MADE
    )
    found = (
        sa.select(Referral.id)
        .join(PlanPublication, PlanPublication.referral_id == Referral.id)
        .where(
            PlanPublication.plan_id.in_(sa.select(PlanRun.id).where(PlanRun.drive_id == drive_id)),
            PlanPublication.published_as.in_((PublishedAs.MADE, PublishedAs.STANDING)),
            Referral.state == ReferralState.PROPOSED,
            plans_own,
        )
        .distinct()
    )
    return list(session.scalars(found.order_by(Referral.id)))


def take_back_unsent(session: Session, plan_id: int, referral_id: int) -> bool:
    """Take one unsent proposal of a withdrawn publication back; False if it went on meanwhile."""
    locks.lock_graduates(session, _people_of(session, referral_id))
    return take_back(session, referral_id, plan_id=plan_id)


def _people_of(session: Session, referral_id: int) -> list[int]:
    found = sa.select(Referral.graduate_id).where(Referral.id == referral_id)
    return list(session.scalars(found))
