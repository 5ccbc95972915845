"""Create interview days, slots and interviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = ("interview_day", "interview_slot", "interview")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _interview_day()
    _interview_slot()
    _interview()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _interview_day() -> None:
    op.create_table(
        "interview_day",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("first_minute", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("slots_each", sa.Integer(), nullable=False),
        sa.Column(
            "breaks",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_day")),
        sa.ForeignKeyConstraint(
            ["drive_id"],
            ["drive.id"],
            name=op.f("fk_interview_day_drive_id_drive"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_interview_day_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_interview_day_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "first_minute BETWEEN 0 AND 1439", name=op.f("ck_interview_day_first_minute")
        ),
        sa.CheckConstraint(
            "slot_minutes BETWEEN 5 AND 240", name=op.f("ck_interview_day_slot_minutes")
        ),
        sa.CheckConstraint(
            "slots_each BETWEEN 1 AND 100", name=op.f("ck_interview_day_slots_each")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'arranged', 'cancelled')", name=op.f("ck_interview_day_state")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_interview_day_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_interview_day_drive_id"), "interview_day", ["drive_id"], unique=False)
    op.create_index(
        op.f("ix_interview_day_list"), "interview_day", ["union_id", "held_on", "id"], unique=False
    )


def _interview_slot() -> None:
    op.create_table(
        "interview_slot",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_slot")),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["interview_day.id"],
            name=op.f("fk_interview_slot_day_id_interview_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_interview_slot_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_interview_slot_times_in_order")),
        sa.UniqueConstraint(
            "day_id",
            "employer_id",
            "room",
            "begins_at",
            name=op.f("uq_interview_slot_day_id_employer_id_room_begins_at"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_interview_slot_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_interview_slot_employer"),
        "interview_slot",
        ["employer_id", "begins_at"],
        unique=False,
    )


def _interview() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["interview_slot.id"],
            name=op.f("fk_interview_slot_id_interview_slot"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_interview_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_interview_graduate_id_graduate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["booked_by_id"],
            ["account.id"],
            name=op.f("fk_interview_booked_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["account.id"],
            name=op.f("fk_interview_settled_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "(state = 'booked') = (settled_at IS NULL)", name=op.f("ck_interview_settled_dated")
        ),
        sa.CheckConstraint(
            "state IN ('booked', 'attended', 'missed', 'moved', 'cancelled')",
            name=op.f("ck_interview_state"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_interview_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_interview_graduate_id"), "interview", ["graduate_id"], unique=False)
    op.create_index(op.f("ix_interview_referral_id"), "interview", ["referral_id"], unique=False)
    op.create_index(op.f("ix_interview_slot_id"), "interview", ["slot_id"], unique=False)
    op.create_index(
        op.f("uq_interview_person_time"),
        "interview",
        ["graduate_id", "begins_at"],
        unique=True,
        sqlite_where=sa.text("state IN ('booked', 'attended', 'missed')"),
        postgresql_where=sa.text("state IN ('booked', 'attended', 'missed')"),
    )
    op.create_index(
        op.f("uq_interview_referral"),
        "interview",
        ["referral_id"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.create_index(
        op.f("uq_interview_slot"),
        "interview",
        ["slot_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('booked', 'attended', 'missed')"),
        postgresql_where=sa.text("state IN ('booked', 'attended', 'missed')"),
    )
