"""Create plan runs with seats, certificates, pins and publications; a drive's revision says what plans go by.

Referrals and holds learn of one more end: taken back because the plan was made anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = depends_on = None

_TABLES = (
    "plan_run", "plan_seat", "plan_certificate", "plan_uncovered", "plan_shift", "plan_pin",
    "plan_publication", "plan_release",
)  # fmt: skip
_STATES = ("queued", "running", "done", "failed", "cancelled")
_RULES = ("fair", "most")
_CLASSES = ("ordinary", "hardship", "zero_employment")
_KINDS = ("open", "reserved", "released", "fallback")
_PUBLISHED = ("made", "standing", "refused", "taken_back")
_CHANGES = ("gained", "better", "moved", "lost")
_WHY = (
    "liked_better", "turn_came", "guaranteed", "left", "settled", "under_way", "no_consent", "gone", "posting_gone",
    "not_eligible", "forbidden", "fixed", "fixed_for_others", "fewer_seats", "kept_for_others", "for_guarantee",
    "outranked", "more_seated",
)  # fmt: skip
_REASONS = ("placed", "consent", "posting", "employer", "left", "mistake", "other")
_ENDS = ("refused", "declined", "withdrawn", "lapsed", "fell_through", "left", "placed")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    op.add_column("drive_revision", _json("plan_parameters"))
    _ends("referral", "withdrawal_reason", *_REASONS, "replanned")
    _ends("seat_hold", "ended_as", *_ENDS, "replanned")
    for make in (_plan_run, _plan_seat, _plan_certificate, _plan_shift, _plan_pin, _publication):
        make()


def downgrade() -> None:
    """Drop them again, the last first; ends of the kind that goes become withdrawals like others."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    ends = (("referral", "withdrawal_reason", "other"), ("seat_hold", "ended_as", "withdrawn"))
    for table, column, instead in ends:
        rows = sa.table(table, sa.column(column))
        op.execute(rows.update().where(rows.c[column] == "replanned").values({column: instead}))
    _ends("seat_hold", "ended_as", *_ENDS)
    _ends("referral", "withdrawal_reason", *_REASONS)
    op.drop_column("drive_revision", "plan_parameters")


def _ends(table: str, column: str, *words: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, _listed(column, words))


def _plan_run() -> None:
    table = "plan_run"
    op.create_table(
        table,
        _id(),
        sa.Column("public_id", sa.Text(), nullable=False),
        _number("drive_id"),
        _number("number"),
        _flag("is_dry"),
        _number("drive_revision"),
        _number("ranking_run_id"),
        _number("as_of_change", default="0"),
        _json("parameters", default=None),
        _code("state"),
        _number("job_id", nullable=True),
        *(_text(name) for name in ("input_hash", "fair_hash", "most_hash", "code_version")),
        _text("lottery_commitment", nullable=False),
        _json("figures"),
        _instant("created_at", nullable=False),
        _number("created_by_id", nullable=True),
        _instant("started_at"),
        _instant("finished_at"),
        _code("chosen_rule", nullable=True),
        _number("publish_job_id", nullable=True),
        *(_instant(f"{act}_at") for act in ("chosen", "published", "withdrawn")),
        *(_number(f"{act}_by_id", nullable=True) for act in ("chosen", "published", "withdrawn")),
        _number("version_id", default="1"),
        _one_of(table, "state", _STATES),
        _one_of(table, "chosen_rule", _RULES),
        sa.CheckConstraint(
            "published_at IS NULL OR chosen_rule IS NOT NULL",
            name=op.f("ck_plan_run_published_is_chosen"),
        ),
        _key(table, "drive_id", "drive", "CASCADE"),
        _key(table, "ranking_run_id", "ranking_run", "RESTRICT"),
        _key(table, "job_id", "job", "SET NULL"),
        _key(table, "publish_job_id", "job", "SET NULL"),
        *(
            _key(table, f"{act}_by_id", "account", "SET NULL")
            for act in ("created", "chosen", "published", "withdrawn")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_run_public_id")),
        sa.UniqueConstraint("drive_id", "number", name=op.f("uq_plan_run_drive_id_number")),
        sqlite_autoincrement=True,
    )
    _indexes(table, "ranking_run_id")


def _plan_seat() -> None:
    table = "plan_seat"
    op.create_table(
        table,
        _number("plan_id"),
        _code("rule"),
        _number("graduate_id"),
        _number("posting_id"),
        _code("seat_group"),
        _code("kind"),
        _number("wish_rank"),
        _number("fit"),
        sa.Column("own_key", sa.BigInteger(), nullable=False),
        sa.Column("cutoff_key", sa.BigInteger(), nullable=True),
        *(_flag(name) for name in ("is_full", "is_pinned")),
        _number("moved_from_id", nullable=True),
        _one_of(table, "rule", _RULES),
        _one_of(table, "seat_group", _CLASSES),
        _one_of(table, "kind", _KINDS),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "posting_id", "posting", "CASCADE"),
        _key(table, "moved_from_id", "posting", "SET NULL"),
        sa.PrimaryKeyConstraint("plan_id", "rule", "graduate_id", name=op.f("pk_plan_seat")),
    )
    _indexes(table, "graduate_id")
    op.create_index(op.f("ix_plan_seat_posting"), table, ["plan_id", "rule", "posting_id"])


def _plan_certificate() -> None:
    table = "plan_certificate"
    op.create_table(
        table,
        _number("plan_id"),
        sa.Column("component", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("graduates", sa.LargeBinary(), nullable=False),
        sa.Column("postings", sa.LargeBinary(), nullable=False),
        *(_number(name) for name in ("n_people", "n_seats", "n_short")),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "component", name=op.f("pk_plan_certificate")),
    )
    table = "plan_uncovered"
    op.create_table(
        table,
        _number("plan_id"),
        _code("rule"),
        _number("graduate_id"),
        _number("priority_rank"),
        _number("component", nullable=True),
        _one_of(table, "rule", _RULES),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "rule", "graduate_id", name=op.f(f"pk_{table}")),
    )
    _indexes(table, "graduate_id")


def _plan_shift() -> None:
    table = "plan_shift"
    op.create_table(
        table,
        _number("plan_id"),
        _code("rule"),
        *(_number(name) for name in ("graduate_id", "referral_id", "before_id")),
        _number("after_id", nullable=True),
        _code("kind"),
        _code("reason"),
        _one_of(table, "rule", _RULES),
        _one_of(table, "kind", _CHANGES),
        _one_of(table, "reason", _WHY),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "referral_id", "referral", "CASCADE"),
        _key(table, "before_id", "posting", "CASCADE"),
        _key(table, "after_id", "posting", "SET NULL"),
        sa.PrimaryKeyConstraint("plan_id", "rule", "graduate_id", name=op.f(f"pk_{table}")),
    )
    _indexes(table, "graduate_id", "referral_id")


def _plan_pin() -> None:
    table = "plan_pin"
    op.create_table(
        table,
        _id(),
        *(_number(name) for name in ("drive_id", "graduate_id", "posting_id")),
        _code("kind"),
        sa.Column("reason_cipher", sa.LargeBinary(), nullable=False),
        _instant("made_at", nullable=False),
        _number("made_by_id", nullable=True),
        _instant("lifted_at"),
        _number("lifted_by_id", nullable=True),
        _one_of(table, "kind", ("pin", "forbid")),
        *(_key(table, f"{one}_id", one, "CASCADE") for one in ("drive", "graduate", "posting")),
        *(_key(table, f"{act}_by_id", "account", "SET NULL") for act in ("made", "lifted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pin")),
        sqlite_autoincrement=True,
    )
    _indexes(table, "graduate_id", "posting_id")
    live = "lifted_at IS NULL"
    _unique("pair", ["drive_id", "graduate_id", "posting_id"], live)
    _unique("graduate", ["drive_id", "graduate_id"], f"{live} AND kind = 'pin'")


def _unique(name: str, columns: list[str], where: str) -> None:
    full, live = op.f(f"uq_plan_pin_live_{name}"), sa.text(where)
    op.create_index(
        full, "plan_pin", columns, unique=True, sqlite_where=live, postgresql_where=live
    )


def _publication() -> None:
    table = "plan_publication"
    op.create_table(
        table,
        *(_number(name) for name in ("plan_id", "graduate_id", "posting_id")),
        _number("referral_id", nullable=True),
        _code("published_as"),
        _text("refusal_code"),
        _instant("confirmed_at"),
        _number("confirmed_by_id", nullable=True),
        _one_of(table, "published_as", _PUBLISHED),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        _key(table, "posting_id", "posting", "CASCADE"),
        _key(table, "referral_id", "referral", "SET NULL"),
        _key(table, "confirmed_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("plan_id", "graduate_id", name=op.f(f"pk_{table}")),
    )
    _indexes(table, "graduate_id", "posting_id", "referral_id")
    table = "plan_release"
    op.create_table(
        table,
        _number("plan_id"),
        _number("seat_id"),
        sa.Column("release_on_before", sa.Date(), nullable=True),
        _instant("returned_at"),
        _key(table, "plan_id", "plan_run", "CASCADE"),
        _key(table, "seat_id", "seat", "CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "seat_id", name=op.f("pk_plan_release")),
    )
    _indexes(table, "seat_id")


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, default: str | None = "{}") -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, server_default=default, nullable=False)


def _listed(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, words))})"


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(_listed(column, words), name=op.f(f"ck_{table}_{column}"))


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
