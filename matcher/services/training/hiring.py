"""Hired after training (培训后就业), kept after an internship (留用), a business begun: always by a record of the job.

A training referral is HIRED by a placement of the same person that began after it finished; it makes none itself.
Placements of the months after are found every night, so that nobody has to tell it twice.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.placements import PlacementState
from matcher.kinds.training import TrainingState
from matcher.models.placements import Placement
from matcher.models.training import TrainingReferral
from matcher.policy.deadlines import get_deadline
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import first_or_missing
from matcher.services.training.sight import lock_referral, require_staff
from matcher.services.training.stepping import step

WITHIN_RULE = "training.hired_within"
"""Months after the end within which a job counts as one after this training."""

_DONE = (TrainingState.FINISHED, TrainingState.CERTIFIED)


def link_placement(
    session: Session, by: Actor, referral_id: int, placement_id: int
) -> TrainingReferral:
    """Say that a placement followed from a training.

    Raises
    ------
    RuleBrokenError
        It is somebody else's, was revoked, or began before the training ended.
    """
    require_staff(by)
    course, referral = lock_referral(session, by, referral_id)
    found = sa.select(Placement).where(
        Placement.id == placement_id, Placement.graduate_id == referral.graduate_id
    )
    placement = first_or_missing(session, found, lock=False)
    ended = referral.finished_on
    if placement.state is PlacementState.REVOKED or ended is None or placement.started_on < ended:
        raise RuleBrokenError(
            "placement_not_after_training", "这条去向已撤销，或者早于结业，不能算培训后就业。"
        )
    referral.placement_id, referral.hired_on = placement.id, placement.started_on
    referral.hired_referral_id = placement.referral_id
    step(session, by, course, referral, TrainingState.HIRED, facts={"placement": placement.id})
    return referral


def link_found(session: Session, by: Actor) -> int:
    """Link the placements that began within the months after a training; run again it finds none new."""
    require_staff(by)
    months = get_deadline(WITHIN_RULE, None, clock.today())
    pairs = session.execute(
        sa.select(TrainingReferral, Placement)
        .join(Placement, Placement.graduate_id == TrainingReferral.graduate_id)
        .where(
            TrainingReferral.state.in_(_DONE),
            Placement.state != PlacementState.REVOKED,
            Placement.is_outcome,
            TrainingReferral.finished_on <= Placement.started_on,
        )
        .order_by(TrainingReferral.id, Placement.started_on)
    ).all()
    linked: set[int] = set()
    for referral, placement in pairs:
        last = months.after(referral.finished_on or placement.started_on)
        if referral.id not in linked and placement.started_on <= last:
            link_placement(session, SYSTEM, referral.id, placement.id)
            linked.add(referral.id)
    return len(linked)
