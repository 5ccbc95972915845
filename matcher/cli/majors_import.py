"""`yangguang majors import` and `majors editions`; and which editions the other verbs of `majors` read under.

With `--json` standard output carries one object. Exit 0: all rows taken; 2: some refused; 1: failure.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from matcher.cli.installation import open_house
from matcher.db.engine import SessionFactory, make_engine, reading, transaction
from matcher.errors import InvalidInputError, YangguangError
from matcher.intake import open_table
from matcher.services import catalogues
from matcher.services.catalogue_imports import judge_table, list_editions, take_in
from matcher.services.catalogue_outcomes import CHANGES, Outcome, Wishes
from matcher.services.permissions import SYSTEM
from matcher.settings import load_settings

EXIT_REFUSED = 2
_SHOWN = 20
"""Lines of one kind a person sees in the terminal; all of them are in --json."""
_WORDS = {
    "added": "新增",
    "gone": "停用",
    "moved": "调整",
    "renamed": "更名",
    "split": "拆分",
    "completed": "补全代码",
}
_STATES = {"new": "导入", "replaced": "更新", "same": "已在库中，没有变化："}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", default=None, help="Name of the edition; made from level and year.")
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="First day it is in force; today unless told.",
)
@click.option("--level", default=None, help="专科, 本科, 职业本科 or 研究生; told by the names.")
@click.option(
    "--directory", default=None, help="A province's directory by name and year: 浙江2026."
)
@click.option("--complete", is_flag=True, help="What the table does not name ends.")
@click.option("--supplement", is_flag=True, help="The table only adds and changes; nothing ends.")
@click.option("--dry-run", is_flag=True, help="Only tell what it would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_edition(
    file: Path,
    *,
    edition: str | None,
    valid_from: dt.datetime | None,
    level: str | None,
    directory: str | None,
    complete: bool,
    supplement: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Take in a newer edition of a catalogue (专业目录), or a province's directory (专业参考目录)."""
    if complete and supplement:
        raise click.UsageError("--complete and --supplement exclude one another")
    started = time.perf_counter()
    wishes = Wishes(
        edition=edition,
        valid_from=valid_from.date() if valid_from else None,
        level=level,
        directory=directory,
        whole=True if complete else False if supplement else None,
    )
    grids = open_table(file)
    factory = open_house()
    with _naming(file.name), reading(factory) as session:
        table, outcome = judge_table(session, SYSTEM, grids, wishes)
    if not dry_run:
        with transaction(factory) as session:
            take_in(session, SYSTEM, table, outcome, file_name=file.name)
    _tell(file.name, outcome, dry_run, round(time.perf_counter() - started, 3), as_json)
    return EXIT_REFUSED if outcome.counts["refused"] else 0


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Put the name of the file before what is wrong with all of it."""
    try:
        yield
    except InvalidInputError as error:
        raise InvalidInputError(error.code, f"{file}：{error.message}", **error.details) from error


def _tell(file: str, outcome: Outcome, *said: object) -> None:
    dry_run, seconds, as_json = said
    if as_json:
        answer = {
            "file": file,
            "kind": outcome.kind,
            "edition": outcome.edition,
            "belongs_to": outcome.belongs_to,
            "valid_from": outcome.valid_from.isoformat(),
            "whole": outcome.whole,
            "dry_run": dry_run,
            "state": outcome.state,
            "counts": outcome.counts,
            "changes": outcome.changes,
            "remarks": outcome.remarks,
            "seconds": seconds,
            "rows": [
                {
                    "sheet": line.sheet,
                    "row": line.row,
                    "status": line.status,
                    "problems": line.problems,
                }
                for line in outcome.lines
            ],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    verb = "预检" if dry_run else _STATES[outcome.state]
    figures = "，".join(
        f"{_WORDS[what]} {len(outcome.changes[what])}" for what in CHANGES if outcome.changes[what]
    )
    click.echo(f"{verb}{outcome.edition}（{outcome.valid_from} 起）：{figures or '没有变化'}。")
    for what in CHANGES:
        for change in outcome.changes[what][:_SHOWN]:
            click.echo(f"  {_WORDS[what]} {_words(change)}")
        if len(outcome.changes[what]) > _SHOWN:
            rest = len(outcome.changes[what]) - _SHOWN
            click.echo(f"  {_WORDS[what]}另有 {rest} 项，用 --json 查看全部")
    _tell_refused(file, outcome)


def _words(change: dict[str, object]) -> str:
    became = change.get("becomes")
    words = f"{change['code']} {change['name']}".strip()
    if not isinstance(became, list):
        return words
    heirs = "、".join(f"{heir['code']} {heir['name']}".strip() for heir in became)
    return f"{words} → {heirs}{'' if change['certain'] else '（待确认）'}"


def _tell_refused(file: str, outcome: Outcome) -> None:
    for remark in outcome.remarks:
        click.echo(f"  {remark}", err=True)
    refused = [line for line in outcome.lines if line.status == "refused"]
    if refused:
        click.echo(f"  文件“{file}”有 {len(refused)} 行未采纳：", err=True)
    for line in refused[:_SHOWN]:
        for problem in line.problems:
            if problem["severity"] == "refuse":
                where = f"工作表“{line.sheet}”第 {line.row} 行 {problem['column'] or ''}".rstrip()
                value = f"“{problem['value']}”" if problem["value"] else ""
                click.echo(f"  {where}{value}：{problem['reason']}。{problem['remedy']}", err=True)
    if len(refused) > _SHOWN:
        click.echo(f"  另有 {len(refused) - _SHOWN} 行未采纳，用 --json 查看全部。", err=True)


@click.command("editions")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def editions(*, as_json: bool) -> None:
    """List the catalogues and directories, shipped and imported, with their first day."""
    factory = _existing()
    if factory is None:
        found = list_editions(None)
    else:
        with reading(factory) as session:
            found = list_editions(session)
        factory.kw["bind"].dispose()
    if as_json:
        click.echo(json.dumps([asdict(line) for line in found], ensure_ascii=False))
        return
    for line in found:
        source = "导入" if line.imported else "随产品"
        state = "" if line.in_force else "，未到生效日"
        click.echo(
            f"{line.name}（{line.belongs_to}，{line.valid_from}，{line.rows} 行，{source}{state}）"
        )


def adopt_installed() -> None:
    """Read under the editions of the installation, if there is one; never make one.

    A database that cannot be read leaves the shipped catalogues in force, with a line on standard error.
    """
    factory = _existing()
    if factory is None:
        return
    try:
        with reading(factory) as session:
            catalogues.adopt(session)
    except (SQLAlchemyError, YangguangError) as error:
        _say_shipped(error)
    finally:
        factory.kw["bind"].dispose()


def _existing() -> SessionFactory | None:
    """Return sessions of the installation the environment names, if its tables are there."""
    try:
        address = sa.make_url(load_settings().database_url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
            return None
        engine = make_engine(address.render_as_string(hide_password=False))
        if sa.inspect(engine).has_table("catalogue_edition"):
            return sessionmaker[Session](engine)
        engine.dispose()
    except (SQLAlchemyError, YangguangError, OSError) as error:
        _say_shipped(error)
    return None


def _say_shipped(error: Exception) -> None:
    what = error.code if isinstance(error, YangguangError) else type(error).__name__
    click.echo(f"yangguang: 数据库打不开（{what}），按随产品的专业目录读取。", err=True)
