"""A whole drive through the real use cases: the rules hold after every step and every day, whatever goes wrong."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from matcher import clock
from matcher.db.engine import SessionFactory
from seeds.city import CitySize
from seeds.simulator.drive import Plan, SimulatedDrive
from seeds.simulator.report import Report
from seeds.simulator.town import DRIVE_SIZE, found_town
from workers.inline import Inline

_FIRST_DAY = dt.date(2026, 7, 1)
_BEFORE = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)

_SMALL = {
    "propose": 20,
    "agree": 10,
    "report": 1,
    "papers": 1,
    "check": 1,
    "publish_course": 3,
    "training_propose": 10,
    "training_agree": 3,
    "training_accept": 3,
    "attendance_of_class": 1,
}
_SMALL_OUTCOMES = {"placements_verified": 1, "training_attended": 1, "training_waited": 1}

_WHOLE = {
    "propose": 600,
    "agree": 300,
    "decline": 30,
    "invite": 100,
    "attendance": 100,
    "offer": 100,
    "refuse": 50,
    "hold": 5,
    "accept": 50,
    "report": 50,
    "in_post": 40,
    "leave": 2,
    "fall_through": 2,
    "silent": 10,
    "papers": 40,
    "check": 40,
    "close_posting": 10,
    "call_not_reached": 1,
    "call_still_there": 10,
    "link_still_there": 5,
    "seats_told": 10,
    "publish_course": 15,
    "course_over": 5,
    "course_cancelled": 1,
    "training_propose": 60,
    "training_agree": 25,
    "training_decline": 1,
    "training_accept": 20,
    "training_refuse": 1,
    "attendance_of_class": 15,
    "training_finish": 10,
    "training_certify": 5,
    "training_subsidy": 2,
}
_WHOLE_OUTCOMES = {
    "placements_verified": 40,
    "placements_ended": 3,
    "cases_reopened": 2,
    "call_backs_answered": 20,
    "call_backs_left": 1,
    "surveys_answered": 20,
    "training_waited": 10,
    "training_moved_up": 2,
    "training_attended": 15,
    "training_finished": 10,
    "training_certified": 5,
    "training_subsidised": 2,
    "training_hired": 1,
}
"""How often each step must have passed at least, and what must have come of it: refusals alone are no drive."""


def _lacking(told: Mapping[str, int], least: Mapping[str, int]) -> dict[str, int]:
    """Return what was done less often than it must, with how often it was."""
    return {name: told.get(name, 0) for name in least if told.get(name, 0) < least[name]}


def _simulated(factory: SessionFactory, folder: Path, size: CitySize, plan: Plan) -> Report:
    with clock.set_by_hand(_BEFORE) as hands:
        town = found_town(
            factory, folder, seed=plan.seed, first_day=_FIRST_DAY, days=plan.days, size=size
        )
        return SimulatedDrive(factory, town, Inline(), hands, plan).run()


@pytest.mark.timeout(900)
def test_a_small_drive_keeps_the_rules_on_both_databases(
    session_factory: SessionFactory, tmp_path: Path
) -> None:
    size = CitySize(employers=20, postings=60, graduates=150, households=140)

    report = _simulated(session_factory, tmp_path, size, Plan(seed=3, days=30, people_a_day=12))

    assert report.kills >= 1
    assert report.contended >= 1
    assert report.doubled >= 1
    assert _lacking(report.steps, _SMALL) == {}
    assert _lacking(report.outcomes, _SMALL_OUTCOMES) == {}


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_drive_of_300_employers_and_3_000_graduates_keeps_the_rules_for_three_months(
    sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    report = _simulated(sqlite_factory, tmp_path, DRIVE_SIZE, Plan())

    assert _lacking(report.steps, _WHOLE) == {}
    assert _lacking(report.outcomes, _WHOLE_OUTCOMES) == {}
    assert report.kills >= 5


def test_a_drive_in_which_every_check_is_refused_is_found_lacking() -> None:
    report = Report(steps=Counter(_WHOLE), outcomes=dict(_WHOLE_OUTCOMES))
    assert _lacking(report.steps, _WHOLE) == {}

    report.steps["check_in_vain"], report.steps["check"] = 40, 0
    report.outcomes["placements_verified"] = 0

    assert _lacking(report.steps, _WHOLE) == {"check": 0}
    assert _lacking(report.outcomes, _WHOLE_OUTCOMES) == {"placements_verified": 0}
