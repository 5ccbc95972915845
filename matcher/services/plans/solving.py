"""Solving a plan by both rules (求解): arrays in, arrays out; needs no database."""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.most_plan import most_plan
from matcher.allocation.plan_result import PlanResult
from matcher.services.plans.folders import PlanInput

_PACKAGE = "matcher.allocation"
_SHOWN = 16


def solve_rules(given: PlanInput) -> tuple[PlanResult, PlanResult]:
    """Solve a plan fairly, and for the most placements."""
    rules = given.parameters.rules
    return fair_plan(given.market, rules), most_plan(given.market, rules)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the version of the product and a hash over the sources of everything that solves."""
    digest = hashlib.sha256()
    for folder in (files(_PACKAGE), files(f"{_PACKAGE}.kernels")):
        for source in sorted(folder.iterdir(), key=lambda one: one.name):
            if source.name.endswith(".py"):
                digest.update(f"{source.name}\n".encode() + source.read_bytes())
    return f"{version('yangguang')}+{digest.hexdigest()[:_SHOWN]}"
