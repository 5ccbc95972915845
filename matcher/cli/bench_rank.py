"""`yangguang bench rank`: ranking a made-up market of any size, and how much slower other exact ways are.

The market is drawn from a seed straight into a snapshot; needs no installation. The engine is measured first, so that
the peak of memory is its own. With `--from-database` the build of a drive's snapshot from the tables is measured
instead.
"""

import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from matcher.cli.bench_clock import Spent, clocked, milliseconds
from matcher.cli.bench_rank_database import measure_database
from matcher.cli.bench_rank_market import Market, make_market
from matcher.cli.bench_rank_peers import measure_peers, spread_rows
from matcher.cli.bench_rank_shapes import DatabaseOut, PeersOut, RankOut, RowsOut
from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.parts import pair_parts
from matcher.ranking.snapshot import Snapshot

Ints = NDArray[np.int64]

_SINGLE = 400
"""Rows ranked one by one for the spread of a single row."""
_EXPLAINED = 400_000
_WARM_UP = 3
_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Direction:
    """One direction as measured: the rows ranked and of how many they are a sample."""

    rows: Ints
    n_rows: int
    spent: Spent
    ranked: Ranked
    singles: tuple[float, float]

    @property
    def factor(self) -> float:
        """By what counts and seconds of the sample are multiplied."""
        return self.n_rows / max(1, len(self.rows))

    def scaled(self, amount: float) -> float:
        """Return a count or seconds of the whole side."""
        return amount * self.factor


def peak_mib() -> float:
    """Return the peak memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB, 1)


def measure(
    graduates: int, postings: int, *, seed: int, sample: int, peers: int, threads: int
) -> RankOut:
    """Measure both directions, single rows, explanations, then the peers on a sample.

    Parameters
    ----------
    sample : most rows of a side that are ranked; 0 ranks all
    peers : postings the peers rank; 0 leaves them out
    """
    compile_apart()
    market, made = clocked(lambda: make_market(graduates, postings, seed))
    market_mib, snapshot = peak_mib(), market.snapshot
    warm_up()
    _, built = clocked(lambda: (snapshot.graduate_index, snapshot.posting_index))
    parameters = snapshot.parameters
    rank_p = partial(rank_postings, snapshot, side=ListSide.POSTING_ORDINARY)
    rank_p = partial(rank_p, length=parameters.postings_length)
    rank_g = partial(rank_graduates, snapshot, length=parameters.graduates_length)
    of_postings = _direction(rank_p, postings, sample, threads)
    of_graduates = _direction(rank_g, graduates, sample, threads)
    memory = peak_mib()
    explained = explanations_per_second(snapshot, of_postings)
    found, absent = measure_peers(market, peers) if peers else (None, None)
    return _told(
        market,
        seed=seed,
        threads=threads,
        spent=(made, built),
        sides=(of_postings, of_graduates),
        memory=(market_mib, memory),
        explained=explained,
        peers=(found, absent),
    )


def compile_apart() -> None:
    """Let another process compile what is not compiled yet: that takes 250 MiB which ranking does not."""
    program = "from matcher.ranking.warm import warm; warm()"
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own words


def warm_up() -> None:
    """Load or compile every kernel on another small market; this one has no index yet."""
    small = make_market(_WARM_UP * 20, _WARM_UP * 20, 1).snapshot
    rank_postings(small, np.arange(_WARM_UP), ListSide.POSTING_ORDINARY, length=_WARM_UP)
    rank_graduates(small, np.arange(_WARM_UP), length=_WARM_UP)
    pair_parts(small, np.arange(_WARM_UP), np.arange(_WARM_UP))


def _direction(rank: Callable[..., Ranked], n_rows: int, sample: int, threads: int) -> _Direction:
    """Rank all rows or a sample, then some of them one by one."""
    rows = spread_rows(n_rows, sample or n_rows)
    ranked, spent = clocked(lambda: rank(rows=rows, threads=threads))
    each = [clocked(partial(rank, rows=rows[[at]]))[1] for at in spread_rows(len(rows), _SINGLE)]
    cpu = np.asarray([one.cpu for one in each] or [0.0])
    p50, p95 = np.percentile(cpu, [50, 95]).tolist()
    return _Direction(rows, n_rows, spent, ranked, (milliseconds(p50), milliseconds(p95)))


def explanations_per_second(snapshot: Snapshot, found: _Direction) -> float | None:
    """Take listed pairs apart, all their parts; None if there is no pair."""
    lists, places = np.nonzero(found.ranked.partners[:_EXPLAINED] >= 0)
    lists, places = lists[:_EXPLAINED], places[:_EXPLAINED]
    by_id = np.argsort(snapshot.graduates.id)
    ids = found.ranked.partners[lists, places]
    graduates = by_id[np.searchsorted(snapshot.graduates.id, ids, sorter=by_id)]
    postings = found.rows[lists]
    if not len(ids):
        return None
    _, spent = clocked(lambda: pair_parts(snapshot, graduates, postings))
    return round(len(ids) / spent.cpu)


def _told(
    market: Market,
    *,
    seed: int,
    threads: int,
    spent: tuple[Spent, Spent],
    sides: tuple[_Direction, _Direction],
    memory: tuple[float, float],
    explained: float | None,
    peers: tuple[PeersOut | None, str | None],
) -> RankOut:
    """Put what was measured into the shape that is printed."""
    of_postings, of_graduates = sides
    parameters = market.snapshot.parameters
    is_sample = any(len(side.rows) < side.n_rows for side in sides)
    found, absent = peers
    return RankOut(
        graduates=of_graduates.n_rows,
        postings=of_postings.n_rows,
        seed=seed,
        threads=threads,
        length_postings=parameters.postings_length,
        length_graduates=parameters.graduates_length,
        seconds_market=round(spent[0].cpu, 3),
        seconds_snapshot=round(spent[1].cpu, 3),
        **_times(of_postings, of_graduates),
        peak_mib=memory[1],
        market_mib=memory[0],
        explanations_per_second=explained,
        scaled=is_sample,
        sampled_rows=RowsOut(postings=len(of_postings.rows), graduates=len(of_graduates.rows))
        if is_sample
        else None,
        ratio_numpy_dense=_ratio(found, "numpy_dense_ms"),
        ratio_numpy_lean=_ratio(found, "numpy_lean_ms"),
        ratio_duckdb=_ratio(found, "duckdb_ms"),
        ratio_python_loop=_ratio(found, "python_loop_ms"),
        duckdb_absent=absent,
        peers=found,
    )


def _times(of_postings: _Direction, of_graduates: _Direction) -> dict[str, Any]:
    """Return seconds and pairs of both directions, scaled up where a sample was ranked."""
    sides = (of_postings, of_graduates)
    seconds = [side.scaled(side.spent.cpu) for side in sides]
    eligible = of_postings.scaled(int(of_postings.ranked.eligible.sum(dtype=np.int64)))
    every = of_postings.n_rows * of_graduates.n_rows
    return {
        "seconds_postings": round(seconds[0], 3),
        "seconds_graduates": round(seconds[1], 3),
        "wall_postings": round(of_postings.scaled(of_postings.spent.wall), 3),
        "wall_graduates": round(of_graduates.scaled(of_graduates.spent.wall), 3),
        "core_hours": round(sum(seconds) / 3600, 4),
        "eligible_pairs": round(eligible),
        "eligible_share": round(eligible / every, 5) if every else 0.0,
        "pairs_scored": round(sum(s.scaled(s.ranked.counters.pairs_scored) for s in sides)),
        "text_dots": round(sum(s.scaled(s.ranked.counters.text_dots) for s in sides)),
        "ns_per_eligible_pair": round(sum(seconds) * 1e9 / (2 * eligible), 2) if eligible else 0.0,
        "posting_p50_ms": of_postings.singles[0],
        "posting_p95_ms": of_postings.singles[1],
        "graduate_p50_ms": of_graduates.singles[0],
        "graduate_p95_ms": of_graduates.singles[1],
    }


def _ratio(found: PeersOut | None, name: str) -> float | None:
    """Return how many times the engine's CPU time a peer takes."""
    taken = None if found is None else getattr(found, name)
    return None if found is None or taken is None else round(taken / found.engine_ms, 1)


@click.command("rank")
@click.option("--graduates", type=click.IntRange(min=0), default=20_000, show_default=True)
@click.option("--postings", type=click.IntRange(min=0), default=4_000, show_default=True)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="同一个数生成同样的数据",
)
@click.option(
    "--sample-rows",
    type=click.IntRange(min=0),
    default=0,
    help="每一侧最多排多少行，其余按比例推算；0 为全部",
)
@click.option(
    "--peers",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="与其他做法比较的岗位数，0 为不比较",
)
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--from-database", "drive", help="改为测量：从数据库生成这个活动的排序快照")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def rank(
    *,
    graduates: int,
    postings: int,
    seed: int,
    sample_rows: int,
    peers: int,
    threads: int,
    drive: str | None,
    as_json: bool,
) -> None:
    """测量排序的速度和内存。"""
    measured: RankOut | DatabaseOut
    if drive is not None:
        measured = measure_database(drive, peak_mib)
    else:
        measured = measure(
            graduates, postings, seed=seed, sample=sample_rows, peers=peers, threads=threads
        )
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for name, value in measured.model_dump().items():
        click.echo(f"{name:26} {value}")
