"""What became of the seats of published plans (方案推荐的下落): proposals that go on, that ended, that were never made.

Callers have checked who asks.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.referrals import LIVE, PENDING, ReferralState
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanPublication, PlanRun, PlanSeat
from matcher.models.referrals import Referral
from matcher.services.referrals.having_job import has_job

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Made:
    """What a publication made of one person's seat.

    Parameters
    ----------
    goes_on : the proposal stands or went further, and did not end
    waits : nobody of the staff let the person be asked
    refusal_code : why no proposal came of it
    """

    posting_id: int
    wish_place: int
    referral_id: int | None
    goes_on: bool
    waits: bool
    refusal_code: str | None


def proposals_of(
    session: Session, plan: PlanRun, graduate_id: int | None = None
) -> dict[int, Made]:
    """Return by graduate what a publication made of its seats; one query.

    Parameters
    ----------
    graduate_id : one person; None for all
    """
    rows = session.execute(
        sa.select(
            PlanSeat.graduate_id,
            PlanSeat.posting_id,
            PlanSeat.wish_rank,
            PlanPublication.referral_id,
            PlanPublication.published_as,
            PlanPublication.confirmed_at,
            PlanPublication.refusal_code,
            Referral.state,
            Referral.left_on,
        )
        .join(
            PlanPublication,
            sa.and_(
                PlanPublication.plan_id == PlanSeat.plan_id,
                PlanPublication.graduate_id == PlanSeat.graduate_id,
            ),
        )
        .outerjoin(Referral, Referral.id == PlanPublication.referral_id)
        .where(
            PlanSeat.plan_id == plan.id,
            PlanSeat.rule == plan.chosen_rule,
            sa.true() if graduate_id is None else PlanSeat.graduate_id == graduate_id,
        )
    )
    found = {}
    for row in rows:
        goes_on = row.state in LIVE and row.left_on is None
        waits = goes_on and row.state is ReferralState.PROPOSED and row.confirmed_at is None
        code = row.refusal_code if row.published_as is PublishedAs.REFUSED else None
        found[row.graduate_id] = Made(
            row.posting_id, row.wish_rank, row.referral_id, goes_on, waits, code
        )
    return found


def ended_proposals(
    session: Session, drive_id: int, graduates: Collection[int]
) -> dict[int, Referral]:
    """Return by graduate the last proposal of a published plan of a drive that ended; one query for some hundreds."""
    found: dict[int, Referral] = {}
    asked = sorted(graduates)
    of_plans = (
        sa.select(PlanPublication.referral_id)
        .join(PlanRun, PlanRun.id == PlanPublication.plan_id)
        .where(PlanRun.drive_id == drive_id, PlanPublication.referral_id.is_not(None))
    )
    for start in range(0, len(asked), _AT_ONCE):
        rows = session.scalars(
            sa.select(Referral)
            .where(
                Referral.graduate_id.in_(asked[start : start + _AT_ONCE]),
                Referral.state.not_in(sorted(LIVE)),
                Referral.id.in_(of_plans),
            )
            .order_by(Referral.ended_at, Referral.id)
        )
        found.update({row.graduate_id: row for row in rows})
    return found


def referrals_of(session: Session, numbers: Collection[int]) -> dict[int, Referral]:
    """Return referrals by id; one query."""
    rows = session.scalars(sa.select(Referral).where(Referral.id.in_(sorted(numbers))))
    return {row.id: row for row in rows}


def under_way(drive_id: int) -> sa.Select[int]:
    """Select who has a referral that goes on: without a seat of the plan such people wait for that one."""
    return (
        sa.select(Referral.graduate_id)
        .where(Referral.drive_id == drive_id, Referral.state.in_(sorted(PENDING)))
        .distinct()
    )


def is_busy(session: Session, drive_id: int, graduate_id: int) -> bool:
    """Say whether somebody has a job, or a referral of a drive that goes on; one query."""
    found = sa.select(Graduate.id).where(
        Graduate.id == graduate_id, has_job(Graduate.id) | Graduate.id.in_(under_way(drive_id))
    )
    return session.scalar(found) is not None
