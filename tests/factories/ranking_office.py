"""An office: facts and stored lists as a database would hold them, with a live state beside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.change import Affected, LiveState
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.live_lists import ChangedList, ListSource
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.spare import shown, unknown_lists
from matcher.ranking.text import TextModel
from tests.factories.ranking import KEY, toy_compiler

Stored = dict[tuple[ListSide, int], tuple[list[int], list[int]]]
POSTING_SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)


def snapshot_of(
    graduates: Sequence[GraduateFacts],
    postings: Sequence[PostingFacts],
    drive: DriveParameters,
    text_model: TextModel | None = None,
) -> Snapshot:
    return build_snapshot(
        graduates,
        postings,
        drive,
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        text_model=text_model,
    )


def stored_rows(ranked: Ranked, number: int = 0) -> tuple[list[int], list[int]]:
    filled = ranked.counts[number]
    return ranked.keys[number, :filled].tolist(), ranked.partners[number, :filled].tolist()


def all_lists(snapshot: Snapshot) -> Stored:
    """Every list of a snapshot, ranked from nothing."""
    return {key: stored_rows(ranked) for key, ranked in known_lists(snapshot, 0).items()}


def known_lists(snapshot: Snapshot, spare: int) -> dict[tuple[ListSide, int], Ranked]:
    """Every list of a snapshot with spare places, ranked from nothing."""
    found: dict[tuple[ListSide, int], Ranked] = {}
    drive = snapshot.parameters
    for row, id_ in enumerate(snapshot.graduates.id.tolist()):
        width = drive.graduates_length + spare
        found[ListSide.GRADUATE, id_] = rank_graduates(snapshot, [row], length=width)
    for row, id_ in enumerate(snapshot.postings.id.tolist()):
        for side in POSTING_SIDES[: 1 + bool(snapshot.postings.reserved[row])]:
            width = drive.postings_length + spare
            found[side, id_] = rank_postings(snapshot, [row], side, length=width)
    return found


class Office:
    """Facts and stored lists as a database would hold them, with a live state beside."""

    def __init__(
        self,
        graduates: Sequence[GraduateFacts],
        postings: Sequence[PostingFacts],
        drive: DriveParameters,
        spare: int = 2,
    ) -> None:
        self.graduates = {facts.id: facts for facts in graduates}
        self.postings = {facts.id: facts for facts in postings}
        self.base = snapshot_of(graduates, postings, drive)
        self.spare = spare
        self.known = known_lists(self.base, spare)
        self.live = LiveState(
            self.base,
            compile_leaves=toy_compiler,
            lottery_key=KEY,
            lists=ListSource(self.last_keys, self.lists, spare),
        )

    @property
    def stored(self) -> Stored:
        """What is shown of every list."""
        return {
            key: stored_rows(shown(known, self._length(key[0])))
            for key, known in self.known.items()
        }

    def last_keys(self, side: ListSide) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Lists as stored: their subjects and the last keys known of them."""
        last = {id_: known.keys[0, -1] for (kind, id_), known in self.known.items() if kind is side}
        return np.asarray([*last], dtype=np.int64), np.asarray([*last.values()], dtype=np.int64)

    def lists(self, side: ListSide, ids: NDArray[np.int64]) -> Ranked:
        """Lists as stored, with spare places."""
        found = unknown_lists(len(ids), self._length(side) + self.spare)
        for number, id_ in enumerate(ids.tolist()):
            if (side, id_) in self.known:
                known = self.known[side, id_]
                for part in ("keys", "partners", "counts", "eligible"):
                    getattr(found, part)[number] = getattr(known, part)[0]
        return found

    def _length(self, side: ListSide) -> int:
        drive = self.base.parameters
        return drive.graduates_length if side is ListSide.GRADUATE else drive.postings_length

    def change_graduate(self, id_: int, facts: GraduateFacts | None) -> Affected:
        affected = self.live.apply_graduate(id_, facts)
        self.graduates.pop(id_, None)
        if facts is not None:
            self.graduates[id_] = facts
        self._store_own(affected, [ListSide.GRADUATE], id_)
        return affected

    def change_posting(self, id_: int, facts: PostingFacts | None) -> Affected:
        affected = self.live.apply_posting(id_, facts)
        self.postings.pop(id_, None)
        if facts is not None:
            self.postings[id_] = facts
        self._store_own(affected, POSTING_SIDES, id_)
        return affected

    def _store_own(self, affected: Affected, sides: Sequence[ListSide], id_: int) -> None:
        for side in sides:
            self.known.pop((side, id_), None)
        for changed in affected.own.values():
            self.store(changed)

    def store(self, changed: ChangedList) -> None:
        self.known[changed.side, changed.subject_id] = changed.known

    def recomputed(self) -> Stored:
        drive, model = self.base.parameters, self.base.codebook.text
        people, offers = list(self.graduates.values()), list(self.postings.values())
        return all_lists(snapshot_of(people, offers, drive, model))
