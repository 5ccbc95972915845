"""JSON lines people saved: UTF-8, with or without the mark (BOM) that Windows programs put first."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

ENCODING = "utf-8-sig"
"""Reads files with and without the mark."""


@contextmanager
def needing_utf8(name: str) -> Iterator[None]:
    """Say which file is in another encoding, or no text at all, and what to do."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"文件“{name}”不是 UTF-8 文字。请另存为 UTF-8、每行一个 JSON 对象的文件再试。"
        ) from error
