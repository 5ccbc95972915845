"""The trap of SQLite's batch migrations: a table made anew must not empty its children.

Seen to fail: with foreign keys left on, the drop of the old `union_org` cascades into `membership`.
The revisions below are made in a copy of the folder, so that the rule holds for later ones too.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import make_engine
from matcher.errors import ConfigurationError
from matcher.migrations import run as migrations

_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"


def upgrade():
    {upgrade}


def downgrade():
    pass
"""


@pytest.fixture
def migrated(database_url: str) -> Iterator[sa.Engine]:
    """Give an engine on a migrated database with a union and a membership that points to it."""
    engine = make_engine(database_url)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO union_org (public_id, code, name, kind) VALUES ('u', '1', 'a', 'city')",
            "INSERT INTO account (public_id, login, display_name, created_at)"
            " VALUES ('a', 'li', '李', '2026-01-01')",
            "INSERT INTO membership (account_id, role, union_id) VALUES (1, 'caseworker', 1)",
        ):
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def _add_revision(folder: Path, upgrade: str, monkeypatch: pytest.MonkeyPatch) -> None:
    head = migrations.head_revision()
    copy = folder / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, copy)
    text = _REVISION.format(head=head, upgrade=upgrade)
    (copy / "versions" / "9001_trial.py").write_text(text)
    monkeypatch.setattr(migrations, "__file__", str(copy / "run.py"))


def test_a_table_made_anew_keeps_its_children(
    migrated: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_revision(
        tmp_path,
        'with op.batch_alter_table("union_org") as batch:\n'
        '        batch.alter_column("name", existing_type=sa.Text(), nullable=True)',
        monkeypatch,
    )

    migrations.upgrade(migrated)

    with migrated.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM membership")) == 1


def test_a_revision_that_leaves_rows_pointing_to_nothing_is_undone(
    migrated: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if migrated.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps its foreign keys on and refuses the statement itself")
    _add_revision(tmp_path, 'op.execute("DELETE FROM union_org")', monkeypatch)

    with pytest.raises(ConfigurationError) as refused:
        migrations.upgrade(migrated)

    assert refused.value.details["tables"] == ["membership"]
    with migrated.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM union_org")) == 1
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
