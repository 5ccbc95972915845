"""What solving a plan gives (求解结果): both results with their figures, the certificate, what each pin costs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from matcher.allocation.market import refuse_class_without_seat
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.prices import prices
from matcher.kinds.plans import SeatedAs
from matcher.services.plans.certificates import Certificate, certificate_of
from matcher.services.plans.file_hashes import file_hashes
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.pin_costs import pin_costs, unseated_by_pins
from matcher.services.plans.solving import code_version, solve_rules
from matcher.services.plans.storing import CertificateRow, SolvedRule


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
    figures : by rule, of the certificate and of the pins, and the hashes of the files to verify
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
            "certificate": {
                "components": len(certificate.rows),
                "short": certificate.n_short,
                **unseated_by_pins(given, look),
            },
            "pins": pin_costs(given, look),
            "file_hashes": file_hashes(given, results),
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
