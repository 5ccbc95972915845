"""What a plan of booths would come to (方案比较): a simulated crowd walks it, the same crowd for every plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.fairs.booth_costs import Price
from matcher.fairs.crowd import Comer as Person
from matcher.fairs.crowd import CrowdFigures, Stand, invent_crowd, simulate
from matcher.fairs.floor import METRES_A_CELL, Walks
from matcher.fairs.lines import ARRIVE_MINUTES, TALK_MINUTES
from matcher.services.booths.office import Comer

_SEED = 2009
"""Fixed, so that the same plan has the same figures; the year the drive began."""

_CROWDS = 3
"""Crowds a plan is walked by; the figures are their means, those of the worst moment their greatest."""

_MANY_TALKS = 20_000
"""From here on one crowd: chance evens out in it, and it takes seconds."""


@dataclass(frozen=True)
class Judge:
    """Walks plans of one fair with the same crowds.

    Parameters
    ----------
    walks : steps between all booths of the fair
    closes : minutes a session lasts
    """

    walks: Walks
    comers: Sequence[Comer]
    closes: float

    def figures(self, holders: Sequence[int | None], price: Price) -> dict[str, Any] | None:
        """Return the figures of a plan, None if nobody has a booth.

        Parameters
        ----------
        holders : fair employer of each booth
        """
        own: dict[int, list[int]] = {}
        for booth, key in enumerate(holders):
            if key is not None:
                own.setdefault(key, []).append(booth)
        there = [one for one in self.comers if one.id in own]
        if not there:
            return None
        stands = [Stand(tuple(own[one.id]), one.n_interviewers, TALK_MINUTES) for one in there]
        walked = [
            simulate(
                self.walks,
                stands,
                crowd,
                rng=np.random.default_rng([_SEED, n]),
                closes=self.closes,
            )
            for n, crowd in enumerate(self._crowds(there))
        ]
        return {
            "n_placed": len(there),
            "expected_near": price.most_near,
            "trade_metres": round(_trade_steps(self.walks, there, own) * METRES_A_CELL),
            **_summed_up(walked),
        }

    def _crowds(self, there: Sequence[Comer]) -> list[list[Person]]:
        demand = [one.n_visitors for one in there]
        trades = [one.trade for one in there]
        n = 1 if sum(demand) > _MANY_TALKS else _CROWDS
        return [
            invent_crowd(
                demand,
                trades,
                rng=np.random.default_rng([_SEED, i, 1]),
                last_minute=min(ARRIVE_MINUTES, self.closes),
            )
            for i in range(n)
        ]


def _summed_up(walked: Sequence[CrowdFigures]) -> dict[str, float]:
    return {
        "longest_line": max(one.longest_line for one in walked),
        "most_near": max(one.most_near for one in walked),
        "mean_wait": round(float(np.mean([one.mean_wait for one in walked])), 1),
        "wait_p95": round(float(np.mean([one.wait_p95 for one in walked])), 1),
        "n_talks": round(float(np.mean([one.n_talks for one in walked]))),
        "n_missed": round(float(np.mean([one.n_missed for one in walked]))),
    }


def _trade_steps(walks: Walks, there: Sequence[Comer], own: dict[int, list[int]]) -> float:
    """Return the mean steps between booths of employers of the same trade."""
    total, n = 0, 0
    for trade in sorted({one.trade for one in there}):
        booths = [booth for one in there if one.trade == trade for booth in own[one.id]]
        total += int(walks.between[np.ix_(booths, booths)].sum())
        n += len(booths) * (len(booths) - 1)
    return total / n if n else 0.0
