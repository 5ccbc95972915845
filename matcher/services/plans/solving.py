"""Solving a plan by both rules (求解): arrays in, arrays out; needs no database."""

import hashlib
import time
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from matcher.allocation.pins import solved
from matcher.allocation.plan_result import PlanResult
from matcher.kinds.plans import PlanRule
from matcher.services.plans.folders import PlanInput

_PACKAGE = "matcher.allocation"
_SHOWN = 16


def solve_rules(given: PlanInput) -> tuple[PlanResult, PlanResult]:
    """Solve a plan fairly, and for the most placements."""
    return _timed(given, PlanRule.FAIR), _timed(given, PlanRule.MOST)


def _timed(given: PlanInput, rule: PlanRule) -> PlanResult:
    """Solve by one rule around the pins, and say how long it took."""
    started = time.perf_counter()
    result = solved(given.market, given.parameters.rules, rule, given.pins)
    return replace(result, seconds=time.perf_counter() - started)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the version of the product and a hash over the sources of everything that solves."""
    digest = hashlib.sha256()
    for folder in (files(_PACKAGE), files(f"{_PACKAGE}.kernels")):
        for source in sorted(folder.iterdir(), key=lambda one: one.name):
            if source.name.endswith(".py"):
                digest.update(f"{source.name}\n".encode() + source.read_bytes())
    return f"{version('yangguang')}+{digest.hexdigest()[:_SHOWN]}"


@lru_cache(maxsize=1)
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries a result depends on: another one may break a tie another way."""
    return {name: version(name) for name in ("numba", "numpy", "ortools")}
