"""Rules of the schema, where the database is asked and not the models alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.base import UtcInstant
from matcher.db.engine import make_engine
from matcher.models import Base

_TABLES = Base.metadata.sorted_tables


@pytest.fixture
def inspector(database_url: str) -> Iterator[sa.Inspector]:
    """Give what the migrated database says of itself, once on each dialect."""
    engine = make_engine(database_url)
    yield sa.inspect(engine)
    engine.dispose()


def _checks(inspector: sa.Inspector, table: str) -> dict[str, str]:
    return {
        str(check["name"]): re.sub(r"\s+", " ", check["sqltext"])
        for check in inspector.get_check_constraints(table)
    }


def test_every_closed_list_of_the_database_is_the_one_of_the_code(inspector: sa.Inspector) -> None:
    """`alembic check` does not see a CHECK whose words changed."""
    compared = 0
    for table in _TABLES:
        checks = _checks(inspector, table.name)
        for column in table.columns:
            if not isinstance(column.type, sa.Enum):
                continue
            words = re.findall(r"'([^']*)'", checks[f"ck_{table.name}_{column.type.name}"])
            assert words == column.type.enums, f"{table.name}.{column.name}"
            compared += 1

    assert compared > 20


def test_every_check_of_the_models_is_in_the_database(inspector: sa.Inspector) -> None:
    for table in _TABLES:
        wanted = {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, sa.CheckConstraint)
        }

        assert set(_checks(inspector, table.name)) == wanted, table.name


def _condition(index: Any) -> str:
    options = index.get("dialect_options", {})
    text = options.get("sqlite_where", options.get("postgresql_where", ""))
    return str(text)


def test_every_partial_index_has_its_condition_in_the_database(inspector: sa.Inspector) -> None:
    """A unique index that lost its condition would refuse what is allowed."""
    dialect = inspector.dialect.name
    partial = 0
    for table in _TABLES:
        found = {index["name"]: index for index in inspector.get_indexes(table.name)}
        for index in table.indexes:
            wanted = index.dialect_options[dialect]["where"]
            assert bool(_condition(found[index.name])) == (wanted is not None), index.name
            assert bool(found[index.name]["unique"]) == bool(index.unique), index.name
            partial += wanted is not None

    assert partial > 5


def test_every_foreign_key_says_what_a_deletion_does(inspector: sa.Inspector) -> None:
    for table in _TABLES:
        wanted = {key.parent.name: key.ondelete for key in table.foreign_keys}
        found = {
            key["constrained_columns"][0]: key["options"].get("ondelete")
            for key in inspector.get_foreign_keys(table.name)
        }

        assert found == wanted
        assert None not in wanted.values(), table.name


def test_every_name_of_a_constraint_follows_the_convention() -> None:
    """A name the database made up itself cannot be dropped on both dialects."""
    nameless = [
        f"{table.name}: {constraint!r}"
        for table in _TABLES
        for constraint in table.constraints
        if not constraint.name
    ]

    assert nameless == []


def test_no_name_is_longer_than_postgresql_keeps() -> None:
    dialect = sa.create_engine("sqlite://").dialect
    write = dialect.identifier_preparer.format_constraint
    names = [write(one) or "" for table in _TABLES for one in table.constraints]
    names += [write(one) or "" for table in _TABLES for one in table.indexes]

    assert [name for name in names if len(name) > 63] == []


def test_both_dialects_hold_a_partial_index_by_the_same_rule() -> None:
    for table in _TABLES:
        for index in table.indexes:
            one = index.dialect_options["sqlite"]["where"]
            other = index.dialect_options["postgresql"]["where"]
            assert (one is None) == (other is None), index.name
            if one is not None:
                assert str(one).replace(" = 1", "") == str(other), index.name


def test_no_column_holds_a_number_of_a_person_in_the_open() -> None:
    """身份证号, phones and cards are kept as `*_cipher`, `*_index` and `*_masked` only."""
    bare = [
        f"{table.name}.{column.name}"
        for table in _TABLES
        for column in table.columns
        if re.search(r"(id_number|phone|card|totp|secret)", column.name)
        and not re.search(r"_(cipher|index|masked|step)$", column.name)
    ]

    assert bare == []


def test_a_columns_name_tells_an_instant_from_a_date() -> None:
    for table in _TABLES:
        for column in table.columns:
            if column.name.endswith("_at"):
                assert isinstance(column.type, UtcInstant), f"{table.name}.{column.name}"
            if column.name.endswith("_on"):
                assert isinstance(column.type, sa.Date), f"{table.name}.{column.name}"
