"""The parts of many pairs at once (逐项分值): what explanations, exports and evaluations rest on."""

from collections.abc import Sequence

import numpy as np

from matcher.compiling import frozen
from matcher.ranking.engine import accepted_of, texts_of
from matcher.ranking.kernels.pairs import take_apart
from matcher.ranking.kernels.points import Points
from matcher.ranking.kernels.records import (
    PART_NAMES,
    PARTS,
    Records,
    Rows,
    graduate_records,
    posting_records,
)
from matcher.ranking.snapshot import Snapshot

__all__ = ["PART_NAMES", "pair_parts"]


def pair_parts(
    snapshot: Snapshot,
    graduate_rows: Sequence[int] | Rows,
    posting_rows: Sequence[int] | Rows,
) -> Records:
    """Take the pairs (graduate_rows[i], posting_rows[i]) apart, eligible or not.

    Returns
    -------
    records.PARTS, one a pair; where a pair is not eligible, the points are what they would be.
    """
    graduates, postings = snapshot.graduates, snapshot.postings
    parts = np.zeros(len(graduate_rows), dtype=PARTS)
    take_apart(
        frozen(graduate_records(graduates, np.asarray(graduate_rows, dtype=np.int64))),
        frozen(posting_records(postings, np.asarray(posting_rows, dtype=np.int64))),
        texts_of(graduates, 0),
        texts_of(postings, 0),
        accepted_of(snapshot),
        Points.of(snapshot.parameters.points),
        parts,
    )
    return parts
