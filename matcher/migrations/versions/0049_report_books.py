"""Let the report of a fair be kept as a file that is made in the background."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_BEFORE = "booklet booklet_word posters cards posts"
_NOW = f"{_BEFORE} report"


def upgrade() -> None:
    """Widen the closed list."""
    _kinds(_NOW)


def downgrade() -> None:
    """Narrow it again; files of reports go."""
    op.execute("DELETE FROM fair_print WHERE kind = 'report'")
    _kinds(_BEFORE)


def _kinds(listed: str) -> None:
    name = op.f("ck_fair_print_kind")
    with op.batch_alter_table("fair_print", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN ({', '.join(map(repr, listed.split()))})")
