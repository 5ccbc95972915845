"""Short forms for revisions with many tables: columns, keys and checks named as the models name them.

What is here is frozen with the revisions that use it: a later need gets a function of its own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine


def create(table: str, *parts: sa.SchemaItem) -> None:
    """Create a table with a number of its own as key."""
    number = sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)
    op.create_table(table, number, *parts, primary(table, "id"), sqlite_autoincrement=True)


def some(kind: TypeEngine[object], names: str) -> list[sa.Column[object]]:
    """Return columns of a type; those whose name ends in ? may be empty."""
    return [
        sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names.split()
    ]


def count(name: str, first: str = "0") -> sa.Column[int]:
    """Return a number that begins somewhere."""
    return sa.Column(name, sa.Integer(), nullable=False, server_default=first)


def keys(table: str, **pairs: str) -> list[sa.ForeignKeyConstraint]:
    """Return a foreign key for each `column>table`, by what deleting does."""
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{other}.id"],
            name=op.f(f"fk_{table}_{column}_{other}"),
            ondelete=ondelete.replace("_", " "),
        )
        for ondelete, listed in pairs.items()
        for column, other in (pair.split(">") for pair in listed.split())
    ]


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return a unique key."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a rule rows must keep."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def words(table: str, column: str, values: str) -> sa.CheckConstraint:
    """Return the rule that holds a closed list."""
    listed = ", ".join(f"'{one}'" for one in values.split())
    return check(table, column, f"{column} IN ({listed})")


def indexes(table: str, columns: str) -> None:
    """Index each column by itself."""
    for column in columns.split():
        index(table, column, column)


def index(table: str, name: str, columns: str) -> None:
    """Make an index."""
    op.create_index(op.f(f"ix_{table}_{name}"), table, columns.split(), unique=False)
