"""Chunks: every row once, of about equal predicted work."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import ListSide
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.work import ROW_WORK, cut_chunks, predicted_work
from tests.factories.ranking import KEY, seeded_world, toy_compiler


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 100))
def test_chunks_hold_every_row_once_and_little_more_than_the_target(
    work: list[int], target: int
) -> None:
    chunks = cut_chunks(np.asarray(work, dtype=np.int64), target)

    assert [row for start, stop in chunks for row in range(start, stop)] == list(range(len(work)))
    assert all(sum(work[start : stop - 1]) < target for start, stop in chunks)
    assert all(sum(work[start:stop]) >= target for start, stop in chunks[:-1])


def test_a_target_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        cut_chunks(np.ones(3, dtype=np.int64), 0)


def test_predicted_work_covers_the_eligible_pairs() -> None:
    graduates, postings = seeded_world(200, 60, 1)
    snapshot = build_snapshot(
        graduates, postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    by_posting = predicted_work(snapshot, ListSide.POSTING_ORDINARY) - ROW_WORK
    by_graduate = predicted_work(snapshot, ListSide.GRADUATE) - ROW_WORK

    ranked = rank_postings(snapshot, range(60), ListSide.POSTING_ORDINARY, length=1)
    assert (by_posting >= ranked.eligible).all()
    assert np.corrcoef(by_posting, ranked.eligible)[0, 1] > 0.5
    ranked = rank_graduates(snapshot, range(200), length=1)
    assert (by_graduate >= ranked.eligible).all()
    assert np.corrcoef(by_graduate, ranked.eligible)[0, 1] > 0.5


def test_an_empty_drive_has_no_work() -> None:
    empty = build_snapshot([], [], DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY)

    assert len(predicted_work(empty, ListSide.GRADUATE)) == 0
    assert len(predicted_work(empty, ListSide.POSTING_RESERVED)) == 0
