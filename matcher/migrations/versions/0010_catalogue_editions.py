"""Create the imported editions of catalogues and directories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _catalogue_edition()
    _catalogue_node()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("catalogue_node")
    op.drop_table("catalogue_edition")


def _catalogue_edition() -> None:
    op.create_table(
        "catalogue_edition",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_edition")),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["account.id"],
            name=op.f("fk_catalogue_edition_imported_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("name", name=op.f("uq_catalogue_edition_name")),
        sa.CheckConstraint(
            "(namespace IS NULL) <> (issuer IS NULL) AND (issuer IS NULL) = (year IS NULL)",
            name=op.f("ck_catalogue_edition_catalogue_or_directory"),
        ),
        sqlite_autoincrement=True,
    )


def _catalogue_node() -> None:
    op.create_table(
        "catalogue_node",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column(
            "former_names",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("edition_id", "position", name=op.f("pk_catalogue_node")),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["catalogue_edition.id"],
            name=op.f("fk_catalogue_node_edition_id_catalogue_edition"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "level IN ('college', 'bachelor', 'graduate')", name=op.f("ck_catalogue_node_level")
        ),
    )
