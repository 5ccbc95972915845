"""A whole drive through the real use cases: the rules hold after every step and every day, whatever goes wrong."""

import datetime as dt
from pathlib import Path

import pytest

from matcher import clock
from matcher.db.engine import SessionFactory
from seeds.city import CitySize
from seeds.simulator.drive import Plan, Report, SimulatedDrive
from seeds.simulator.town import DRIVE_SIZE, found_town
from workers.inline import Inline

_FIRST_DAY = dt.date(2026, 7, 1)
_BEFORE = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def _simulated(factory: SessionFactory, folder: Path, size: CitySize, plan: Plan) -> Report:
    with clock.set_by_hand(_BEFORE) as hands:
        town = found_town(
            factory, folder, seed=plan.seed, first_day=_FIRST_DAY, days=plan.days, size=size
        )
        return SimulatedDrive(factory, town, Inline(), hands, plan).run()


def test_a_small_drive_keeps_the_rules_on_both_databases(
    session_factory: SessionFactory, tmp_path: Path
) -> None:
    size = CitySize(employers=20, postings=60, graduates=150, households=140)

    report = _simulated(session_factory, tmp_path, size, Plan(seed=3, days=21, people_a_day=12))

    assert report.kills >= 1
    assert report.contended >= 1
    assert report.doubled >= 1
    assert report.steps["report"] >= 1


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_drive_of_300_employers_and_3_000_graduates_keeps_the_rules_for_three_months(
    sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    report = _simulated(sqlite_factory, tmp_path, DRIVE_SIZE, Plan())

    walked = {"agree", "decline", "invite", "attendance", "offer", "refuse", "hold", "accept"}
    assert walked <= set(report.steps)
    assert {"report", "in_post", "leave", "fall_through", "silent"} <= set(report.steps)
    assert report.kills >= 5
