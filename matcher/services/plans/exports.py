"""A plan as a file anybody can verify (核验文件): what it was solved on and what came out, by ids; see `plan verify`.

Fixed and forbidden pairs are no part of it: it holds what they leave, which is what was solved.
"""

from typing import Any

from sqlalchemy.orm import Session

from matcher.allocation.bare import BareInstance
from matcher.allocation.bare_plan import bare_hash, bare_instance, bare_plan
from matcher.allocation.hall import certificate
from matcher.allocation.pins import pinned, solved
from matcher.db.engine import settings_of
from matcher.kinds.plans import PlanRule
from matcher.models.plans import PlanRun
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
    rules = given.parameters.rules
    if given.pins:
        market = pinned(given.market, rules, given.pins).market
        result = solved(market, rules, rule)
    else:
        market, result = given.market, load_result(folder, rule)
    instance = bare_instance(market, rules)
    people, postings = tuple(market.graduates.tolist()), tuple(market.postings.tolist())
    bare = BareInstance(market, rules, people, postings, ())
    told = bare_plan(bare, result, certificate(market, rules), bare_hash(instance))
    return {"instance": instance, "plan": told}
