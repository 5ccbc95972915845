"""A plan as a file anybody can verify (核验文件): what it was solved on and what came out, by ids; see `plan verify`.

Pairs a person fixed or ruled out stand in it as such: the instance is the whole market, and the proof is of the whole.
"""

from typing import Any

from sqlalchemy.orm import Session

from matcher.allocation.bare_plan import bare_hash, bare_instance, bare_plan, written_pins
from matcher.allocation.hall import certificate
from matcher.db.engine import settings_of
from matcher.kinds.plans import PlanRule
from matcher.models.plans import PlanRun
from matcher.services.plans.file_hashes import written_market
from matcher.services.plans.folders import load_input, load_result, plan_folder
from matcher.services.plans.runs import check_usable


def verifiable_plan(session: Session, plan: PlanRun, rule: PlanRule) -> dict[str, Any]:
    """Write a plan by one rule with its instance; callers have checked who asks.

    Raises
    ------
    SnapshotError
        The plan's folder is gone or damaged.
    """
    check_usable(plan)
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    given = load_input(folder)
    bare = written_market(given)
    instance = bare_instance(bare.market, bare.rules)
    proof = certificate(bare.market, bare.rules)
    told = bare_plan(bare, load_result(folder, rule), proof, bare_hash(instance))
    pins = written_pins(given.pins)
    return {"instance": instance, "plan": told | {"pins": pins, "pins_hash": bare_hash(pins)}}
