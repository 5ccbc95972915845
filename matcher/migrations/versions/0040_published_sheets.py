"""Create published versions of sheets."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TABLE = "published_sheet"
_STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *(_text(name) for name in ("public_id", "token")),
        *(_number(name) for name in ("drive_id", "number", "sheet_id", "union_id", "threshold")),
        _text("threshold_source"),
        _json("content", "{}"),
        _json("withheld", "[]"),
        _text("digest"),
        *_act("published", nullable=False),
        *_act("withdrawn", nullable=True),
        sa.Column("version_id", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("threshold >= 2", name=op.f(f"ck_{_TABLE}_threshold_hides")),
        _key("drive_id", "drive", "RESTRICT"),
        _key("sheet_id", "sheet", "RESTRICT"),
        _key("union_id", "union_org", "RESTRICT"),
        _key("published_by_id", "account", "SET NULL"),
        _key("withdrawn_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{_TABLE}_public_id")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{_TABLE}_token")),
        sa.UniqueConstraint("drive_id", "number", name=op.f(f"uq_{_TABLE}_drive_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{_TABLE}_union_id"), _TABLE, ["union_id"])
    op.create_index(
        f"uq_{_TABLE}_standing",
        _TABLE,
        ["sheet_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table(_TABLE)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _json(name: str, default: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, server_default=default, nullable=False)


def _act(what: str, *, nullable: bool) -> tuple[sa.Column[dt.datetime], sa.Column[int]]:
    at = sa.Column(f"{what}_at", sa.DateTime(timezone=True), nullable=nullable)
    return at, sa.Column(f"{what}_by_id", sa.Integer(), nullable=True)


def _key(column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{_TABLE}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
