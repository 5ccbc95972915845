"""Find the entries of the trail by what they are about: the history of a file reads them."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NAME = "ix_audit_entry_subject"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f(_NAME), "audit_entry", ["subject_kind", "subject_id"], unique=False)


def downgrade() -> None:
    """Drop it again."""
    op.drop_index(op.f(_NAME), table_name="audit_entry")
