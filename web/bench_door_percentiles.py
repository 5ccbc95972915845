"""Percentiles of milliseconds for `yangguang bench door`."""

import statistics
from collections.abc import Sequence


def percentile(times: Sequence[float], percent: int) -> float:
    """Return a percentile of sorted milliseconds; 0 of none, the only one of one."""
    if len(times) < 2:
        return round(times[0], 1) if times else 0.0
    return round(statistics.quantiles(times, n=100, method="inclusive")[percent - 1], 1)
