"""`yangguang bench forecast`: the 80 % band of where a drive will end, tried on drives of the real simulator.

Living through fifty drives takes about an hour; `--out` keeps their daily series, `--recorded` tries them again.
"""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path

import click

from seeds.drive_series import DriveSeries, live_through
from seeds.forecast_trial import TrialOut, try_forecasts
from seeds.simulator.drive import Background

_BACKGROUND = "yangguang.background"
"""Entry-point group: who does background work in this process."""


def read_recorded(path: Path) -> list[DriveSeries]:
    """Return the series of a file, one a line, by seed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    recorded = [DriveSeries.model_validate_json(line) for line in lines if line]
    return sorted(recorded, key=lambda one: (one.seed, one.group))


def _lived(seeds: Sequence[int], days: int, out: Path | None) -> list[DriveSeries]:
    """Live through drives one after another; each is written down before the next begins."""
    (found,) = entry_points(group=_BACKGROUND)
    make: Callable[[], Background] = found.load()
    background, recorded = make(), []
    for number, seed in enumerate(seeds):
        series = live_through(seed, background, days)
        recorded += series
        if out is not None:
            with out.open("a", encoding="utf-8") as stream:
                stream.writelines(f"{one.model_dump_json()}\n" for one in series)
        click.echo(f"\r第 {number + 1} / {len(seeds)} 次", nl=number + 1 == len(seeds), err=True)
    return recorded


@click.command("forecast")
@click.option(
    "--drives", type=click.IntRange(min=2), default=50, show_default=True, help="模拟几次活动"
)
@click.option(
    "--days", type=click.IntRange(14, 120), default=36, show_default=True, help="活动天数"
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="第一次的种子"
)
@click.option(
    "--recorded",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用已记录的逐日数，不再模拟",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="把逐日数接着写进这个文件"
)
@click.option("--without-year-before", is_flag=True, help="当作没有上一年的活动")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def forecast(
    *,
    drives: int,
    days: int,
    seed: int,
    recorded: Path | None,
    out: Path | None,
    without_year_before: bool,
    as_json: bool,
) -> None:
    """Try the forecast's 80 % band on simulated drives (预计校准)."""
    started = time.perf_counter()
    series = read_recorded(recorded) if recorded else _lived(range(seed, seed + drives), days, out)
    told = try_forecasts(series, with_year_before=not without_year_before)
    told.seconds = round(time.perf_counter() - started, 1)
    click.echo(told.model_dump_json() if as_json else _in_words(told))


def _in_words(told: TrialOut) -> str:
    lines = [
        f"{one.target:16} {one.passed:.0%} {one.inside}/{one.drives} {one.share:.0%}"
        f"  below {one.below} above {one.above}  width {one.width:.1%}"
        for one in told.points
    ]
    return "\n".join([*lines, f"all {told.share:.0%} of {told.drives} drives, {told.seconds} s"])
