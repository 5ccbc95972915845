"""`yangguang bench alive` in process: changed rows of a made-up market, then every list against a full recompute."""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.cli.bench_rank_market import make_market
from matcher.kinds import ListSide, Verdict
from matcher.ranking.change import Affected, LiveState
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.touched import Keys
from matcher.ranking.warm import warm
from matcher.vocabulary.majors import MajorRef
from seeds.alive_changes import Changes

Lists = dict[tuple[ListSide, int], bytes]
"""Keys and partners of lists, by kind and subject."""

_KEY = b"yangguang bench alive"
THREADS = min(2, os.cpu_count() or 1)
_WARM_UP = 6
"""Changes before those that count: memory is touched for the first time."""
_UNTOUCHED = 500
"""Lists of each kind that are compared although no change touched them, at most."""
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
    stored = {side: _ranked(snapshot, side) for side in ListSide}
    measured = Measured()
    memory, started = _peak_mib(), time.perf_counter()
    state = LiveState(
        snapshot,
        compile_leaves=_accepts_nothing,
        lottery_key=_KEY,
        last_keys=lambda side: _last_keys(snapshot, side, stored[side]),
        threads=THREADS,
    )
    measured.seconds_open = time.perf_counter() - started
    measured.open_mib = _peak_mib() - memory
    lists: Lists = {}
    for number in range(_WARM_UP + changes):
        # Warming up counts nothing, but its lists must be right too.
        told = measured if number >= _WARM_UP else Measured()
        if number % 2:
            _measure(told, ListSide.GRADUATE, state.apply_posting, drawn.posting(), lists)
        else:
            _measure(told, ListSide.POSTING_ORDINARY, state.apply_graduate, drawn.graduate(), lists)
    for side in ListSide:
        _add_untouched(lists, snapshot, side, stored[side])
    measured.compared, measured.equal = _compare(lists, state.settled())
    return measured


def _measure(
    measured: Measured,
    others: ListSide,
    apply: Callable[..., Affected],
    change: tuple[int, GraduateFacts | PostingFacts | None],
    lists: Lists,
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
    own_sides = (
        set(ListSide)
        - {others}
        - ({ListSide.POSTING_RESERVED} if others is ListSide.POSTING_ORDINARY else set())
    )
    for side in own_sides:
        lists.pop((side, change[0]), None)
    for one in [*affected.own.values(), *found]:
        lists[one.side, one.subject_id] = _row(one.ranked, 0)


def _ranked(snapshot: Snapshot, side: ListSide, rows: Sequence[int] | None = None) -> Ranked:
    """Rank all rows that have such a list, or some, from nothing."""
    parameters = snapshot.parameters
    chosen = _owners(snapshot, side) if rows is None else np.asarray(rows, dtype=np.int64)
    if side is ListSide.GRADUATE:
        length = parameters.graduates_length
        return rank_graduates(snapshot, chosen, length=length, threads=THREADS)
    length = parameters.postings_length
    return rank_postings(snapshot, chosen, side, length=length, threads=THREADS)


def _owners(snapshot: Snapshot, side: ListSide) -> NDArray[np.int64]:
    """Rows that have a list of this kind."""
    if side is ListSide.GRADUATE:
        return np.arange(len(snapshot.graduates))
    is_owner = snapshot.postings.reserved | (side is ListSide.POSTING_ORDINARY)
    return np.flatnonzero(is_owner)


def _ids(snapshot: Snapshot, side: ListSide) -> NDArray[np.int64]:
    table = snapshot.graduates if side is ListSide.GRADUATE else snapshot.postings
    return table.id.astype(np.int64)


def _last_keys(snapshot: Snapshot, side: ListSide, ranked: Ranked) -> Keys:
    """Return the last keys of full lists, as a database would give them."""
    full = ranked.counts == ranked.keys.shape[1]
    return _ids(snapshot, side)[_owners(snapshot, side)][full], ranked.keys[full, -1]


def _add_untouched(lists: Lists, snapshot: Snapshot, side: ListSide, ranked: Ranked) -> None:
    """Add lists as they were before any change, unless a change touched them or their subject."""
    ids, rows = _ids(snapshot, side), _owners(snapshot, side)
    for number in np.linspace(0, len(rows) - 1, min(_UNTOUCHED, len(rows))).astype(int).tolist():
        lists.setdefault((side, int(ids[rows[number]])), _row(ranked, number))


def _compare(lists: Lists, now: Snapshot) -> tuple[int, bool]:
    """Rank the same lists from nothing; return how many there are and whether all are equal."""
    compared, equal = 0, True
    for side in ListSide:
        owners = _owners(now, side)
        ids = _ids(now, side)[owners]
        row_of = dict(zip(ids.tolist(), owners.tolist(), strict=True))
        wanted = [id_ for kind, id_ in lists if kind is side and id_ in row_of]
        ranked = _ranked(now, side, [row_of[id_] for id_ in wanted])
        compared += len(wanted)
        equal &= all(_row(ranked, at) == lists[side, id_] for at, id_ in enumerate(wanted))
    return compared, equal


def _row(ranked: Ranked, number: int) -> bytes:
    keys: bytes = ranked.keys[number].tobytes()
    partners: bytes = ranked.partners[number].tobytes()
    return keys + partners


def _accepts_nothing(_: Sequence[MajorRef]) -> Callable[[str], Iterable[tuple[int, Verdict, str]]]:
    """Compile nothing: changes of a made-up market ask for what its postings ask for already."""
    return lambda _: ()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
