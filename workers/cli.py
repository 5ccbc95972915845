"""Verbs of the command line that start background programs: `up` and `dispatch`."""

import dataclasses

import click

from matcher.settings import load_settings
from workers import dispatcher
from workers import up as up_command


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65535), help="网页端口，默认 8000。")
@click.option("--host", help="监听地址，默认 127.0.0.1。")
def up(port: int | None, host: str | None) -> int:
    """启动全部服务（消息服务、后台任务、定时任务、网页），按 Ctrl-C 停止。"""
    settings = load_settings()
    return up_command.up(
        dataclasses.replace(settings, port=port or settings.port, host=host or settings.host)
    )


@click.command("dispatch")
def dispatch() -> int:
    """只运行派发进程（多台服务器分开部署时用）。"""
    return dispatcher.main()
