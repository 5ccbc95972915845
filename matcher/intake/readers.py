"""From a file to grids: the kind of file is told by its first bytes, never by its name."""

import os
from dataclasses import replace
from pathlib import Path, PurePath

from matcher.intake.delimited import read_delimited
from matcher.intake.encodings import decode_text
from matcher.intake.errors import IntakeError
from matcher.intake.grids import Grid
from matcher.intake.json_tables import looks_like_json, read_json
from matcher.intake.merges import carry_down_merges
from matcher.intake.workbooks import damaged, encrypted, read_workbook

MAX_FILE_BYTES = 200_000_000
"""A roster of 1,000,000 rows is about 150 MB; larger files are refused with a way out."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "压缩包"),
)


def open_table(source: str | os.PathLike[str] | bytes, file_name: str | None = None) -> list[Grid]:
    """Read all sheets of a file; vertically merged cells are carried down and marked.

    Parameters
    ----------
    source : path or content
    file_name : name to show in messages; the path's own name if None

    Raises
    ------
    IntakeError
        The file is empty, unknown, encrypted, damaged or too large; the message says what to do.
    """
    name = file_name or (PurePath(source).name if not isinstance(source, bytes) else "文件")
    data = _load(source, name)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise IntakeError(
            "empty_file", f"文件“{name}”是空的。请选择含有数据的文件。", file_name=name
        )
    grids = _read(data, name)
    if not any(grid.rows for grid in grids):
        raise IntakeError(
            "empty_file", f"文件“{name}”里没有任何数据。请选择含有数据的文件。", file_name=name
        )
    return [replace(carry_down_merges(grid), siblings=len(grids) - 1) for grid in grids]


def _load(source: str | os.PathLike[str] | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = Path(source).stat().st_size
        except OSError as error:
            raise IntakeError(
                "unreadable_file", f"文件“{name}”打不开。请检查路径和读取权限。", file_name=name
            ) from error
    if size > MAX_FILE_BYTES:
        raise IntakeError(
            "too_large",
            f"文件“{name}”超过 {MAX_FILE_BYTES // 1_000_000} MB。请拆成几个文件再导入。",
            file_name=name,
        )
    if isinstance(source, bytes):
        return source
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise IntakeError(
            "unreadable_file", f"文件“{name}”打不开。请检查路径和读取权限。", file_name=name
        ) from error


def _read(data: bytes, name: str) -> list[Grid]:
    if data.startswith(_OLE):
        return _read_ole(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _read_zip(data, name)
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise _not_a_table(name, what)
    decoded = decode_text(data, name)
    sheet = PurePath(name).stem
    start = decoded.text.lstrip("\ufeff \t\r\n")[:300].lower()
    if start.startswith("<"):
        raise _not_a_table(
            name, "网页（只是改名为表格）" if "<htm" in start or "<table" in start else "XML 文件"
        )
    if looks_like_json(decoded.text):
        return read_json(decoded, name, sheet)
    return [read_delimited(decoded, name, sheet)]


def _read_ole(data: bytes, name: str) -> list[Grid]:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise encrypted(name)
    if "WordDocument".encode("utf-16-le") in data:
        raise _not_a_table(name, "Word 文档")
    return read_workbook(data, name)


def _read_zip(data: bytes, name: str) -> list[Grid]:
    if b"word/document.xml" in data:
        raise _not_a_table(name, "Word 文档")
    if b"ppt/presentation.xml" in data:
        raise _not_a_table(name, "演示文稿")
    if b"xl/workbook" in data or b"content.xml" in data:
        return read_workbook(data, name)
    if b"PK\x05\x06" not in data:
        raise damaged(name)
    raise _not_a_table(name, "压缩包")


def _not_a_table(name: str, what: str) -> IntakeError:
    return IntakeError(
        "not_a_table",
        f"文件“{name}”是{what}，不是表格。请用表格软件打开（或解压、转存）后另存为 xlsx，再导入。",
        file_name=name,
    )
