"""Spreading attention (关注度均衡): a posting stands in a limited number of graduates' lists for every seat it has.

Definition. Every graduate keeps the first `floor` places of the list whatever comes. A posting with s seats has room
for cap × s lists; floors take their part of it first and may pass it. What is left goes to those who have the posting
further down: first to the pairs with the higher order (certain before to be confirmed, then fit), equal ones by the
graduate's lottery number, lower first, and at last by id. Hardship plays no part: these lists tell nothing of it.

So nobody's list falls under min(floor, own length); a posting passes its room through floors alone; and because every
posting is filled by itself and in an order of its own, neither the order of rows nor any cutting of the lists
changes who sees what. The lists themselves stay as ranked: what is shown is a mask over them.

Memory. Lists stream by and are never held: once to count, then once for every slice of the postings that have more
takers than room, and once more by whoever asks what is shown. Held are 12 bytes for every place of a slice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.lottery import LAST

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_ONCE = 16_000_000
"""Places beyond floors that a slice of postings has at most (192 MB), but for a posting that has more by itself."""

_EVERYBODY = -1
"""Turn of the last who sees a posting that has room for all."""

_NOBODY = np.iinfo(np.int64).max
"""The same of a posting whose room floors have taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Some graduates' lists, end to end.

    Parameters
    ----------
    graduates, lottery, lengths : one number a list
    partners, keys : one number a place, best first
    """

    graduates: Ints
    lottery: Ints
    lengths: Ints
    partners: NDArray[np.int32]
    keys: Ints

    def beyond(self, floor: int) -> Bools:
        """Return which places lie beyond the first `floor` of their list."""
        starts = np.cumsum(self.lengths) - self.lengths
        return np.arange(len(self.partners)) - np.repeat(starts, self.lengths) >= floor

    def turns(self) -> Ints:
        """Return whose turn is earlier, as one number a place: higher sees the posting first."""
        order = self.keys & ~LAST  # the lower bits are the posting's own lottery number
        turns: Ints = order | (LAST - np.repeat(self.lottery, self.lengths))
        return turns

    def owners(self) -> Ints:
        """Return the graduate of every place."""
        return np.repeat(self.graduates, self.lengths)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The last who sees each posting beyond floors, by turn and id; one more entry for unknown postings."""

    floor: int
    postings: NDArray[np.int32]
    turn: Ints
    graduate: Ints

    def numbers(self, partners: NDArray[np.int32]) -> Ints:
        """Return the number of each posting; unknown ones have the last."""
        at = np.searchsorted(self.postings, partners)
        known = at < len(self.postings)
        known[known] = self.postings[at[known]] == partners[known]
        return np.where(known, at, len(self.postings))

    def shown(self, lists: Lists) -> Bools:
        """Return which places are shown."""
        number, turn = self.numbers(lists.partners), lists.turns()
        last = self.turn[number]
        tied = (turn == last) & (lists.owners() <= self.graduate[number])
        shown: Bools = ~lists.beyond(self.floor) | (turn > last) | tied
        return shown


def find_limits(
    read: Callable[[], Iterable[Lists]],
    *,
    room: Mapping[int, int],
    floor: int,
    at_once: int = AT_ONCE,
) -> Limits:
    """Fill every posting and return where each is full.

    Parameters
    ----------
    read : begins the stream of all lists anew, the same each time
    room : in how many lists each posting may stand; a posting left out has no room beyond floors
    """
    n = len(room)
    limits = Limits(
        floor=floor,
        postings=np.asarray(sorted(room), dtype=np.int32),
        turn=np.full(n + 1, _EVERYBODY, dtype=np.int64),
        graduate=np.full(n + 1, -1, dtype=np.int64),
    )
    floors, takers = _counts(read(), limits)
    given = np.asarray([room[one] for one in limits.postings.tolist()] + [0], dtype=np.int64)
    left = np.maximum(0, given - floors)
    limits.turn[left == 0] = _NOBODY
    crowded = np.flatnonzero((left > 0) & (left < takers))
    for some in _slices(crowded, takers, at_once):
        _fill(limits, read(), some, takers=takers[some], left=left[some])
    return limits


def _counts(stream: Iterable[Lists], limits: Limits) -> tuple[Ints, Ints]:
    """Count each posting's places within floors and beyond."""
    n = len(limits.turn)
    floors, takers = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for lists in stream:
        number, beyond = limits.numbers(lists.partners), lists.beyond(limits.floor)
        floors += np.bincount(number[~beyond], minlength=n)
        takers += np.bincount(number[beyond], minlength=n)
    return floors, takers


def _slices(crowded: Ints, takers: Ints, at_once: int) -> Iterator[Ints]:
    """Cut postings so that each slice has at most so many takers, or is one posting."""
    start, total = 0, 0
    for at, posting in enumerate(crowded.tolist()):
        total += int(takers[posting])
        if total > at_once and at > start:
            yield crowded[start:at]
            start, total = at, int(takers[posting])
    if start < len(crowded):
        yield crowded[start:]


def _fill(limits: Limits, stream: Iterable[Lists], some: Ints, *, takers: Ints, left: Ints) -> None:
    """Find the last taker of each of some postings."""
    stops = np.cumsum(takers)
    filled = stops - takers
    turns = np.empty(int(takers.sum()), dtype=np.int64)
    owners = np.empty(len(turns), dtype=np.int32)
    slot = np.full(len(limits.turn), -1, dtype=np.int64)
    slot[some] = np.arange(len(some))
    for lists in stream:
        own = slot[limits.numbers(lists.partners)]
        chosen = np.flatnonzero((own >= 0) & lists.beyond(limits.floor))
        chosen = chosen[np.argsort(own[chosen], kind="stable")]
        counts = np.bincount(own[chosen], minlength=len(some))
        first = np.repeat(filled - np.cumsum(counts) + counts, counts)
        at = first + np.arange(len(chosen))
        turns[at], owners[at] = lists.turns()[chosen], lists.owners()[chosen]
        filled += counts
    for posting, start, stop, n in zip(some, stops - takers, stops, left, strict=True):
        last = start + np.lexsort((owners[start:stop], -turns[start:stop]))[n - 1]
        limits.turn[posting], limits.graduate[posting] = turns[last], owners[last]


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
