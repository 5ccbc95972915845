"""`yangguang demo`: a synthetic city, ranked and served on this machine, for looking around.

The city is that of `city.py` (its docstring states the rules). Its sheets are written to the data
folder and imported like anybody's; employers are verified, the drive is ranked by the real workers.
The demo has a data folder of its own and refuses any other; a second start finds the same data.
Passwords are random and stand in `demo-accounts.json` of that folder.
"""

import json
import signal
import time
from dataclasses import asdict, dataclass
from typing import Any

import click

from matcher.settings import Settings
from seeds.demo_city import DemoFacts, open_demo
from seeds.demo_referrals import refer_after_ranking
from seeds.demo_server import DemoServer, free_port, rank_and_wait
from seeds.demo_settings import demo_settings

_SHOWN_ORDER = (
    "活动主管",
    "帮扶专员",
    "基层工会干部",
    "档案审批人",
    "个人信息保护负责人",
    "结对帮扶人",
    "审核员",
    "招聘会组织者",
    "用人单位",
    "毕业生",
    "系统管理员",
    "审计员",
)


@dataclass(frozen=True)
class Summary:
    """What `demo --once` prints."""

    address: str
    data: str
    counts: dict[str, int]
    seconds: dict[str, float]
    drive: dict[str, Any]
    accounts: list[dict[str, str]]
    run: dict[str, Any]


@click.command("demo")
@click.option("--once", is_flag=True, help="全部做一遍，打印汇总后退出")
@click.option("--port", type=click.IntRange(1, 65535), help="网页端口，默认 8000")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def demo(*, once: bool, port: int | None, as_json: bool) -> int:
    """生成并运行一座模拟城市，Ctrl-C 停止。"""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        _run(once=once, port=port, as_json=as_json)
    except StoppedError:
        # Ctrl-C is how a demo ends; only `--once` has something it then did not finish.
        _say("已停止。")
        return 1 if once else 0
    return 0


class StoppedError(Exception):
    """Somebody pressed Ctrl-C, or a supervisor asked for the end."""


def _stop(*_: object) -> None:
    """End whatever the demo is at, once; a second Ctrl-C does not disturb the orderly end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise StoppedError


def _run(*, once: bool, port: int | None, as_json: bool) -> None:
    started = time.perf_counter()
    settings = demo_settings(port)
    if port is None:
        settings = free_port(settings)
    facts = open_demo(settings, _say)
    seeded_at = time.perf_counter()
    with DemoServer(settings, _say) as server:
        ready_at = time.perf_counter()
        run = rank_and_wait(settings, facts.drive_id, _say)
        ranked_at = time.perf_counter()
        facts.counts.update(refer_after_ranking(settings, facts.drive_id, _say))
        summary = _summary(settings, facts, run, server.address)
        summary.seconds.update(
            {
                "seeding": round(seeded_at - started, 3),
                "starting": round(ready_at - seeded_at, 3),
                "ranking": round(ranked_at - ready_at, 3),
                "referring": round(time.perf_counter() - ranked_at, 3),
                "all": round(time.perf_counter() - started, 3),
            }
        )
        _tell(summary, as_json=as_json, once=once)
        if not once:
            server.wait()


def _say(words: str) -> None:
    click.echo(words, err=True)


def _place(account: dict[str, str]) -> int:
    role = account["role"]
    return _SHOWN_ORDER.index(role) if role in _SHOWN_ORDER else len(_SHOWN_ORDER)


def _summary(settings: Settings, facts: DemoFacts, run: dict[str, Any], address: str) -> Summary:
    return Summary(
        address=address,
        data=str(settings.data),
        counts=facts.counts,
        seconds=dict(facts.seconds),
        drive={"id": facts.drive_id, "name": facts.drive_name},
        accounts=facts.accounts,
        run=run,
    )


def _tell(summary: Summary, *, as_json: bool, once: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))
        return
    click.echo(f"\n{summary.drive['name']}：{summary.address}")
    labels = {
        "employers": "单位",
        "postings": "岗位",
        "seats": "席位",
        "households": "家庭",
        "zero_employment_households": "其中零就业家庭",
        "graduates": "毕业生",
        "cases": "在办个案",
        "clues": "零就业线索",
        "requests": "求助",
        "applications": "在批建档申请",
    }
    for name, label in labels.items():
        click.echo(f"  {label}\t{summary.counts[name]:,}")
    click.echo(f"  第 {summary.run['number']} 次排序\t{summary.seconds['ranking']:.1f} 秒")
    click.echo("\n账号（密码随机，仅用于演示）")
    ordered = sorted(summary.accounts, key=_place)
    for account in ordered:
        code = f"\t动态码密钥 {account['totp']}" if account.get("totp") else ""
        click.echo(f"  {account['role']}\t{account['login']}\t{account['password']}{code}")
    if not once:
        click.echo("\n按 Ctrl-C 停止。")
