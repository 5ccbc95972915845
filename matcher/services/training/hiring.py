"""Hired after training (培训后就业), kept after an internship (留用), a business begun: always by a record of the job.

A training referral is HIRED by a placement of the same person that began after it finished; it makes none itself.
Placements of the months after are found every night, so that nobody has to tell it twice. The link may stand before
the placement is checked; what counts (`counted_after`) are checked jobs alone, after an internship those kept there.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.placements import PlacementState
from matcher.kinds.training import CourseKind, TrainingState
from matcher.models.placements import Placement
from matcher.models.training import Course, TrainingReferral
from matcher.policy.deadlines import get_deadline
from matcher.policy.destinations import WORK_GROUPS, load_destinations
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.placements.counting import counted
from matcher.services.rows import first_or_missing
from matcher.services.training.sight import lock_referral, require_staff
from matcher.services.training.stepping import note, step, wrong_step

WITHIN_RULE = "training.hired_within"
"""Months after the end within which a job counts as one after this training."""

_DONE = (TrainingState.FINISHED, TrainingState.CERTIFIED)


def in_job() -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` for destinations that are work."""
    work = [one for one in load_destinations() if one.group in WORK_GROUPS]
    codes = sorted({(one.list_name, one.code) for one in work})
    code = sa.tuple_(Placement.destination_list, Placement.destination_code)
    return sa.and_(Placement.is_outcome, code.in_(codes))


def counted_after() -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` joined to a training and its course for jobs that count as one after it."""
    kept = Placement.employer_id == Course.employer_id
    return sa.and_(counted(), in_job(), sa.or_(Course.kind != CourseKind.INTERNSHIP, kept))


def link_placement(
    session: Session, by: Actor, referral_id: int, placement_id: int
) -> TrainingReferral:
    """Say that a placement followed from a training; one that was revoked gives way to another.

    Raises
    ------
    RuleBrokenError
        It was revoked, began before the training ended, or another one stands.
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
    before = session.get(Placement, referral.placement_id or 0)
    if before is not None and before.state is not PlacementState.REVOKED:
        raise wrong_step(referral)
    referral.placement_id, referral.hired_on = placement.id, placement.started_on
    referral.hired_referral_id = placement.referral_id
    facts = {"placement": placement.id}
    if referral.state is TrainingState.HIRED:
        note(session, by, referral, before=TrainingState.HIRED, facts=facts)
        session.flush()
    else:
        step(session, by, course, referral, TrainingState.HIRED, facts=facts)
    return referral


def link_found(session: Session, by: Actor) -> int:
    """Link the placements that began within the months after a training; run again it finds none new."""
    require_staff(by)
    months = get_deadline(WITHIN_RULE, None, clock.today())
    revoked = sa.select(Placement.id).where(Placement.state == PlacementState.REVOKED)
    pairs = session.execute(
        sa.select(TrainingReferral, Placement)
        .join(Placement, Placement.graduate_id == TrainingReferral.graduate_id)
        .where(
            sa.or_(TrainingReferral.state.in_(_DONE), TrainingReferral.placement_id.in_(revoked)),
            Placement.state != PlacementState.REVOKED,
            in_job(),
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
