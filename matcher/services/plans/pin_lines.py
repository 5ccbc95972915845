"""Pins a plan was solved around as pages show them (指定的代价): masked people, what each costs, whom they unseat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.plans import PlanRun, PlanUncovered
from matcher.services.permissions import Actor
from matcher.services.plans.posting_names import Place, places
from matcher.services.plans.runs import require_planner
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person


@dataclass(frozen=True)
class PinLine:
    """A pin and what it costs.

    Parameters
    ----------
    person : None for people of other unions
    costs : by rule the figures of `pin_costs`; None where they were not worked out
    unseats : some guaranteed person has no seat because of it, see `unseating`
    """

    graduate_id: int
    posting_id: int
    kind: PinKind
    person: Person | None
    place: Place | None
    costs: Mapping[PlanRule, Mapping[str, int] | None]
    unseats: bool


def pin_lines(
    session: Session, by: Actor, plan: PlanRun, limit: int | None = None
) -> list[PinLine]:
    """Return the pins a plan was solved around, those that unseat somebody guaranteed first, then the dearest."""
    require_planner(by)
    blamed = set(plan.figures.get("certificate", {}).get("pins") or ())
    told = [(number in blamed, one) for number, one in enumerate(plan.figures.get("pins", ()))]
    told.sort(key=lambda pair: (not pair[0], *_dearest_first(pair[1])))
    told = told[:limit]
    seen = persons(session, by, [one["graduate_id"] for _, one in told])
    known = places(session, {one["posting_id"] for _, one in told})
    return [
        PinLine(
            graduate_id=one["graduate_id"],
            posting_id=one["posting_id"],
            kind=PinKind(one["kind"]),
            person=seen.get(one["graduate_id"]),
            place=known.get(one["posting_id"]),
            costs={rule: one.get(rule.value) for rule in PlanRule},
            unseats=unseats,
        )
        for unseats, one in told
    ]


def _dearest_first(pin: Mapping[str, Any]) -> Sequence[int]:
    cost = pin.get(PlanRule.FAIR.value) or {"zero_employment": 0, "guaranteed": 0, "seats": 0}
    return tuple(-cost[name] for name in ("zero_employment", "guaranteed", "seats"))


def is_unseated_by_pins(session: Session, plan: PlanRun, rule: PlanRule, graduate_id: int) -> bool:
    """Say whether somebody guaranteed has no seat because of pins alone; callers have checked who asks."""
    row = session.get(PlanUncovered, (plan.id, rule, graduate_id))
    return row is not None and row.component is None
