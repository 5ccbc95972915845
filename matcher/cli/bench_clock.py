"""Clocking for `yangguang bench`: CPU and wall seconds of an action, and the spread over many.

Rates and spreads are of CPU seconds, which another program on the machine disturbs least; wall seconds stand
beside them. Everything measured runs in one thread of one process and waits for nothing.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

Answer = TypeVar("Answer")
_YARDSTICK_ROUNDS = 5
_SHOWN = 40
"""Characters of the slowest input that are shown."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the CPU and on the wall."""

    cpu: float
    wall: float


class SpreadOut(BaseModel):
    """CPU milliseconds a call over many calls; `slowest` names the input of the longest one."""

    calls: int
    cpu_seconds: float
    wall_seconds: float
    p50_ms: float
    p95_ms: float
    max_ms: float
    slowest: str


def clocked(action: Callable[[], Answer]) -> tuple[Answer, Spent]:
    """Run an action; return its answer and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = action()
    return answer, Spent(time.process_time() - cpu, time.perf_counter() - wall)


def clocked_each(action: Callable[[str], object], inputs: Mapping[str, str]) -> dict[str, Spent]:
    """Run an action on each input; return what each took, by name."""
    return {name: clocked(partial(action, text))[1] for name, text in inputs.items()}


def yardstick() -> float:
    """Return the CPU milliseconds of a fixed piece of plain Python, the fastest of some: how fast the machine is.

    Milliseconds of two machines, or of a busy and an idle one, may be compared after division by it.
    """
    return milliseconds(min(clocked(_plain_work)[1].cpu for _ in range(_YARDSTICK_ROUNDS)))


def _plain_work() -> int:
    words = [f"{number}学" for number in range(20_000)]
    return len({word[:-1]: word.find("9") for word in words})


def spread(spent: Mapping[str, Spent]) -> SpreadOut:
    """Return how the time of calls is spread."""
    cpu = sorted(one.cpu for one in spent.values())
    cuts = statistics.quantiles(cpu, n=100, method="inclusive") if len(cpu) > 1 else cpu * 99
    slowest = max(spent, key=lambda name: spent[name].cpu)
    return SpreadOut(
        calls=len(cpu),
        cpu_seconds=round(sum(cpu), 4),
        wall_seconds=round(sum(one.wall for one in spent.values()), 4),
        p50_ms=milliseconds(cuts[49]),
        p95_ms=milliseconds(cuts[94]),
        max_ms=milliseconds(cpu[-1]),
        slowest=slowest[:_SHOWN],
    )


def middle(spent: list[Spent]) -> Spent:
    """Return the round in the middle, by CPU seconds."""
    return sorted(spent, key=lambda one: one.cpu)[len(spent) // 2]


def milliseconds(seconds: float) -> float:
    """Return milliseconds, to the microsecond."""
    return round(seconds * 1000, 3)


@contextmanager
def tables_kept_aside() -> Iterator[None]:
    """Keep the collector of cycles from visiting the loaded tables, as the measured verbs do."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
