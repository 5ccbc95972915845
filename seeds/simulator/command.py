"""`yangguang simulate`: a whole drive through the real use cases, in a database of its own, told in counts."""

import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from matcher import clock
from matcher.services.installation import prepare_installation
from matcher.settings import load_settings
from seeds.city import CitySize
from seeds.demo_settings import refuse_other
from seeds.simulator.drive import Background, BrokenRuleError, Plan, SimulatedDrive
from seeds.simulator.report import Report
from seeds.simulator.town import DRIVE_SIZE, found_town

_BACKGROUND = "yangguang.background"
"""Entry-point group: who does background work in this process (workers never import seeds, nor the other way)."""

_EVENING_BEFORE = dt.timedelta(hours=4)


@click.command("simulate")
@click.option(
    "--employers",
    type=click.IntRange(1, 5_000),
    default=DRIVE_SIZE.employers,
    show_default=True,
    help="单位数",
)
@click.option(
    "--postings",
    type=click.IntRange(1, 20_000),
    default=DRIVE_SIZE.postings,
    show_default=True,
    help="岗位数",
)
@click.option(
    "--graduates",
    type=click.IntRange(1, 50_000),
    default=DRIVE_SIZE.graduates,
    show_default=True,
    help="毕业生人数",
)
@click.option(
    "--households",
    type=click.IntRange(1, 50_000),
    default=DRIVE_SIZE.households,
    show_default=True,
    help="家庭户数",
)
@click.option("--days", type=click.IntRange(1, 366), default=92, show_default=True, help="活动天数")
@click.option(
    "--people-a-day",
    type=click.IntRange(1, 2_000),
    default=14,
    show_default=True,
    help="每天由工作人员推荐的人数；数据量大致随它和天数增加",
)
@click.option("--seed", default=1, show_default=True, help="同样的种子，同样的活动")
@click.option(
    "--first-day",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-07-01",
    show_default=True,
    help="活动第一天",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(
    *,
    employers: int,
    postings: int,
    graduates: int,
    households: int,
    days: int,
    people_a_day: int,
    seed: int,
    first_day: dt.datetime,
    as_json: bool,
) -> int:
    """模拟一次完整的活动（单位、毕业生、培训机构、工作人员按真实流程办理），每一步核对规则。

    YANGGUANG_DATA 须指向空文件夹。模拟结束后数据留在其中，可按需要的规模生成数据库，供负载测试和统计使用。
    """
    settings = load_settings()
    refuse_other(settings.data)
    factory = prepare_installation(settings)
    size = CitySize(employers, postings, graduates, households)
    plan = Plan(seed=seed, days=days, people_a_day=people_a_day)
    started = time.perf_counter()
    try:
        report, broken = _simulate(factory, size, plan, first_day.date())
    finally:
        factory.kw["bind"].dispose()
    told = {**vars(report), "seconds": round(time.perf_counter() - started, 1), "broken": broken}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _in_words(told))
    return 2 if broken else 0


def _simulate(
    factory: sessionmaker[Session], size: CitySize, plan: Plan, first_day: dt.date
) -> tuple[Report, str | None]:
    midnight = dt.datetime.combine(first_day, dt.time(0), clock.CHINA).astimezone(dt.UTC)
    with clock.set_by_hand(midnight - _EVENING_BEFORE) as hands, _folder() as folder:
        click.echo("正在建立活动……", err=True)
        town = found_town(
            factory, Path(folder), seed=plan.seed, first_day=first_day, days=plan.days, size=size
        )
        drive = SimulatedDrive(factory, town, _background(), hands, plan)
        try:
            return drive.run(lambda day: _tell(day, plan.days)), None
        except BrokenRuleError as error:
            return drive.report, str(error)


def _tell(day: int, days: int) -> None:
    click.echo(f"\r第 {day + 1} / {days} 天", nl=day + 1 == days, err=True)


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="yangguang-simulate.")


def _background() -> Background:
    (found,) = entry_points(group=_BACKGROUND)
    make: Callable[[], Background] = found.load()
    return make()


def _in_words(told: dict[str, object]) -> str:
    lines = [f"{key}：{value}" for key, value in told.items() if value is not None]
    return "\n".join(lines)
