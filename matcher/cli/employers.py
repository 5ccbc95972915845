"""`yangguang employers`: verify the pending employers of a drive on one stated ground."""

import json

import click
import sqlalchemy as sa

from matcher.cli.installation import find_drive, open_house
from matcher.db.engine import transaction
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.services.employer_batches import check_many, pending_employers
from matcher.services.permissions import Actor


@click.group()
def employers() -> None:
    """用人单位。"""


@employers.command()
@click.option("--drive", "drive_name", required=True, help="活动的名称或编号")
@click.option("--as", "login", required=True, help="由谁署名核验（登录名）")
@click.option("--reason", required=True, help="核验依据，如：省考公告所附职位表")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def check(drive_name: str, login: str, reason: str, *, as_json: bool) -> None:
    """批量核验活动中的待核单位，逐家留痕。"""
    factory = open_house()
    drive = find_drive(factory, drive_name)
    with transaction(factory) as session:
        chosen = (
            sa.select(Membership)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Account.login == login,
                Membership.role.in_((Role.DRIVE_MANAGER, Role.REVIEWER)),
                Membership.ended_on.is_(None),
            )
            .order_by(Membership.id)
        )
        membership = session.scalars(chosen).first()
        if membership is None:
            raise NotFoundError("checker_unknown", f"“{login}”没有可以核验单位的角色。")
        by = Actor(membership.account_id, membership.role, union_id=membership.union_id)
        count = check_many(session, by, pending_employers(session, by, drive.id), reason=reason)
    answer = {"drive": drive.name, "checked": count}
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else f"已核验 {count} 家单位。")
