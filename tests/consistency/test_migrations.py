"""Rules of the revisions: numbered, one line of history, free of models, reversible with rows inside."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from matcher.db.engine import make_engine
from matcher.migrations import run as migrations
from tests.support import tree

_VERSIONS = tree.ROOT / "matcher" / "migrations" / "versions"
_ROWS: dict[str, dict[str, str | int]] = {
    "union_org": {"public_id": "u", "code": "1", "name": "某市总工会", "kind": "city"},
    "account": {"public_id": "a", "login": "li", "display_name": "李", "created_at": "2026-01-01"},
    "membership": {"account_id": 1, "role": "caseworker", "union_id": 1},
}


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[sa.Engine]:
    """Give an engine on a database without tables, once on each dialect."""
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def _put_rows(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table, row in _ROWS.items():
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def _counts(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in _ROWS
        }


def _tables(engine: sa.Engine) -> set[str]:
    return {name for name in sa.inspect(engine).get_table_names() if not name.startswith("sqlite_")}


def test_revisions_are_numbered_without_a_gap_in_one_line() -> None:
    scripts = list(reversed(list(migrations.revisions().walk_revisions())))

    numbers = [script.revision for script in scripts]

    assert numbers == [f"{number:04d}" for number in range(1, len(scripts) + 1)]
    assert [script.down_revision for script in scripts] == [None, *numbers[:-1]]
    assert migrations.revisions().get_heads() == numbers[-1:]


def test_a_revisions_file_is_named_by_its_number_and_what_it_does() -> None:
    for script in migrations.revisions().walk_revisions():
        name = script.path.rsplit("/", 1)[-1]

        assert re.fullmatch(rf"{script.revision}_[a-z0-9_]+\.py", name), name


def test_no_revision_imports_a_model() -> None:
    ours = r"^\s*(from|import) (?!matcher\.migrations\.shorthand)(matcher|web|workers|seeds)\b"
    importing = [
        tree.name(path)
        for path in (*sorted(_VERSIONS.glob("*.py")), _VERSIONS.parent / "shorthand.py")
        if re.search(ours, path.read_text(), re.M)
    ]

    assert importing == []


def test_the_revisions_say_what_the_models_say(empty: sa.Engine) -> None:
    migrations.upgrade(empty)

    migrations.check(empty)


def test_up_down_and_up_again_leaves_a_working_schema(empty: sa.Engine) -> None:
    migrations.upgrade(empty)
    _put_rows(empty)

    migrations.downgrade(empty, "base")
    assert _tables(empty) <= {"alembic_version"}

    migrations.upgrade(empty)
    _put_rows(empty)
    assert set(_counts(empty).values()) == {1}


def test_every_single_step_down_and_up_again_works(empty: sa.Engine) -> None:
    migrations.upgrade(empty)
    scripts = [script.revision for script in migrations.revisions().walk_revisions()]

    for down in [*scripts[1:], "base"]:
        migrations.downgrade(empty, down)
    for up in reversed(scripts):
        migrations.upgrade(empty, up)

    migrations.check(empty)


def test_upgrading_again_keeps_all_rows(empty: sa.Engine) -> None:
    migrations.upgrade(empty)
    _put_rows(empty)

    migrations.upgrade(empty)

    assert set(_counts(empty).values()) == {1}
