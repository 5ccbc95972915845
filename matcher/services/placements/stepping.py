"""The one place that changes the state of a placement (去向): checks the table, writes the step and the trail.

No use case: callers have asked who may, and have locked the placement.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.placements import PlacementState
from matcher.models.placements import Placement, PlacementEvidence, PlacementStep
from matcher.policy.placement_steps import may_follow
from matcher.services import audit
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor
from matcher.services.placements.sight import SUBJECT
from matcher.services.referrals.stepping import via_of

WORDS = "placement_step.words"

ENTERED = ("recorded", "begun", "changed", "submitted")
"""Acts of who stands behind what is to be checked."""


def step(
    session: Session,
    actor: Actor,
    placement: Placement,
    act: str,
    *,
    after: PlacementState | None = None,
    reason: str | None = None,
    words: str | None = None,
    facts: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
) -> PlacementStep:
    """Write one act on a placement, with the state it leads to if it changes it.

    Parameters
    ----------
    columns : set together with the state

    Raises
    ------
    RuleBrokenError
        The state may not follow the one that stands.
    """
    before = placement.state
    if after is not None and not may_follow(before, after):
        raise RuleBrokenError(
            "placement_step_wrong",
            f"这条去向现在是“{before.label}”，不能这样办理，请刷新后按当前状态办理。",
            state=before.value,
        )
    if after is not None:
        placement.state = after
        placement.doubt_reason = None
    for name, value in (columns or {}).items():
        setattr(placement, name, value)
    session.flush()
    return note(
        session, actor, placement, act, before=before, reason=reason, words=words, facts=facts
    )


def note(
    session: Session,
    actor: Actor,
    placement: Placement,
    act: str,
    *,
    before: PlacementState | None = None,
    reason: str | None = None,
    words: str | None = None,
    facts: dict[str, Any] | None = None,
) -> PlacementStep:
    """Write one row of the log and of the trail."""
    made = PlacementStep(
        placement_id=placement.id,
        act=act,
        before=before,
        after=placement.state,
        reason=reason,
        at=clock.now(),
        via=via_of(actor),
        by_account_id=actor.account_id,
        facts=facts or {},
        words_cipher=seal(session, words, WORDS),
    )
    session.add(made)
    audit.record(
        session,
        actor,
        f"placement.{act}",
        subject=(SUBJECT, placement.id),
        after=placement.state,
        reason=reason,
        **(facts or {}),
    )
    session.flush()
    return made


def entered_by(session: Session, placement: Placement) -> set[int]:
    """Return the accounts that recorded, changed or submitted a placement, or put evidence to it."""
    steps = sa.select(PlacementStep.by_account_id).where(
        PlacementStep.placement_id == placement.id, PlacementStep.act.in_(ENTERED)
    )
    papers = sa.select(PlacementEvidence.entered_by_id).where(
        PlacementEvidence.placement_id == placement.id
    )
    found = {*session.scalars(steps), *session.scalars(papers), placement.recorded_by_id}
    return {one for one in found if one is not None}


def require_other(session: Session, actor: Actor, placement: Placement) -> None:
    """Raise if who checks is one who recorded or uploaded (录入与核验分开)."""
    if actor.account_id in entered_by(session, placement):
        raise RuleBrokenError(
            "placement_own_check", "登记或上传过这条去向的人不能核验它，请交给另一位核验。"
        )
