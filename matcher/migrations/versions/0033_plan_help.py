"""Create what would help, one table of lines a plan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "plan_help",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lines", kind, server_default="{}", nullable=False),
        _key("plan_id", "plan_run", "CASCADE"),
        _key("job_id", "job", "SET NULL"),
        _key("asked_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_help")),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("plan_help")


def _key(column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_plan_help_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
