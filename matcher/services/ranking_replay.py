"""Replaying a run (重放): its snapshot ranked again must give the same bytes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spare import SPARE
from matcher.ranking.storage import load_snapshot
from matcher.services.ranking_chunks import add_to_hash
from matcher.services.ranking_packing import list_length, packed_rows
from matcher.services.ranking_snapshots import snapshot_folder


@dataclass(frozen=True)
class ReplayReport:
    """The result hash as stored and as replayed."""

    stored: str | None
    replayed: str

    @property
    def equal(self) -> bool:
        """Whether the replay gave the same bytes."""
        return self.stored == self.replayed


def rank_rows(
    snapshot: Snapshot, side: ListSide, rows: NDArray[np.int64]
) -> tuple[list[int], Ranked]:
    """Return the subjects' ids and lists of some rows, with spare places.

    Postings without reserved seats have no second list.
    """
    width = list_length(snapshot.parameters, side) + SPARE
    if side is ListSide.GRADUATE:
        ranked = rank_graduates(snapshot, rows, length=width)
        return snapshot.graduates.id[rows].tolist(), ranked
    if side is ListSide.POSTING_RESERVED:
        rows = rows[snapshot.postings.reserved[rows]]
    ranked = rank_postings(snapshot, rows, side, length=width)
    return snapshot.postings.id[rows].tolist(), ranked


def replay_run(session: Session, run_id: int) -> ReplayReport:
    """Rank a run's snapshot again, every file of it checked, and compare the hash of all lists.

    Raises
    ------
    SnapshotError
        The snapshot is gone or damaged; then only its hash is left.
    """
    run = session.get_one(RankingRun, run_id)
    folder = snapshot_folder(settings_of(session), run.drive_id, run.snapshot_hash or "")
    snapshot = load_snapshot(folder, check=True)
    digest = hashlib.sha256()
    for side in sorted(ListSide, key=lambda kind: kind.value):
        for subject_id, keys, partners in _lists(snapshot, side):
            add_to_hash(digest, side, subject_id, keys=keys, partners=partners)
    return ReplayReport(run.result_hash, digest.hexdigest())


def _lists(snapshot: Snapshot, side: ListSide) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (subject, keys, partners) of a side by subject, as the database orders them."""
    table = snapshot.graduates if side is ListSide.GRADUATE else snapshot.postings
    for row in np.argsort(table.id, kind="stable"):
        subjects, ranked = rank_rows(snapshot, side, np.asarray([row]))
        for packed in packed_rows(subjects, ranked, list_length(snapshot.parameters, side)):
            yield packed["subject_id"], packed["keys"], packed["partners"]
