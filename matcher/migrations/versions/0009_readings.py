"""Create what people say of requirement texts; postings and batches name their issuer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns."""
    op.add_column("posting", sa.Column("issuer", sa.Text(), nullable=True))
    op.create_index(op.f("ix_posting_issuer"), "posting", ["issuer"], unique=False)
    op.add_column("import_batch", sa.Column("issuer", sa.Text(), nullable=True))
    op.add_column("import_batch", sa.Column("directory", sa.Text(), nullable=True))
    _requirement_term()
    _requirement_decision()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("requirement_decision")
    op.drop_table("requirement_term")
    op.drop_column("import_batch", "directory")
    op.drop_column("import_batch", "issuer")
    op.drop_index(op.f("ix_posting_issuer"), table_name="posting")
    op.drop_column("posting", "issuer")


def _requirement_term() -> None:
    op.create_table(
        "requirement_term",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("issuer_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("issuer_name", sa.Text(), nullable=True),
        sa.Column("text_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("meaning", sa.String(40), nullable=False),
        sa.Column("target", sa.Text(), nullable=False, server_default=""),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("certain", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_term")),
        _by_account("requirement_term", "made_by_id"),
        _by_account("requirement_term", "ended_by_id"),
        _of_union("requirement_term"),
        sa.CheckConstraint(
            "meaning IN ('node', 'name', 'condition', 'exclusion', 'unlimited', 'nothing')",
            name=op.f("ck_requirement_term_meaning"),
        ),
        sa.CheckConstraint(
            "level IN ('college', 'bachelor', 'graduate')", name=op.f("ck_requirement_term_level")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from <= valid_to",
            name=op.f("ck_requirement_term_validity"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_requirement_term_place"),
        "requirement_term",
        ["union_id", "issuer_key", "text_key"],
        unique=False,
    )


def _requirement_decision() -> None:
    op.create_table(
        "requirement_decision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("issuer_key", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("major_code", sa.Text(), nullable=False),
        sa.Column("major_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_decision")),
        _by_account("requirement_decision", "made_by_id"),
        _by_account("requirement_decision", "taken_back_by_id"),
        _of_union("requirement_decision"),
        sa.CheckConstraint(
            "level IN ('college', 'bachelor', 'graduate')",
            name=op.f("ck_requirement_decision_level"),
        ),
        sa.CheckConstraint(
            "verdict IN ('yes', 'maybe', 'no')", name=op.f("ck_requirement_decision_verdict")
        ),
        sa.CheckConstraint("verdict <> 'maybe'", name=op.f("ck_requirement_decision_settles")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("uq_requirement_decision_live"),
        "requirement_decision",
        ["union_id", "issuer_key", "text_key", "leaf"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def _by_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        ["account.id"],
        name=op.f(f"fk_{table}_{column}_account"),
        ondelete="RESTRICT",
    )


def _of_union(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["union_id"],
        ["union_org.id"],
        name=op.f(f"fk_{table}_union_id_union_org"),
        ondelete="RESTRICT",
    )
