"""Intents that became a job on record (落到去向): found by person and employer, so that no hire is entered twice.

A placement (去向) or referral (推荐) of the same graduate at the same employer since the fair speaks for itself; it is
entered as staff's word, like one heard on the telephone, so that nobody can read from it who is on file.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_reports import OutcomeSaid, OutcomeSide
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.models.fair_reports import FairFollow, FairOutcomeStep
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services import tasks
from matcher.services.fair_reports import following
from matcher.services.fair_reports.following import RECORD_RULE, Told
from matcher.services.fair_reports.sight import FOLLOW
from matcher.services.permissions import SYSTEM


def link_jobs(session: Session, fair: Fair) -> int:
    """Bring the follow-ups of a fair in step with the jobs on record; return how many changed; harmless twice."""
    return _unlink(session, fair) + _link_placements(session, fair) + _link_referrals(session, fair)


def _link_placements(session: Session, fair: Fair) -> int:
    found = (
        sa.select(FairFollow, Placement)
        .join(FairVisitor, FairVisitor.id == FairFollow.visitor_id)
        .join(FairEmployer, FairEmployer.id == FairFollow.fair_employer_id)
        .join(
            Placement,
            sa.and_(
                Placement.graduate_id == FairVisitor.graduate_id,
                Placement.employer_id == FairEmployer.employer_id,
                Placement.started_on >= fair.first_on,
                Placement.state != PlacementState.REVOKED,
            ),
        )
        .where(FairFollow.fair_id == fair.id, FairFollow.placement_id.is_(None))
        .order_by(FairFollow.id, Placement.id)
        .with_for_update(of=FairFollow)
    )
    linked: set[int] = set()
    for follow, placement in session.execute(found).all():
        if follow.id in linked:
            continue
        linked.add(follow.id)
        follow.placement_id = placement.id
        told = Told(OutcomeSaid.STARTED, placement.started_on)
        _say(session, follow, told)
        tasks.drop_task(session, RECORD_RULE, (FOLLOW, follow.id))
    session.flush()
    return len(linked)


def _link_referrals(session: Session, fair: Fair) -> int:
    """Note as hired whose offer by way of a referral is accepted, as long as nobody told anything."""
    told_before = sa.exists().where(FairOutcomeStep.follow_id == FairFollow.id)
    found = (
        sa.select(FairFollow)
        .join(FairVisitor, FairVisitor.id == FairFollow.visitor_id)
        .join(FairEmployer, FairEmployer.id == FairFollow.fair_employer_id)
        .join(
            Referral,
            sa.and_(
                Referral.graduate_id == FairVisitor.graduate_id,
                Referral.employer_id == FairEmployer.employer_id,
                Referral.state == ReferralState.ACCEPTED,
                Referral.proposed_at >= FairFollow.opened_at,
            ),
        )
        .where(FairFollow.fair_id == fair.id, ~told_before)
        .order_by(FairFollow.id)
        .with_for_update(of=FairFollow)
    )
    rows = list(session.scalars(found))
    for follow in rows:
        _say(session, follow, Told(OutcomeSaid.HIRED))
    return len(rows)


def _unlink(session: Session, fair: Fair) -> int:
    """Take back what a revoked placement said; the intent is open again."""
    found = (
        sa.select(FairFollow)
        .join(Placement, Placement.id == FairFollow.placement_id)
        .where(FairFollow.fair_id == fair.id, Placement.state == PlacementState.REVOKED)
        .order_by(FairFollow.id)
        .with_for_update(of=FairFollow)
    )
    rows = list(session.scalars(found))
    for follow in rows:
        follow.placement_id = None
        _say(session, follow, Told(OutcomeSaid.TALKING))
    return len(rows)


def _say(session: Session, follow: FairFollow, told: Told) -> None:
    following.record(session, SYSTEM, follow, told, side=OutcomeSide.STAFF, via=ReferralVia.SYSTEM)
