"""The order of a list: one int64 key per entry, higher is better, so comparing two ints is all.

========  =====================================================================================
bits      meaning
========  =====================================================================================
63        sign, always 0; an empty place in a list is -1
62        fallback seat (保底岗位); set by the plan only, always 0 in lists
61        confirmed: the pair is certain (YES); pairs to be confirmed (待确认) come after all others
32..60    `order`, by the mode of the list:

          neutral (graduates' lists; the only order an employer ever gets): ``fit``

          BAND (分档优先): ``rank << 15 | fit``

          POINTS (加分): ``(fit + hardship_points[rank]) * 8 + rank``

          EQUAL_CONDITIONS (同等条件下优先): ``(fit // width * 8 + rank) * width + fit % width``,
          that is the band of fit, then the rank, then fit inside the band; width 0 counts as 1
0..31     ``0xFFFFFFFF - lottery`` of the partner
========  =====================================================================================
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide, PriorityMode
from matcher.ranking.lottery import LAST
from matcher.ranking.parameters import N_RANKS, POINTS_LIMIT, DriveParameters

FALLBACK_BIT = 62
CONFIRMED_BIT = 61
ORDER_SHIFT = 32
FIT_BITS = 15
ORDER_BITS = 19
"""Bits `order` takes at most: eight times the points limit, and five widths as large as the limit."""

RANK_STEPS = 8
"""Room for a rank in mixed-radix orders: the next power of two above the six ranks."""

EMPTY = -1
"""Key and partner of an empty place in a list."""

Neutral = Literal["neutral"]
NEUTRAL: Neutral = "neutral"
"""Order of a posting's list without priority: what employers see, and whoever must not see tiers."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OrderRule:
    """How fit and rank become the `order` bits of one kind of list; mode None is neutral."""

    mode: PriorityMode | None
    width: int = 1
    hardship_points: tuple[int, ...] = (0,) * N_RANKS

    @classmethod
    def of(cls, parameters: DriveParameters, side: ListSide | Neutral) -> "OrderRule":
        """Look up the rule of a list in the drive's parameters."""
        modes = {
            ListSide.POSTING_ORDINARY: parameters.ordinary_mode,
            ListSide.POSTING_RESERVED: parameters.reserved_mode,
        }
        mode = None if side == NEUTRAL else modes.get(ListSide(side))
        return cls(mode, max(1, parameters.equal_width), parameters.hardship_points)

    def order(self, fit: Ints, rank: Ints) -> Ints:
        """Combine fit and rank; never falls when either rises."""
        match self.mode:
            case None:
                return fit
            case PriorityMode.BAND:
                return rank << FIT_BITS | fit
            case PriorityMode.POINTS:
                bonus = np.asarray(self.hardship_points, dtype=np.int64)[rank]
                return (fit + bonus) * RANK_STEPS + rank
            case PriorityMode.EQUAL_CONDITIONS:
                return (fit // self.width * RANK_STEPS + rank) * self.width + fit % self.width

    def tables(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return `order` as one number by fit and one by rank, to be added: all modes are such sums."""
        return _tables(self)

    def keys(self, fit: Ints, rank: Ints, confirmed: NDArray[np.bool_], lottery: Ints) -> Ints:
        """Pack int64 keys; `lottery` is the partner's number."""
        certain = confirmed.astype(np.int64) << CONFIRMED_BIT
        return certain | self.order(fit, rank) << ORDER_SHIFT | (LAST - lottery)

    def total(self, decoded: "DecodedKey") -> int:
        """Fit and hardship points added up, as the mode POINTS does."""
        return decoded.fit + self.hardship_points[decoded.rank or 0]

    def decode(self, key: int) -> "DecodedKey":
        """Take a key of such a list apart; raises ValueError for an empty place."""
        if key < 0:
            raise ValueError("an empty place has no key")
        order = key >> ORDER_SHIFT & (1 << (CONFIRMED_BIT - ORDER_SHIFT)) - 1
        fit, rank = self._fit_and_rank(order)
        return DecodedKey(
            fallback=bool(key >> FALLBACK_BIT & 1),
            confirmed=bool(key >> CONFIRMED_BIT & 1),
            fit=fit,
            rank=rank,
            lottery=LAST - (key & LAST),
        )

    def _fit_and_rank(self, order: int) -> tuple[int, int | None]:
        """Undo `order`."""
        match self.mode:
            case None:
                return order, None
            case PriorityMode.BAND:
                return order & (1 << FIT_BITS) - 1, order >> FIT_BITS
            case PriorityMode.POINTS:
                rank = order % RANK_STEPS
                return order // RANK_STEPS - self.hardship_points[rank], rank
            case PriorityMode.EQUAL_CONDITIONS:
                upper, inside = divmod(order, self.width)
                band, rank = divmod(upper, RANK_STEPS)
                return band * self.width + inside, rank


@lru_cache(maxsize=8)
def _tables(rule: OrderRule) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Tables of a rule; they say the same as `order` because rank never multiplies fit."""
    fits, ranks = np.arange(POINTS_LIMIT + 1), np.arange(N_RANKS)
    zero = np.zeros(1, dtype=np.int64)
    by_fit = rule.order(fits, zero) - rule.order(zero, zero)
    by_rank = rule.order(zero, ranks) if rule.mode is not None else np.zeros(N_RANKS)
    return by_fit.astype(np.int32), by_rank.astype(np.int32)


@dataclass(frozen=True, slots=True)
class DecodedKey:
    """What a key says; `rank` is None in a neutral order, which does not carry it."""

    fallback: bool
    confirmed: bool
    fit: int
    rank: int | None
    lottery: int


def is_confirmed(keys: Ints) -> NDArray[np.bool_]:
    """Which keys belong to certain pairs; empty places are not confirmed."""
    confirmed: NDArray[np.bool_] = (keys >= 0) & ((keys >> CONFIRMED_BIT & 1) == 1)
    return confirmed
