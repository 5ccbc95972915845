"""`yangguang sheet --drive D --union U`: the statistics sheet of a union, counted now or as of a day; also as a file.

Exit 0: counted, and every cross-check that must hold does; 2: one does not; 1: failure. Nothing is submitted from
here: a sheet goes up from its page, by two people.
"""

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.cli.installation import find_drive, open_house
from matcher.cli.sheet_shapes import CheckOut, FigureOut, MomentOut, SheetAnswer
from matcher.db.engine import reading
from matcher.documents.sheet_files import write_sheet
from matcher.errors import NotFoundError
from matcher.models.drives import Drive
from matcher.models.organisations import Union, UnionClosure
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import SYSTEM
from matcher.services.sheet_exports.forms import live_form
from matcher.statistics.checks import find_failures
from matcher.statistics.indicators import IndicatorUnit, indicators_by_code

EXIT_CHECK = 2


@click.command("sheet")
@click.option("--drive", "drive_name", required=True, help="活动的名称、公开编号或序号")
@click.option("--union", "union_name", help="工会的名称、代码或序号；不填为活动的主办工会")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="截至日期；不填为现在")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写成文件：.xlsx、.pdf 或 .docx",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(
    *,
    drive_name: str,
    union_name: str | None,
    as_of: dt.datetime | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """统计表：按记录汇总一个工会（含下级）的全部指标。"""
    factory = open_house()
    drive_id = find_drive(factory, drive_name).id
    began = time.perf_counter()
    with reading(factory) as session:
        drive = session.get_one(Drive, drive_id)
        union = _find_union(session, drive, union_name)
        moment = moment_of(session, drive, as_of.date() if as_of else None)
        values = count_figures(session, SYSTEM, drive.id, union.id, moment).values
        if out is not None:
            write_sheet(live_form(session, SYSTEM, drive.id, union.id, moment), out)
        answer = SheetAnswer(
            drive=drive.name,
            union=union.name,
            moment=_moment(moment),
            figures=[_line(figure) for figure in values.values()],
            failed=_failed(values),
            out=str(out) if out else None,
            seconds=round(time.perf_counter() - began, 3),
        )
    click.echo(answer.model_dump_json() if as_json else _in_words(answer))
    return EXIT_CHECK if any(one.is_hard for one in answer.failed) else 0


def _find_union(session: Session, drive: Drive, named: str | None) -> Union:
    if named is None:
        return session.get_one(Union, drive.union_id)
    below = (
        sa.select(Union)
        .join(UnionClosure, UnionClosure.descendant_id == Union.id)
        .where(UnionClosure.ancestor_id == drive.union_id)
        .order_by(Union.id)
    )
    unions = list(session.scalars(below))
    for union in unions:
        if named in (union.name, union.code, union.public_id, str(union.id)):
            return union
    names = "、".join(f"{one.name}（{one.code}）" for one in unions[:20])
    raise NotFoundError("union_unknown", f"这个活动里没有工会“{named}”。有：{names}。")


def _moment(moment: Moment) -> MomentOut:
    return MomentOut(
        from_on=moment.from_on,
        until_on=moment.until_on,
        known_at=moment.known_at.astimezone(dt.UTC),
    )


def _line(figure: Figure) -> FigureOut:
    one = indicators_by_code()[figure.code]
    return FigureOut(
        code=one.code,
        number=one.number,
        label=one.label,
        unit=one.unit.value,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        earlier=figure.earlier,
        reported=figure.reported,
        typed=figure.typed,
        repeated=figure.repeated,
    )


def _failed(values: Mapping[str, Figure]) -> list[CheckOut]:
    found = find_failures({code: figure.value for code, figure in values.items()})
    return [
        CheckOut(
            code=one.code,
            is_hard=one.check.is_hard,
            left=one.left,
            right=one.right,
            words=one.check.words,
        )
        for one in found
    ]


def _in_words(answer: SheetAnswer) -> str:
    known = clock.in_china(answer.moment.known_at)
    lines = [
        f"{answer.drive}，{answer.union}：{answer.moment.from_on} 至 {answer.moment.until_on}，"
        f"按 {known:%Y-%m-%d %H:%M} 前录入的记录汇总。"
    ]
    lines += [
        f"{one.number:>5}  {one.label}：{_shown(one)}" for one in answer.figures if one.number
    ]
    lines += [f"勾稽不符：{one.words}（{one.left} 与 {one.right}）" for one in answer.failed]
    return "\n".join(lines + ([f"已写入 {answer.out}。"] if answer.out else []))


def _shown(one: FigureOut) -> str:
    unit = IndicatorUnit(one.unit)
    if one.value is None:
        return "—"
    if unit is IndicatorUnit.PERCENT:
        return f"{one.value / 100:.1f}%（{one.numerator:,} / {one.denominator:,}）"
    number = f"{one.value / 100:,.2f}" if unit is IndicatorUnit.FEN else f"{one.value:,}"
    return number + unit.label + (f"，往届 {one.earlier:,}" if one.earlier else "")
