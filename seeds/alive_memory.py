"""`yangguang bench alive` in process: changed rows of a made-up market, then every list against a full recompute."""

import gc
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matcher.cli.bench_rank_market import make_market
from matcher.kinds import ListSide, Verdict
from matcher.ranking.change import Affected, LiveState
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.live_lists import POSTING_SIDES, ListSource
from matcher.ranking.warm import warm
from matcher.vocabulary.majors import MajorRef
from seeds.alive_changes import Changes
from seeds.alive_lists import StoredLists

_KEY = b"yangguang bench alive"
THREADS = min(2, os.cpu_count() or 1)
_WARM_UP = 6
"""Changes before those that count: memory is touched for the first time."""
_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass
class Measured:
    """What happened: seconds of each change, by kind of subject."""

    seconds_open: float = 0.0
    open_mib: float = 0.0
    own: list[float] = field(default_factory=list)
    own_cpu: list[float] = field(default_factory=list)
    affected: dict[ListSide, list[float]] = field(default_factory=dict)
    affected_cpu: list[float] = field(default_factory=list)
    redone: list[int] = field(default_factory=list)
    compared: int = 0
    equal: bool = False


def measure_changes(graduates: int, postings: int, changes: int, seed: int) -> Measured:
    """Change rows of a made-up market and compare what comes out."""
    market = make_market(graduates, postings, seed)
    warm()
    snapshot, drawn = market.snapshot, Changes(market, seed)
    stored, measured = StoredLists(snapshot, THREADS), Measured()
    memory, started = _resident_mib(), time.perf_counter()
    state = LiveState(
        snapshot,
        compile_leaves=_accepts_nothing,
        lottery_key=_KEY,
        lists=ListSource(stored.last_keys, stored.lists),
        threads=THREADS,
    )
    measured.seconds_open = time.perf_counter() - started
    measured.open_mib = _resident_mib() - memory
    for number in range(_WARM_UP + changes):
        # Warming up counts nothing, but its lists must be right too.
        told = measured if number >= _WARM_UP else Measured()
        if number % 2:
            _measure(told, ListSide.GRADUATE, state.apply_posting, drawn.posting(), stored)
        else:
            _measure(
                told, ListSide.POSTING_ORDINARY, state.apply_graduate, drawn.graduate(), stored
            )
    measured.compared, measured.equal = stored.compare(state.settled())
    return measured


def _measure(
    measured: Measured,
    others: ListSide,
    apply: Callable[..., Affected],
    change: tuple[int, GraduateFacts | PostingFacts | None],
    stored: StoredLists,
) -> None:
    """Apply a change and take all its lists, each part on the clock."""
    started, cpu = time.perf_counter(), time.process_time()
    affected = apply(*change)
    own_at, own_cpu = time.perf_counter(), time.process_time()
    found = list(affected.others)
    over, over_cpu = time.perf_counter(), time.process_time()
    measured.own.append(own_at - started)
    measured.own_cpu.append(own_cpu - cpu)
    measured.affected.setdefault(others, []).append(over - own_at)
    measured.affected_cpu.append(over_cpu - own_cpu)
    measured.redone.append(len(found))
    of_graduate = others is ListSide.POSTING_ORDINARY
    for side in (ListSide.GRADUATE,) if of_graduate else POSTING_SIDES:
        stored.drop(side, change[0])
    for one in [*affected.own.values(), *found]:
        stored.store(one)


def _accepts_nothing(_: Sequence[MajorRef]) -> Callable[[str], Iterable[tuple[int, Verdict, str]]]:
    """Compile nothing: changes of a made-up market ask for what its postings ask for already."""
    return lambda _: ()


def _resident_mib() -> float:
    """Memory of this process just now; where the system does not say (no /proc), the most it ever had."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
    return pages * resource.getpagesize() / 2**20
