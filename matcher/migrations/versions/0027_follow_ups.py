"""Create call-backs, the question how seats were filled, and its answers."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLES = ("call_back", "seat_survey", "seat_outcome")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _call_back()
    _seat_survey()
    _seat_outcome()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _call_back() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(40), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(40), nullable=True),
        sa.Column("words_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("via", sa.String(40), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_call_back_placement_id_placement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_call_back_graduate_id_graduate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_call_back_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["account.id"],
            name=op.f("fk_call_back_settled_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["service_act.id"],
            name=op.f("fk_call_back_act_id_service_act"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "answer IN ('still_there', 'changed', 'left')", name=op.f("ck_call_back_answer")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL)", name=op.f("ck_call_back_answer_told")
        ),
        sa.CheckConstraint(
            "end_reason IN ('quit', 'dismissed', 'expired', 'closed', 'changed', 'other')",
            name=op.f("ck_call_back_end_reason"),
        ),
        sa.CheckConstraint(
            "(answer = 'left') = (left_on IS NOT NULL)", name=op.f("ck_call_back_left_dated")
        ),
        sa.CheckConstraint("months > 0", name=op.f("ck_call_back_months_positive")),
        sa.CheckConstraint(
            "(state = 'due') = (settled_at IS NULL)", name=op.f("ck_call_back_settled_dated")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'answered', 'dropped')", name=op.f("ck_call_back_state")
        ),
        sa.CheckConstraint(
            "via IN ('self', 'employer', 'staff', 'link', 'system')", name=op.f("ck_call_back_via")
        ),
        sa.UniqueConstraint(
            "placement_id", "months", name=op.f("uq_call_back_placement_id_months")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_call_back_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_back_act_id"), "call_back", ["act_id"], unique=False)
    op.create_index(op.f("ix_call_back_graduate_id"), "call_back", ["graduate_id"], unique=False)
    op.create_index(
        op.f("ix_call_back_list"), "call_back", ["union_id", "state", "due_on", "id"], unique=False
    )


def _seat_survey() -> None:
    op.create_table(
        "seat_survey",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("via", sa.String(40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_survey")),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_seat_survey_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_seat_survey_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_seat_survey_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_seat_survey_answered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)",
            name=op.f("ck_seat_survey_answer_dated"),
        ),
        sa.CheckConstraint("seats > 0", name=op.f("ck_seat_survey_seats_positive")),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'answered')", name=op.f("ck_seat_survey_state")
        ),
        sa.CheckConstraint(
            "via IN ('self', 'employer', 'staff', 'link', 'system')",
            name=op.f("ck_seat_survey_via"),
        ),
        sa.UniqueConstraint("posting_id", name=op.f("uq_seat_survey_posting_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_seat_survey_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_seat_survey_due"), "seat_survey", ["state", "ask_on", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_seat_survey_employer"),
        "seat_survey",
        ["employer_id", "state", "ask_on"],
        unique=False,
    )
    op.create_index(op.f("ix_seat_survey_union_id"), "seat_survey", ["union_id"], unique=False)


def _seat_outcome() -> None:
    op.create_table(
        "seat_outcome",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_outcome")),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["seat_survey.id"],
            name=op.f("fk_seat_outcome_survey_id_seat_survey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_seat_outcome_referral_id_referral"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "outcome IN ('referred', 'other', 'not_filled', 'still_open')",
            name=op.f("ck_seat_outcome_outcome"),
        ),
        sa.CheckConstraint(
            "referral_id IS NULL OR outcome = 'referred'",
            name=op.f("ck_seat_outcome_person_referred"),
        ),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_seat_outcome_survey_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_seat_outcome_referral_id"), "seat_outcome", ["referral_id"], unique=False
    )
