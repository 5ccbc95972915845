"""Short ways to write a table in a revision: columns by type, keys, rules and indexes under the house's names.

Revisions from 0041 on use it; older ones carry their own copies and stay as they ran. What a function here makes
must never change, since revisions that ran already are read again on every new database: add a new one instead.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TYPES: dict[str, Any] = {
    "bytes": sa.LargeBinary(),
    "code": sa.String(40),
    "date": sa.Date(),
    "flag": sa.Boolean(),
    "instant": sa.DateTime(timezone=True),
    "json": _JSON,
    "number": sa.Integer(),
    "text": sa.Text(),
}


def create(table: str, listed: str, keys: str = "", *parts: Any) -> None:
    """Create a table with a number of its own as key.

    Parameters
    ----------
    listed : columns by type, `number a b?; text c; number n=0`: ? for one that may be empty, = for a default
    keys : foreign keys, `column>table` (restrict), `column>table!` (cascade), `column>table~` (set null)
    parts : checks, closed lists and unique columns, see below
    """
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *columns(listed),
        *(_key(table, *pair.split(">")) for pair in keys.split()),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )


def columns(listed: str) -> list[sa.Column[Any]]:
    """Return columns written as in `create`."""
    return [
        _column(name, _TYPES[kind])
        for kind, *names in (group.split() for group in listed.split(";") if group.strip())
        for name in names
    ]


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    name, _, default = name.partition("=")
    value: Any = default or None
    if isinstance(kind, sa.Boolean) and default:
        value = sa.true() if default == "true" else sa.false()
    return sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"), server_default=value)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    does = {"!": "CASCADE", "~": "SET NULL"}.get(other[-1], "RESTRICT")
    other = other.rstrip("!~")
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=does)


def unique(table: str, *together: str) -> list[sa.UniqueConstraint]:
    """Return a unique constraint for each group of columns, `"a b"` being one group of two."""
    return [
        sa.UniqueConstraint(*names.split(), name=op.f(f"uq_{table}_{'_'.join(names.split())}"))
        for names in together
    ]


def checks(table: str, **rules: str) -> list[sa.CheckConstraint]:
    """Return checks by name."""
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()
    ]


def words(table: str, **lists: str) -> list[sa.CheckConstraint]:
    """Return the checks of closed lists, by the column that keeps a word of it."""
    return checks(
        table,
        **{
            column: f"{column} IN ({', '.join(map(repr, listed.split()))})"
            for column, listed in lists.items()
        },
    )


def index(table: str, **listed: str) -> None:
    """Index columns together, by the last part of the index's name."""
    for name, together in listed.items():
        op.create_index(op.f(f"ix_{table}_{name}"), table, together.split(), unique=False)


def only_one(table: str, name: str, together: str, where: str) -> None:
    """Make a unique index over some of the rows."""
    op.create_index(
        op.f(f"uq_{table}_{name}"),
        table,
        together.split(),
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def drop(*tables: str) -> None:
    """Drop tables in the order given."""
    for table in tables:
        op.drop_table(table)
