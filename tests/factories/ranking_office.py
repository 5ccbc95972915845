"""An office: facts and stored lists as a database would hold them, with a live state beside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide
from matcher.ranking.change import Affected, ChangedList, LiveState
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
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
    found: Stored = {}
    drive = snapshot.parameters
    for row, id_ in enumerate(snapshot.graduates.id.tolist()):
        ranked = rank_graduates(snapshot, [row], length=drive.graduates_length)
        found[ListSide.GRADUATE, id_] = stored_rows(ranked)
    for row, id_ in enumerate(snapshot.postings.id.tolist()):
        for side in POSTING_SIDES[: 1 + bool(snapshot.postings.reserved[row])]:
            ranked = rank_postings(snapshot, [row], side, length=drive.postings_length)
            found[side, id_] = stored_rows(ranked)
    return found


class Office:
    """Facts and stored lists as a database would hold them, with a live state beside."""

    def __init__(
        self,
        graduates: Sequence[GraduateFacts],
        postings: Sequence[PostingFacts],
        drive: DriveParameters,
    ) -> None:
        self.graduates = {facts.id: facts for facts in graduates}
        self.postings = {facts.id: facts for facts in postings}
        self.base = snapshot_of(graduates, postings, drive)
        self.stored = all_lists(self.base)
        self.live = LiveState(
            self.base, compile_leaves=toy_compiler, lottery_key=KEY, last_keys=self.last_keys
        )

    def last_keys(self, side: ListSide) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Full lists as stored: their subjects and last keys."""
        drive = self.base.parameters
        length = drive.graduates_length if side is ListSide.GRADUATE else drive.postings_length
        full = {
            id_: keys[-1]
            for (kind, id_), (keys, _) in self.stored.items()
            if kind is side and len(keys) == length
        }
        return np.asarray([*full], dtype=np.int64), np.asarray([*full.values()], dtype=np.int64)

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
            self.stored.pop((side, id_), None)
        for changed in affected.own.values():
            self.store(changed)

    def store(self, changed: ChangedList) -> None:
        self.stored[changed.side, changed.subject_id] = stored_rows(changed.ranked)

    def recomputed(self) -> Stored:
        drive, model = self.base.parameters, self.base.codebook.text
        people, offers = list(self.graduates.values()), list(self.postings.values())
        return all_lists(snapshot_of(people, offers, drive, model))
