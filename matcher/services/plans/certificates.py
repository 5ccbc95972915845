"""The certificate of a plan as rows (无法全部安置的证明): guaranteed people and the too few seats open to them.

People who are guaranteed a seat bring all their eligible postings into the market, so that what is proved there holds
for everything they are eligible for, and not for lists alone. What a person fixed or ruled out is no part of it: who
has no seat for that reason alone stands in no component.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.hall import HallSet, certificate
from matcher.allocation.market import Market
from matcher.services.plans.folders import PlanInput
from matcher.services.plans.storing import CertificateRow


@dataclass(frozen=True)
class Certificate:
    """Components, and the component each of their people is in."""

    rows: tuple[CertificateRow, ...]
    component_of: dict[int, int]

    @property
    def n_short(self) -> int:
        """Count the people who stay without, whatever the plan."""
        return sum(row.n_short for row in self.rows)


def certificate_of(given: PlanInput) -> Certificate:
    """Prove that no more of the guaranteed can be seated on a market, whatever is fixed or ruled out."""
    market = given.market
    rows: list[CertificateRow] = []
    component_of: dict[int, int] = {}
    for number, found in enumerate(certificate(market, given.parameters.rules), start=1):
        rows.append(_row(market, number, found))
        component_of |= dict.fromkeys(market.graduates[found.graduates].tolist(), number)
    return Certificate(tuple(rows), component_of)


def _row(market: Market, number: int, found: HallSet) -> CertificateRow:
    return CertificateRow(
        component=number,
        graduates=_packed(market.graduates[found.graduates]),
        postings=_packed(market.postings[found.postings]),
        n_people=len(found.graduates),
        n_seats=found.seats,
        n_short=found.short,
    )


def _packed(ids: NDArray[np.int32]) -> bytes:
    return ids.astype("<i4").tobytes()
