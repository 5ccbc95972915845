"""`yangguang import`: take a sheet in, row by row judged, committed at once.

With `--json` standard output carries one object: `counts` and `rows`, every row of every sheet. Exit
0: all rows taken; 2: some refused or left to a person; 1: failure.
"""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from matcher.cli.installation import find_drive, open_house
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import Grid, open_table
from matcher.kinds import ImportKind, RowStatus
from matcher.models.imports import ImportBatch, ImportRow
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import SYSTEM

EXIT_REFUSED = 2
_SHOWN = 20
"""Refused rows a person sees in the terminal; all of them are in the workbook and in --json."""

_REFUSED = (RowStatus.REFUSED, RowStatus.AMBIGUOUS)


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--drive", "drive_name", required=True, help="活动的名称或编号")
@click.option("--issuer", default="", help="岗位表的发布机构；不写则以用人单位为准")
@click.option("--directory", default="", help="岗位表参照的专业目录；不写则为国家目录")
@click.option("--dry-run", is_flag=True, help="只预检，不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def command(
    kind: str,
    file: Path,
    drive_name: str,
    *,
    issuer: str,
    directory: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """导入岗位、单位、毕业生或家庭名册。"""
    if kind != ImportKind.POSTINGS and (issuer or directory):
        raise click.UsageError("--issuer 和 --directory 只用于导入岗位。")
    started = time.perf_counter()
    factory = open_house()
    grids = open_table(file)
    drive = find_drive(factory, drive_name, may_make=True)
    batch_id = _note_batch(
        factory, ImportKind(kind), file, drive_id=drive.id, issuer=issuer, directory=directory
    )
    try:
        counts = _stage(factory, batch_id, grids)
        del grids  # a sheet in memory is twice its size on paper; the rest works from staged rows
        if not dry_run:
            commit_batch(factory, SYSTEM, batch_id)
        rows = _rows(factory, batch_id)
    finally:
        if dry_run:
            _drop(factory, batch_id)
    outcome = {
        "kind": kind,
        "file": file.name,
        "drive": drive.name,
        "dry_run": dry_run,
        "counts": counts,
        "seconds": round(time.perf_counter() - started, 3),
    }
    _tell(outcome, rows, as_json=as_json)
    return EXIT_REFUSED if any(counts[status.value] for status in _REFUSED) else 0


def _note_batch(
    factory: SessionFactory,
    kind: ImportKind,
    file: Path,
    *,
    drive_id: int,
    issuer: str,
    directory: str,
) -> int:
    with transaction(factory) as session:
        batch = create_batch(
            session,
            SYSTEM,
            kind,
            drive_id=drive_id,
            file_name=file.name,
            file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
            issuer=issuer,
            directory=directory,
        )
        return batch.id


def _stage(factory: SessionFactory, batch_id: int, grids: list[Grid]) -> dict[str, int]:
    with _progress() as progress:
        task = progress.add_task("预检", total=sum(len(grid.rows) for grid in grids))
        return stage_batch(
            factory, batch_id, grids, lambda done, _: progress.update(task, completed=done)
        )


def _progress() -> Progress:
    """Return a progress bar on standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _rows(factory: SessionFactory, batch_id: int) -> list[dict[str, Any]]:
    chosen = (
        sa.select(ImportRow.sheet, ImportRow.row, ImportRow.status, ImportRow.problems)
        .where(ImportRow.batch_id == batch_id)
        .order_by(ImportRow.id)
    )
    with reading(factory) as session:
        return [
            {
                "sheet": row.sheet,
                "row": row.row,
                "status": RowStatus(row.status).value,
                "problems": row.problems,
            }
            for row in session.execute(chosen.execution_options(yield_per=2000))
        ]


def _drop(factory: SessionFactory, batch_id: int) -> None:
    """Leave nothing behind after a dry run but its line in the trail."""
    with transaction(factory) as session:
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == batch_id))
        session.execute(sa.delete(ImportBatch).where(ImportBatch.id == batch_id))


def _tell(outcome: dict[str, Any], rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**outcome, "rows": rows}, ensure_ascii=False))
        return
    labels = {status.value: status.label for status in RowStatus}
    figures = "，".join(
        f"{labels[name]} {count}" for name, count in outcome["counts"].items() if count
    )
    verb = "预检" if outcome["dry_run"] else "导入"
    click.echo(f"{verb}{outcome['file']}到“{outcome['drive']}”：{figures or '没有数据行'}。")
    refused = [row for row in rows if row["status"] in {status.value for status in _REFUSED}]
    for row in refused[:_SHOWN]:
        for problem in row["problems"]:
            if problem["severity"] == "refuse":
                where = (
                    f"工作表“{row['sheet']}”第 {row['row']} 行 {problem['column'] or ''}".rstrip()
                )
                click.echo(f"  {where}：{problem['reason']}。{problem['remedy']}", err=True)
    if len(refused) > _SHOWN:
        click.echo(f"  另有 {len(refused) - _SHOWN} 行未采纳，用 --json 查看全部。", err=True)
