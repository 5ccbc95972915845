"""`yangguang rank`: rank a drive with the running workers and wait; or replay a run.

If nobody runs the workers of this installation, they are started for the run and stopped afterwards:
the same programs, never another way of computing. Exit 0: done, and equal when replayed; 2: a replay
gave other bytes; 1: failure.
"""

import json
import time
from typing import Any

import click
import sqlalchemy as sa

from matcher.cli.background import running_workers, wait_shown
from matcher.cli.installation import find_drive, open_house
from matcher.cli.rank_quality import calibrate, evaluate
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import RunState
from matcher.models.ranking_runs import RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_runs import request_run, run_progress
from matcher.settings import load_settings

EXIT_DIFFERS = 2


@click.group("rank", invoke_without_command=True)
@click.option("--drive", "drive_name", help="活动的名称或编号")
@click.option("--replay", type=int, help="重放第几次排序，核对结果是否逐字节相同")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def command(
    context: click.Context, drive_name: str | None, *, replay: int | None, as_json: bool
) -> int:
    """对活动排序，或重放一次排序；evaluate 评价名单，calibrate 提分值建议。"""
    if context.invoked_subcommand is not None:
        return 0
    if drive_name is None:
        raise click.MissingParameter(param_hint="--drive", param_type="option", ctx=context)
    factory = open_house()
    drive = find_drive(factory, drive_name)
    if replay is not None:
        return _replay(factory, drive.id, replay, as_json=as_json)
    started = time.perf_counter()
    with transaction(factory) as session:
        run_id = request_run(session, SYSTEM, drive.id).id
    with running_workers(load_settings()):
        _wait(factory, run_id)
    with reading(factory) as session:
        answer = _facts(session.get_one(RankingRun, run_id))
    answer["seconds"] = round(time.perf_counter() - started, 3)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(
            f"第 {answer['number']} 次排序完成：{answer['graduates']:,} 人，{answer['postings']:,} 个岗位，"
            f"{answer['seconds']:.1f} 秒。"
        )
    return 0


command.add_command(evaluate)
command.add_command(calibrate)


def _wait(factory: SessionFactory, run_id: int) -> None:
    """Wait for the run, with its progress on standard error."""
    state = wait_shown(factory, "排序", lambda session: run_progress(session, run_id))
    if state is not RunState.DONE:
        with reading(factory) as session:
            why = session.get_one(RankingRun, run_id).figures.get("error_message")
        message = f"排序没有完成：{why or '请查看日志后重试。'}"
        raise RuleBrokenError("run_failed", message, run_id=run_id)


def _facts(run: RankingRun) -> dict[str, Any]:
    return {
        "run": run.public_id,
        "number": run.number,
        "state": run.state.value,
        "drive_revision": run.drive_revision,
        "graduates": run.n_graduates,
        "postings": run.n_postings,
        "snapshot_hash": run.snapshot_hash,
        "result_hash": run.result_hash,
        "figures": run.figures,
    }


def _replay(factory: SessionFactory, drive_id: int, number: int, *, as_json: bool) -> int:
    with reading(factory) as session:
        chosen = sa.select(RankingRun.id).where(
            RankingRun.drive_id == drive_id, RankingRun.number == number
        )
        run_id = session.scalar(chosen)
        if run_id is None:
            raise RuleBrokenError("run_unknown", f"这个活动没有第 {number} 次排序。")
        report = replay_run(session, run_id)
    if as_json:
        answer = {"stored": report.stored, "replayed": report.replayed, "equal": report.equal}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        words = "逐字节相同" if report.equal else "不相同"
        click.echo(f"重放第 {number} 次排序：结果{words}（{report.replayed}）。")
    return 0 if report.equal else EXIT_DIFFERS
