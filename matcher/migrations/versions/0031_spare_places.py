"""Keep spare places of stored lists: whoever leaves a list makes room for one who is known already.

Lists that stand have none and are ranked when somebody leaves them, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLES = ("ranked_list", "ranked_overlay")


def upgrade() -> None:
    """Add the column."""
    for table in _TABLES:
        op.add_column(table, sa.Column("spare", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop it again."""
    for table in _TABLES:
        op.drop_column(table, "spare")
