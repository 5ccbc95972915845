"""What a pair rests on, packed: the code of a major's answer. The score model itself stands in `kernels`."""

import numpy as np
from numpy.typing import NDArray

VERDICT_SHIFT = 15
"""A major code is `verdict << 15 | points`: the better verdict wins first, then the points."""

MAYBE_CODE = 1 << VERDICT_SHIFT
YES_CODE = 2 << VERDICT_SHIFT
POINTS_MASK = MAYBE_CODE - 1

Levels = NDArray[np.int8] | np.int8
"""Ranks of educations (学历)."""


def meets_education(own: Levels, least: Levels) -> NDArray[np.bool_]:
    """Whether educations (学历) reach the least ones asked for; `NOT_STATED` asks for none."""
    meets: NDArray[np.bool_] = own >= least
    return meets
