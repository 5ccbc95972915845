"""`yangguang account`: make, list and mend the accounts of colleagues; JSON alone on stdout with `--json`.

Passwords are made here and shown once; `--password-stdin` takes one from standard input instead, so
that none stands in the shell's history.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.models.organisations import Union
from matcher.services import accounts
from matcher.services.installation import open_installation
from matcher.services.permissions import SYSTEM
from matcher.settings import load_settings

_ROLES = [role.value for role in accounts.UNION_ROLES]


@click.group()
def account() -> None:
    """账号：开账号、看账号、重设密码、清除动态口令。"""


@contextmanager
def _writing() -> Iterator[Session]:
    with transaction(open_installation(load_settings())) as session:
        yield session


def _say(facts: object, *, as_json: bool, text: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _password(*, from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\n") if from_stdin else accounts.new_password()


def _union_id(session: Session, code: str) -> int:
    found = session.scalar(sa.select(Union.id).where(Union.code == code))
    if found is None:
        raise NotFoundError("union_not_found", f"没有编码为 {code} 的工会。")
    return found


@account.command()
@click.argument("login")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", "roles", type=click.Choice(_ROLES), multiple=True, required=True)
@click.option("--union", "union_code", required=True, help="所在工会的编码。")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码。")
@click.option("--json", "as_json", is_flag=True)
def create(
    login: str,
    *,
    name: str,
    roles: tuple[str, ...],
    union_code: str,
    password_stdin: bool,
    as_json: bool,
) -> int:
    """开一个账号，可以同时给几个角色。"""
    password = _password(from_stdin=password_stdin)
    kept = accounts.hash_of_new_password(password, login)
    with _writing() as session:
        union_id = _union_id(session, union_code)
        made = accounts.create_account(
            session, SYSTEM, login, display_name=name, password_hash=kept
        )
        for role in roles:
            accounts.add_membership(session, SYSTEM, made.id, role=Role(role), union_id=union_id)
    shown = None if password_stdin else password
    _say(
        {"login": made.login, "roles": list(roles), "union": union_code, "password": shown},
        as_json=as_json,
        text=f"已开账号 {made.login}" + (f"，密码 {shown}（只显示这一次）" if shown else ""),
    )
    return 0


@account.command(name="list")
@click.option("--json", "as_json", is_flag=True)
def list_all(*, as_json: bool) -> int:
    """列出全部账号（不含毕业生手机账号）。"""
    with reading(open_installation(load_settings())) as session:
        lines = accounts.list_accounts(session, SYSTEM)
    facts = [
        {
            "login": line.login,
            "name": line.display_name,
            "roles": [role.value for role in line.roles],
            "active": line.is_active,
            "locked": line.is_locked,
            "totp": line.has_totp,
        }
        for line in lines
    ]
    rows = (
        f"{line.login}\t{line.display_name}\t{'、'.join(role.label for role in line.roles)}"
        + ("" if line.is_active else "\t停用")
        for line in lines
    )
    _say(facts, as_json=as_json, text="\n".join(rows))
    return 0


@account.command("reset-password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码。")
@click.option("--json", "as_json", is_flag=True)
def reset_password(login: str, *, password_stdin: bool, as_json: bool) -> int:
    """重设密码：解锁账号，各处登录都退出。"""
    password = _password(from_stdin=password_stdin)
    kept = accounts.hash_of_new_password(password, login)
    with _writing() as session:
        found = accounts.find_account(session, SYSTEM, login)
        accounts.reset_password(session, SYSTEM, found, password_hash=kept)
    shown = None if password_stdin else password
    _say(
        {"login": found.login, "password": shown},
        as_json=as_json,
        text="密码已重设" + (f"：{shown}（只显示这一次）" if shown else ""),
    )
    return 0


@account.command()
@click.argument("login")
@click.option("--json", "as_json", is_flag=True)
def totp(login: str, *, as_json: bool) -> int:
    """清除动态口令：手机丢失时用，本人下次登录后重设。"""
    with _writing() as session:
        found = accounts.find_account(session, SYSTEM, login)
        accounts.clear_second_factor(session, SYSTEM, found)
    _say({"login": found.login, "totp": False}, as_json=as_json, text="动态口令已清除")
    return 0
