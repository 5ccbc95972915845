"""The forecast's 80 % band on drives of the simulator, recorded with `yangguang bench forecast --out`."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seeds.bench_forecast import forecast, read_recorded
from seeds.drive_series import DriveSeries
from seeds.forecast_trial import TrialOut, try_forecasts

_RECORDED = Path(__file__).parent / "data" / "drive_series.jsonl"
_PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
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


def test_four_bands_in_five_hold_the_end(recorded: list[DriveSeries]) -> None:
    told = try_forecasts(recorded)

    assert 0.7 <= told.share <= 0.9


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
