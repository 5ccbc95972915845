"""Create bookings, rounds of invitations and routes of a fair; a person registers once; consents know fairs."""

import sqlalchemy as sa
from alembic import op

from matcher.migrations.shorthand import checks, create, drop, index, only_one, unique, words

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_PURPOSES = "service ranking disclosure hardship_disclosure cooperation pairing"
_KNOWN = "person_index IS NOT NULL"


def upgrade() -> None:
    """Create the tables and widen the closed list of consents."""
    op.add_column("fair_visitor", sa.Column("person_index", sa.Text(), nullable=True))
    only_one("fair_visitor", "person", "fair_id person_index", _KNOWN)
    for table in ("consent_text", "consent"):
        _purposes(table, f"{_PURPOSES} fair")
    _bookings()
    table = "fair_invitation"
    create(
        table,
        "text public_id; number fair_id number created_by_id?; flag everybody; bytes key_cipher;"
        " instant begins_at all_out_at created_at",
        "fair_id>fair! created_by_id>account~",
        *unique(table, "public_id", "fair_id number"),
    )
    table = "fair_route"
    create(
        table,
        "number visitor_id arrive_minutes?; json stops=[]; instant made_at",
        "visitor_id>fair_visitor!",
        *unique(table, "visitor_id"),
    )


def downgrade() -> None:
    """Drop them again; consents to fairs go with their purpose."""
    drop("fair_route", "fair_invitation", "fair_booking_count", "fair_booking")
    op.execute(sa.text("UPDATE fair_visitor SET consent_text_id = NULL"))
    for table in ("consent", "consent_text"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE purpose = 'fair'"))  # noqa: S608 - own names
        _purposes(table, _PURPOSES)
    op.drop_index(op.f("uq_fair_visitor_person"), table_name="fair_visitor")
    op.drop_column("fair_visitor", "person_index")


def _bookings() -> None:
    table = "fair_booking"
    create(
        table,
        "number visitor_id session_id; code state; instant waiting_since?",
        "visitor_id>fair_visitor! session_id>fair_session!",
        *unique(table, "visitor_id session_id"),
        *words(table, state="booked waiting ended"),
        *checks(table, waiting_since_when="(state = 'waiting') = (waiting_since IS NOT NULL)"),
    )
    index(table, line="session_id state waiting_since id")
    table = "fair_booking_count"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("n_booked", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["fair_session.id"],
            name=op.f(f"fk_{table}_session_id_fair_session"),
            ondelete="CASCADE",
        ),
        *checks(table, n_booked="n_booked >= 0"),
        sa.PrimaryKeyConstraint("session_id", name=op.f(f"pk_{table}")),
    )


def _purposes(table: str, listed: str) -> None:
    name = op.f(f"ck_{table}_purpose")
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"purpose IN ({', '.join(map(repr, listed.split()))})")
