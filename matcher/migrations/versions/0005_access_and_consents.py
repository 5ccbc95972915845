"""Create memberships, sign-in sessions, tokens and consents."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _membership()
    _sign_in_session()
    _api_token()
    _drive_entry()
    _consent_text()
    _consent()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("consent")
    op.drop_table("consent_text")
    op.drop_table("drive_entry")
    op.drop_table("api_token")
    op.drop_table("sign_in_session")
    op.drop_table("membership")


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_membership_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_membership_employer_id_employer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_membership_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_membership_union_id_union_org"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(CASE WHEN union_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN employer_id IS "
            "NULL THEN 0 ELSE 1 END) + (CASE WHEN graduate_id IS NULL THEN 0 ELSE 1 END) "
            "= 1",
            name=op.f("ck_membership_one_place"),
        ),
        sa.CheckConstraint(
            "role IN ('administrator', 'drive_manager', 'caseworker', 'reviewer', "
            "'auditor', 'fair_organiser', 'employer', 'graduate')",
            name=op.f("ck_membership_role"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    for name, columns, where in (
        ("union", ["account_id", "role", "union_id"], "union_id IS NOT NULL"),
        ("employer", ["account_id", "role", "employer_id"], "employer_id IS NOT NULL"),
        ("own_record", ["account_id"], "graduate_id IS NOT NULL AND ended_on IS NULL"),
    ):
        op.create_index(
            f"uq_membership_{name}",
            "membership",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _sign_in_session() -> None:
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_sign_in_session_membership_id_membership"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"], unique=False
    )


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_api_token_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_api_token_membership_id"), "api_token", ["membership_id"], unique=False
    )


def _drive_entry() -> None:
    op.create_table(
        "drive_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drive_entry")),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_drive_entry_drive_id_drive"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_drive_entry_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "drive_id", "graduate_id", name=op.f("uq_drive_entry_drive_id_graduate_id")
        ),
        sa.UniqueConstraint("drive_id", "number", name=op.f("uq_drive_entry_drive_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_drive_entry_graduate_id"), "drive_entry", ["graduate_id"], unique=False
    )


def _consent_text() -> None:
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("purpose", "version", name=op.f("uq_consent_text_purpose_version")),
        sa.CheckConstraint(
            "purpose IN ('service', 'ranking', 'disclosure', 'hardship_disclosure')",
            name=op.f("ck_consent_text_purpose"),
        ),
        sqlite_autoincrement=True,
    )


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_through", sa.String(40), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_through", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_consent_employer_id_employer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_consent_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["account.id"],
            name=op.f("fk_consent_recorded_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["consent_text.id"],
            name=op.f("fk_consent_text_id_consent_text"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "given_through IN ('self', 'on_behalf', 'import', 'paper')",
            name=op.f("ck_consent_given_through"),
        ),
        sa.CheckConstraint(
            "purpose IN ('service', 'ranking', 'disclosure', 'hardship_disclosure')",
            name=op.f("ck_consent_purpose"),
        ),
        sa.CheckConstraint(
            "withdrawn_through IN ('self', 'on_behalf', 'import', 'paper')",
            name=op.f("ck_consent_withdrawn_through"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_consent_graduate"), "consent", ["graduate_id", "purpose"], unique=False
    )
    op.create_index(
        op.f("uq_consent_live"),
        "consent",
        ["graduate_id", "purpose", "employer_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND employer_id IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND employer_id IS NOT NULL"),
    )
    op.create_index(
        op.f("uq_consent_live_general"),
        "consent",
        ["graduate_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND employer_id IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND employer_id IS NULL"),
    )
