"""What the four kinds of sheets have in common: one protocol, and the writing of staged rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.base import Base
from matcher.errors import ConflictError
from matcher.intake.drafts import JudgedRow
from matcher.services.imports.rows import StagedRow, Values

SLICE = 500
"""Keys a query may name at once; well below SQLite's limit of parameters."""


@dataclass(frozen=True)
class BatchPlace:
    """Where a batch writes to."""

    batch_id: int
    union_id: int
    drive_id: int | None
    issuer: str | None = None
    directory: str | None = None
    """Of postings: who issued the table, and the directory its majors are read under."""


@dataclass(frozen=True)
class Writing:
    """One staged row that is to be written: its id in `import_row`, its values, its target.

    `version` is the target's as previewed; None for a row that makes something new.
    """

    row_id: int
    values: Values
    target_id: int | None
    digest: str
    version: int | None = None


@dataclass(frozen=True)
class Written:
    """What became of it: the record, its version now, and what it was before a change."""

    row_id: int
    target_id: int
    version: int
    before: Values | None


class KindImport(Protocol):
    """How one kind of sheet is compared with the tables and written to them."""

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice of checked rows with the tables; reads only."""

    def write(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        """Write all rows of a batch, inside the caller's transaction."""


def slices(keys: Iterable[Any]) -> Iterable[list[Any]]:
    """Cut distinct keys into lists a query can name, in a fixed order."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), SLICE):
        yield ordered[start : start + SLICE]


def table_of(model: type[Base]) -> sa.Table:
    """Return a model's table: rows written by it need no objects, which halves the time of a batch."""
    return cast("sa.Table", model.__table__)


def insert_plain(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows at once whose ids nobody needs."""
    if rows:
        session.execute(sa.insert(table_of(model)), list(rows))


def insert_rows(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows at once and return their ids in the same order."""
    if not rows:
        return []
    table = table_of(model)
    statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(rows)).all())


def read_before(
    session: Session, model: type[Base], ids: Iterable[int], columns: Sequence[str]
) -> dict[int, Values]:
    """Return the named columns of rows about to change, with their versions, by id.

    Raises
    ------
    ConflictError
        One of them is gone since the rows were staged.
    """
    table = model.__table__
    wanted = set(ids)
    found: dict[int, Values] = {}
    for some in slices(wanted):
        chosen = sa.select(table.c.id, table.c.version_id, *(table.c[name] for name in columns))
        for row in session.execute(chosen.where(table.c.id.in_(some)).with_for_update()).mappings():
            found[row["id"]] = dict(row)
    if len(found) != len(wanted):
        raise ConflictError(
            "import_tables_changed",
            "预检之后数据有了变动，这批数据没有写入。请重新预检后再提交。",
        )
    return found


def update_rows(session: Session, model: type[Base], changes: dict[int, dict[str, Any]]) -> None:
    """Change rows by id; each counts as one more version."""
    columns = model.__table__.c
    for row_id, values in changes.items():
        session.execute(
            sa.update(model)
            .where(columns.id == row_id)
            .values(**values, version_id=columns.version_id + 1)
            .execution_options(synchronize_session=False)
        )
