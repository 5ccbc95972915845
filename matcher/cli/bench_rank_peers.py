"""The engine and its peers on the same postings in the same process: equal first, then measured."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matcher.cli.bench_clock import clocked, middle
from matcher.cli.bench_rank_dense import DensePeer, Pairs
from matcher.cli.bench_rank_duckdb import DuckPeer, PeerMissingError
from matcher.cli.bench_rank_loop import LoopPeer, points_of
from matcher.cli.bench_rank_market import Market
from matcher.cli.bench_rank_shapes import PeersOut
from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_postings

Ints = NDArray[np.int64]

_LOOP_SHARE = 5
"""The loop ranks every fifth posting of the sample: it is that slow."""
_ROUNDS = 7
"""Rounds of the engine before the peers and again after them; the one in the middle is told."""


def measure_peers(market: Market, count: int) -> tuple[PeersOut, str | None]:
    """Rank a sample of postings in every way; also say why DuckDB is missing, if it is.

    Raises
    ------
    AssertionError
        A peer gives another result than the engine.
    """
    snapshot = market.snapshot
    length = snapshot.parameters.postings_length
    rows = spread_rows(len(snapshot.postings), count)

    def engine() -> Ranked:
        return rank_postings(snapshot, rows, ListSide.POSTING_ORDINARY, length=length)

    ranked = engine()
    rounds = [clocked(engine)[1] for _ in range(_ROUNDS)]
    (dense_seconds, lean_seconds), pairs = _dense(market, rows, ranked)
    duck_seconds, absent = _duck(market, rows, ranked)
    rounds += [clocked(engine)[1] for _ in range(_ROUNDS)]
    loop_rows = rows[::_LOOP_SHARE]
    loop_seconds = _loop(market, loop_rows, pairs[::_LOOP_SHARE])
    found = PeersOut(
        postings=len(rows),
        loop_postings=len(loop_rows),
        eligible_pairs=int(ranked.eligible.sum()),
        engine_ms=_each(middle(rounds).cpu, len(rows)),
        numpy_dense_ms=_each(dense_seconds, len(rows)),
        numpy_lean_ms=_each(lean_seconds, len(rows)),
        duckdb_ms=None if duck_seconds is None else _each(duck_seconds, len(rows)),
        python_loop_ms=_each(loop_seconds, len(loop_rows)),
        equal=True,
    )
    return found, absent


def spread_rows(n_rows: int, count: int) -> Ints:
    """Return so many rows (one at least, all at most), evenly over a table sorted by place: of every kind some."""
    parts = min(max(1, count), n_rows)
    return (2 * np.arange(parts, dtype=np.int64) + 1) * n_rows // max(1, 2 * parts)


def _each(seconds: float, count: int) -> float:
    return round(seconds * 1000 / max(1, count), 4)


def _dense(market: Market, rows: Ints, ranked: Ranked) -> tuple[list[float], list[Pairs]]:
    """Return the seconds of the dense and of the lean form, and the eligible pairs of each posting."""
    peer = DensePeer(market.snapshot)
    length, seconds = ranked.keys.shape[1], []
    for way in (peer.keys, peer.lean_keys):
        lists, spent = clocked(partial(_each_row, way, rows, length))
        _check("numpy", ranked, lists)
        seconds.append(spent.cpu)
    return seconds, [peer.pairs(int(row)) for row in rows]


def _each_row(way: Callable[[int, int], Ints], rows: Ints, length: int) -> list[Ints]:
    return [way(row, length) for row in rows.tolist()]


def _duck(market: Market, rows: Ints, ranked: Ranked) -> tuple[float | None, str | None]:
    try:
        peer = DuckPeer(market.snapshot)
    except PeerMissingError as missing:
        return None, str(missing)
    length, nothing = ranked.keys.shape[1], np.zeros(0, dtype=np.int64)
    peer.choose(rows)
    found = peer.keys(length)
    _check("DuckDB", ranked, [found.get(int(row), nothing) for row in rows])
    return clocked(lambda: peer.keys(length))[1].cpu, None


def _loop(market: Market, rows: Ints, pairs: list[Pairs]) -> float:
    peer = LoopPeer(market)
    length = market.snapshot.parameters.postings_length
    tasks: list[Callable[[], object]] = []
    for row, eligible in zip(rows.tolist(), pairs, strict=True):
        graduates = eligible.rows.tolist()
        peer.prepare(graduates)
        posting, accepted = peer.posting(row)
        expected = list(zip(eligible.certain.tolist(), eligible.points.tolist(), strict=True))
        points = market.snapshot.parameters.points
        own = [points_of(peer.graduate(one), posting.values, accepted, points) for one in graduates]
        if own != expected:
            raise AssertionError(f"the loop gives other points for posting row {row}")
        tasks.append(partial(peer.keys, posting, accepted, graduates, length))
    _, spent = clocked(lambda: [task() for task in tasks])
    return spent.cpu


def _check(name: str, ranked: Ranked, lists: list[Ints]) -> None:
    """Make sure that a peer's keys are the engine's, one by one."""
    for number, keys in enumerate(lists):
        filled = int(ranked.counts[number])
        if len(keys) != filled or not np.array_equal(keys, ranked.keys[number, :filled]):
            raise AssertionError(f"{name} gives another list for posting {number} of the sample")
