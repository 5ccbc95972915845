"""What a start-up did for others (创业带动就业): people at work there beside the founder, by a day.

It hangs on the founder's placement of the kind 自主创业. Rows are never changed: the newest one known stands, a
lower number is entered like a higher one, with what shows it.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import DestinationGroup, PlacementState
from matcher.models.placements import Placement
from matcher.models.service_events import BusinessEffect
from matcher.policy.destinations import find_destination
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements.sight import SUBJECT, get_placement
from matcher.services.rows import unique_or

_MOST_JOBS = 5_000
"""A start-up of a graduate with more people than that is a slip of the pen."""


@dataclass(frozen=True)
class EffectInput:
    """How many people work there, seen on which day, shown by what (no names)."""

    n_jobs: int
    happened_on: dt.date
    evidence: str


def is_start_up(placement: Placement) -> bool:
    """Say whether a placement is a business of one's own (自主创业)."""
    found = find_destination(
        placement.destination_list, placement.destination_code, placement.started_on
    )
    return found is not None and found.group is DestinationGroup.BUSINESS


def list_effects(session: Session, by: Actor, placement: Placement) -> list[BusinessEffect]:
    """Return what was entered for a placement in sight, the one that stands first."""
    get_placement(session, by, placement.id)
    found = sa.select(BusinessEffect).where(BusinessEffect.placement_id == placement.id)
    return list(session.scalars(found.order_by(BusinessEffect.id.desc())))


def record_effect(
    session: Session, by: Actor, placement_id: int, facts: EffectInput
) -> BusinessEffect:
    """Enter how many people a start-up gives work to; it replaces what was entered before.

    Raises
    ------
    RuleBrokenError
        The placement is no business of one's own, or was revoked.
    InvalidInputError
        A number or a day that cannot be, or nothing that shows it.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(session, by, placement_id, lock=True)
    if not is_start_up(placement):
        raise RuleBrokenError("effect_no_start_up", "只有自主创业的去向才登记带动就业人数。")
    if placement.state is PlacementState.REVOKED:
        raise RuleBrokenError("effect_revoked", "这条去向已撤销，不能再登记带动就业人数。")
    _check(placement, facts)
    newest = sa.select(sa.func.max(BusinessEffect.id)).where(
        BusinessEffect.placement_id == placement.id
    )
    effect = BusinessEffect(
        placement_id=placement.id,
        n_jobs=facts.n_jobs,
        happened_on=facts.happened_on,
        evidence=facts.evidence.strip(),
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=session.scalar(newest),
    )
    refusal = RuleBrokenError("effect_changed", "带动就业人数刚被别人登记过，请刷新后再改。")
    with unique_or(session, refusal):
        session.add(effect)
    audit.record(
        session,
        by,
        "placement.business_effect",
        subject=(SUBJECT, placement.id),
        jobs=effect.n_jobs,
        on=effect.happened_on,
    )
    session.flush()
    return effect


def _check(placement: Placement, facts: EffectInput) -> None:
    fields: dict[str, str] = {}
    if not 0 <= facts.n_jobs <= _MOST_JOBS:
        fields["n_jobs"] = f"人数应在 0 到 {_MOST_JOBS} 之间。"
    if facts.happened_on > clock.today():
        fields["happened_on"] = "日期不能晚于今天。"
    elif facts.happened_on < placement.started_on:
        fields["happened_on"] = "日期不能早于创业开始日期。"
    if not facts.evidence.strip():
        fields["evidence"] = "请写明依据，例如社保缴费名单；不要写姓名。"
    if fields:
        raise InvalidInputError("effect_input", "登记有误，请修改标出的项目。", fields=fields)
