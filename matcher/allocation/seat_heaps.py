"""In which order a seat was given out (席位的次序), and who was sure of the very seat it sits in."""

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.kernels.seating import RELEASED
from matcher.allocation.plan_result import PlanResult
from matcher.kinds.plans import SeatedAs


def heaps_of(result: PlanResult) -> NDArray[np.int64]:
    """By graduate the heap that holds it: its group, or released seats; -1 without a seat."""
    is_released = result.seated_as == SeatedAs.RELEASED.code
    return np.where(is_released, RELEASED, result.group).astype(np.int64)


def sure_of(result: PlanResult) -> NDArray[np.bool_]:
    """Who sits on the very seat it was sure of: nobody could have taken it, whatever the key."""
    if result.fallback is None or result.fallback_group is None:
        return np.zeros(len(result.edge), dtype=np.bool_)
    sits = (result.edge >= 0) & (result.edge == result.fallback)
    sure: NDArray[np.bool_] = sits & (result.group == result.fallback_group)
    return sure
