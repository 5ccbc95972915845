"""Create reporting periods, sheets with their steps and comments, and typed figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLES = ("report_period", "sheet", "sheet_step", "sheet_comment", "typed_figure")
_DAYS = ("from", "until", "due", "locks")
_STATES = ("draft", "filled", "submitted", "returned", "accepted", "sealed")
_ACTS = (
    "begun", "filled", "sent_back", "submitted", "taken_back", "returned", "accepted", "sealed",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for make in (_period, _sheet, _step, _comment, _typed):
        make()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _period() -> None:
    table = "report_period"
    op.create_table(
        table,
        _id(),
        _text("public_id", nullable=False),
        _number("drive_id"),
        _text("name", nullable=False),
        _code("kind"),
        *(sa.Column(f"{day}_on", sa.Date(), nullable=False) for day in _DAYS),
        _instant("locked_at"),
        _number("locked_by_id", nullable=True),
        _text("digest"),
        _instant("created_at", nullable=False),
        _number("created_by_id", nullable=True),
        _number("version_id", default="1"),
        _one_of(table, "kind", ("interim", "final")),
        _check(
            table,
            "dates_in_order",
            "from_on <= until_on AND until_on <= due_on AND due_on <= locks_on",
        ),
        _check(table, "locked_with_digest", "(locked_at IS NULL) = (digest IS NULL)"),
        _key(table, "drive_id", "drive", "RESTRICT"),
        _key(table, "locked_by_id", "account", "SET NULL"),
        _key(table, "created_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint("drive_id", "name", name=op.f(f"uq_{table}_drive_id_name")),
        sqlite_autoincrement=True,
    )


def _sheet() -> None:
    table = "sheet"
    op.create_table(
        table,
        _id(),
        _text("public_id", nullable=False),
        *(_number(name) for name in ("period_id", "union_id", "edition")),
        _code("state"),
        _json("figures"),
        _instant("known_at"),
        *(_text(name) for name in ("digest", "previous_digest", "signature")),
        _instant("created_at", nullable=False),
        _number("created_by_id", nullable=True),
        *_by("filled_at", "filled_by_id"),
        *_by("submitted_at", "reviewed_by_id"),
        *(_text(f"{who}_by_name") for who in ("filled", "reviewed", "led")),
        *_by("decided_at", "decided_by_id"),
        _number("version_id", default="1"),
        _one_of(table, "state", _STATES),
        _check(table, "edition_positive", "edition >= 1"),
        _check(table, "filled_with_digest", "(state = 'draft') = (digest IS NULL)"),
        _check(
            table, "sent_with_signature", "(state IN ('draft', 'filled')) = (signature IS NULL)"
        ),
        _check(table, "filler_never_reviews", _another("reviewed_by_id")),
        _check(table, "filler_never_accepts", _another("decided_by_id")),
        _key(table, "period_id", "report_period", "RESTRICT"),
        _key(table, "union_id", "union_org", "RESTRICT"),
        *(
            _key(table, f"{act}_by_id", "account", "SET NULL")
            for act in ("created", "filled", "reviewed", "decided")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint(
            "period_id", "union_id", "edition", name=op.f(f"uq_{table}_period_id_union_id_edition")
        ),
        sa.UniqueConstraint("previous_digest", name=op.f(f"uq_{table}_previous_digest")),
        sqlite_autoincrement=True,
    )
    _index(table, "union_id")
    stands = sa.text("state <> 'returned'")
    op.create_index(
        op.f("uq_sheet_standing"),
        table,
        ["period_id", "union_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _another(column: str) -> str:
    return f"filled_by_id IS NULL OR {column} IS NULL OR filled_by_id <> {column}"


def _step() -> None:
    table = "sheet_step"
    op.create_table(
        table,
        _id(),
        _number("sheet_id"),
        _code("act"),
        _instant("at", nullable=False),
        _number("actor_id", nullable=True),
        _number("union_id", nullable=True),
        _one_of(table, "act", _ACTS),
        _key(table, "sheet_id", "sheet", "CASCADE"),
        _key(table, "actor_id", "account", "SET NULL"),
        _key(table, "union_id", "union_org", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    _index(table, "sheet_id")


def _comment() -> None:
    table = "sheet_comment"
    op.create_table(
        table,
        _id(),
        _text("public_id", nullable=False),
        _number("sheet_id"),
        _code("kind"),
        _text("code"),
        sa.Column("words_cipher", sa.LargeBinary(), nullable=False),
        _instant("created_at", nullable=False),
        _number("created_by_id", nullable=True),
        _number("union_id", nullable=True),
        _one_of(table, "kind", ("review", "upper", "note")),
        _key(table, "sheet_id", "sheet", "CASCADE"),
        _key(table, "created_by_id", "account", "SET NULL"),
        _key(table, "union_id", "union_org", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sqlite_autoincrement=True,
    )
    _index(table, "sheet_id")


def _typed() -> None:
    table = "typed_figure"
    op.create_table(
        table,
        _id(),
        *(_number(name) for name in ("period_id", "union_id")),
        _text("code", nullable=False),
        _number("edition"),
        sa.Column("value", sa.BigInteger(), nullable=True),
        _text("basis", nullable=False),
        _instant("entered_at", nullable=False),
        *(_number(name, nullable=True) for name in ("actor_id", "replaces_id")),
        _check(table, "value_not_negative", "value IS NULL OR value >= 0"),
        _check(table, "edition_positive", "edition >= 1"),
        _check(table, "successor_names", "(edition = 1) = (replaces_id IS NULL)"),
        _key(table, "period_id", "report_period", "RESTRICT"),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "actor_id", "account", "SET NULL"),
        _key(table, "replaces_id", "typed_figure", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            *("period_id", "union_id", "code", "edition"),
            name=op.f(f"uq_{table}_period_id_union_id_code_edition"),
        ),
        sa.UniqueConstraint("replaces_id", name=op.f(f"uq_{table}_replaces_id")),
        sqlite_autoincrement=True,
    )
    _index(table, "union_id")


def _by(at: str, who: str) -> tuple[sa.Column[object], sa.Column[int]]:
    return _instant(at), _number(who, nullable=True)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, server_default="{}", nullable=False)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return _check(table, column, f"{column} IN ({', '.join(map(repr, words))})")


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
