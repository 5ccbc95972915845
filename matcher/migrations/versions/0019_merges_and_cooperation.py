"""Create merges of files, transfers and cooperation between unions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = ("file_merge", "file_transfer", "cooperation", "cooperation_act")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _file_merge()
    _file_transfer()
    _cooperation()
    _cooperation_act()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _of(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _file_merge() -> None:
    op.create_table(
        "file_merge",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column(
            "choices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "moved", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("before_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=True),
        sa.Column("undo_until_on", sa.Date(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_merge")),
        _of("file_merge", "kept_id", "household", "RESTRICT"),
        _of("file_merge", "gone_id", "household", "RESTRICT"),
        _of("file_merge", "merged_by_id", "account", "SET NULL"),
        _of("file_merge", "undone_by_id", "account", "SET NULL"),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_file_merge_two_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_file_merge_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_file_merge_kept"), "file_merge", ["kept_id"], unique=False)
    op.create_index(
        op.f("uq_file_merge_gone"),
        "file_merge",
        ["gone_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def _file_transfer() -> None:
    op.create_table(
        "file_transfer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("from_union_id", sa.Integer(), nullable=False),
        sa.Column("to_union_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_transfer")),
        _of("file_transfer", "household_id", "household", "RESTRICT"),
        _of("file_transfer", "from_union_id", "union_org", "RESTRICT"),
        _of("file_transfer", "to_union_id", "union_org", "RESTRICT"),
        _of("file_transfer", "asked_by_id", "account", "SET NULL"),
        _of("file_transfer", "decided_by_id", "account", "SET NULL"),
        sa.CheckConstraint(
            "state IN ('asked', 'accepted', 'declined', 'withdrawn')",
            name=op.f("ck_file_transfer_state"),
        ),
        sa.CheckConstraint(
            "from_union_id <> to_union_id", name=op.f("ck_file_transfer_two_unions")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_file_transfer_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_file_transfer_from"), "file_transfer", ["from_union_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_file_transfer_to"), "file_transfer", ["to_union_id", "state"], unique=False
    )
    op.create_index(
        op.f("uq_file_transfer_asked"),
        "file_transfer",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def _cooperation() -> None:
    op.create_table(
        "cooperation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("home_union_id", sa.Integer(), nullable=False),
        sa.Column("partner_union_id", sa.Integer(), nullable=True),
        sa.Column("partner_name", sa.Text(), nullable=True),
        sa.Column("partner_address", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column(
            "scope", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("paper_consent_on", sa.Date(), nullable=True),
        sa.Column("paper_consent_by", sa.Text(), nullable=True),
        sa.Column("consent_withdrawn_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("letter_number", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation")),
        _of("cooperation", "household_id", "household", "CASCADE"),
        _of("cooperation", "graduate_id", "graduate", "CASCADE"),
        _of("cooperation", "member_id", "household_member", "CASCADE"),
        _of("cooperation", "home_union_id", "union_org", "RESTRICT"),
        _of("cooperation", "partner_union_id", "union_org", "RESTRICT"),
        _of("cooperation", "consent_id", "consent", "RESTRICT"),
        _of("cooperation", "asked_by_id", "account", "SET NULL"),
        _of("cooperation", "answered_by_id", "account", "SET NULL"),
        sa.CheckConstraint(
            "(consent_id IS NULL) <> (paper_consent_on IS NULL)",
            name=op.f("ck_cooperation_consented"),
        ),
        sa.CheckConstraint("starts_on <= expires_on", name=op.f("ck_cooperation_expires")),
        sa.CheckConstraint("kind IN ('school', 'workplace')", name=op.f("ck_cooperation_kind")),
        sa.CheckConstraint(
            "(partner_union_id IS NULL) <> (partner_name IS NULL)",
            name=op.f("ck_cooperation_one_partner"),
        ),
        sa.CheckConstraint(
            "(graduate_id IS NULL) <> (member_id IS NULL)", name=op.f("ck_cooperation_one_person")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'running', 'declined', 'ended')", name=op.f("ck_cooperation_state")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_cooperation_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_cooperation_home"), "cooperation", ["home_union_id", "state"], unique=False
    )
    op.create_index(op.f("ix_cooperation_household"), "cooperation", ["household_id"], unique=False)
    op.create_index(
        op.f("ix_cooperation_partner"), "cooperation", ["partner_union_id", "state"], unique=False
    )


def _cooperation_act() -> None:
    op.create_table(
        "cooperation_act",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cooperation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_act")),
        _of("cooperation_act", "cooperation_id", "cooperation", "CASCADE"),
        _of("cooperation_act", "actor_id", "account", "SET NULL"),
        _of("cooperation_act", "union_id", "union_org", "RESTRICT"),
        sa.CheckConstraint(
            "kind IN ('service', 'news', 'letter', 'reply')", name=op.f("ck_cooperation_act_kind")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_cooperation_act_of"), "cooperation_act", ["cooperation_id", "id"], unique=False
    )
