"""Create notes, hand-overs, calls and the preferences of reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = (
    "case_note",
    "call_result",
    "task_deferral",
    "hand_over",
    "hand_over_item",
    "reminder_preference",
    "reminder_choice",
)


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _case_note()
    _call_result()
    _task_deferral()
    _hand_over()
    _hand_over_item()
    _reminder_preference()
    _reminder_choice()
    unclaimed = sa.text("state = 'open' AND assignee_id IS NULL")
    op.create_index(
        op.f("ix_task_unclaimed"),
        "task",
        ["union_id", "due_on"],
        unique=False,
        sqlite_where=unclaimed,
        postgresql_where=unclaimed,
    )


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_index(op.f("ix_task_unclaimed"), table_name="task")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _public_id() -> sa.Column[str]:
    return sa.Column("public_id", sa.Text(), nullable=False)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _ends(table: str, *, public: bool = False) -> list[sa.Constraint]:
    """Return the primary key, and the unique key of the public id."""
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    if public:
        found.append(sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")))
    return found


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values)
    return _check(table, column, f"{column} IN ({listed})")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _case_note() -> None:
    table = "case_note"
    op.create_table(
        table,
        _id(),
        _public_id(),
        _number("household_id"),
        _number("case_id"),
        _code("level"),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("words_cipher", sa.LargeBinary(), nullable=True),
        _instant("written_at"),
        _number("author_id"),
        *_ends(table, public=True),
        _key(table, "household_id", "household", "CASCADE"),
        _key(table, "case_id", "graduate_case", "CASCADE"),
        _key(table, "author_id", "account", "SET NULL"),
        _words(table, "level", "own", "team", "supervisors", "district"),
        _check(table, "subject", "household_id IS NOT NULL OR case_id IS NOT NULL"),
        _check(table, "words_once", "(words IS NULL) <> (words_cipher IS NULL)"),
        _check(table, "sealed_by_level", "(level = 'district') = (words IS NOT NULL)"),
        sqlite_autoincrement=True,
    )
    for column in ("household_id", "case_id", "author_id"):
        _index(table, column)


def _call_result() -> None:
    table = "call_result"
    op.create_table(
        table,
        _id(),
        _public_id(),
        _number("union_id", nullable=False),
        _number("account_id"),
        _number("graduate_id"),
        _number("member_id"),
        _number("case_id"),
        _number("act_id"),
        _number("task_id"),
        _number("next_task_id"),
        _code("outcome"),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        _instant("called_at"),
        _instant("undone_at", nullable=True),
        *_ends(table, public=True),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "account_id", "account", "SET NULL"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "member_id", "household_member", "CASCADE"),
        _key(table, "case_id", "graduate_case", "SET NULL"),
        _key(table, "act_id", "service_act", "SET NULL"),
        _key(table, "task_id", "task", "SET NULL"),
        _key(table, "next_task_id", "task", "SET NULL"),
        _words(table, "outcome", "reached", "no_answer", "wrong_number", "no_wish", "follow_up"),
        _check(table, "one_person", "(graduate_id IS NULL) <> (member_id IS NULL)"),
        _check(table, "follow_up_dated", "(outcome = 'follow_up') = (follow_up_on IS NOT NULL)"),
        sqlite_autoincrement=True,
    )
    for column in ("union_id", "graduate_id", "member_id", "case_id"):
        _index(table, column)
    op.create_index(op.f("ix_call_result_day"), table, ["account_id", "called_at"], unique=False)


def _task_deferral() -> None:
    table = "task_deferral"
    op.create_table(
        table,
        _id(),
        _number("task_id", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("deferred_at"),
        _number("deferred_by_id"),
        *_ends(table),
        _key(table, "task_id", "task", "CASCADE"),
        _key(table, "deferred_by_id", "account", "SET NULL"),
        sqlite_autoincrement=True,
    )
    _index(table, "task_id")


def _hand_over() -> None:
    table = "hand_over"
    op.create_table(
        table,
        _id(),
        _public_id(),
        _number("union_id", nullable=False),
        _number("from_id"),
        _number("to_id"),
        _number("ordered_by_id"),
        sa.Column("note_cipher", sa.LargeBinary(), nullable=True),
        _code("state"),
        _instant("offered_at"),
        _instant("closed_at", nullable=True),
        _number("closed_by_id"),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        *_ends(table, public=True),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "from_id", "account", "SET NULL"),
        _key(table, "to_id", "account", "SET NULL"),
        _key(table, "ordered_by_id", "account", "SET NULL"),
        _key(table, "closed_by_id", "account", "SET NULL"),
        _words(table, "state", "offered", "accepted", "partly", "declined", "withdrawn"),
        _check(table, "two_people", "from_id <> to_id"),
        _check(table, "closed_dated", "(state = 'offered') = (closed_at IS NULL)"),
        sqlite_autoincrement=True,
    )
    _index(table, "union_id")
    op.create_index(op.f("ix_hand_over_to"), table, ["to_id", "state"], unique=False)
    op.create_index(op.f("ix_hand_over_from"), table, ["from_id", "state"], unique=False)


def _hand_over_item() -> None:
    table = "hand_over_item"
    op.create_table(
        table,
        _id(),
        _number("hand_over_id", nullable=False),
        _number("household_id"),
        _number("case_id"),
        _code("state"),
        _instant("settled_at", nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *_ends(table),
        _key(table, "hand_over_id", "hand_over", "CASCADE"),
        _key(table, "household_id", "household", "CASCADE"),
        _key(table, "case_id", "graduate_case", "CASCADE"),
        _words(table, "state", "offered", "accepted", "declined", "lapsed"),
        _check(table, "one_subject", "(household_id IS NULL) <> (case_id IS NULL)"),
        _check(table, "settled_dated", "(state = 'offered') = (settled_at IS NULL)"),
        sqlite_autoincrement=True,
    )
    for column in ("hand_over_id", "household_id", "case_id"):
        _index(table, column)
    for what in ("household", "case"):
        offered = sa.text(f"state = 'offered' AND {what}_id IS NOT NULL")
        op.create_index(
            op.f(f"uq_hand_over_item_{what}"),
            table,
            [f"{what}_id"],
            unique=True,
            sqlite_where=offered,
            postgresql_where=offered,
        )


def _reminder_preference() -> None:
    table = "reminder_preference"
    op.create_table(
        table,
        _number("account_id", nullable=False),
        _code("channel"),
        sa.Column("address_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("address_masked", sa.Text(), nullable=True),
        _number("hour", nullable=False),
        _number("quiet_from_hour"),
        _number("quiet_to_hour"),
        _instant("changed_at"),
        sa.PrimaryKeyConstraint("account_id", name=op.f(f"pk_{table}")),
        _key(table, "account_id", "account", "CASCADE"),
        _words(table, "channel", "site", "sms", "mail"),
        _check(table, "hour", "hour BETWEEN 0 AND 23"),
        _check(
            table,
            "quiet_hours",
            "(quiet_from_hour IS NULL) = (quiet_to_hour IS NULL) AND quiet_from_hour BETWEEN 0 AND 23"
            " AND quiet_to_hour BETWEEN 0 AND 23",
        ),
        _check(table, "address_by_channel", "(channel = 'site') = (address_cipher IS NULL)"),
    )


def _reminder_choice() -> None:
    table = "reminder_choice"
    op.create_table(
        table,
        _number("account_id", nullable=False),
        _code("kind"),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f(f"pk_{table}")),
        _key(table, "account_id", "account", "CASCADE"),
        _words(
            table, "kind", "overdue", "due_today", "hand_over", "due_soon", "unclaimed", "calls"
        ),
        _check(
            table, "mandatory_on", "is_wanted OR kind NOT IN ('overdue', 'due_today', 'hand_over')"
        ),
    )
