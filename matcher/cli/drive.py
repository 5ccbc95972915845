"""`yangguang drive`: create a drive, list drives."""

import datetime as dt
import json

import click
import sqlalchemy as sa

from matcher.cli.installation import find_union, open_house
from matcher.db.engine import reading, transaction
from matcher.models.drives import Drive
from matcher.services.drives import create_drive, open_drive
from matcher.services.permissions import SYSTEM

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def drive() -> None:
    """活动。"""


@drive.command()
@click.argument("name")
@click.option("--union", "union_name", help="工会名称；没有时新建，省略时用最先建立的工会")
@click.option("--neutral-name", default="毕业生就业服务", help="对外名称，不写家庭情况")
@click.option("--opens-on", type=_DAY, required=True)
@click.option("--closes-on", type=_DAY, required=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def create(
    name: str,
    *,
    union_name: str | None,
    neutral_name: str,
    opens_on: dt.datetime,
    closes_on: dt.datetime,
    as_json: bool,
) -> None:
    """新建并开启一个活动。"""
    with transaction(open_house()) as session:
        made = create_drive(
            session,
            SYSTEM,
            union_id=find_union(session, union_name).id,
            name=name,
            neutral_name=neutral_name,
            opens_on=opens_on.date(),
            closes_on=closes_on.date(),
        )
        open_drive(session, SYSTEM, made.id)
        answer = {"id": made.id, "public_id": made.public_id, "name": made.name}
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else f"已新建活动“{name}”。")


@drive.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(*, as_json: bool) -> None:
    """列出活动。"""
    with reading(open_house()) as session:
        drives = [
            {"id": row.id, "public_id": row.public_id, "name": row.name, "state": row.state.value}
            for row in session.scalars(sa.select(Drive).order_by(Drive.id))
        ]
    if as_json:
        click.echo(json.dumps(drives, ensure_ascii=False))
        return
    for row in drives:
        click.echo(f"{row['id']}\t{row['name']}")
    if not drives:
        click.echo("还没有活动。用 yangguang drive create 名称 --opens-on … --closes-on … 新建。")
