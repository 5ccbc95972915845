"""JSON arrays of objects, and one JSON object a line, as sheets whose rows are ordinals."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matcher.intake.encodings import DecodedText
from matcher.intake.errors import IntakeError
from matcher.intake.grids import CellValue, Grid, Row

_ENVELOPES = ("data", "rows", "records", "list", "items", "result", "postings", "graduates")
"""Keys under which programs wrap their array."""
_DEEPEST = 3
"""Levels of objects within a record that are laid out as columns; deeper ones stay text."""


def looks_like_json(text: str) -> bool:
    """Say whether a text begins as a JSON array or object."""
    head = text.lstrip()[:200]
    return head.startswith("[") or (head.startswith("{") and '"' in head)


def read_json(decoded: DecodedText, file_name: str, sheet: str) -> list[Grid]:
    """Read records, one grid a list of them; keys of all records together make the head.

    Nested objects are laid out with dots (contact.phone); lists in a record become text. A list of
    lists is a table whose head is looked for like that of any sheet.

    Raises
    ------
    IntakeError
        `bad_json`, `no_records`.
    """
    content = _content(decoded.text, file_name)
    notes = (decoded.note,) if decoded.note else ()
    if _is_table(content):
        return [_table(content, sheet, notes)]
    found = _lists(content, "", 0)
    if not found and _is_object(content):
        found = [("", [content])]
    if not found:
        raise IntakeError(
            "no_records",
            f"文件“{file_name}”里没有可导入的记录。请改成对象数组，例如 [{{…}}, {{…}}]。",
            file_name=file_name,
        )
    several = len(found) > 1
    return [
        _grid(records, f"{sheet}.{path}" if several and path else sheet, notes)
        for path, records in found
    ]


def _grid(records: list[Mapping[str, Any]], sheet: str, notes: tuple[str, ...]) -> Grid:
    flat = [dict(_flat(record, "", 0)) for record in records]
    names: dict[str, int] = {}
    for record in flat:
        for key in record:
            names.setdefault(key, len(names))
    rows = [
        Row(number, tuple(_cell(record.get(name)) for name in names))
        for number, record in enumerate(flat, start=1)
    ]
    return Grid(sheet, rows, len(names), given_head=tuple(names), notes=notes)


def _table(content: list[list[Any]], sheet: str, notes: tuple[str, ...]) -> Grid:
    rows = [Row(number, tuple(map(_cell, row))) for number, row in enumerate(content, start=1)]
    return Grid(sheet, rows, max(len(row.values) for row in rows), notes=notes)


def _is_table(content: object) -> bool:
    return isinstance(content, list) and all(isinstance(r, list) for r in content) and any(content)


def _flat(record: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, Mapping) and value and depth < _DEEPEST:
            yield from _flat(value, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", value


def _lists(content: object, path: str, depth: int) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """List the lists of objects in a value with where they stand, the outermost only."""
    if isinstance(content, list):
        is_records = bool(content) and all(map(_is_object, content))
        return [(path, content)] if is_records else []
    if not isinstance(content, Mapping) or depth > _DEEPEST:
        return []
    inner = [content[k] for k in _ENVELOPES if isinstance(content.get(k), list | Mapping)]
    for value in inner:
        if found := _lists(value, path, depth + 1):
            return found + _siblings(content, value, path, depth)
    return _siblings(content, None, path, depth)


def _siblings(
    content: Mapping[str, Any], taken: object, path: str, depth: int
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """List the lists of objects beside one that was taken."""
    found = []
    for key, value in content.items():
        if value is not taken and isinstance(value, list):
            found += _lists(value, f"{path}.{key}".strip("."), depth + 1)
    return found


def _content(text: str, file_name: str) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        lines = _json_lines(text)
        if lines is None:
            raise IntakeError(
                "bad_json",
                f"文件“{file_name}”不是完整的 JSON。请重新导出，内容应为对象数组或每行一个对象。",
                file_name=file_name,
            ) from error
        return lines


def _json_lines(text: str) -> list[Any] | None:
    """Read one value a line; None if any line is broken."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _cell(value: object) -> CellValue:
    if value is None or isinstance(value, str | bool | int | float):
        return value if value != "" else None
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return "、".join(str(part) for part in value if part not in (None, "")) or None
    return json.dumps(value, ensure_ascii=False)
