"""The forecast's 80 % band on drives of the simulator, recorded with `yangguang bench forecast --out`.

The drives tried here (seeds 1 to 50) were not fitted on. The model was mended twice after some of them had been seen:
placements were forecast too wide with seeds 1 to 19, those of zero-employment households then too narrow with seeds 1
to 30. What to change, and by how much, was taken from the fitting drives alone (seeds 1001 to 1008). Seeds from 33 on
had not been lived through when the last number was set.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.statistics import forecast as model
from matcher.statistics.forecast import Assumption, Band, Course
from seeds import forecast_trial
from seeds.bench_forecast import forecast, read_recorded
from seeds.drive_series import DriveSeries
from seeds.forecast_trial import TrialOut, try_forecasts

_RECORDED = Path(__file__).parent / "data" / "drive_series.jsonl"
_PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
_DRIVES = 50
_FITTED = range(1_001, 1_009)
"""Seeds the model's numbers were fitted on (`matcher/statistics/data/forecast.csv`)."""


@pytest.fixture(scope="module")
def recorded() -> list[DriveSeries]:
    """Give the recorded drives."""
    return read_recorded(_RECORDED)


def test_drives_that_are_tried_were_not_fitted_on(recorded: list[DriveSeries]) -> None:
    assert {one.seed for one in recorded}.isdisjoint(_FITTED)


def test_counts_of_a_recorded_drive_never_fall(recorded: list[DriveSeries]) -> None:
    for one in recorded:
        assert one.served == sorted(one.served)
        assert one.placed == sorted(one.placed)
        assert one.served[-1] <= one.people


def test_fifty_drives_are_tried_each_once(recorded: list[DriveSeries]) -> None:
    told = try_forecasts(recorded)

    assert told.drives == _DRIVES
    assert {one.drives for one in told.points} == {_DRIVES}
    assert len(recorded) == 2 * _DRIVES


def test_four_bands_in_five_hold_the_end(recorded: list[DriveSeries]) -> None:
    assert _uncalibrated(try_forecasts(recorded)) == {}


@pytest.mark.parametrize("times", [0.5, 2.0])
def test_bands_half_or_twice_as_wide_would_not_do(
    recorded: list[DriveSeries], monkeypatch: pytest.MonkeyPatch, times: float
) -> None:
    def scaled(now: Course, before: Course | None, assumption: Assumption) -> Band:
        band = model.forecast(now, before, assumption)
        low = round(band.middle - times * (band.middle - band.low))
        high = round(band.middle + times * (band.high - band.middle))
        return replace(band, low=max(now.counts[-1], low), high=min(now.people, high))

    monkeypatch.setattr(forecast_trial, "forecast", scaled)

    assert {"all", "placed"} <= _uncalibrated(try_forecasts(recorded)).keys()


def _uncalibrated(told: TrialOut) -> dict[str, float]:
    """Return what holds the end too seldom or too often: all together, each target, `placed` at each point."""
    shares = {"all": told.share}
    for target in ("coverage", "placed", "zero_employment"):
        points = [one for one in told.points if one.target == target]
        shares[target] = sum(one.inside for one in points) / sum(one.drives for one in points)
    shares |= {f"placed {one.passed}": one.share for one in told.points if one.target == "placed"}
    return {name: share for name, share in shares.items() if not 0.7 <= share <= 0.9}


def test_bands_grow_narrower_as_the_drive_goes_on(recorded: list[DriveSeries]) -> None:
    told = try_forecasts(recorded)

    for target in ("coverage", "placed", "zero_employment"):
        widths = [one.width for one in told.points if one.target == target]
        assert widths == sorted(widths, reverse=True)


def test_the_command_reads_recorded_drives_and_prints_what_is_documented() -> None:
    done = CliRunner().invoke(forecast, ["--recorded", str(_RECORDED), "--json"])
    shown = re.search(
        r"<!-- shape: bench forecast -->\n```json\n(.*?)\n```", _PAGE.read_text(), re.DOTALL
    )
    assert shown is not None

    assert done.exit_code == 0
    told = json.loads(done.output)
    assert told.keys() == json.loads(shown[1]).keys()
    TrialOut.model_validate(json.loads(shown[1]))
