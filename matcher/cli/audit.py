"""`yangguang audit verify`: find out whether the trail of acts was tampered with."""

import json
from dataclasses import asdict

import click

from matcher.cli.installation import open_house
from matcher.db.engine import reading
from matcher.services.audit import verify_trail

EXIT_TAMPERED = 2

_REASONS = {
    "missing": "缺少这一条",
    "changed": "这一条被改动过",
    "cut_off": "这一条之后被截断",
}


@click.group()
def audit() -> None:
    """操作记录。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(*, as_json: bool) -> int:
    """核对全部操作记录的校验链；有改动时退出码为 2。"""
    with reading(open_house()) as session:
        report = verify_trail(session)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    elif report.first_bad is None:
        click.echo(f"操作记录完整：{report.entries} 条，末条校验值 {report.head_hash}。")
    else:
        click.echo(
            f"操作记录在第 {report.first_bad} 条处不完整：{_REASONS[report.reason or 'changed']}。"
        )
    return 0 if report.first_bad is None else EXIT_TAMPERED
