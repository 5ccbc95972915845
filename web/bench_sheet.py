"""`yangguang bench sheet`: how long the statistics sheet and its exports take on a made-up drive.

A database of its own in a temporary folder, filled with made-up people. Counting is measured as a page asks for it
(a whole sheet, the same by union), writing as the background job does; the name list and the school's submission are
read, opened and written whole. What is counted is checked against what was put in, and the files are opened again.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import click
import python_calamine as calamine
import sqlalchemy as sa
from pydantic import BaseModel

from matcher import clock
from matcher.db.engine import SessionFactory, reading
from matcher.documents.sheet_files import sheet_docx, sheet_xlsx
from matcher.documents.sheet_pdfs import compile_sheet
from matcher.kinds import Role
from matcher.kinds.people_rights import ExportKind
from matcher.kinds.sheet_exports import NameField
from matcher.models.drives import Drive
from matcher.models.people_rights import ExportRequest
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import moment_of
from matcher.services.installation import prepare_installation
from matcher.services.people_rights import export_tables
from matcher.services.people_rights.people_lists import PeopleFilter
from matcher.services.permissions import Actor
from matcher.services.sheet_exports.forms import live_form
from matcher.settings import load_settings
from web.bench_cohort import MadeDrive, make_cohort
from web.bench_lists import own_keys
from web.bench_people import District, make_district

_HEAD_ROWS = 3
"""Mark, purpose and headings stand above the rows of a list."""

Made = TypeVar("Made")


class ExportOut(BaseModel):
    """One list made whole."""

    name: str
    rows: int
    columns: int
    seconds: float
    cpu_seconds: float
    """Of this process's CPU alone: what a busy machine adds is not in it."""
    kilobytes: int


class SheetOut(BaseModel):
    """What the verb says as JSON."""

    people: int
    unions: int
    count_seconds: float
    """A whole sheet, all indicators."""
    form_seconds: float
    """A sheet with the unions of the level below, ready to write."""
    xlsx_seconds: float
    pdf_seconds: float
    docx_seconds: float
    exports: list[ExportOut]
    slowest_export_seconds: float
    is_right: bool
    """Whether figures and rows are those that were put in."""
    seconds: float


@dataclass(frozen=True)
class _Bench:
    factory: SessionFactory
    district: District
    made: MadeDrive

    @property
    def actor(self) -> Actor:
        union_id = self.district.union_id
        return Actor(self.district.supervisor_id, Role.DRIVE_MANAGER, union_id=union_id)


@click.command("sheet")
@click.option("--people", type=click.IntRange(200, 200_000), default=26_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def sheet(*, people: int, as_json: bool) -> int:
    """统计表和名单导出的用时，在临时数据库上实测。"""
    measured = measure_sheet(people)
    if as_json:
        click.echo(measured.model_dump_json())
    else:
        for line in _report(measured):
            click.echo(line)
    return 0 if measured.is_right else 1


def measure_sheet(people: int) -> SheetOut:
    """Measure counting, writing and the lists on a made-up drive of so many people."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder, own_keys():
        data = Path(folder) / "data"
        base = f"sqlite:///{data / 'yangguang.db'}"
        settings = replace(load_settings(), data=data, database_url=base, redis_url=None)
        settings.prepare()
        factory = prepare_installation(settings)
        try:
            district = make_district(factory, people * 2)
            bench = _Bench(factory, district, make_cohort(factory, district))
            return _measure(bench, started)
        finally:
            factory.kw["bind"].dispose()


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    started = time.perf_counter()
    made = work()
    return made, round(time.perf_counter() - started, 3)


def _measure(bench: _Bench, started: float) -> SheetOut:
    union_id, drive_id = bench.district.union_id, bench.made.drive_id
    with reading(bench.factory) as session:
        moment = moment_of(session, session.get_one(Drive, drive_id))
        figures, count_seconds = _timed(
            lambda: count_figures(session, bench.actor, drive_id, union_id, moment).values
        )
        form, form_seconds = _timed(
            lambda: live_form(session, bench.actor, drive_id, union_id, moment)
        )
    written = [_timed(partial(write, form))[1] for write in (sheet_xlsx, compile_sheet, sheet_docx)]
    exports = [
        _export(bench, ExportKind.NAME_LIST, [field.value for field in NameField]),
        _export(bench, ExportKind.SCHOOL, ["all"]),
    ]
    people = bench.made.people
    return SheetOut(
        people=people,
        unions=len(form.parts),
        count_seconds=count_seconds,
        form_seconds=form_seconds,
        xlsx_seconds=written[0],
        pdf_seconds=written[1],
        docx_seconds=written[2],
        exports=exports,
        slowest_export_seconds=max(one.seconds for one in exports),
        is_right=figures["graduates"].value == people
        and figures["helped"].value is not None
        and 0 < figures["helped"].value <= (people + 1) // 2
        and all(one.rows == people for one in exports),
        seconds=round(time.perf_counter() - started, 1),
    )


def _export(bench: _Bench, kind: ExportKind, fields: list[str]) -> ExportOut:
    """Make one list whole, from the database to the finished file, and count its rows with another reader."""
    request = ExportRequest(
        id=1,
        public_id="bench",
        kind=kind,
        union_id=bench.district.union_id,
        role=str(Role.DRIVE_MANAGER),
        filter=PeopleFilter(bench.made.drive_id, bench.district.union_id).to_json(),
        fields=fields,
        purpose="量一量导出要多久",
        requested_at=clock.now(),
        requested_by_id=bench.district.supervisor_id,
    )
    with reading(bench.factory) as session:
        session.execute(sa.select(1))
        cpu = time.process_time()
        made, seconds = _timed(lambda: export_tables.make_table(session, request))
        cpu = time.process_time() - cpu
    grid = calamine.CalamineWorkbook.from_filelike(BytesIO(made.content)).get_sheet_by_index(0)
    rows = grid.to_python(skip_empty_area=False)
    return ExportOut(
        name=kind.value,
        rows=len(rows) - _HEAD_ROWS,
        columns=len(rows[_HEAD_ROWS - 1]),
        seconds=seconds,
        cpu_seconds=round(cpu, 3),
        kilobytes=len(made.content) // 1024,
    )


def _report(measured: SheetOut) -> list[str]:
    """Return the figures as lines for a terminal."""
    lines = [
        f"{measured.people:,} 人，{measured.unions} 个下级单位",
        f"全部指标 {measured.count_seconds:.2f} 秒；连同分单位 {measured.form_seconds:.2f} 秒",
        f"写 xlsx {measured.xlsx_seconds:.2f}、PDF {measured.pdf_seconds:.2f}、"
        f"Word {measured.docx_seconds:.2f} 秒",
    ]
    lines += [
        f"{one.name}：{one.rows:,} 行 {one.columns} 列，{one.seconds:.2f} 秒，{one.kilobytes:,} KB"
        for one in measured.exports
    ]
    return [*lines, "数字与放进去的一致" if measured.is_right else "数字与放进去的不一致"]
