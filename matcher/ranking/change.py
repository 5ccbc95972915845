"""The live lane (实时排序): one changed row → its own list, then every list it touches.

A list of the other side changes only if the changed row was on it or now comes onto it. Whether it
was follows from its old key and the last key of that list; whether it comes, from its new key. So
one row is scored twice (before and after), and only the lists found are ranked again. The result
equals a full recompute with the same text model.

`LiveState` works on a private copy of the snapshot's tables; changed rows leave the index and are
candidates of every query until enough of them have come together to index anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.acceptance import CompileLeaves
from matcher.ranking.eligibility import rule_graduates, rule_postings
from matcher.ranking.encoding import write_graduate, write_posting
from matcher.ranking.engine import (
    Ranked,
    ScoredPairs,
    Scratch,
    rank_graduates,
    rank_postings,
    score_graduate,
    score_posting,
)
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.index import GraduateIndex, Loose, PostingIndex
from matcher.ranking.learning import learn_graduate, learn_posting
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.order import EMPTY, NEUTRAL, OrderRule, fit_of, is_confirmed
from matcher.ranking.snapshot import Snapshot

CurrentList = Callable[[ListSide, int], tuple[NDArray[np.int64], NDArray[np.int32]] | None]
"""Keys and partner ids of the stored list of a subject (by id), or None if there is none."""

Ints = NDArray[np.int64]

MOST_LOOSE = 64
"""Changed rows every query may have to look at before the index is built anew."""

_LOOSE_SHARE = 100
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
    current_list : the lists as stored, asked for at most once per list and change-free otherwise
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        compile_leaves: CompileLeaves,
        lottery_key: bytes,
        current_list: CurrentList,
    ) -> None:
        self._compile_leaves = compile_leaves
        self._key = lottery_key
        self._current_list = current_list
        self.snapshot = replace(
            snapshot,
            codebook=snapshot.codebook.copy(),
            graduates=snapshot.graduates.grown(len(snapshot.graduates)),
            postings=snapshot.postings.grown(len(snapshot.postings)),
            _graduate_index=replace(snapshot.graduate_index, loose=Loose()),
            _posting_index=replace(snapshot.posting_index, loose=Loose()),
            _row_of={},
        )
        self._row_of = {
            Side.GRADUATES: {int(id_): row for row, id_ in enumerate(snapshot.graduates.id)},
            Side.POSTINGS: {int(id_): row for row, id_ in enumerate(snapshot.postings.id)},
        }
        self._gone: dict[Side, set[int]] = {Side.GRADUATES: set(), Side.POSTINGS: set()}
        self._last_keys: dict[tuple[ListSide, int], int] = {}
        self._due: dict[tuple[ListSide, int], None] = {}

    def apply_graduate(self, graduate_id: int, facts: GraduateFacts | None) -> Affected:
        """Enter a new or changed graduate, or take one out (None)."""
        row = self._row(Side.GRADUATES, graduate_id)
        before = self._seen_by_postings(row)
        if facts is not None:
            learn_graduate(self.snapshot, facts, self._compile_leaves)
            lottery = int(lottery_numbers([facts.entry_number], self._key)[0])
            book = self.snapshot.codebook
            write_graduate(self.snapshot.graduates, row, facts, codebook=book, lottery=lottery)
            rule_graduates(self.snapshot.graduates, self.snapshot.parameters, row)
        self._place(Side.GRADUATES, row, present=facts is not None)
        after = self._seen_by_postings(row)
        for side in _POSTING_SIDES:
            self._note_due(side, before[side], after[side])
        self._due.pop((ListSide.GRADUATE, row), None)
        own = self._own(row, (ListSide.GRADUATE,) if facts is not None else ())
        return Affected(own, self.due_lists())

    def apply_posting(self, posting_id: int, facts: PostingFacts | None) -> Affected:
        """Enter a new or changed posting, or take one out (None)."""
        row = self._row(Side.POSTINGS, posting_id)
        before = self._seen_by_graduates(row)
        if facts is not None:
            learn_posting(self.snapshot, facts, self._compile_leaves)
            lottery = int(lottery_numbers([facts.entry_number], self._key, Side.POSTINGS)[0])
            book = self.snapshot.codebook
            write_posting(self.snapshot.postings, row, facts, codebook=book, lottery=lottery)
            rule_postings(self.snapshot.postings, self.snapshot.parameters, row)
        self._place(Side.POSTINGS, row, present=facts is not None)
        self._note_due(ListSide.GRADUATE, before, self._seen_by_graduates(row))
        for side in _POSTING_SIDES:
            self._due.pop((side, row), None)
        sides = () if facts is None else _POSTING_SIDES[: 1 + facts.has_reserved]
        return Affected(self._own(row, sides), self.due_lists())

    def due_lists(self) -> Iterator[ChangedList]:
        """Rank every list that is due and hand it out, oldest first."""
        while self._due:
            side, row = next(iter(self._due))
            changed = self._rank(side, row)
            self._due.pop((side, row), None)
            yield changed

    def settled(self) -> Snapshot:
        """Return the drive as it stands now as a snapshot of its own; rows that are gone are left out."""
        kept = {
            side: np.asarray(sorted(set(self._row_of[side].values()) - self._gone[side]), dtype=int)
            for side in Side
        }
        now = self.snapshot
        return Snapshot(
            parameters=now.parameters,
            codebook=now.codebook,
            acceptance=now.acceptance,
            graduates=now.graduates.taken(kept[Side.GRADUATES]),
            postings=now.postings.taken(kept[Side.POSTINGS]),
        )

    def _own(self, row: int, sides: Sequence[ListSide]) -> dict[ListSide, ChangedList]:
        """Rank the changed subject's own lists."""
        return {side: self._rank(side, row) for side in sides}

    def _row(self, side: Side, id_: int) -> int:
        """Row of an id; an unseen one gets the next row, not yet present."""
        rows = self._row_of[side]
        if id_ not in rows:
            rows[id_] = len(rows)
            self._gone[side].add(rows[id_])
            self._make_room(side, len(rows))
        return rows[id_]

    def _make_room(self, side: Side, n_rows: int) -> None:
        """Double the tables when they are full."""
        snapshot = self.snapshot
        if side is Side.GRADUATES and n_rows > len(snapshot.graduates):
            snapshot.graduates = snapshot.graduates.grown(2 * n_rows)
        if side is Side.POSTINGS and n_rows > len(snapshot.postings):
            snapshot.postings = snapshot.postings.grown(2 * n_rows)

    def _place(self, side: Side, row: int, *, present: bool) -> None:
        """Make a row a candidate of every query, or of none."""
        gone = self._gone[side]
        (gone.discard if present else gone.add)(row)
        loose = self._index(side).loose
        loose.mark(row, len(self._row_of[side]), present=present)
        if len(loose.rows) > max(MOST_LOOSE, len(self._row_of[side]) // _LOOSE_SHARE):
            self._index_anew(side)

    def _index(self, side: Side) -> GraduateIndex | PostingIndex:
        """The index of a side."""
        graduates = side is Side.GRADUATES
        return self.snapshot.graduate_index if graduates else self.snapshot.posting_index

    def _index_anew(self, side: Side) -> None:
        """Take all present rows into the index, none of them loose."""
        snapshot = self.snapshot
        rows = np.asarray(sorted(set(self._row_of[side].values()) - self._gone[side]))
        if side is Side.GRADUATES:
            n_leaves = snapshot.acceptance.n_leaves
            snapshot._graduate_index = GraduateIndex.build(snapshot.graduates, n_leaves, rows)
        else:
            snapshot._posting_index = PostingIndex.build(snapshot.postings, rows)

    def _seen_by_postings(self, row: int) -> dict[ListSide, dict[int, int]]:
        """Keys a graduate has with its eligible postings, by kind of list and posting row."""
        if row in self._gone[Side.GRADUATES]:
            return {side: {} for side in _POSTING_SIDES}
        snapshot = self.snapshot
        pairs = score_graduate(Scratch(snapshot), row)
        rank, lottery = snapshot.graduates.rank[row], snapshot.graduates.lottery[row]
        seen = {
            side: _keys_by_row(snapshot, pairs, side, (rank, lottery)) for side in _POSTING_SIDES
        }
        reserved = snapshot.postings.reserved
        last = seen[ListSide.POSTING_RESERVED]
        seen[ListSide.POSTING_RESERVED] = {at: key for at, key in last.items() if reserved[at]}
        return seen

    def _seen_by_graduates(self, row: int) -> dict[int, int]:
        """Keys a posting has with its eligible graduates, by graduate row."""
        if row in self._gone[Side.POSTINGS]:
            return {}
        pairs = score_posting(Scratch(self.snapshot), row, NEUTRAL)
        lottery = self.snapshot.postings.lottery[row]
        return _keys_by_row(self.snapshot, pairs, ListSide.GRADUATE, (np.int8(0), lottery))

    def _note_due(self, side: ListSide, before: dict[int, int], after: dict[int, int]) -> None:
        """Note the lists that held the changed row or will hold it."""
        for row in sorted(before.keys() | after.keys()):
            old, new = before.get(row, EMPTY), after.get(row, EMPTY)
            if old != new and max(old, new) >= self._last_key(side, row):
                self._due[side, row] = None

    def _last_key(self, side: ListSide, row: int) -> int:
        """Last key of a full list; EMPTY for one with room, onto which anybody comes."""
        known = self._last_keys.get((side, row))
        if known is None:
            current = self._current_list(side, self._subject_id(side, row))
            known = EMPTY if current is None else self._last_of(side, current[0])
            self._last_keys[side, row] = known
        return known

    def _last_of(self, side: ListSide, keys: Ints) -> int:
        """Last key of a stored list, if it is full."""
        length = self._length(side)
        return int(keys[length - 1]) if len(keys) >= length else EMPTY

    def _length(self, side: ListSide) -> int:
        """How many places a list has."""
        parameters = self.snapshot.parameters
        graduates = side is ListSide.GRADUATE
        return parameters.graduates_length if graduates else parameters.postings_length

    def _subject_id(self, side: ListSide, row: int) -> int:
        """Id of the owner of a list."""
        graduates = side is ListSide.GRADUATE
        return int((self.snapshot.graduates if graduates else self.snapshot.postings).id[row])

    def _rank(self, side: ListSide, row: int) -> ChangedList:
        """Rank one list as things stand and remember its last key."""
        length = self._length(side)
        if side is ListSide.GRADUATE:
            ranked = rank_graduates(self.snapshot, [row], length=length)
        else:
            ranked = rank_postings(self.snapshot, [row], side, length=length)
        self._last_keys[side, row] = self._last_of(side, ranked.keys[0])
        return ChangedList(side, self._subject_id(side, row), ranked)


def _keys_by_row(
    snapshot: Snapshot, pairs: ScoredPairs, side: ListSide, of: tuple[np.int8, np.uint32]
) -> dict[int, int]:
    """Keys one row (its rank and lottery number in `of`) has in the lists of its partners."""
    rank, lottery = (np.full(len(pairs.rows), value, dtype=np.int64) for value in of)
    rule = OrderRule.of(snapshot.parameters, side)
    keys = rule.keys(fit_of(pairs.keys), rank, is_confirmed(pairs.keys), lottery)
    return dict(zip(pairs.rows.tolist(), keys.tolist(), strict=True))
