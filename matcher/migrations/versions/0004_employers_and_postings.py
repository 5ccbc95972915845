"""Create employers, their postings and seats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _employer()
    _employer_check()
    _posting()
    _seat()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("seat")
    op.drop_table("posting")
    op.drop_table("employer_check")
    op.drop_table("employer")


def _employer() -> None:
    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("credit_code_override", sa.Text(), nullable=True),
        sa.Column("unit_kind", sa.String(40), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("size_text", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("contact_phone_masked", sa.Text(), nullable=True),
        sa.Column("is_labour_dispatch", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("recheck_due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_employer_import_batch_id_import_batch"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_employer_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_employer_public_id")),
        sa.CheckConstraint(
            "state IN ('pending', 'verified', 'refused', 'suspended')",
            name=op.f("ck_employer_state"),
        ),
        sa.CheckConstraint(
            "unit_kind IN ('government', 'institution', 'state_owned', 'foreign', "
            "'private', 'other')",
            name=op.f("ck_employer_unit_kind"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_employer_union_name"), "employer", ["union_id", "name"], unique=False)
    op.create_index(
        op.f("uq_employer_credit_code"),
        "employer",
        ["credit_code"],
        unique=True,
        sqlite_where=sa.text("credit_code IS NOT NULL"),
        postgresql_where=sa.text("credit_code IS NOT NULL"),
    )


def _employer_check() -> None:
    op.create_table(
        "employer_check",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("licence_ok", sa.Boolean(), nullable=False),
        sa.Column("authorisation_ok", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_check")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"],
            ["account.id"],
            name=op.f("fk_employer_check_checked_by_id_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_employer_check_employer_id_employer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_employer_check_file_id_stored_file"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "outcome IN ('pending', 'verified', 'refused', 'suspended')",
            name=op.f("ck_employer_check_outcome"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_employer_check_employer_id"), "employer_check", ["employer_id"], unique=False
    )


def _posting() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("place_text", sa.Text(), nullable=True),
        sa.Column("pay_text", sa.Text(), nullable=True),
        sa.Column("pay_low_yuan", sa.Integer(), nullable=True),
        sa.Column("pay_high_yuan", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("education_min", sa.String(40), nullable=True),
        sa.Column("education_text", sa.Text(), nullable=True),
        sa.Column(
            "requirement",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column("directory", sa.Text(), nullable=True),
        sa.Column(
            "certificates",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("unit_kind", sa.String(40), nullable=True),
        sa.Column("work_form", sa.Text(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column(
            "incomplete",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column(
            "findings",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("source", sa.Text(), nullable=False, server_default="form"),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("lottery_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.ForeignKeyConstraint(
            ["drive_id"], ["drive.id"], name=op.f("fk_posting_drive_id_drive"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_posting_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_posting_import_batch_id_import_batch"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "drive_id", "source", "external_id", name=op.f("uq_posting_drive_id_source_external_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_posting_public_id")),
        sa.CheckConstraint(
            "education_min IN ('secondary', 'college', 'bachelor', 'master', 'doctor')",
            name=op.f("ck_posting_education_min"),
        ),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_posting_headcount_positive")),
        sa.CheckConstraint(
            "pay_low_yuan IS NULL OR pay_high_yuan IS NULL OR pay_low_yuan <= pay_high_yuan",
            name=op.f("ck_posting_pay_range"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'blocked', 'published', 'closed')", name=op.f("ck_posting_state")
        ),
        sa.CheckConstraint(
            "unit_kind IN ('government', 'institution', 'state_owned', 'foreign', "
            "'private', 'other')",
            name=op.f("ck_posting_unit_kind"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posting_drive_state"), "posting", ["drive_id", "state"], unique=False)
    op.create_index(op.f("ix_posting_employer_id"), "posting", ["employer_id"], unique=False)
    op.create_index(
        op.f("ix_posting_import_batch_id"), "posting", ["import_batch_id"], unique=False
    )
    op.create_index(
        op.f("uq_posting_fingerprint"),
        "posting",
        ["drive_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("external_id IS NULL"),
        postgresql_where=sa.text("external_id IS NULL"),
    )


def _seat() -> None:
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seat_class", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_seat_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("posting_id", "number", name=op.f("uq_seat_posting_id_number")),
        sa.CheckConstraint(
            "seat_class IN ('ordinary', 'hardship', 'zero_employment')",
            name=op.f("ck_seat_seat_class"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'held', 'offered', 'filled', 'closed')", name=op.f("ck_seat_state")
        ),
        sqlite_autoincrement=True,
    )
