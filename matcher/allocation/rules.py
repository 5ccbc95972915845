"""Published rules of a plan (方案规则), and the seat groups of a posting they speak of.

A posting has three groups of seats (席位组): ordinary ones, those reserved for households in hardship, those reserved
for zero-employment households. A group takes people of its least class and above. Where unfilled reserves are
released, every group takes everybody in the end, after those it is kept for.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidInputError
from matcher.kinds.plans import ReserveOrder, UnfilledReserve

ORDINARY: Final = 0
HARDSHIP: Final = 1
ZERO_EMPLOYMENT: Final = 2
N_GROUPS: Final = 3
"""Columns of `Market.seats`."""

LEAST_CLASS: Final = (0, 1, 5)
"""By group, the least class it is kept for."""

HIGHEST_CLASS: Final = 5
"""Zero-employment households; 4 to 1 are the tiers, 0 is everybody else."""


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What a drive publishes before it solves a plan.

    Parameters
    ----------
    guarantee_class : people of this class and above are guaranteed a seat as far as seats go; None guarantees nobody
    stickiness : points of wish that the seat of the last plan weighs more
    """

    guarantee_class: int | None = HIGHEST_CLASS
    reserves: ReserveOrder = ReserveOrder.MINIMUM_GUARANTEE
    unfilled: UnfilledReserve = UnfilledReserve.RELEASE
    stickiness: int = 0

    def __post_init__(self) -> None:
        """Refuse what no rule means.

        Raises
        ------
        InvalidInputError
            A guarantee for people of no class (then nobody would have to be poor for it), or points below zero.
        """
        guaranteed = self.guarantee_class
        if guaranteed is not None and not 1 <= guaranteed <= HIGHEST_CLASS:
            raise _wrong("guarantee_class", f"保底类别须在 1 到 {HIGHEST_CLASS} 之间，或不设。")
        if self.stickiness < 0:
            raise _wrong("stickiness", "沿用上次方案的加分不能为负。")

    @property
    def releases(self) -> bool:
        """Whether reserved seats nobody takes go to everybody."""
        return self.unfilled is UnfilledReserve.RELEASE

    def guaranteed(self, classes: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Say of each class whether it is guaranteed a seat."""
        least = HIGHEST_CLASS + 1 if self.guarantee_class is None else self.guarantee_class
        return classes >= least

    def open_to(self, person_class: int) -> tuple[bool, bool, bool]:
        """Say of each group whether somebody of a class may sit in it at all, first or last."""
        ordinary, hardship, zero = (person_class >= least for least in LEAST_CLASS)
        return (ordinary, hardship or self.releases, zero or self.releases)


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("plan_rules", message, fields={field: message})
