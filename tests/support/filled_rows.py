"""Rows of any table filled by its own description, so that a test of all tables sees a new one by itself."""

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock

MARK = "某某秘密"
"""Stands in every text and every sealed value that is filled."""


_TRIES = 150


def fill_row(
    session: Session,
    table: sa.Table,
    known: dict[str, int],
    depth: int = 3,
    given: Mapping[str, Any] | None = None,
) -> bool:
    """Insert a row that hangs on known rows (id by table); False if its own rules refuse what was made up.

    What it needs is made first; values that are refused are drawn again, always in the same order. What is given
    stands as it is.
    """
    random = Random(table.name)
    for target in _needed(table):
        there = target.name in known or target.name == table.name
        if not there and (depth == 0 or not fill_row(session, target, known, depth - 1)):
            return False
    for attempt in range(_TRIES):
        values = _values(table, known, random, attempt) | dict(given or {})
        try:
            with session.begin_nested():
                made = session.execute(sa.insert(table).values(values))
        except IntegrityError:
            continue
        key = made.inserted_primary_key
        if key is not None and len(key) == 1:
            known.setdefault(table.name, key[0])
        return True
    return False


def _needed(table: sa.Table) -> list[sa.Table]:
    keys = [key for key in table.foreign_keys if not key.parent.nullable]
    return [key.column.table for key in sorted(keys, key=lambda key: key.parent.name)]


def _values(table: sa.Table, known: dict[str, int], random: Random, attempt: int) -> dict[str, Any]:
    """Return values: at first every text and no other optional column, then more and more at random."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "id":
            continue
        is_optional = column.nullable or column.server_default is not None
        is_left_out = not _tells(column) if attempt == 0 else random.random() < 0.5
        if is_optional and is_left_out:
            continue
        targets = [key.column.table.name for key in column.foreign_keys]
        if not targets:
            values[column.name] = _value(column, known, random, attempt)
        elif targets[0] in known:
            values[column.name] = known[targets[0]]
    return values


def _tells(column: sa.Column[Any]) -> bool:
    """Say whether a column may hold words of a person."""
    is_text = isinstance(column.type, sa.Text) and not isinstance(column.type, sa.Enum)
    return is_text or isinstance(column.type, sa.LargeBinary)


def _value(column: sa.Column[Any], known: dict[str, int], random: Random, attempt: int) -> Any:
    if column.name == "year":
        return clock.today().year
    kind = column.type
    if column.name == "subject_kind":
        return "household"
    if column.name == "subject_id":
        return known["household"]
    if isinstance(kind, sa.Enum):
        members = list(kind.enum_class or kind.enums)
        return members[0] if attempt == 0 else random.choice(members)
    if isinstance(kind, sa.Date):
        return dt.date(2010, 5, 17) + dt.timedelta(days=random.randrange(3) if attempt else 0)
    plain: dict[type, Any] = {
        sa.JSON: [{"words": MARK}],
        sa.LargeBinary: MARK.encode(),
        sa.Text: f"{MARK}{column.table.name}.{column.name}",
        sa.Boolean: bool(attempt and random.random() < 0.5),
        sa.Integer: 1 + random.randrange(3) if attempt else 1,
    }
    return next((value for one, value in plain.items() if isinstance(kind, one)), clock.now())


def rows_telling(session: Session, words: str = MARK) -> set[str]:
    """Return the columns of the whole database in which some words stand, plain or as bytes."""
    bind = session.connection()
    told = set()
    for name in sorted(sa.inspect(bind).get_table_names()):
        for row in bind.execute(sa.text(f'SELECT * FROM "{name}"')).mappings():
            for column, value in row.items():
                text = (
                    bytes(value).decode("utf-8", "replace")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                )
                escaped = words.encode("unicode_escape").decode()
                if words in text or escaped in text:
                    told.add(f"{name}.{column}")
    return told
