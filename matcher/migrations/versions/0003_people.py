"""Create households, graduates and what they want."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _household()
    _household_member()
    _graduate()
    _graduate_major()
    _intent()


def downgrade() -> None:
    """Drop them again, the last first."""
    op.drop_table("intent")
    op.drop_table("graduate_major")
    op.drop_table("graduate")
    op.drop_table("household_member")
    op.drop_table("household")


def _household() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("file_number", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("tier_on", sa.Date(), nullable=True),
        sa.Column("is_zero_employment", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("zero_employment_on", sa.Date(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("address_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_household_import_batch_id_import_batch"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_household_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_household_public_id")),
        sa.UniqueConstraint(
            "union_id", "file_number", name=op.f("uq_household_union_id_file_number")
        ),
        sa.CheckConstraint(
            "tier IN ('none', 'auxiliary', 'accidental', 'relative', 'deep')",
            name=op.f("ck_household_tier"),
        ),
        sa.CheckConstraint(
            "is_zero_employment = (zero_employment_on IS NOT NULL)",
            name=op.f("ck_household_zero_employment_dated"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_household_union_id"), "household", ["union_id"], unique=False)


def _household_member() -> None:
    op.create_table(
        "household_member",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("is_holder", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("id_number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.Text(), nullable=True),
        sa.Column("id_number_masked", sa.Text(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.Text(), nullable=True),
        sa.Column("phone_masked", sa.Text(), nullable=True),
        sa.Column("card_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("card_masked", sa.Text(), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("employment_state", sa.Text(), nullable=True),
        sa.Column("in_open_file", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_household_member_household_id_household"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False
    )
    op.create_index(
        op.f("uq_household_member_open_file"),
        "household_member",
        ["id_number_index"],
        unique=True,
        sqlite_where=sa.text("in_open_file = 1 AND id_number_index IS NOT NULL"),
        postgresql_where=sa.text("in_open_file AND id_number_index IS NOT NULL"),
    )


def _graduate() -> None:
    op.create_table(
        "graduate",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.Text(), nullable=True),
        sa.Column("id_number_masked", sa.Text(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.Text(), nullable=True),
        sa.Column("phone_masked", sa.Text(), nullable=True),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("student_number", sa.Text(), nullable=True),
        sa.Column("education", sa.String(40), nullable=False),
        sa.Column("graduates_on", sa.Date(), nullable=True),
        sa.Column("origin_region", sa.Text(), nullable=True),
        sa.Column("hardship_codes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "certificates",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("entered_through", sa.String(40), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("import_digest", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graduate")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["account.id"],
            name=op.f("fk_graduate_entered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_graduate_household_id_household"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_graduate_import_batch_id_import_batch"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_graduate_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_graduate_public_id")),
        sa.CheckConstraint(
            "education IN ('secondary', 'college', 'bachelor', 'master', 'doctor')",
            name=op.f("ck_graduate_education"),
        ),
        sa.CheckConstraint(
            "entered_through IN ('self', 'on_behalf', 'import', 'paper')",
            name=op.f("ck_graduate_entered_through"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_graduate_household_id"), "graduate", ["household_id"], unique=False)
    op.create_index(op.f("ix_graduate_phone"), "graduate", ["phone_index"], unique=False)
    op.create_index(
        op.f("ix_graduate_school_number"), "graduate", ["school", "student_number"], unique=False
    )
    op.create_index(op.f("ix_graduate_union_id"), "graduate", ["union_id"], unique=False)
    op.create_index(
        op.f("uq_graduate_id_number"),
        "graduate",
        ["id_number_index"],
        unique=True,
        sqlite_where=sa.text("id_number_index IS NOT NULL"),
        postgresql_where=sa.text("id_number_index IS NOT NULL"),
    )


def _graduate_major() -> None:
    op.create_table(
        "graduate_major",
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, server_default=""),
        sa.Column("edition", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("graduate_id", "position", name=op.f("pk_graduate_major")),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_graduate_major_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "level IN ('college', 'bachelor', 'graduate')", name=op.f("ck_graduate_major_level")
        ),
        sa.CheckConstraint("position IN (1, 2)", name=op.f("ck_graduate_major_position")),
    )


def _intent() -> None:
    op.create_table(
        "intent",
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column(
            "places",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column(
            "occupations",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column(
            "industries",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column(
            "unit_kinds",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("wanted_pay_yuan", sa.Integer(), nullable=True),
        sa.Column("mobility", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("graduate_id", name=op.f("pk_intent")),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_intent_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "mobility IN ('listed', 'province', 'anywhere')", name=op.f("ck_intent_mobility")
        ),
    )
