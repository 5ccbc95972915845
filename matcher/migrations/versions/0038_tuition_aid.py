"""Create applications for tuition aid and cities' standards."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLES = ("tuition_standard", "tuition_amount", "tuition_application")
_NUMBER, _TEXT, _CODE, _DATE = sa.Integer(), sa.Text(), sa.String(40), sa.Date()
_INSTANT, _BYTES, _BIG, _FLAG = (
    sa.DateTime(timezone=True),
    sa.LargeBinary(),
    sa.BigInteger(),
    sa.Boolean(),
)
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_LEVELS = "kindergarten compulsory senior_high vocational college bachelor graduate"
_STAGES, _PLACES = "new continuing", "inside outside"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _standard()
    _amount()
    _application()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _standard() -> None:
    table = "tuition_standard"
    _create(
        table,
        *_some(_INSTANT, "set_at replaced_at?"),
        *_some(_JSON, "batches"),
        *_some(_NUMBER, "union_id from_year set_by_id?"),
        *_some(_TEXT, "public_id home_region source"),
        *_keys(table, RESTRICT="union_id>union_org", SET_NULL="set_by_id>account"),
        _check(table, "year", "from_year BETWEEN 1990 AND 2100"),
        _unique(table, "public_id"),
    )
    _only_one(table, "current", "union_id from_year", "replaced_at IS NULL")


def _amount() -> None:
    table = "tuition_amount"
    op.create_table(
        table,
        *_some(_NUMBER, "standard_id"),
        *_some(_CODE, "stage place level"),
        *_some(_BIG, "amount_fen"),
        *_keys(table, CASCADE="standard_id>tuition_standard"),
        _check(table, "amount_positive", "amount_fen > 0"),
        _words(table, "stage", _STAGES),
        _words(table, "place", _PLACES),
        _words(table, "level", _LEVELS),
        sa.PrimaryKeyConstraint("standard_id", "stage", "place", "level", name=op.f(f"pk_{table}")),
    )


def _application() -> None:
    table = "tuition_application"
    _create(
        table,
        *_some(_BIG, "fee_fen? amount_fen?"),
        *_some(_BYTES, "need_cipher?"),
        *_some(_CODE, "stage level batch? place?"),
        sa.Column("state", _CODE, nullable=False, server_default="draft"),
        *_some(_DATE, "term_starts_on applied_on? approved_on?"),
        *_some(_FLAG, "is_regular_admission?"),
        sa.Column("is_military", _FLAG, nullable=False, server_default=sa.false()),
        *_some(_INSTANT, "entered_at"),
        *_some(_NUMBER, "household_id member_id schooling_id? union_id year entered_by_id?"),
        sa.Column("version_id", _NUMBER, nullable=False, server_default="1"),
        *_some(_TEXT, "public_id school school_region? standard_source?"),
        *_keys(
            table,
            RESTRICT="household_id>household member_id>household_member union_id>union_org",
            SET_NULL="schooling_id>member_schooling entered_by_id>account",
        ),
        _check(table, "amount_positive", "amount_fen IS NULL OR amount_fen > 0"),
        _check(table, "approved_dated", "(state = 'approved') = (approved_on IS NOT NULL)"),
        _check(
            table,
            "judged_before_sent",
            "state NOT IN ('in_approval', 'approved') OR amount_fen IS NOT NULL",
        ),
        _check(table, "year", "year BETWEEN 1990 AND 2100"),
        _words(table, "stage", _STAGES),
        _words(table, "level", _LEVELS),
        _words(table, "batch", "first merged second third college graduate"),
        _words(table, "place", _PLACES),
        _words(table, "state", "draft in_approval approved refused cancelled"),
        _unique(table, "public_id"),
    )
    for column in ("household_id", "member_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    listed = ["union_id", "year", "state", "id"]
    op.create_index(op.f(f"ix_{table}_list"), table, listed, unique=False)
    _only_one(table, "live", "member_id year", "state NOT IN ('refused', 'cancelled')")


def _create(table: str, *parts: Any) -> None:
    """Create a table with a number of its own as key."""
    number = sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, number, *parts, key, sqlite_autoincrement=True)


def _only_one(table: str, name: str, columns: str, where: str) -> None:
    """Make a unique index over some of the rows."""
    op.create_index(
        op.f(f"uq_{table}_{name}"),
        table,
        columns.split(),
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _some(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    """Return columns of a type; those whose name ends in ? may be empty."""
    return [
        sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names.split()
    ]


def _keys(table: str, **pairs: str) -> list[sa.ForeignKeyConstraint]:
    """Return a foreign key for each `column>table`, by what deleting does."""
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{other}.id"],
            name=op.f(f"fk_{table}_{column}_{other}"),
            ondelete=ondelete.replace("_", " "),
        )
        for ondelete, listed in pairs.items()
        for column, other in (pair.split(">") for pair in listed.split())
    ]


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values.split())
    return _check(table, column, f"{column} IN ({listed})")
