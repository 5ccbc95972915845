"""Create consents to one claim and statements after hiring; a drive's neutral words, an employer's pledge."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NAMES = ("neutral_sender", "neutral_contact")
_TABLES = ("status_consent", "status_statement")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for name in _NAMES:
        op.add_column("drive", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("posting", sa.Column("pledged", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("posting", sa.Column("pledged_until", sa.Date(), nullable=True))
    op.add_column("seat", sa.Column("exhausted_on", sa.Date(), nullable=True))
    _keep_pledges()
    _status_consent()
    _status_statement()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("seat", "exhausted_on")
    for name in ("pledged_until", "pledged"):
        op.drop_column("posting", name)
    for name in reversed(_NAMES):
        op.drop_column("drive", name)


def _keep_pledges() -> None:
    """Write at each posting what its seats said so far: how many are kept, and until when."""
    seat = sa.table(
        "seat",
        sa.column("posting_id", sa.Integer),
        sa.column("seat_class", sa.Text),
        sa.column("state", sa.Text),
        sa.column("release_on", sa.Date),
    )
    posting = sa.table(
        "posting",
        sa.column("id", sa.Integer),
        sa.column("pledged", sa.Integer),
        sa.column("pledged_until", sa.Date),
    )
    kept = (
        sa.select(seat.c.posting_id, sa.func.count(), sa.func.max(seat.c.release_on))
        .where(seat.c.seat_class != "ordinary", seat.c.state != "closed")
        .group_by(seat.c.posting_id)
    )
    there = op.get_bind()
    for number, count, release_on in there.execute(kept).all():
        until = release_on - dt.timedelta(days=1) if release_on else None
        there.execute(
            sa.update(posting)
            .where(posting.c.id == number)
            .values(pledged=count, pledged_until=until)
        )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _words(table: str, column: str, *values: str) -> sa.CheckConstraint:
    told = ", ".join(repr(one) for one in values)
    return sa.CheckConstraint(f"{column} IN ({told})", name=op.f(f"ck_{table}_{column}"))


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{name}"), table, list(columns), unique=False)


def _only_one(table: str, name: str, columns: list[str], rule: str) -> None:
    """Create a unique index on the rows of which a rule holds."""
    where = sa.text(rule)
    op.create_index(
        op.f(f"uq_{table}_{name}"),
        table,
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _status_consent() -> None:
    table = "status_consent"
    op.create_table(
        table,
        _id(),
        _number("referral_id"),
        _number("consent_id"),
        _code("claim"),
        sa.Column("claim_title", sa.Text(), nullable=True),
        _instant("given_at"),
        _code("given_through"),
        _number("recorded_by_id", nullable=True),
        _instant("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _key(table, "referral_id", "referral", "CASCADE"),
        _key(table, "consent_id", "consent", "CASCADE"),
        _key(table, "recorded_by_id", "account", "SET NULL"),
        _words(table, "claim", "social_insurance", "post", "local", "other"),
        _words(table, "given_through", "self", "on_behalf", "import", "paper"),
        sqlite_autoincrement=True,
    )
    _index(table, "consent_id", "consent_id")
    _index(table, "referral", "referral_id", "id")
    _only_one(table, "live_claim", ["referral_id", "claim"], "withdrawn_at IS NULL")


def _status_statement() -> None:
    table = "status_statement"
    op.create_table(
        table,
        _id(),
        sa.Column("public_id", sa.Text(), nullable=False),
        _number("referral_id"),
        _number("employer_id"),
        _number("status_consent_id"),
        _number("disclosure_id", nullable=True),
        _code("says"),
        sa.Column("held_on", sa.Date(), nullable=False),
        _instant("made_at"),
        _number("made_by_id", nullable=True),
        _instant("revoked_at", nullable=True),
        _number("revoked_by_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _key(table, "referral_id", "referral", "CASCADE"),
        _key(table, "employer_id", "employer", "RESTRICT"),
        _key(table, "status_consent_id", "status_consent", "CASCADE"),
        _key(table, "disclosure_id", "disclosure", "SET NULL"),
        *(_key(table, name, "account", "SET NULL") for name in ("made_by_id", "revoked_by_id")),
        _words(table, "says", "hardship_file", "zero_employment"),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sqlite_autoincrement=True,
    )
    _index(table, "employer", "employer_id", "id")
    _index(table, "referral_id", "referral_id")
    _only_one(table, "live", ["status_consent_id"], "revoked_at IS NULL")
