"""The live lane (实时排序): one changed row → its own list, then every list it touches.

The own list is ranked at once and waits for none of the others; which those are and how they are made anew stands in
`live_lists`. The result equals a full recompute with the same text model.

`LiveState` works on a private copy of the snapshot's tables; changed rows leave the index and are
candidates of every query until enough of them have come together to index anew. So it stays as fast as it was however
many follow; a new run takes them in for good (`services.ranking_compaction`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.acceptance import CompileLeaves
from matcher.ranking.eligibility import rule_graduates, rule_postings
from matcher.ranking.encoding import write_graduate, write_posting
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.index import GraduateIndex, Loose, PostingIndex
from matcher.ranking.learning import learn_graduate, learn_posting
from matcher.ranking.live_lists import POSTING_SIDES, ChangedList, ListSource, LiveLists
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.touched import Standing

Ints = NDArray[np.int64]

MOST_LOOSE = 64
"""Changed rows every query may have to look at before the index is built anew."""

_LOOSE_SHARE = 100
_PATIENCE = 4
"""While lists are due the index is not built anew, unless so many times the rows have come together."""

RANKED_AT_ONCE = 256
"""Lists that are made together, and for nothing if a change comes before they are fetched."""


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
    lists : the lists as stored; None: no list is made, for `settled` alone
    threads : how many rank the lists of the other side
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        compile_leaves: CompileLeaves,
        lottery_key: bytes,
        lists: ListSource | None,
        threads: int = 1,
    ) -> None:
        self._compile_leaves = compile_leaves
        self._key = lottery_key
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
        self._lists = LiveLists(self.snapshot, self._rows, lists, threads) if lists else None
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
        own = self._own(row, (ListSide.GRADUATE,), 1 if facts is not None else 0)
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
        own = self._own(row, POSTING_SIDES, 0 if facts is None else 1 + facts.has_reserved)
        return Affected(own, self.due_lists())

    def _begin(self, side: Side, id_: int) -> int:
        """Finish the change before, keep how a row stands, and return it."""
        self._note_due()
        self._changes += 1
        row = self._row(side, id_)
        self._changed = (side, row, self._standing(side, row))
        return row

    def due_lists(self) -> Iterator[ChangedList]:
        """Make every list that is due anew and hand it out, oldest first."""
        self._note_due()
        while self._lists and (side := self._lists.due_side()):
            made, at = self._lists.make_anew(side, RANKED_AT_ONCE), self._changes
            for row, changed in made:
                self._lists.forget(side, row)
                yield changed
                if at != self._changes:
                    self._note_due()
                    break  # what is left was made before a further change
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

    def _own(
        self, row: int, sides: Sequence[ListSide], n_lists: int
    ) -> dict[ListSide, ChangedList]:
        """Rank the changed subject's own lists, the first of the kinds it may have."""
        if self._lists is None:
            return {}
        for side in sides:
            self._lists.forget(side, row)
        return {side: self._lists.own(side, row) for side in sides[:n_lists]}

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
        if self._changed is None or self._lists is None:
            return
        (owner, row, before), self._changed = self._changed, None
        self._lists.note(owner, row, before, self._standing(owner, row))
