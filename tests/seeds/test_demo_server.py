"""Waiting of the demo: longer than what it waits for, and as long as a run gets on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from matcher.db.engine import SessionFactory
from matcher.errors import RuleBrokenError
from matcher.kinds import RunState
from matcher.services.ranking_runs import RunProgress
from seeds import demo_server
from workers import units


@dataclass
class Clock:
    """Time that passes by being asked and slept."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += 600


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Ten minutes between any two looks at the run."""
    made = Clock()
    monkeypatch.setattr(demo_server, "time", made)
    return made


def follow(monkeypatch: pytest.MonkeyPatch, steps: Iterator[RunProgress]) -> None:
    monkeypatch.setattr(demo_server, "run_progress", lambda *_: next(steps))


def said(_: str) -> None:
    """Say nothing."""


def test_the_demo_waits_longer_for_the_programs_than_they_for_their_web() -> None:
    assert demo_server._START_S > units._WEB_READY_S


def test_a_run_that_gets_on_is_waited_for_however_long_it_takes(
    sqlite_factory: SessionFactory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = [RunProgress(RunState.RUNNING, done, 20, None) for done in range(20)]
    follow(monkeypatch, iter([*running, RunProgress(RunState.DONE, 20, 20, None)]))

    demo_server._wait(sqlite_factory, 1, said)

    assert clock.now == 20 * 600


def test_a_run_that_stands_still_is_given_up(
    sqlite_factory: SessionFactory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(monkeypatch, iter([RunProgress(RunState.RUNNING, 3, 20, None)] * 20))

    with pytest.raises(RuleBrokenError, match="没有进展"):
        demo_server._wait(sqlite_factory, 1, said)

    assert clock.now <= 4 * 600
