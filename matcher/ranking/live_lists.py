"""Lists that stay alive (跟进的名单): which of them a changed row touches, and how they are made anew.

A list changes only if the changed row was on it or now comes onto it. Whether it was follows from its old key and the
floor of that list, the last key known of it; whether it comes, from its new key. Such a list is patched where it is
known far enough (`spare`), which is most of them, and ranked where it is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.lottery import Side
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spare import SPARE, DueLists, shown
from matcher.ranking.touched import (
    NO_LISTS,
    LastKeys,
    Reached,
    Standing,
    StoredLastKeys,
    changed_lists,
    lists_reached_by_graduate,
    lists_reached_by_posting,
)

Ints = NDArray[np.int64]

POSTING_SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)

_WORTH_THREADS = 64

StoredLists = Callable[[ListSide, Ints], Ranked]
"""Lists of a kind of some subjects (ids) as stored, in that order and with spare places; `spare.unknown_lists`
where there are none. What was handed out must be in it before the next change is applied."""


@dataclass(frozen=True, slots=True)
class ListSource:
    """Where a live state finds the lists it goes on from.

    Parameters
    ----------
    last_keys : asked for once a kind of list
    lists : None: whatever is touched is ranked
    spare : places the lists have beyond those that are shown
    """

    last_keys: StoredLastKeys
    lists: StoredLists | None = None
    spare: int = SPARE


@dataclass(frozen=True, slots=True)
class ChangedList:
    """A list to store in place of the old one.

    Parameters
    ----------
    known : one row, with spare places
    length : places that are shown
    """

    side: ListSide
    subject_id: int
    known: Ranked
    length: int
    ranked: Ranked = field(init=False)
    """The places that are shown."""

    def __post_init__(self) -> None:
        """Leave the spare places out."""
        object.__setattr__(self, "ranked", shown(self.known, self.length))


class LiveLists:
    """The lists of a live state; `rows` and the snapshot are its own and change under our hands."""

    def __init__(
        self,
        snapshot: Snapshot,
        rows: Mapping[Side, RowNumbers],
        source: ListSource,
        threads: int,
    ) -> None:
        self._snapshot = snapshot
        self._source = source
        self._threads = threads
        self._last_keys = {
            side: LastKeys(rows[_owners(side)], source.last_keys(side)) for side in ListSide
        }
        self._due = {side: DueLists() for side in ListSide}

    def note(self, owner: Side, row: int, before: Standing | None, after: Standing | None) -> None:
        """Note the lists on which a row of a side stood, or stands now."""
        for side in POSTING_SIDES if owner is Side.GRADUATES else (ListSide.GRADUATE,):
            moves = changed_lists(self._reached(before, side), self._reached(after, side))
            self._due[side].note(*moves, self._id(owner, row))

    def own(self, side: ListSide, row: int) -> ChangedList:
        """Rank one list."""
        rows = np.asarray([row], dtype=np.int64)
        return self._changed(side, row, self._rank(side, rows))

    def forget(self, side: ListSide, row: int) -> None:
        """Leave out a list that is due: its owner changed."""
        self._due[side].forget(row)

    def due_side(self) -> ListSide | None:
        """Return a kind of list some of which are due."""
        return next((side for side in ListSide if self._due[side]), None)

    def make_anew(self, side: ListSide, most: int) -> list[tuple[int, ChangedList]]:
        """Return rows and lists of those that are due longest; they stay due until they are forgotten."""
        rows = self._due[side].oldest(most)
        stored = self._source.lists
        made = self._patch(side, rows, stored) if stored else self._rank(side, rows)
        return [
            (row, self._changed(side, row, _one(made, number)))
            for number, row in enumerate(rows.tolist())
        ]

    def _patch(self, side: ListSide, rows: Ints, stored: StoredLists) -> Ranked:
        """Patch stored lists, and rank those of which too little is known."""
        lists = stored(side, self._ids(_owners(side))[rows].astype(np.int64))
        is_unknown = self._due[side].patch(rows, lists, self._length(side))
        if is_unknown.any():
            ranked = self._rank(side, rows[is_unknown])
            for part in ("keys", "partners", "counts", "eligible"):
                getattr(lists, part)[is_unknown] = getattr(ranked, part)
        self._last_keys[side].note(rows, lists.keys[:, -1])
        return lists

    def _rank(self, side: ListSide, rows: Ints) -> Ranked:
        """Rank some lists as things stand and remember their last keys."""
        now, width = self._snapshot, self._length(side) + self._source.spare
        threads = self._threads if len(rows) >= _WORTH_THREADS else 1
        if side is ListSide.GRADUATE:
            ranked = rank_graduates(now, rows, length=width, threads=threads)
        else:
            ranked = rank_postings(now, rows, side, length=width, threads=threads)
        self._last_keys[side].note(rows, ranked.keys[:, -1])
        return ranked

    def _reached(self, standing: Standing | None, side: ListSide) -> Reached:
        """Lists of a kind on which a row of the other side stands, or stood."""
        if standing is None:
            return NO_LISTS
        if side is ListSide.GRADUATE:
            return lists_reached_by_posting(self._snapshot, standing, self._last_keys[side])
        return lists_reached_by_graduate(self._snapshot, standing, side, self._last_keys[side])

    def _changed(self, side: ListSide, row: int, known: Ranked) -> ChangedList:
        return ChangedList(side, self._id(_owners(side), row), known, self._length(side))

    def _length(self, side: ListSide) -> int:
        parameters = self._snapshot.parameters
        if side is ListSide.GRADUATE:
            return parameters.graduates_length
        return parameters.postings_length

    def _id(self, owner: Side, row: int) -> int:
        return int(self._ids(owner)[row])

    def _ids(self, owner: Side) -> NDArray[np.int32]:
        now = self._snapshot
        return now.graduates.id if owner is Side.GRADUATES else now.postings.id


def _owners(side: ListSide) -> Side:
    """Side whose rows have such lists."""
    return Side.GRADUATES if side is ListSide.GRADUATE else Side.POSTINGS


def _one(ranked: Ranked, number: int) -> Ranked:
    """One of several lists."""
    one = slice(number, number + 1)
    return Ranked(ranked.keys[one], ranked.partners[one], ranked.counts[one], ranked.eligible[one])
