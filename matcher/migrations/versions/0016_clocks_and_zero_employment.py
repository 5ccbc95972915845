"""Create clocks, and what a household goes through as zero-employment."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_WORD = sa.String(40)
_CLAIM_STATES = (
    "'clue', 'declared', 'verifying', 'publicity', 'recognised', "
    "'aided', 'one_working', 'stable', 'exited', 'exit_review', 'exit_notice', 'set_apart', 'not_found'"
)
_TABLES = "clock clock_event zero_employment_state zero_employment_claim claim_act recognition_decision referral_refusal side_exit".split()
_INDEXES: tuple[tuple[str, str, str | None], ...] = (
    ("clock", "stopped_on amber_on", "ix_clock_due"),
    ("clock", "owner_id stopped_on", "ix_clock_owner"),
    ("clock", "owner_union_id", None),
    ("clock", "subject_kind subject_id", "ix_clock_subject"),
    ("clock", "union_id", None),
    ("clock_event", "clock_id", None),
    ("zero_employment_state", "household_id", None),
    ("zero_employment_claim", "union_id state id", "ix_zero_employment_claim_board"),
    ("zero_employment_claim", "household_id", None),
    ("claim_act", "claim_id entered_at", "ix_claim_act_claim"),
    ("recognition_decision", "claim_id", None),
    ("referral_refusal", "claim_id", None),
    ("referral_refusal", "member_id", None),
    ("referral_refusal", "posting_id", None),
    ("side_exit", "claim_id", None),
)


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _clock()
    _clock_event()
    _zero_employment_state()
    _zero_employment_claim()
    _claim_act()
    _recognition_decision()
    _referral_refusal()
    _side_exit()
    _indexes()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _columns(
    kind: sa.types.TypeEngine[Any], *names: str, nullable: bool = False
) -> list[sa.Column[Any]]:
    """Return columns of one type."""
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key(
    table: str, name: str, other: str, ondelete: str, *, nullable: bool = True
) -> sa.Column[int]:
    """Return a column that points to another table's id."""
    key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{name}_{other}"), ondelete=ondelete)
    return sa.Column(name, sa.Integer(), key, nullable=nullable)


def _words(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Return the CHECK of a closed list."""
    return sa.CheckConstraint(f"{name} IN ({words})", name=op.f(f"ck_{table}_{name}"))


def _only_one(
    name: str, table: str, columns: Sequence[str], sqlite: str, postgres: str | None = None
) -> None:
    """Create a partial unique index."""
    op.create_index(
        op.f(name),
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgres or sqlite),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        _id(),
        *_columns(sa.Text(), "public_id", "rule", "subject_kind"),
        *_columns(sa.Integer(), "subject_id"),
        *_columns(sa.Text(), "region_code", "outcome", nullable=True),
        *_columns(sa.Date(), "started_on", "due_on", "amber_on"),
        *_columns(sa.Date(), "escalated_on", "stopped_on", nullable=True),
        *_columns(_INSTANT, "created_at"),
        sa.Column("due_is_known", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("is_due_by_hand", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("level", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        _key("clock", "union_id", "union_org", "RESTRICT", nullable=False),
        _key("clock", "owner_id", "account", "SET NULL"),
        _key("clock", "owner_union_id", "union_org", "RESTRICT", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.CheckConstraint("amber_on <= due_on", name=op.f("ck_clock_amber_before_due")),
        sa.CheckConstraint("level >= 0", name=op.f("ck_clock_level")),
        sa.CheckConstraint(
            "(stopped_on IS NULL) = (outcome IS NULL)", name=op.f("ck_clock_stopped_with_outcome")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_clock_public_id")),
        sqlite_autoincrement=True,
    )


def _clock_event() -> None:
    op.create_table(
        "clock_event",
        _id(),
        *_columns(_WORD, "kind"),
        *_columns(_INSTANT, "at"),
        *_columns(sa.Text(), "reason", nullable=True),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        _key("clock_event", "clock_id", "clock", "CASCADE", nullable=False),
        _key("clock_event", "actor_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_event")),
        _words(
            "clock_event",
            "kind",
            "'started', 'due_moved', 'owner_moved', 'amber', 'escalated', 'stopped'",
        ),
        sqlite_autoincrement=True,
    )


def _zero_employment_state() -> None:
    op.create_table(
        "zero_employment_state",
        _id(),
        *_columns(sa.Date(), "from_on"),
        *_columns(sa.Date(), "to_on", nullable=True),
        *_columns(_WORD, "result"),
        *_columns(_WORD, "basis", nullable=True),
        *_columns(sa.Text(), "definition", "digest"),
        *_columns(_INSTANT, "made_at"),
        sa.Column("facts", _JSON, nullable=False, server_default="[]"),
        _key("zero_employment_state", "household_id", "household", "CASCADE", nullable=False),
        _key("zero_employment_state", "made_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zero_employment_state")),
        _words("zero_employment_state", "basis", "'official', 'union_own'"),
        sa.CheckConstraint(
            "to_on IS NULL OR to_on >= from_on", name=op.f("ck_zero_employment_state_days")
        ),
        _words("zero_employment_state", "result", "'yes', 'no', 'unknown'"),
        sqlite_autoincrement=True,
    )


def _zero_employment_claim() -> None:
    op.create_table(
        "zero_employment_claim",
        _id(),
        *_columns(sa.Text(), "public_id"),
        *_columns(_WORD, "source", "basis", "state"),
        *_columns(_INSTANT, "entered_at", "created_at"),
        *_columns(sa.Date(), "recognised_on", "working_since_on", "reopened_on", nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        _key("zero_employment_claim", "household_id", "household", "CASCADE", nullable=False),
        _key("zero_employment_claim", "union_id", "union_org", "RESTRICT", nullable=False),
        _key("zero_employment_claim", "working_member_id", "household_member", "SET NULL"),
        _key("zero_employment_claim", "follows_id", "zero_employment_claim", "SET NULL"),
        _key("zero_employment_claim", "created_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zero_employment_claim")),
        _words("zero_employment_claim", "basis", "'official', 'union_own'"),
        sa.CheckConstraint(
            "working_since_on IS NOT NULL OR state NOT IN ('one_working', 'stable', 'exited')",
            name=op.f("ck_zero_employment_claim_cleared_by_work"),
        ),
        sa.CheckConstraint(
            "is_open = (state NOT IN ('exited', 'not_found'))",
            name=op.f("ck_zero_employment_claim_open_by_state"),
        ),
        sa.CheckConstraint(
            "recognised_on IS NOT NULL OR state IN ('clue', 'declared', 'verifying', 'publicity', 'not_found')",
            name=op.f("ck_zero_employment_claim_recognised_before_aid"),
        ),
        _words("zero_employment_claim", "source", "'derived', 'imported', 'reported', 'reopened'"),
        _words("zero_employment_claim", "state", _CLAIM_STATES),
        sa.UniqueConstraint("public_id", name=op.f("uq_zero_employment_claim_public_id")),
        sqlite_autoincrement=True,
    )


def _claim_act() -> None:
    op.create_table(
        "claim_act",
        _id(),
        *_columns(sa.Text(), "act"),
        *_columns(_WORD, "from_state", nullable=True),
        *_columns(_WORD, "to_state"),
        *_columns(sa.Date(), "happened_on"),
        *_columns(_INSTANT, "entered_at"),
        *_columns(sa.Text(), "note", nullable=True),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        _key("claim_act", "claim_id", "zero_employment_claim", "CASCADE", nullable=False),
        _key("claim_act", "actor_id", "account", "SET NULL"),
        _key("claim_act", "on_behalf_of_id", "account", "SET NULL"),
        _key("claim_act", "credited_to_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_act")),
        _words("claim_act", "from_state", _CLAIM_STATES),
        _words("claim_act", "to_state", _CLAIM_STATES),
        sqlite_autoincrement=True,
    )


def _recognition_decision() -> None:
    op.create_table(
        "recognition_decision",
        _id(),
        *_columns(_WORD, "body"),
        *_columns(sa.Text(), "body_name"),
        *_columns(sa.Boolean(), "is_granted"),
        *_columns(sa.Date(), "decided_on"),
        *_columns(sa.Text(), "document_number", "reason", nullable=True),
        *_columns(_INSTANT, "recorded_at"),
        _key(
            "recognition_decision", "claim_id", "zero_employment_claim", "CASCADE", nullable=False
        ),
        _key("recognition_decision", "file_id", "stored_file", "SET NULL"),
        _key("recognition_decision", "recorded_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_decision")),
        _words("recognition_decision", "body", "'street', 'hr_department', 'union'"),
        sqlite_autoincrement=True,
    )


def _referral_refusal() -> None:
    op.create_table(
        "referral_refusal",
        _id(),
        *_columns(sa.Text(), "public_id", "post_title", "employer_name"),
        *_columns(sa.Date(), "referred_on", "refused_on"),
        *_columns(_WORD, "reason"),
        *_columns(sa.LargeBinary(), "words_cipher"),
        *_columns(sa.Boolean(), "is_suitable", nullable=True),
        *_columns(sa.Text(), "check_note", nullable=True),
        *_columns(_INSTANT, "checked_at", nullable=True),
        *_columns(_INSTANT, "recorded_at"),
        sa.Column("checks", _JSON, nullable=False, server_default="{}"),
        _key("referral_refusal", "claim_id", "zero_employment_claim", "CASCADE", nullable=False),
        _key("referral_refusal", "member_id", "household_member", "CASCADE", nullable=False),
        _key("referral_refusal", "posting_id", "posting", "SET NULL"),
        _key("referral_refusal", "checked_by_id", "account", "SET NULL"),
        _key("referral_refusal", "recorded_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_refusal")),
        sa.CheckConstraint(
            "(is_suitable IS NULL) = (checked_at IS NULL)", name=op.f("ck_referral_refusal_checked")
        ),
        _words(
            "referral_refusal",
            "reason",
            "'pay', 'place', 'work', 'hours', 'health', 'care', 'no_answer', 'other'",
        ),
        sa.CheckConstraint(
            "checked_by_id <> recorded_by_id", name=op.f("ck_referral_refusal_two_persons")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_referral_refusal_public_id")),
        sqlite_autoincrement=True,
    )


def _side_exit() -> None:
    op.create_table(
        "side_exit",
        _id(),
        *_columns(sa.Text(), "public_id"),
        *_columns(_WORD, "reason", "state", "statement_form"),
        *_columns(sa.LargeBinary(), "statement_cipher"),
        *_columns(sa.Date(), "stated_on"),
        *_columns(_INSTANT, "proposed_at"),
        *_columns(_INSTANT, "decided_at", "closed_at", nullable=True),
        *_columns(sa.Text(), "comment", nullable=True),
        *_columns(sa.Integer(), "notice_id", nullable=True),
        *_columns(sa.Date(), "notice_from_on", "notice_until_on", "objected_on", nullable=True),
        *_columns(sa.LargeBinary(), "objection_cipher", nullable=True),
        sa.Column("evidence", _JSON, nullable=False, server_default="{}"),
        _key("side_exit", "claim_id", "zero_employment_claim", "CASCADE", nullable=False),
        _key("side_exit", "statement_member_id", "household_member", "SET NULL"),
        _key("side_exit", "file_id", "stored_file", "SET NULL"),
        _key("side_exit", "proposed_by_id", "account", "SET NULL"),
        _key("side_exit", "decided_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_side_exit")),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_at IS NOT NULL",
            name=op.f("ck_side_exit_decided_before_notice"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('noticed', 'done', 'objected') OR notice_until_on IS NOT NULL",
            name=op.f("ck_side_exit_noticed_before_done"),
        ),
        _words("side_exit", "reason", "'refusals', 'lost_contact', 'own_wish', 'changed'"),
        _words("side_exit", "state", "'proposed', 'noticed', 'done', 'refused', 'objected'"),
        _words("side_exit", "statement_form", "'written', 'in_person', 'phone'"),
        sa.CheckConstraint(
            "decided_by_id <> proposed_by_id", name=op.f("ck_side_exit_two_persons")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_side_exit_public_id")),
        sqlite_autoincrement=True,
    )


def _indexes() -> None:
    for table, columns, name in _INDEXES:
        names = columns.split()
        op.create_index(op.f(name or f"ix_{table}_{'_'.join(names)}"), table, names, unique=False)
    _only_one(
        "uq_clock_running", "clock", ["rule", "subject_kind", "subject_id"], "stopped_on IS NULL"
    )
    _only_one(
        "uq_zero_employment_state_current",
        "zero_employment_state",
        ["household_id"],
        "to_on IS NULL",
    )
    _only_one(
        "uq_zero_employment_claim_open",
        "zero_employment_claim",
        ["household_id"],
        "is_open = 1",
        "is_open",
    )
    _only_one("uq_side_exit_open", "side_exit", ["claim_id"], "state IN ('proposed', 'noticed')")
