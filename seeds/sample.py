"""`yangguang sample`: sheets of a synthetic city in any size, for trials and benchmarks.

`sample market` writes no sheet: it puts a market of any size straight into the installation's database.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click

from matcher import clock
from matcher.documents.xlsx import Column, SheetSpec, write_sheet
from matcher.kinds import ImportKind
from matcher.services.installation import prepare_installation
from matcher.settings import load_settings
from seeds.big_market import fill_market
from seeds.city import City, CitySize, Row
from seeds.places import DEMO_REGION
from seeds.roster.book import make_roster, write_roster
from seeds.roster.sheets import Sheet

MARKET = "market"
_GRADUATES_A_POSTING = 5
_WIDTH = 16

_SHEET_NAMES = {
    ImportKind.EMPLOYERS: "单位",
    ImportKind.POSTINGS: "岗位",
    ImportKind.HOUSEHOLDS: "家庭",
    ImportKind.GRADUATES: "毕业生",
}


def rows_of(city: City, kind: ImportKind) -> Iterator[Row]:
    """Yield the rows of one kind of sheet."""
    return {
        ImportKind.EMPLOYERS: city.employers,
        ImportKind.POSTINGS: city.postings,
        ImportKind.HOUSEHOLDS: city.households,
        ImportKind.GRADUATES: city.graduates,
    }[kind]()


def write_rows(path: Path, kind: ImportKind, rows: Iterator[Row]) -> int:
    """Write rows as a workbook and return how many there were."""
    all_rows = list(rows)
    heads = list(all_rows[0]) if all_rows else []
    sheet = SheetSpec(
        name=_SHEET_NAMES[kind],
        columns=tuple(Column(head, width=_WIDTH) for head in heads),
        rows=([str(row[head]) for head in heads] for row in all_rows),
    )
    write_sheet(path, [sheet])
    return len(all_rows)


@click.command("sample")
@click.argument("kind", type=click.Choice([*(kind.value for kind in ImportKind), MARKET]))
@click.option("--count", type=click.IntRange(1, 2_000_000), default=1_200, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件")
@click.option(
    "--postings",
    type=click.IntRange(1, 2_000_000),
    help="只用于 market：岗位数，省略为毕业生数的五分之一",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="以哪一天为准，省略为今天")
@click.option("--region", default=DEMO_REGION, show_default=True, help="省或市的六位代码")
@click.option("--messy", is_flag=True, help="家庭名册：多张工作表，带真实名册常见的各种毛病")
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, path_type=Path),
    help="与 --messy 同用：每一行的正确结论（JSON）",
)
def command(
    kind: str,
    *,
    count: int,
    seed: int,
    out: Path | None,
    postings: int | None,
    today: dt.datetime | None,
    region: str,
    messy: bool,
    truth: Path | None,
) -> None:
    """生成一份模拟表格（xlsx），人员与单位均为虚构；market 把规模测试数据直接写入数据库。"""
    if kind == MARKET:
        _fill(count, postings or max(1, count // _GRADUATES_A_POSTING), seed)
        return
    if out is None:
        raise click.UsageError("请用 --out 指定写到哪个文件。")
    wanted = ImportKind(kind)
    if (messy or truth) and wanted is not ImportKind.HOUSEHOLDS:
        raise click.UsageError("--messy 和 --truth 只用于家庭名册（households）。")
    if truth and not messy:
        raise click.UsageError("--truth 要与 --messy 同用。")
    if messy:
        _write_messy(make_roster(count, region=region, seed=seed, today=_day(today)), out, truth)
        return
    households = count if wanted is ImportKind.HOUSEHOLDS else min(count, 1_100)
    size = CitySize(
        employers=count if wanted is ImportKind.EMPLOYERS else 40,
        postings=count,
        graduates=count,
        households=households,
    )
    city = City(size, seed=seed, today=_day(today), region=region)
    made = write_rows(out, wanted, rows_of(city, wanted))
    click.echo(f"{out}：{made} 行。", err=True)


def _fill(graduates: int, postings: int, seed: int) -> None:
    """Put a market into the database and name its drive."""
    factory = prepare_installation(load_settings())
    drive_id = fill_market(factory, graduates=graduates, postings=postings, seed=seed)
    factory.kw["bind"].dispose()
    click.echo(f"活动 {drive_id}：{graduates} 名毕业生，{postings} 个岗位。", err=True)


def _day(today: dt.datetime | None) -> dt.date:
    return today.date() if today else clock.today()


def _write_messy(sheets: list[Sheet], out: Path, truth: Path | None) -> None:
    told = write_roster(out, truth, sheets)
    kinds = sum(1 for kind in told["kinds"] if kind["rows"])
    click.echo(f"{out}：{len(told['rows'])} 行，{kinds} 种毛病。", err=True)
