"""Where the demo keeps its data: a folder and a database of its own, never anybody else's."""

import dataclasses
import json
import os
from pathlib import Path

from matcher.errors import ConfigurationError
from matcher.settings import Settings, default_data_folder, load_settings

MARKER = "demo.json"
"""File that marks a data folder as the demo's."""


def demo_settings(port: int | None) -> Settings:
    """Return the settings of the demo.

    Raises
    ------
    ConfigurationError
        `YANGGUANG_DATA` names a folder that holds something else, or `DATABASE_URL` an outside
        database: made-up people must never get among real ones.
    """
    if os.environ.get("DATABASE_URL"):
        raise ConfigurationError(
            "demo_outside_database", "演示只用自带数据库，请先取消环境变量 DATABASE_URL。"
        )
    if not os.environ.get("YANGGUANG_DATA"):
        own = default_data_folder()
        os.environ["YANGGUANG_DATA"] = str(own.with_name(f"{own.name}-demo"))
    settings = load_settings()
    refuse_other(settings.data)
    return dataclasses.replace(settings, port=port or settings.port)


def refuse_other(folder: Path) -> None:
    """Take an empty folder or one that is marked as the demo's."""
    if not folder.exists() or (folder / MARKER).exists():
        return
    if any(folder.iterdir()):
        raise ConfigurationError(
            "demo_other_data",
            f"{folder} 里已有其他数据，演示不会写入。请用 YANGGUANG_DATA 指定一个空目录。",
        )


def mark(settings: Settings, values: dict[str, object]) -> None:
    """Mark the folder as the demo's and remember what it holds."""
    settings.prepare()
    path = settings.data / MARKER
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(values, stream, ensure_ascii=False)


def remembered(settings: Settings) -> dict[str, object]:
    """Return what the mark remembers; empty before the first seeding ends."""
    path = settings.data / MARKER
    values: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
    return values
