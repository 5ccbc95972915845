"""Cutting a run into chunks (分块): so long that asking for them costs little, so short that losing one does.

Pages show progress by chunks, and a worker that is killed loses the one it was at.
"""

import numpy as np

from matcher.kinds import ListSide
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.work import cut_chunks, predicted_work
from matcher.services.ranking_chunks import Chunk

_LARGEST_CHUNK = 80_000_000
"""Candidate pairs: two or three seconds of work, at 20 ns each for a posting's list and 40 ns for a graduate's."""

_FEWEST_CHUNKS = 8
"""Even a small run is cut so that every worker has something to do."""

_MOST_CHUNKS = 20_000
"""Of a side: asking for them takes seconds, and each of a nation's is seconds of work."""

_MOST_LISTS = 5_000
"""Of a chunk: they are stored in one transaction of about a second."""


def cut_run(snapshot: Snapshot) -> list[Chunk]:
    """Cut all lists of a snapshot into chunks of about equal predicted work."""
    chunks = []
    of_postings = predicted_work(snapshot, ListSide.POSTING_ORDINARY)
    works = {
        ListSide.POSTING_ORDINARY: of_postings,
        ListSide.POSTING_RESERVED: np.where(snapshot.postings.reserved, of_postings, 0),
        ListSide.GRADUATE: predicted_work(snapshot, ListSide.GRADUATE),
    }
    for side in ListSide:
        work = works[side]
        total, lists = int(work.sum()), work > 0
        target = max(1, total // _MOST_CHUNKS, min(_LARGEST_CHUNK, total // _FEWEST_CHUNKS + 1))
        weighed = np.where(lists, np.maximum(work, target // _MOST_LISTS), 0)
        chunks += [
            Chunk(side, start, stop, int(lists[start:stop].sum()))
            for start, stop in cut_chunks(weighed, target)
        ]
    return chunks
