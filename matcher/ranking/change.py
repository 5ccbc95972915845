"""The live lane (实时排序): one changed row → its own list, then every list it touches.

A list of the other side changes only if the changed row was on it or now comes onto it. Whether it
was follows from its old key and the last key of that list; whether it comes, from its new key. So
one row is held against all last keys twice (before and after), and only the lists found are ranked
again. The result equals a full recompute with the same text model. The own list waits for none of that.

`LiveState` works on a private copy of the snapshot's tables; changed rows leave the index and are
candidates of every query until enough of them have come together to index anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.acceptance import CompileLeaves
from matcher.ranking.eligibility import rule_graduates, rule_postings
from matcher.ranking.encoding import write_graduate, write_posting
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.index import GraduateIndex, Loose, PostingIndex
from matcher.ranking.learning import learn_graduate, learn_posting
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.touched import (
    NOTHING,
    Keys,
    LastKeys,
    Standing,
    StoredLastKeys,
    changed_lists,
    lists_reached_by_graduate,
    lists_reached_by_posting,
)

Ints = NDArray[np.int64]

MOST_LOOSE = 64
"""Changed rows every query may have to look at before the index is built anew."""

_LOOSE_SHARE = 100
_PATIENCE = 4
"""While lists are due the index is not built anew, unless so many times the rows have come together."""

RANKED_AT_ONCE = 256
"""Lists that are ranked together, and for nothing if a change comes before they are fetched."""

_WORTH_THREADS = 64
_POSTING_SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)


@dataclass(frozen=True, slots=True)
class ChangedList:
    """A list to store in place of the old one; `ranked` has one row."""

    side: ListSide
    subject_id: int
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class Affected:
    """What one change did.

    Parameters
    ----------
    own : the subject's own lists, complete when this object exists; a posting without reserved
        seats has no POSTING_RESERVED entry, a withdrawn subject none at all
    others : the lists of the other side, computed while iterating. Lists not fetched before the
        next change stay due and come out of the next iteration.
    """

    own: Mapping[ListSide, ChangedList]
    others: Iterator[ChangedList]


class LiveState:
    """A snapshot plus the changes since; not to be shared between threads.

    Parameters
    ----------
    snapshot : not modified
    compile_leaves, lottery_key : as given to `build_snapshot`
    last_keys : of the lists as stored, asked for once a kind of list; None: no list is ranked, for `settled` alone
    threads : how many rank the lists of the other side
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        compile_leaves: CompileLeaves,
        lottery_key: bytes,
        last_keys: StoredLastKeys | None,
        threads: int = 1,
    ) -> None:
        self._compile_leaves = compile_leaves
        self._key = lottery_key
        self._threads = threads
        self.snapshot = replace(
            snapshot,
            codebook=snapshot.codebook.copy(),
            graduates=snapshot.graduates.grown(len(snapshot.graduates)),
            postings=snapshot.postings.grown(len(snapshot.postings)),
            _graduate_index=replace(snapshot.graduate_index, loose=Loose()),
            _posting_index=replace(snapshot.posting_index, loose=Loose()),
            _row_of={},
        )
        self._rows = {
            Side.GRADUATES: RowNumbers(snapshot.graduates.id),
            Side.POSTINGS: RowNumbers(snapshot.postings.id),
        }
        self._gone: dict[Side, set[int]] = {Side.GRADUATES: set(), Side.POSTINGS: set()}
        self._last_keys = {
            side: LastKeys(self._rows[_owners(side)], last_keys(side))
            for side in ListSide
            if last_keys is not None
        }
        self._due: dict[ListSide, dict[int, None]] = {side: {} for side in ListSide}
        self._changed: tuple[Side, int, Standing | None] | None = None
        self._changes = 0

    def apply_graduate(self, graduate_id: int, facts: GraduateFacts | None) -> Affected:
        """Enter a new or changed graduate, or take one out (None)."""
        row = self._begin(Side.GRADUATES, graduate_id)
        if facts is not None:
            learn_graduate(self.snapshot, facts, self._compile_leaves)
            lottery = int(lottery_numbers([facts.entry_number], self._key)[0])
            book = self.snapshot.codebook
            write_graduate(self.snapshot.graduates, row, facts, codebook=book, lottery=lottery)
            rule_graduates(self.snapshot.graduates, self.snapshot.parameters, row)
        self._place(Side.GRADUATES, row, present=facts is not None)
        self._due[ListSide.GRADUATE].pop(row, None)
        own = self._own(row, (ListSide.GRADUATE,) if facts is not None else ())
        return Affected(own, self.due_lists())

    def apply_posting(self, posting_id: int, facts: PostingFacts | None) -> Affected:
        """Enter a new or changed posting, or take one out (None)."""
        row = self._begin(Side.POSTINGS, posting_id)
        if facts is not None:
            learn_posting(self.snapshot, facts, self._compile_leaves)
            lottery = int(lottery_numbers([facts.entry_number], self._key, Side.POSTINGS)[0])
            book = self.snapshot.codebook
            write_posting(self.snapshot.postings, row, facts, codebook=book, lottery=lottery)
            rule_postings(self.snapshot.postings, self.snapshot.parameters, row)
        self._place(Side.POSTINGS, row, present=facts is not None)
        for side in _POSTING_SIDES:
            self._due[side].pop(row, None)
        sides = () if facts is None else _POSTING_SIDES[: 1 + facts.has_reserved]
        return Affected(self._own(row, sides), self.due_lists())

    def _begin(self, side: Side, id_: int) -> int:
        """Finish the change before, keep how a row stands, and return it."""
        self._note_due()
        self._changes += 1
        row = self._row(side, id_)
        self._changed = (side, row, self._standing(side, row))
        return row

    def due_lists(self) -> Iterator[ChangedList]:
        """Rank every list that is due and hand it out, oldest first."""
        self._note_due()
        while side := next((one for one in ListSide if self._due[one]), None):
            due = self._due[side]
            rows = np.fromiter(due, dtype=np.int64, count=min(len(due), RANKED_AT_ONCE))
            threads = self._threads if len(rows) >= _WORTH_THREADS else 1
            ranked, at = self._rank(side, rows, threads), self._changes
            for number, row in enumerate(rows.tolist()):
                due.pop(row, None)
                yield ChangedList(side, self._subject_id(side, row), _one(ranked, number))
                if at != self._changes:
                    self._note_due()
                    break  # what is left was ranked before a further change
        self._index_when_loose(1)

    def settled(self) -> Snapshot:
        """Return the drive as it stands now as a snapshot of its own; rows that are gone are left out."""
        now = self.snapshot
        return Snapshot(
            parameters=now.parameters,
            codebook=now.codebook,
            acceptance=now.acceptance,
            graduates=now.graduates.taken(self._present(Side.GRADUATES)),
            postings=now.postings.taken(self._present(Side.POSTINGS)),
        )

    def _present(self, side: Side) -> Ints:
        """Rows that are not gone, ascending."""
        is_there = np.ones(len(self._rows[side]), dtype=np.bool_)
        is_there[list(self._gone[side])] = False
        return np.flatnonzero(is_there)

    def _own(self, row: int, sides: Sequence[ListSide]) -> dict[ListSide, ChangedList]:
        """Rank the changed subject's own lists."""
        rows = np.asarray([row], dtype=np.int64)
        return {
            side: ChangedList(side, self._subject_id(side, row), self._rank(side, rows))
            for side in (sides if self._last_keys else ())
        }

    def _row(self, side: Side, id_: int) -> int:
        """Row of an id; an unseen one gets the next row, not yet present."""
        row = self._rows[side].find(id_)
        if row is None:
            row = self._rows[side].add(id_)
            self._gone[side].add(row)
            self._make_room(side, row + 1)
        return row

    def _make_room(self, side: Side, n_rows: int) -> None:
        """Make the tables longer by half when they are full."""
        snapshot = self.snapshot
        if side is Side.GRADUATES and n_rows > len(snapshot.graduates):
            snapshot.graduates = snapshot.graduates.grown(n_rows + n_rows // 2)
        if side is Side.POSTINGS and n_rows > len(snapshot.postings):
            snapshot.postings = snapshot.postings.grown(n_rows + n_rows // 2)

    def _place(self, side: Side, row: int, *, present: bool) -> None:
        """Make a row a candidate of every query, or of none."""
        gone = self._gone[side]
        (gone.discard if present else gone.add)(row)
        self._loose(side).mark(row, len(self._rows[side]), present=present)
        self._index_when_loose(_PATIENCE)

    def _loose(self, side: Side) -> Loose:
        """Rows of a side that are not in its index."""
        snapshot = self.snapshot
        graduates = side is Side.GRADUATES
        return snapshot.graduate_index.loose if graduates else snapshot.posting_index.loose

    def _index_when_loose(self, patience: int) -> None:
        """Take all present rows of a side into its index when too many of them are loose."""
        snapshot = self.snapshot
        for side in Side:
            most = max(MOST_LOOSE, len(self._rows[side]) // _LOOSE_SHARE) * patience
            if len(self._loose(side).rows) <= most:
                continue
            rows = self._present(side)
            if side is Side.GRADUATES:
                n_leaves = snapshot.acceptance.n_leaves
                snapshot._graduate_index = GraduateIndex.build(snapshot.graduates, n_leaves, rows)
            else:
                snapshot._posting_index = PostingIndex.build(snapshot.postings, rows)

    def _standing(self, side: Side, row: int) -> Standing | None:
        """How a row stands now; None if it is gone."""
        if row in self._gone[side]:
            return None
        now = self.snapshot
        return Standing.of(now.graduates if side is Side.GRADUATES else now.postings, row)

    def _note_due(self) -> None:
        """Note the lists that held the row changed last or will hold it."""
        if self._changed is None or not self._last_keys:
            return
        (owner, row, before), self._changed = self._changed, None
        after = self._standing(owner, row)
        for side in _POSTING_SIDES if owner is Side.GRADUATES else (ListSide.GRADUATE,):
            rows = changed_lists(self._reached(before, side), self._reached(after, side))
            self._due[side].update(dict.fromkeys(rows.tolist()))

    def _reached(self, standing: Standing | None, side: ListSide) -> Keys:
        """Lists of a kind on which a row of the other side stands, or stood."""
        if standing is None:
            return NOTHING
        if side is ListSide.GRADUATE:
            return lists_reached_by_posting(self.snapshot, standing, self._last_keys[side])
        return lists_reached_by_graduate(self.snapshot, standing, side, self._last_keys[side])

    def _subject_id(self, side: ListSide, row: int) -> int:
        """Id of the owner of a list."""
        graduates = side is ListSide.GRADUATE
        return int((self.snapshot.graduates if graduates else self.snapshot.postings).id[row])

    def _rank(self, side: ListSide, rows: Ints, threads: int = 1) -> Ranked:
        """Rank some lists as things stand and remember their last keys."""
        now, parameters = self.snapshot, self.snapshot.parameters
        if side is ListSide.GRADUATE:
            length = parameters.graduates_length
            ranked = rank_graduates(now, rows, length=length, threads=threads)
        else:
            length = parameters.postings_length
            ranked = rank_postings(now, rows, side, length=length, threads=threads)
        self._last_keys[side].note(rows, ranked.keys[:, -1])
        return ranked


def _owners(side: ListSide) -> Side:
    """Side whose rows have such lists."""
    return Side.GRADUATES if side is ListSide.GRADUATE else Side.POSTINGS


def _one(ranked: Ranked, number: int) -> Ranked:
    """One of several lists."""
    one = slice(number, number + 1)
    return Ranked(ranked.keys[one], ranked.partners[one], ranked.counts[one], ranked.eligible[one])
