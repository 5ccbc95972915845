"""Letting people be asked about the seats a plan proposes (专干逐人确认): before that nobody is told anything."""

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanPublication
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.policy.seat_admission import is_kept
from matcher.services import audit, tasks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.ranking_facts import ranked_graduates
from matcher.services.referrals import after_steps, judging, locks, seat_holds, stepping
from matcher.services.referrals.answer_days import answer_by, hold_until
from matcher.services.referrals.batches import MOST, Outcome, judged_alone
from matcher.services.referrals.sight import SUBJECT, referrals_in_sight
from matcher.services.referrals.silence_rules import UNCONFIRMED
from matcher.services.rows import not_found


def confirm_many(session: Session, by: Actor, referral_ids: Sequence[int]) -> list[Outcome]:
    """Confirm many proposals, each judged by itself; a refused one loses no other."""
    require(by, Permission.REFER)
    asked = sorted(set(referral_ids))[:MOST]
    people = sa.select(Referral.graduate_id).where(Referral.id.in_(asked), referrals_in_sight(by))
    locks.lock_graduates(session, session.scalars(people).all())
    return [
        judged_alone(session, partial(confirm_proposal, session, by, number), number)
        for number in asked
    ]


def confirm_proposal(session: Session, by: Actor, referral_id: int) -> Referral:
    """Let a person be asked about the seat a plan proposes; days count from now. A second time changes nothing.

    Raises
    ------
    NotFoundError
        No plan proposed it, or it is not in sight.
    RuleBrokenError
        What was true when the plan was made is not any more: posting, drive, employer, the person's consents or job.
    """
    require(by, Permission.REFER)
    referral = stepping.begin(session, by, referral_id)
    rows = session.scalars(
        sa.select(PlanPublication)
        .where(
            PlanPublication.referral_id == referral.id,
            PlanPublication.published_as.in_((PublishedAs.MADE, PublishedAs.STANDING)),
        )
        .with_for_update()
    ).all()
    if not rows:
        raise not_found()
    waiting = [row for row in rows if row.confirmed_at is None]
    if not waiting:
        return referral
    stepping.expect_state(referral, ReferralState.PROPOSED)
    refusal = _refusal(session, referral)
    if refusal is not None:
        raise refusal
    if seat_holds.live_hold(session, referral.id) is None:
        _take_again(session, by, referral)
    for row in waiting:
        row.confirmed_at, row.confirmed_by_id = clock.now(), by.account_id
    referral.asked_at = clock.now()
    referral.decide_by_on = answer_by(session, referral, ReferralState.PROPOSED)
    _renew_hold(session, referral)
    audit.record(
        session, by, "plan.confirmed", subject=(SUBJECT, referral.id), plan=waiting[-1].plan_id
    )
    for rule in (UNCONFIRMED, seat_holds.YIELDED):
        tasks.drop_task(session, rule, (SUBJECT, referral.id))
    after_steps.after_proposed(session, by, referral)
    session.flush()
    return referral


def _refusal(session: Session, referral: Referral) -> RuleBrokenError | None:
    """Return why nobody may be asked about a proposal any more: as when it is sent, and what it rests on itself."""
    posting = session.get_one(Posting, referral.posting_id)
    graduate = session.get_one(Graduate, referral.graduate_id)
    found = judging.posting_refusal(session, posting) or judging.person_refusal(
        session, graduate, posting
    )
    if found is not None:
        return found
    ranked = ranked_graduates(referral.drive_id).where(DriveEntry.graduate_id == graduate.id)
    if session.scalar(ranked) is None:
        return RuleBrokenError(
            "plan_ranking_withdrawn",
            "本人已撤回参加排序的同意，这个席位是按排序安排的，不能再征询本人；请撤回这条推荐，另行协助。",
        )
    return None


def _take_again(session: Session, by: Actor, referral: Referral) -> None:
    """Hold a free seat for a proposal that lost its own; nobody is asked about a seat that is not there."""
    if seat_holds.take_seat(session, by, referral) is None:
        raise RuleBrokenError(
            "plan_seat_gone",
            "为这条推荐保留的席位已经给了单位录用的人，现在没有别的空席；请等下一次方案重新安排，或撤回这条推荐。",
        )


def _renew_hold(session: Session, referral: Referral) -> None:
    """Hold the seat for as long as if it had been proposed now."""
    hold = seat_holds.live_hold(session, referral.id)
    if hold is not None:
        seat = session.get_one(Seat, hold.seat_id)
        kept = is_kept(seat.seat_class, seat.release_on, clock.today())
        hold.until_on = hold_until(session, referral, is_kept=kept)
