"""Create files, drives and import batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _stored_file()
    _drive()
    _drive_revision()
    _import_batch()
    _import_row()
    _column_memory()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("column_memory")
    op.drop_table("import_row")
    op.drop_table("import_batch")
    op.drop_table("drive_revision")
    op.drop_table("drive")
    op.drop_table("stored_file")


def _stored_file() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_stored_file_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_stored_file_union_id_union_org"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stored_file_sha256"), "stored_file", ["sha256"], unique=False)


def _drive() -> None:
    op.create_table(
        "drive",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("neutral_name", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("census_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column(
            "targets",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column("lottery_key_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("lottery_commitment", sa.Text(), nullable=False),
        sa.Column("lottery_revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_entry_number", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("next_posting_number", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drive")),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_drive_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_drive_public_id")),
        sa.UniqueConstraint("union_id", "name", name=op.f("uq_drive_union_id_name")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_drive_dates_in_order")),
        sa.CheckConstraint("state IN ('preparing', 'open', 'closed')", name=op.f("ck_drive_state")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_drive_union_id"), "drive", ["union_id"], unique=False)


def _drive_revision() -> None:
    op.create_table(
        "drive_revision",
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "parameters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("drive_id", "revision", name=op.f("pk_drive_revision")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_drive_revision_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_drive_revision_drive_id_drive"),
            ondelete="CASCADE",
        ),
    )


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column(
            "columns",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column(
            "counts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_import_batch_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_import_batch_drive_id_drive"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_import_batch_file_id_stored_file"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_import_batch_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_batch_public_id")),
        sa.CheckConstraint(
            "kind IN ('postings', 'employers', 'graduates', 'households')",
            name=op.f("ck_import_batch_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('staged', 'committed', 'undone')", name=op.f("ck_import_batch_state")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_import_batch_union_id"), "import_batch", ["union_id"], unique=False)


def _import_row() -> None:
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column(
            "problems",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("draft_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("before_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("target_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_row_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "batch_id", "sheet", "row", name=op.f("uq_import_row_batch_id_sheet_row")
        ),
        sa.CheckConstraint(
            "status IN ('new', 'changed', 'same', 'refused', 'not_data', 'ambiguous')",
            name=op.f("ck_import_row_status"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_import_row_status"), "import_row", ["batch_id", "status"], unique=False
    )


def _column_memory() -> None:
    op.create_table(
        "column_memory",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("head_signature", sa.Text(), nullable=False),
        sa.Column(
            "mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_memory")),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_column_memory_union_id_union_org"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"],
            ["account.id"],
            name=op.f("fk_column_memory_updated_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "union_id",
            "kind",
            "head_signature",
            name=op.f("uq_column_memory_union_id_kind_head_signature"),
        ),
        sa.CheckConstraint(
            "kind IN ('postings', 'employers', 'graduates', 'households')",
            name=op.f("ck_column_memory_kind"),
        ),
        sqlite_autoincrement=True,
    )
