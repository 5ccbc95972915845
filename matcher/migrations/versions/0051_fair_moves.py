"""Keep what had been told of a fair's time and place before a change, and since when a fair is announced."""

import sqlalchemy as sa
from alembic import op

from matcher.migrations.shorthand import checks, columns, create, drop, index, words

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_CHANNELS = "on_site online livestream mixed"


def upgrade() -> None:
    """Create the log; a fair that is announced today counts as announced since it was entered."""
    [announced] = columns("instant announced_at?")
    op.add_column("fair", announced)
    op.execute(sa.text("UPDATE fair SET announced_at = created_at WHERE state <> 'draft'"))
    table = "fair_move"
    create(
        table,
        "number fair_id session_id? begins_minute? ends_minute?; instant moved_at;"
        " date first_on last_on; code channel?; text venue_name? venue_address? online_address?",
        "fair_id>fair! session_id>fair_session!",
        *words(table, channel=_CHANNELS),
        *checks(
            table,
            dates_in_order="first_on <= last_on",
            hours_of_a_session="(session_id IS NULL) = (begins_minute IS NULL)"
            " AND (session_id IS NULL) = (ends_minute IS NULL)",
            channel_of_the_fair="(session_id IS NULL) = (channel IS NOT NULL)",
        ),
    )
    index(table, fair="fair_id id", session_id="session_id")


def downgrade() -> None:
    """Drop both again."""
    drop("fair_move")
    op.drop_column("fair", "announced_at")
