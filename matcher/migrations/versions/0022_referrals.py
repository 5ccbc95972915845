"""Create referrals, their steps, holds of seats and answer links; a drive may be blind."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = ("referral", "referral_step", "seat_hold", "answer_link", "hidden_employer")
_LIVE = ("proposed", "sent", "interview", "offered", "accepted", "reported", "in_post", "on_hold")
_STATES = (*_LIVE, "refused", "declined", "withdrawn", "expired", "fell_through")
_SETTLED = "state IN ('accepted', 'reported', 'in_post') AND left_on IS NULL"
_LIVE_PAIR = f"state IN ({', '.join(map(repr, _LIVE))}) AND left_on IS NULL"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    op.add_column(
        "drive", sa.Column("is_blind", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _referral()
    _referral_indexes()
    _referral_step()
    _seat_hold()
    _answer_link()
    _hidden_employer()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("drive", "is_blind")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = True, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _code(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=True)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def _json(name: str, default: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, nullable=False, server_default=default)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, *values: str) -> sa.CheckConstraint:
    return _check(table, column, f"{column} IN ({', '.join(map(repr, values))})")


def _index(table: str, *columns: str, name: str = "") -> None:
    told = name or "_".join(columns)
    op.create_index(op.f(f"ix_{table}_{told}"), table, list(columns), unique=False)


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


def _referral() -> None:
    op.create_table(
        "referral",
        *_referral_columns(),
        *_referral_answers(),
        *_referral_keys(),
        *_referral_checks(),
        _primary("referral"),
        sa.UniqueConstraint("public_id", name=op.f("uq_referral_public_id")),
        sqlite_autoincrement=True,
    )


def _referral_columns() -> list[sa.Column[Any]]:
    """Return who is referred where, how it stands, and on what it rests."""
    owned = ("drive_id", "posting_id", "employer_id", "graduate_id", "union_id")
    return [
        _id(),
        _text("public_id", nullable=False),
        *(_number(name, nullable=False) for name in owned),
        _number("case_id"),
        _code("state", nullable=False),
        _code("held_state"),
        _code("ended_state"),
        _day("decide_by_on"),
        _instant("asked_at", nullable=False),
        _instant("proposed_at", nullable=False),
        _number("proposed_by_id"),
        _instant("sent_at"),
        _instant("employer_answered_at"),
        _instant("ended_at"),
        _number("run_id"),
        _number("change_seq"),
        _number("fit_points", nullable=False, default="0"),
        sa.Column("lottery", sa.BigInteger(), nullable=False, server_default="0"),
        _json("reasons", "{}"),
        _json("disclosed", "[]"),
        _number("consent_id"),
        sa.Column("is_fallback", sa.Boolean(), nullable=False, server_default=sa.false()),
        _number("follows_id"),
        _number("ended_by_id"),
    ]


def _referral_answers() -> list[sa.Column[Any]]:
    """Return what was answered, and the days of the job."""
    return [
        _code("refusal_reason"),
        _text("refusal_words"),
        _sealed("refusal_note_cipher"),
        _code("decline_reason"),
        _sealed("decline_words_cipher"),
        _code("withdrawal_reason"),
        _code("fall_through_reason"),
        _day("interview_on"),
        _text("interview_words"),
        sa.Column("has_attended", sa.Boolean(), nullable=True),
        *(_day(name) for name in ("reports_on", "reported_on", "in_post_on", "left_on")),
        _number("version_id", nullable=False, default="1"),
    ]


def _referral_keys() -> list[sa.ForeignKeyConstraint]:
    kept = {name: f"{name}_id" for name in ("drive", "posting", "employer", "graduate")}
    kept |= {"union_org": "union_id", "ranking_run": "run_id"}
    loose = {"case_id": "graduate_case", "proposed_by_id": "account", "consent_id": "consent"}
    loose |= {"follows_id": "referral", "ended_by_id": "referral"}
    return [
        *(_key("referral", column, other, "RESTRICT") for other, column in kept.items()),
        *(_key("referral", column, other, "SET NULL") for column, other in loose.items()),
    ]


def _referral_checks() -> list[sa.CheckConstraint]:
    table = "referral"
    refusals = ("major", "skill", "interview", "no_show", "pay", "filled", "cancelled", "other")
    declines = ("place", "pay", "work", "schedule", "other_offer", "study", "family")
    withdrawals = ("placed", "consent", "posting", "employer", "left", "mistake", "other")
    return [
        *(_words(table, name, *_STATES) for name in ("state", "held_state", "ended_state")),
        _words(table, "refusal_reason", *refusals),
        _words(table, "decline_reason", *declines, "as_advertised", "employer", "other"),
        _words(table, "withdrawal_reason", *withdrawals),
        _words(table, "fall_through_reason", "employer", "person", "terms", "health", "other"),
        _check(table, "hold_remembers", "(state = 'on_hold') = (held_state IS NOT NULL)"),
        _check(table, "refusal_has_reason", "state <> 'refused' OR refusal_reason IS NOT NULL"),
        _check(table, "decline_has_reason", "state <> 'declined' OR decline_reason IS NOT NULL"),
    ]


def _referral_indexes() -> None:
    table = "referral"
    for column in ("posting_id", "case_id", "run_id", "follows_id", "ended_by_id"):
        _index(table, column)
    _index(table, "drive_id", "state", "id", name="drive")
    _index(table, "state", "decide_by_on", name="due")
    _index(table, "employer_id", "state", "posting_id", "sent_at", "left_on", name="employer")
    _index(table, "graduate_id", "state", name="graduate")
    _index(table, "union_id", "state", "decide_by_on", "id", name="union")
    _only_one(table, "live_pair", ["posting_id", "graduate_id"], _LIVE_PAIR)
    _only_one(table, "settled_graduate", ["graduate_id"], _SETTLED)


def _referral_step() -> None:
    table = "referral_step"
    op.create_table(
        table,
        _id(),
        _number("referral_id", nullable=False),
        _code("before"),
        _code("after", nullable=False),
        _instant("at", nullable=False),
        _code("via", nullable=False),
        _number("by_account_id"),
        _json("facts", "{}"),
        _primary(table),
        _key(table, "referral_id", "referral", "CASCADE"),
        _key(table, "by_account_id", "account", "SET NULL"),
        _words(table, "after", *_STATES),
        _words(table, "before", *_STATES),
        _words(table, "via", "self", "employer", "staff", "link", "system"),
        sqlite_autoincrement=True,
    )
    _index(table, "referral_id", "id", name="referral")


def _seat_hold() -> None:
    table = "seat_hold"
    ends = ("refused", "declined", "withdrawn", "lapsed", "fell_through", "left", "placed")
    op.create_table(
        table,
        _id(),
        _number("seat_id", nullable=False),
        _number("referral_id", nullable=False),
        _number("graduate_id", nullable=False),
        _instant("from_at", nullable=False),
        _day("until_on"),
        _instant("ended_at"),
        _code("ended_as"),
        _primary(table),
        _key(table, "seat_id", "seat", "RESTRICT"),
        _key(table, "referral_id", "referral", "CASCADE"),
        _key(table, "graduate_id", "graduate", "RESTRICT"),
        _check(table, "end_told", "(ended_at IS NULL) = (ended_as IS NULL)"),
        _words(table, "ended_as", *ends),
        sqlite_autoincrement=True,
    )
    for column in ("graduate_id", "referral_id", "seat_id"):
        _index(table, column)
    for what in ("referral", "seat"):
        _only_one(table, f"live_{what}", [f"{what}_id"], "ended_at IS NULL")


def _answer_link() -> None:
    table = "answer_link"
    purposes = ("referral", "offer", "interview", "employer_answer")
    op.create_table(
        table,
        _id(),
        _text("token_hash", nullable=False),
        _code("purpose", nullable=False),
        _text("subject_kind", nullable=False),
        _number("subject_id", nullable=False),
        *(_number(name) for name in ("graduate_id", "employer_id", "provider_id")),
        _instant("created_at", nullable=False),
        _instant("expires_at", nullable=False),
        _instant("used_at"),
        _instant("revoked_at"),
        _primary(table),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "employer_id", "employer", "CASCADE"),
        _words(table, "purpose", *purposes, "placement", "still_there", "seats_filled", "training"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
        sqlite_autoincrement=True,
    )
    _index(table, "subject_kind", "subject_id", "purpose", name="subject")


def _hidden_employer() -> None:
    table = "hidden_employer"
    op.create_table(
        table,
        _number("graduate_id", nullable=False),
        _number("employer_id", nullable=False),
        _instant("hidden_at", nullable=False),
        _primary(table, "graduate_id", "employer_id"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "employer_id", "employer", "CASCADE"),
    )
