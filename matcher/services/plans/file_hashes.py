"""Hashes of the files a plan is verified from (核验文件的校验值): they tie a file anybody holds to the chained trail.

Of the instance, of what a person fixed or ruled out, and of the seats by each rule, as `allocation.bare_plan` writes
them: whoever has the file makes them again without this program, and finds them in the manifest.
"""

from collections.abc import Iterable

from matcher.allocation.bare import BareInstance
from matcher.allocation.bare_plan import bare_hash, instance_hash, written_pins, written_seats
from matcher.allocation.plan_result import PlanResult
from matcher.services.plans.folders import PlanInput


def written_market(given: PlanInput) -> BareInstance:
    """Return what a plan was solved on as an instance by the ids of the installation."""
    market = given.market
    people, postings = tuple(market.graduates.tolist()), tuple(market.postings.tolist())
    return BareInstance(market, given.parameters.rules, people, postings, ())


def file_hashes(given: PlanInput, results: Iterable[PlanResult]) -> dict[str, str]:
    """Return the hash of the instance, of the pins, and by rule of the seats."""
    bare = written_market(given)
    return {
        "instance": instance_hash(bare.market, bare.rules),
        "pins": bare_hash(written_pins(given.pins)),
        **{one.rule.value: bare_hash(written_seats(bare, one)) for one in results},
    }
