"""Spreading attention (关注度均衡): a posting stands in a limited number of graduates' lists for every seat it has.

Definition. Every graduate keeps the first `floor` places of the list whatever comes. A posting with s seats has room
for cap × s lists; floors take their part of it first and may pass it. What is left goes to those who have the posting
further down: first to the pairs with the higher order (certain before to be confirmed, then fit), equal ones by the
graduate's lottery number, lower first, and at last by id. Hardship plays no part: these lists tell nothing of it.

So nobody's list falls under min(floor, own length); a posting passes its room through floors alone; and because every
posting is filled by itself and in an order of its own, neither the order of rows nor any cutting of the lists
changes who sees what. The lists themselves stay as ranked: what is shown is a mask over them.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.order import ORDER_SHIFT

Bools = NDArray[np.bool_]


def spread(
    partners: NDArray[np.int32],
    keys: NDArray[np.int64],
    graduates: NDArray[np.int64],
    lottery: NDArray[np.int64],
    *,
    room: Mapping[int, int],
    floor: int,
) -> Bools:
    """Return which places of graduates' lists are shown.

    Parameters
    ----------
    partners, keys : one list a row, best first; -1 in empty places
    graduates, lottery : id and lottery number of every row
    room : in how many lists each posting may stand; a posting left out has no room beyond floors
    """
    shown = partners >= 0
    first = shown.copy()
    first[:, floor:] = False
    row, place = np.nonzero(shown & ~first)
    if not len(row):
        return shown
    posting = partners[row, place].astype(np.int64)
    order = np.lexsort((graduates[row], lottery[row], -(keys[row, place] >> ORDER_SHIFT), posting))
    ids, starts, counts = np.unique(posting[order], return_index=True, return_counts=True)
    taken = _counts(partners[first], ids)
    left = np.asarray([room.get(one, 0) for one in ids.tolist()], dtype=np.int64) - taken
    turn = np.arange(len(order)) - np.repeat(starts, counts)
    refused = order[turn >= np.repeat(np.maximum(0, left), counts)]
    shown[row[refused], place[refused]] = False
    return shown


def _counts(values: NDArray[np.int32], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count each of some ascending ids among values."""
    ordered = np.sort(values)
    return np.searchsorted(ordered, ids, "right") - np.searchsorted(ordered, ids, "left")


def still_shown(
    partners: NDArray[np.int32], admitted: NDArray[np.int32], *, floor: int
) -> NDArray[np.bool_]:
    """Return which places of a list made after the run are shown until the next one.

    The first `floor` places, and beyond them the postings the run's spread gave this graduate: a posting that came
    onto the list later waits, so that no posting passes its room but through floors.
    """
    shown = np.isin(partners, admitted)
    shown[:floor] = True
    return shown
