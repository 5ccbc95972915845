"""Create clocks, and what a household goes through as zero-employment."""

from collections.abc import Callable
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
_OPEN_BY_STATE = "is_open = (state NOT IN ('exited', 'not_found'))"
_NOTICED_FIRST = "state NOT IN ('noticed', 'done', 'objected') OR notice_until_on IS NOT NULL"
_CLAIM = "zero_employment_claim"
_EVENTS = "'started', 'due_moved', 'owner_moved', 'amber', 'escalated', 'stopped'"
_REASONS = "'pay', 'place', 'work', 'hours', 'health', 'care', 'no_answer', 'other'"
_CLAIM_STATES = (
    "'clue', 'declared', 'verifying', 'publicity', 'recognised', "
    "'aided', 'one_working', 'stable', 'exited', 'exit_review', 'exit_notice', 'set_apart', 'not_found'"
)
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
_ONLY_ONE = (
    ("clock", "running", "rule subject_kind subject_id", "stopped_on IS NULL"),
    ("zero_employment_state", "current", "household_id", "to_on IS NULL"),
    ("zero_employment_claim", "open", "household_id", "is_open"),
    ("side_exit", "open", "claim_id", "state IN ('proposed', 'noticed')"),
)


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for make in _tables():
        make()
    _indexes()


def downgrade() -> None:
    """Drop them again, the last first."""
    for make in reversed(_tables()):
        op.drop_table(make.__name__[1:])


def _tables() -> tuple[Callable[[], None], ...]:
    claims = (_zero_employment_claim, _claim_act, _recognition_decision, _referral_refusal)
    return (_clock, _clock_event, _zero_employment_state, _retirement_class, *claims, _side_exit)


def _create(table: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key(table: str, name: str, other: str, ondelete: str, *, nullable: bool = True) -> Any:
    key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{name}_{other}"), ondelete=ondelete)
    return sa.Column(name, sa.Integer(), key, nullable=nullable)


def _accounts(table: str, *names: str) -> list[sa.Column[int]]:
    return [_key(table, name, "account", "SET NULL") for name in names]


def _unique(table: str, name: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, name: str, words: str) -> sa.CheckConstraint:
    return _check(table, name, f"{name} IN ({words})")


def _clock() -> None:
    _create(
        "clock",
        _unique("clock", "public_id"),
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
        _key("clock", "owner_union_id", "union_org", "RESTRICT", nullable=False),
        *_accounts("clock", "owner_id"),
        _check("clock", "amber_before_due", "amber_on <= due_on"),
        _check("clock", "level", "level >= 0"),
        _check("clock", "stopped_with_outcome", "(stopped_on IS NULL) = (outcome IS NULL)"),
    )


def _clock_event() -> None:
    _create(
        "clock_event",
        *_columns(_WORD, "kind"),
        *_columns(_INSTANT, "at"),
        *_columns(sa.Text(), "reason", nullable=True),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        _key("clock_event", "clock_id", "clock", "CASCADE", nullable=False),
        *_accounts("clock_event", "actor_id"),
        _words("clock_event", "kind", _EVENTS),
    )


def _zero_employment_state() -> None:
    _create(
        "zero_employment_state",
        *_columns(sa.Date(), "from_on"),
        *_columns(sa.Date(), "to_on", nullable=True),
        *_columns(_WORD, "result"),
        *_columns(_WORD, "basis", nullable=True),
        *_columns(sa.Text(), "definition", "digest"),
        *_columns(_INSTANT, "made_at"),
        sa.Column("facts", _JSON, nullable=False, server_default="[]"),
        _key("zero_employment_state", "household_id", "household", "CASCADE", nullable=False),
        *_accounts("zero_employment_state", "made_by_id"),
        _words("zero_employment_state", "basis", "'official', 'union_own'"),
        _check("zero_employment_state", "days", "to_on IS NULL OR to_on >= from_on"),
        _words("zero_employment_state", "result", "'yes', 'no', 'unknown'"),
    )


def _retirement_class() -> None:
    _create(
        "retirement_class",
        *_columns(sa.Integer(), "original_age"),
        *_columns(sa.Text(), "basis"),
        *_columns(_INSTANT, "entered_at"),
        _key("retirement_class", "member_id", "household_member", "CASCADE", nullable=False),
        *_accounts("retirement_class", "entered_by_id"),
        _check("retirement_class", "original_age", "original_age IN (50, 55)"),
        _unique("retirement_class", "member_id"),
    )


def _zero_employment_claim() -> None:
    _create(
        "zero_employment_claim",
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
        *_accounts("zero_employment_claim", "created_by_id"),
        _words("zero_employment_claim", "basis", "'official', 'union_own'"),
        _check(
            "zero_employment_claim",
            "cleared_by_work",
            "working_since_on IS NOT NULL OR state NOT IN ('one_working', 'stable', 'exited')",
        ),
        _check("zero_employment_claim", "open_by_state", _OPEN_BY_STATE),
        _check(
            "zero_employment_claim",
            "recognised_before_aid",
            "recognised_on IS NOT NULL OR state IN ('clue', 'declared', 'verifying', 'publicity', 'not_found')",
        ),
        _words("zero_employment_claim", "source", "'derived', 'imported', 'reported', 'reopened'"),
        _words("zero_employment_claim", "state", _CLAIM_STATES),
        _unique("zero_employment_claim", "public_id"),
    )


def _claim_act() -> None:
    _create(
        "claim_act",
        *_columns(sa.Text(), "act"),
        *_columns(_WORD, "from_state", nullable=True),
        *_columns(_WORD, "to_state"),
        *_columns(sa.Date(), "happened_on"),
        *_columns(_INSTANT, "entered_at"),
        *_columns(sa.Text(), "note", nullable=True),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        _key("claim_act", "claim_id", "zero_employment_claim", "CASCADE", nullable=False),
        *_accounts("claim_act", "actor_id", "on_behalf_of_id", "credited_to_id"),
        _words("claim_act", "from_state", _CLAIM_STATES),
        _words("claim_act", "to_state", _CLAIM_STATES),
    )


def _recognition_decision() -> None:
    _create(
        "recognition_decision",
        *_columns(_WORD, "body"),
        *_columns(sa.Text(), "body_name"),
        *_columns(sa.Boolean(), "is_granted"),
        *_columns(sa.Date(), "decided_on"),
        *_columns(sa.Text(), "document_number", "reason", nullable=True),
        *_columns(_INSTANT, "recorded_at"),
        _key("recognition_decision", "claim_id", _CLAIM, "CASCADE", nullable=False),
        _key("recognition_decision", "file_id", "stored_file", "SET NULL"),
        *_accounts("recognition_decision", "recorded_by_id"),
        _words("recognition_decision", "body", "'street', 'hr_department', 'union'"),
    )


def _referral_refusal() -> None:
    _create(
        "referral_refusal",
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
        *_accounts("referral_refusal", "checked_by_id", "recorded_by_id"),
        _check("referral_refusal", "checked", "(is_suitable IS NULL) = (checked_at IS NULL)"),
        _words("referral_refusal", "reason", _REASONS),
        _check("referral_refusal", "two_persons", "checked_by_id <> recorded_by_id"),
        _unique("referral_refusal", "public_id"),
    )


def _side_exit() -> None:
    _create(
        "side_exit",
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
        *_accounts("side_exit", "proposed_by_id", "decided_by_id"),
        _check("side_exit", "decided_first", "state = 'proposed' OR decided_at IS NOT NULL"),
        _check("side_exit", "noticed_first", _NOTICED_FIRST),
        _words("side_exit", "reason", "'refusals', 'lost_contact', 'own_wish', 'changed'"),
        _words("side_exit", "state", "'proposed', 'noticed', 'done', 'refused', 'objected'"),
        _words("side_exit", "statement_form", "'written', 'in_person', 'phone'"),
        _check("side_exit", "two_persons", "decided_by_id <> proposed_by_id"),
        _unique("side_exit", "public_id"),
    )


def _indexes() -> None:
    for table, columns, name in _INDEXES:
        names = columns.split()
        op.create_index(op.f(name or f"ix_{table}_{'_'.join(names)}"), table, names, unique=False)
    for table, name, columns, where in _ONLY_ONE:
        op.create_index(
            op.f(f"uq_{table}_{name}"),
            table,
            columns.split(),
            unique=True,
            sqlite_where=sa.text(where.replace("is_open", "is_open = 1")),
            postgresql_where=sa.text(where),
        )
