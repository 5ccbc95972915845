"""Create the own résumés of graduates."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "own_resume",
        sa.Column("graduate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.PrimaryKeyConstraint("graduate_id", name=op.f("pk_own_resume")),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_own_resume_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_own_resume_file_id_stored_file"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_own_resume_file_id"), "own_resume", ["file_id"], unique=False)


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("own_resume")
