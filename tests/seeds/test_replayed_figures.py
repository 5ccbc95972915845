"""A simulated drive, replayed: the sheet at any date equals a slow oracle that reads only the logs, at every union."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading
from matcher.models.drives import Drive
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.figures.shapes import Figure
from matcher.statistics.indicators import load_indicators
from seeds.city import CitySize
from seeds.simulator.bookkeeping import Bookkeeping
from seeds.simulator.drive import Plan, SimulatedDrive
from seeds.simulator.invariants import Touched
from seeds.simulator.report import Report
from seeds.simulator.town import DRIVE_SIZE, Town, found_town
from tests.oracles.figures import Logs, Recount
from workers.inline import Inline

_FIRST_DAY = dt.date(2026, 7, 1)
_BEFORE = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
_COUNTED = [one for one in load_indicators() if not one.is_ratio]

Values = dict[str, Figure]


@dataclass
class Replay:
    """A drive that was lived through, and the sheets of every union asked for on the way."""

    town: Town
    asked: dict[Moment, dict[int, Values]] = field(default_factory=dict)
    entered: Counter[str] = field(default_factory=Counter)
    report: Report = field(default_factory=Report)


class _PlainDrive(SimulatedDrive):
    """A drive that asks no invariants: those are tried on drives of their own."""

    def _check(self, day: int, step: str, touched: Touched) -> None:
        """Ask nothing."""

    def _look_at_all(self, day: int) -> None:
        """Ask nothing."""


def _sheets(session: Session, town: Town, moment: Moment) -> dict[int, Values]:
    return {
        union_id: dict(count_figures(session, town.manager, town.drive_id, union_id, moment).values)
        for union_id in town.unions
    }


def _replayed(
    factory: SessionFactory, folder: Path, size: CitySize, plan: Plan, *, asked_on: tuple[int, ...]
) -> Replay:
    """Live through a drive; on some days ask for the sheets of the day and of this very instant."""
    with clock.set_by_hand(_BEFORE) as hands:
        town = found_town(
            factory, folder, seed=plan.seed, first_day=_FIRST_DAY, days=plan.days, size=size
        )
        replay, books = Replay(town), Bookkeeping(factory, town, plan.seed)

        def after_day(day: int) -> None:
            books.evening(day)
            if day not in asked_on:
                return
            with reading(factory) as session:
                drive = session.get_one(Drive, town.drive_id)
                for moment in (moment_of(session, drive), moment_of(session, drive, clock.today())):
                    replay.asked[moment] = _sheets(session, town, moment)

        replay.report = _PlainDrive(factory, town, Inline(), hands, plan).run(after_day)
        replay.entered = books.entered
    return replay


def _differing(
    session: Session, logs: Logs, town: Town, moment: Moment
) -> list[tuple[int, str, object, object]]:
    """Return what engine and oracle count differently: union, code, engine, oracle."""
    oracle = Recount(
        logs,
        town.drive_id,
        from_on=moment.from_on,
        until_on=moment.until_on,
        known_at=moment.known_at,
    )
    found: list[tuple[int, str, object, object]] = []
    for union_id, values in _sheets(session, town, moment).items():
        for one in _COUNTED:
            figure, (value, earlier) = values[one.code], oracle.figure(one.code, union_id)
            ours = (figure.value, figure.earlier if one.has_earlier else None)
            theirs = (value, earlier if one.has_earlier else None)
            if ours != theirs:
                found.append((union_id, one.code, ours, theirs))
    return found


def _check(factory: SessionFactory, replay: Replay, say: Callable[[str], None]) -> None:
    """Compare the sheets asked for on the way with those of the end, and both with the oracle."""
    town = replay.town
    with reading(factory) as session:
        logs = Logs(session)
        for moment, before in replay.asked.items():
            assert _sheets(session, town, moment) == before
            assert _differing(session, logs, town, moment) == []
            told = {
                code: figure.value for code, figure in before[town.union_id].items() if figure.value
            }
            say(f"{moment.until_on} known {moment.known_at}: {told}")


def _end(replay: Replay) -> Values:
    return replay.asked[max(replay.asked, key=lambda one: one.known_at)][replay.town.union_id]


def _unions_with(replay: Replay, code: str) -> int:
    """Return in how many unions of the tree a figure is more than nought."""
    last = replay.asked[max(replay.asked, key=lambda one: one.known_at)]
    return sum(bool(values[code].value) for values in last.values())


@pytest.mark.timeout(900)
def test_a_small_drive_replayed_has_the_sheets_of_the_oracle_at_every_union_and_they_stay(
    sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    size = CitySize(employers=10, postings=30, graduates=60, households=54)
    plan = Plan(seed=3, days=30, people_a_day=5)

    replay = _replayed(sqlite_factory, tmp_path, size, plan, asked_on=(1, 9, 19, 29))

    _check(sqlite_factory, replay, lambda _line: None)
    assert len(replay.asked) == 8
    end = _end(replay)
    assert [
        code
        for code in (
            "graduates",
            "need_help",
            "served",
            "helped",
            "events",
            "posts",
            "left_counted",
        )
        if not end[code].value
    ] == []
    assert _unions_with(replay, "graduates") == len(replay.town.unions)
    assert {"service", "event", "event_corrected", "left", "standing", "mark", "money"} <= set(
        replay.entered
    )


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_a_drive_of_3_000_graduates_and_three_months_replayed_has_the_sheets_of_the_oracle(
    sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    plan = Plan()

    replay = _replayed(sqlite_factory, tmp_path, DRIVE_SIZE, plan, asked_on=(9, 30, 60, 91))

    _check(sqlite_factory, replay, print)
    print(replay.entered, replay.report)  # noqa: T201 - numbers of the run
    end = _end(replay)
    assert [code for code in ("helped", "zero_helped", "served") if not end[code].value] == []
