"""Declarative base, constraint names and the column types every table uses."""

import datetime as dt
import enum
import secrets
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(sa.types.TypeDecorator[dt.datetime]):
    """An aware instant; kept in UTC on both databases (SQLite has no time zones of its own)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive instants; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give the instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = sa.JSON().with_variant(JSONB(), "postgresql")
"""JSON on SQLite, JSONB on PostgreSQL."""


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        dt.datetime: UtcInstant(),
        str: sa.Text(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[int]: Json,
        list[dict[str, Any]]: Json,
    }

    def __repr__(self) -> str:
        """Show type and id, never a person."""
        return f"<{type(self).__name__} {getattr(self, 'id', '?')}>"


@sa.event.listens_for(sa.Table, "after_parent_attach")
def _never_reuse_ids(table: sa.Table, _metadata: sa.MetaData) -> None:
    """Ids are never used twice: SQLite would give a deleted row's id to the next one."""
    keys = [c for c in table.columns if c.primary_key]
    if len(keys) == 1 and isinstance(keys[0].type, sa.Integer) and not keys[0].foreign_keys:
        table.dialect_options["sqlite"]["autoincrement"] = True


def new_public_id() -> str:
    """Return a random id for addresses that leave the union: 72 bits, safe in a URL."""
    return secrets.token_hex(9)


def one_of(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """Return the column type of a closed list: stored by value, held by a CHECK named `name`."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [m.value for m in members],
    )


Id = Annotated[int, mapped_column(primary_key=True, autoincrement=True)]
PublicId = Annotated[str, mapped_column(unique=True, default=new_public_id)]
"""A random identifier, shown outside the union in place of the row's number."""
