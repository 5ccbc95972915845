"""Create ranking runs, their lists and what changed since."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _ranking_change()
    _ranking_run()
    _ranked_list()
    _ranked_overlay()
    _ranking_chunk()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("ranking_chunk")
    op.drop_table("ranked_overlay")
    op.drop_table("ranked_list")
    op.drop_table("ranking_run")
    op.drop_table("ranking_change")


def _ranking_change() -> None:
    op.create_table(
        "ranking_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_change")),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_ranking_change_drive_id_drive"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ranking_change_drive"), "ranking_change", ["drive_id", "id"], unique=False
    )


def _ranking_run() -> None:
    op.create_table(
        "ranking_run",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drive_revision", sa.Integer(), nullable=False),
        sa.Column(
            "parameters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("snapshot_hash", sa.Text(), nullable=True),
        sa.Column("result_hash", sa.Text(), nullable=True),
        sa.Column("as_of_change", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("followed_change", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("n_postings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("n_graduates", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_run")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_ranking_run_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_ranking_run_drive_id_drive"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_ranking_run_job_id_job"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_ranking_run_public_id")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_ranking_run_state"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ranking_run_drive"), "ranking_run", ["drive_id", "state"], unique=False
    )


def _ranked_list() -> None:
    op.create_table(
        "ranked_list",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("n_eligible", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("partners", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "side", "subject_id", name=op.f("pk_ranked_list")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["ranking_run.id"],
            name=op.f("fk_ranked_list_run_id_ranking_run"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "side IN ('posting_ordinary', 'posting_reserved', 'graduate')",
            name=op.f("ck_ranked_list_side"),
        ),
    )


def _ranked_overlay() -> None:
    op.create_table(
        "ranked_overlay",
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("n_eligible", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("partners", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("drive_id", "side", "subject_id", name=op.f("pk_ranked_overlay")),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_ranked_overlay_drive_id_drive"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["ranking_run.id"],
            name=op.f("fk_ranked_overlay_run_id_ranking_run"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "side IN ('posting_ordinary', 'posting_reserved', 'graduate')",
            name=op.f("ck_ranked_overlay_side"),
        ),
    )


def _ranking_chunk() -> None:
    op.create_table(
        "ranking_chunk",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("row_start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_stop", sa.Integer(), nullable=False),
        sa.Column("n_lists", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "side", "row_start", name=op.f("pk_ranking_chunk")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["ranking_run.id"],
            name=op.f("fk_ranking_chunk_run_id_ranking_run"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "side IN ('posting_ordinary', 'posting_reserved', 'graduate')",
            name=op.f("ck_ranking_chunk_side"),
        ),
    )
