"""Touched lists: exactly those a row's key reaches, compiled and as the Python it is written in."""

from types import FunctionType

import numpy as np
import pytest

from matcher.kinds import ListSide
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.kernels import touched
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.touched import (
    LastKeys,
    Standing,
    lists_reached_by_graduate,
    lists_reached_by_posting,
)
from tests.factories.ranking import KEY, seeded_world, toy_compiler
from tests.oracles import ranking_numpy

LENGTH = 2
POSTING_SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)


@pytest.fixture(params=["compiled", "plain"])
def is_plain(request: pytest.FixtureRequest) -> bool:
    """Run a test with compiled kernels, then with plain ones."""
    if request.param == "plain":
        request.getfixturevalue("plain_python")
    return bool(request.param == "plain")


@pytest.fixture
def snapshot() -> Snapshot:
    """Give a small drive most lists of which are full."""
    graduates, postings = seeded_world(40, 12, 3)
    drive = DriveParameters()
    return build_snapshot(graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY)


def test_a_graduate_reaches_the_lists_whose_last_key_it_has_or_passes(
    snapshot: Snapshot, is_plain: bool
) -> None:
    assert isinstance(touched.touch_postings, FunctionType) is is_plain
    n, met = len(snapshot.postings), 0
    for side in POSTING_SIDES:
        ranked = rank_postings(snapshot, range(n), side, length=LENGTH)
        last = LastKeys(
            RowNumbers(snapshot.postings.id),
            (snapshot.postings.id.astype(np.int64), ranked.keys[:, -1]),
        )
        wanted: dict[int, dict[int, int]] = {}
        for posting in range(n):
            if side is ListSide.POSTING_RESERVED and not snapshot.postings.reserved[posting]:
                continue
            rows, keys = ranking_numpy.keys_of_posting(snapshot, posting, side)
            for row, key in zip(rows.tolist(), keys.tolist(), strict=True):
                if key >= ranked.keys[posting, -1]:
                    wanted.setdefault(row, {})[posting] = key

        for row in range(len(snapshot.graduates)):
            standing = Standing.of(snapshot.graduates, row)
            rows, keys, _ = lists_reached_by_graduate(snapshot, standing, side, last)
            assert dict(zip(rows.tolist(), keys.tolist(), strict=True)) == wanted.get(row, {})
            met += len(rows)
    assert met > n


def test_a_posting_reaches_the_lists_whose_last_key_it_has_or_passes(
    snapshot: Snapshot, is_plain: bool
) -> None:
    assert isinstance(touched.touch_graduates, FunctionType) is is_plain
    n, met = len(snapshot.graduates), 0
    ranked = rank_graduates(snapshot, range(n), length=LENGTH)
    last = LastKeys(
        RowNumbers(snapshot.graduates.id),
        (snapshot.graduates.id.astype(np.int64), ranked.keys[:, -1]),
    )
    wanted: dict[int, dict[int, int]] = {}
    for graduate in range(n):
        rows, keys = ranking_numpy.keys_of_graduate(snapshot, graduate)
        for row, key in zip(rows.tolist(), keys.tolist(), strict=True):
            if key >= ranked.keys[graduate, -1]:
                wanted.setdefault(row, {})[graduate] = key

    for row in range(len(snapshot.postings)):
        rows, keys, _ = lists_reached_by_posting(
            snapshot, Standing.of(snapshot.postings, row), last
        )
        assert dict(zip(rows.tolist(), keys.tolist(), strict=True)) == wanted.get(row, {})
        met += len(rows)
    assert met > 0


@pytest.mark.usefixtures("is_plain")
def test_nobody_reaches_a_list_that_ends_above(snapshot: Snapshot) -> None:
    ids = snapshot.postings.id.astype(np.int64)
    highest = np.full(len(ids), np.iinfo(np.int64).max, dtype=np.int64)
    last = LastKeys(RowNumbers(snapshot.postings.id), (ids, highest))

    for row in range(len(snapshot.graduates)):
        standing = Standing.of(snapshot.graduates, row)
        assert not len(
            lists_reached_by_graduate(snapshot, standing, ListSide.POSTING_ORDINARY, last)[0]
        )
