"""What solving a plan gives (求解结果): both results with their figures, the certificate, what each pin costs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from matcher.allocation.market import refuse_class_without_seat
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.prices import pin_prices, prices
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.services.plans.certificates import Certificate, certificate_of
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.solving import code_version, solve_rules
from matcher.services.plans.storing import CertificateRow, SolvedRule

MOST_PINS = 20
"""Pins whose cost is worked out, one solution each; more of them say something is wrong with the rules."""

_SMALL = 500_000
"""Pairs up to which a pin's cost is worked out by both rules: the most-placements rule takes seconds above."""


@dataclass(frozen=True, eq=False)
class RuleSolution:
    """What one rule gave."""

    result: PlanResult
    summary: SolvedRule


@dataclass(frozen=True, eq=False)
class Solution:
    """What solving a plan gives.

    Parameters
    ----------
    figures : by rule, of the certificate and of the pins
    """

    fair: RuleSolution
    most: RuleSolution
    certificate: tuple[CertificateRow, ...]
    figures: dict[str, Any]
    code_version: str


def solve(given: PlanInput, look: Callable[[], None] = lambda: None) -> Solution:
    """Solve a plan by both rules.

    Parameters
    ----------
    look : called between the steps; raises to give up

    Raises
    ------
    InvalidInputError
        No seat is open to a guaranteed class, or the pins contradict; the sentence names the records.
    """
    refuse_class_without_seat(given.market, given.parameters.rules)
    results = solve_rules(given)
    look()
    certificate = certificate_of(given)
    fair, most = (_solution(given, one, certificate) for one in results)
    figures = {one.rule.value: rule_figures(given, one) for one in results}
    return Solution(
        fair=fair,
        most=most,
        certificate=certificate.rows,
        figures={
            **figures,
            "certificate": {"components": len(certificate.rows), "short": certificate.n_short},
            "pins": _costs(given, look),
        },
        code_version=code_version(),
    )


def _solution(given: PlanInput, result: PlanResult, certificate: Certificate) -> RuleSolution:
    market = given.market
    ids = market.graduates[result.uncovered].tolist()
    ranks = market.classes[result.uncovered].tolist()
    uncovered = [
        (person, rank, certificate.component_of.get(person))
        for person, rank in zip(ids, ranks, strict=True)
    ]
    return RuleSolution(
        result, SolvedRule(result.rule, result.result_hash(market), uncovered=uncovered)
    )


def rule_figures(given: PlanInput, result: PlanResult) -> dict[str, Any]:
    """Count what one rule gave: seats by kind, prices of everybody and by class, who gave way."""
    told = prices(given.market, given.parameters.rules, result)
    first = result.first if result.first is not None else result.edge
    return {
        "kinds": {kind.value: int((result.seated_as == kind.code).sum()) for kind in SeatedAs},
        "uncovered": len(result.uncovered),
        # Edges of a person stand best wish first: a lower number is a better liked posting.
        "gave_way": int(((first >= 0) & (first < result.edge)).sum()),
        "gave_way_unseated": int(((first >= 0) & (result.edge < 0)).sum()),
        "total": asdict(told.total),
        "by_class": [asdict(one) for one in told.by_class],
        "seconds": round(result.seconds, 3),
    }


def _costs(given: PlanInput, look: Callable[[], None]) -> list[dict[str, Any]]:
    """Say what each pin costs: how many more would sit without it, by rule, and how many elsewhere."""
    market, rules = given.market, given.parameters.rules
    worked_out = tuple(PlanRule) if market.n_edges <= _SMALL else (PlanRule.FAIR,)
    if len(given.pins) > MOST_PINS:
        return []
    costs: list[dict[str, Any]] = [
        {"graduate_id": pin.graduate, "posting_id": pin.posting, "kind": pin.kind.value}
        for pin in given.pins
    ]
    for rule in worked_out if costs else ():
        look()
        for told, price in zip(costs, pin_prices(market, rules, rule, given.pins), strict=True):
            told[rule.value] = {"seats": price.seats, "moved": price.moved}
    return costs
