"""What it takes to undo a merge: columns of files and people as they stood, as sealed text.

Bytes, dates and instants keep their kind; the text holds people's sealed numbers and plain names, so it is
encrypted as a whole.
"""

import base64
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from matcher.db.base import Base
from matcher.db.engine import ring_of

COLUMN = "file_merge.before"


def columns_of(row: Base) -> dict[str, Any]:
    """Return all columns of a row by name."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def seal(session: Session, heads: Iterable[Base], members: Iterable[Base]) -> bytes:
    """Return rows as one encrypted text."""
    text = json.dumps(
        {
            "heads": [_packed(columns_of(row)) for row in heads],
            "members": [_packed(columns_of(row)) for row in members],
        },
        ensure_ascii=False,
    )
    return ring_of(session).encrypt(text, COLUMN)


def unseal(session: Session, cipher: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    """Return the columns of heads and of members by id."""
    kept = json.loads(ring_of(session).decrypt(cipher, COLUMN))
    heads, members = ([_unpacked(row) for row in kept[part]] for part in ("heads", "members"))
    return {row["id"]: row for row in heads}, {row["id"]: row for row in members}


def _packed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _pack(value) for name, value in values.items()}


def _pack(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dt.datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return value


def _unpacked(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _unpack(value) for name, value in values.items()}


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    if "instant" in value:
        return dt.datetime.fromisoformat(value["instant"])
    return dt.date.fromisoformat(value["day"])
