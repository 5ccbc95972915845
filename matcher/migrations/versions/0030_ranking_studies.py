"""Create studies of a ranking, and what a cap leaves of graduates' lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('evaluation', 'calibration', 'comparison')"
_STATES = "state IN ('asked', 'done', 'accepted', 'declined')"
_DATED = "(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL)"


def upgrade() -> None:
    """Create the tables."""
    table = "ranking_study"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        _number("drive_id"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        _number("drive_revision"),
        _json("asked"),
        _json("result"),
        _number("job_id", nullable=True),
        _instant("created_at"),
        _number("created_by_id", nullable=True),
        _instant("finished_at", nullable=True),
        _instant("decided_at", nullable=True),
        _number("decided_by_id", nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=True),
        _number("accepted_revision", nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f(f"ck_{table}_kind")),
        sa.CheckConstraint(_STATES, name=op.f(f"ck_{table}_state")),
        sa.CheckConstraint(_DATED, name=op.f(f"ck_{table}_decision_dated")),
        _key(table, "drive_id", "drive", "CASCADE"),
        _key(table, "job_id", "job", "SET NULL"),
        _key(table, "created_by_id", "account", "SET NULL"),
        _key(table, "decided_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    op.create_index(op.f("ix_ranking_study_drive"), table, ["drive_id", "kind", "id"])
    table = "spread_list"
    op.create_table(
        table,
        _number("run_id"),
        _number("graduate_id"),
        sa.Column("partners", sa.LargeBinary(), nullable=False),
        _key(table, "run_id", "ranking_run", "CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "graduate_id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("spread_list")
    op.drop_table("ranking_study")


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, server_default="{}", nullable=False)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
