"""Create the union tree, accounts, the trail of acts and the facts of the installation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _union_org()
    _union_closure()
    _account()
    _one_time_code()
    _installation_fact()
    _calendar_day()
    _audit_entry()
    _audit_head()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.drop_table("calendar_day")
    op.drop_table("installation_fact")
    op.drop_table("one_time_code")
    op.drop_table("account")
    op.drop_table("union_closure")
    op.drop_table("union_org")


def _union_org() -> None:
    op.create_table(
        "union_org",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_union_org")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["union_org.id"],
            name=op.f("fk_union_org_parent_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("code", name=op.f("uq_union_org_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_union_org_public_id")),
        sa.CheckConstraint(
            "kind IN ('national', 'province', 'city', 'county', 'industry', 'attached', "
            "'grassroots')",
            name=op.f("ck_union_org_union_kind"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_union_org_parent_id"), "union_org", ["parent_id"], unique=False)


def _union_closure() -> None:
    op.create_table(
        "union_closure",
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("descendant_id", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_union_closure")),
        sa.ForeignKeyConstraint(
            ["ancestor_id"],
            ["union_org.id"],
            name=op.f("fk_union_closure_ancestor_id_union_org"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["descendant_id"],
            ["union_org.id"],
            name=op.f("fk_union_closure_descendant_id_union_org"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_union_closure_descendant"),
        "union_closure",
        ["descendant_id", "ancestor_id"],
        unique=False,
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("language", sa.Text(), nullable=False, server_default="zh"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
        sqlite_autoincrement=True,
    )


def _one_time_code() -> None:
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("phone_index", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_one_time_code_phone_index"), "one_time_code", ["phone_index"], unique=False
    )


def _installation_fact() -> None:
    op.create_table(
        "installation_fact",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_fact")),
    )


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column(
            "details",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sqlite_autoincrement=True,
    )


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sqlite_autoincrement=True,
    )
