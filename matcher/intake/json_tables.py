"""JSON arrays of objects, and one JSON object a line, as one sheet whose rows are ordinals."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from matcher.intake.encodings import DecodedText
from matcher.intake.errors import IntakeError
from matcher.intake.grids import CellValue, Grid, Row

_ENVELOPES = ("data", "rows", "records", "list", "items", "result", "postings", "graduates")
"""Keys under which programs wrap their array."""


def looks_like_json(text: str) -> bool:
    """Say whether a text begins as a JSON array or object."""
    head = text.lstrip()[:200]
    return head.startswith("[") or (head.startswith("{") and '"' in head)


def read_json(decoded: DecodedText, file_name: str, sheet: str) -> Grid:
    """Read records; nested values become text, keys of all records together make the head.

    Raises
    ------
    IntakeError
        `bad_json`, `no_records`.
    """
    records = _records(decoded.text, file_name)
    names: dict[str, int] = {}
    for record in records:
        for key in record:
            names.setdefault(key, len(names))
    rows = [
        Row(number, tuple(_cell(record.get(name)) for name in names))
        for number, record in enumerate(records, start=1)
    ]
    notes = (decoded.note,) if decoded.note else ()
    return Grid(sheet, rows, len(names), given_head=tuple(names), notes=notes)


def _records(text: str, file_name: str) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = _json_lines(text)
        if lines is None:
            raise IntakeError(
                "bad_json",
                f"文件“{file_name}”不是完整的 JSON。请重新导出，内容应为对象数组或每行一个对象。",
                file_name=file_name,
            ) from error
        content = lines
    if isinstance(content, dict):
        inner = next((content[k] for k in _ENVELOPES if isinstance(content.get(k), list)), None)
        content = [content] if inner is None else inner
    if not isinstance(content, list) or not content or not all(map(_is_object, content)):
        raise IntakeError(
            "no_records",
            f"文件“{file_name}”里没有可导入的记录。请改成对象数组，例如 [{{…}}, {{…}}]。",
            file_name=file_name,
        )
    return content


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
