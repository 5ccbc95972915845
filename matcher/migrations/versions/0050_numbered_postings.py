"""Keep which postings an employer ever showed at a fair, in order: their numbers on printed sheets."""

import sqlalchemy as sa
from alembic import op

from matcher.migrations.shorthand import columns

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_NAME = "numbered_postings"


def upgrade() -> None:
    """Add the list; what is shown today keeps the number it has on sheets printed before."""
    [numbered] = columns(f"json {_NAME}=[]")
    op.add_column("fair_employer", numbered)
    there = op.get_bind()
    listed: dict[int, list[int]] = {}
    shown = sa.text("SELECT fair_employer_id, posting_id FROM fair_posting ORDER BY id")
    for place_id, posting_id in there.execute(shown):
        listed.setdefault(place_id, []).append(posting_id)
    place = sa.table("fair_employer", sa.column("id"), sa.column(_NAME, numbered.type))
    for place_id, ids in listed.items():
        there.execute(sa.update(place).where(place.c.id == place_id).values({_NAME: ids}))


def downgrade() -> None:
    """Drop it again; numbers are by today's order then."""
    op.drop_column("fair_employer", _NAME)
