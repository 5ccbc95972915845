"""Create assessments of tiers, standard lines, exits and returns."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""


def downgrade() -> None:
    """Drop them again, the last first."""
