"""`yangguang bench alive`: how soon a changed row is in its own list, in all others, and on the screen."""

import click
import numpy as np

from matcher.cli.bench_clock import milliseconds
from matcher.kinds import ListSide
from seeds.alive_memory import THREADS, Measured, measure_changes
from seeds.alive_server import EndToEnd, Saved, measure_saves
from seeds.alive_shapes import AliveOut, EndToEndOut, SavesOut


def measure(
    graduates: int, postings: int, *, changes: int, saves: int, seed: int, end_to_end: bool
) -> AliveOut:
    """Measure in process, then in a running system unless that is left out."""
    told = measure_changes(graduates, postings, changes, seed)
    if end_to_end:  # whatever becomes of the running system, these figures stand
        _say(f"程序内：自己的名单 95% 在 {_at(told.own, 95)} 毫秒内更新。")
    found = measure_saves(graduates, postings, saves, seed, _say) if end_to_end else None
    told_of = _end_to_end(found) if found else None
    affected = [one for some in told.affected.values() for one in some]
    return AliveOut(
        graduates=graduates,
        postings=postings,
        seed=seed,
        changes=changes,
        threads=THREADS,
        seconds_open=round(told.seconds_open, 3),
        open_mib=round(told.open_mib, 1),
        own_list_p50_ms=_at(told.own, 50),
        own_list_p95_ms=_at(told.own, 95),
        own_list_p95_cpu_ms=_at(told.own_cpu, 95),
        affected_p50_ms=_at(affected, 50),
        affected_p95_ms=_at(affected, 95),
        affected_p95_cpu_ms=_at(told.affected_cpu, 95),
        affected_graduate_p95_ms=_of(told, ListSide.POSTING_ORDINARY),
        affected_posting_p95_ms=_of(told, ListSide.GRADUATE),
        lists_redone=sum(told.redone),
        lists_redone_p95=float(np.percentile(told.redone or [0], 95)),
        lists_compared=told.compared,
        equal=told.equal,
        end_to_end_p50_ms=_at([one.shown for one in found.saves], 50) if found else None,
        end_to_end_p95_ms=max(told_of.graduates.p95_ms, told_of.postings.p95_ms)
        if told_of
        else None,
        end_to_end=told_of,
    )


def _of(told: Measured, others: ListSide) -> float:
    return _at(told.affected.get(others, []), 95)


def _at(seconds: list[float], percent: int) -> float:
    """Return a percentile in milliseconds."""
    return milliseconds(float(np.percentile(seconds or [0.0], percent)))


def _end_to_end(found: EndToEnd) -> EndToEndOut:
    return EndToEndOut(
        graduates=_saves([one for one in found.saves if not one.of_posting]),
        postings=_saves([one for one in found.saves if one.of_posting]),
        seconds_seeding=round(found.seconds_seeding, 1),
        seconds_starting=round(found.seconds_starting, 1),
        seconds_run=round(found.seconds_run, 1),
    )


def _saves(found: list[Saved]) -> SavesOut:
    shown = [one.shown for one in found]
    return SavesOut(
        saves=len(found),
        p50_ms=_at(shown, 50),
        p95_ms=_at(shown, 95),
        max_ms=_at(shown, 100),
        post_p95_ms=_at([one.post for one in found], 95),
        asked_p95=float(np.percentile([one.asked for one in found] or [0], 95)),
        all_new=all(one.is_new for one in found),
    )


def _say(words: str) -> None:
    click.echo(words, err=True)


@click.command("alive")
@click.option("--graduates", type=click.IntRange(min=1), default=20_000, show_default=True)
@click.option("--postings", type=click.IntRange(min=1), default=4_000, show_default=True)
@click.option(
    "--changes",
    type=click.IntRange(min=1),
    default=400,
    show_default=True,
    help="改多少行（毕业生和岗位各半）",
)
@click.option(
    "--saves",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="在网页上保存多少次（毕业生和岗位各半）",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="同一个数生成同样的数据",
)
@click.option(
    "--end-to-end/--in-process",
    default=True,
    show_default=True,
    help="是否另起一套系统，测量从保存到看见新名单的时间",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def alive(
    *,
    graduates: int,
    postings: int,
    changes: int,
    saves: int,
    seed: int,
    end_to_end: bool,
    as_json: bool,
) -> None:
    """测量一行变动后，自己的名单、受影响的名单和网页多久更新。"""
    measured = measure(
        graduates, postings, changes=changes, saves=saves, seed=seed, end_to_end=end_to_end
    )
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for name, value in measured.model_dump().items():
        click.echo(f"{name:26} {value}")
