"""Create referrals, their steps, holds of seats and answer links; a drive may be blind."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = ("referral", "referral_step", "seat_hold", "answer_link", "hidden_employer")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    op.add_column(
        "drive", sa.Column("is_blind", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _referral()
    _referral_step()
    _seat_hold()
    _answer_link()
    _hidden_employer()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("drive", "is_blind")


def _referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("drive_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("held_state", sa.String(40), nullable=True),
        sa.Column("ended_state", sa.String(40), nullable=True),
        sa.Column("decide_by_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("employer_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("change_seq", sa.Integer(), nullable=True),
        sa.Column("fit_points", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lottery", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "reasons",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.Column(
            "disclosed",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("is_fallback", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("refusal_reason", sa.String(40), nullable=True),
        sa.Column("refusal_words", sa.Text(), nullable=True),
        sa.Column("refusal_note_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("decline_reason", sa.String(40), nullable=True),
        sa.Column("decline_words_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(40), nullable=True),
        sa.Column("fall_through_reason", sa.String(40), nullable=True),
        sa.Column("reports_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("in_post_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.ForeignKeyConstraint(
            ["drive_id"], ["drive.id"], name=op.f("fk_referral_drive_id_drive"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_referral_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_referral_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_referral_graduate_id_graduate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["union_id"],
            ["union_org.id"],
            name=op.f("fk_referral_union_id_union_org"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["graduate_case.id"],
            name=op.f("fk_referral_case_id_graduate_case"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["account.id"],
            name=op.f("fk_referral_proposed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["ranking_run.id"],
            name=op.f("fk_referral_run_id_ranking_run"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_referral_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"],
            ["referral.id"],
            name=op.f("fk_referral_follows_id_referral"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["referral.id"],
            name=op.f("fk_referral_ended_by_id_referral"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR decline_reason IS NOT NULL",
            name=op.f("ck_referral_decline_has_reason"),
        ),
        sa.CheckConstraint(
            "decline_reason IN ('place', 'pay', 'work', 'schedule', 'other_offer', 'study', 'family', 'as_advertised', 'employer', 'other')",
            name=op.f("ck_referral_decline_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold', 'refused', 'declined', 'withdrawn', 'expired', 'fell_through')",
            name=op.f("ck_referral_ended_state"),
        ),
        sa.CheckConstraint(
            "fall_through_reason IN ('employer', 'person', 'terms', 'health', 'other')",
            name=op.f("ck_referral_fall_through_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold', 'refused', 'declined', 'withdrawn', 'expired', 'fell_through')",
            name=op.f("ck_referral_held_state"),
        ),
        sa.CheckConstraint(
            "(state = 'on_hold') = (held_state IS NOT NULL)",
            name=op.f("ck_referral_hold_remembers"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR refusal_reason IS NOT NULL",
            name=op.f("ck_referral_refusal_has_reason"),
        ),
        sa.CheckConstraint(
            "refusal_reason IN ('major', 'skill', 'interview', 'no_show', 'pay', 'filled', 'cancelled', 'other')",
            name=op.f("ck_referral_refusal_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold', 'refused', 'declined', 'withdrawn', 'expired', 'fell_through')",
            name=op.f("ck_referral_state"),
        ),
        sa.CheckConstraint(
            "withdrawal_reason IN ('placed', 'consent', 'posting', 'employer', 'left', 'mistake', 'other')",
            name=op.f("ck_referral_withdrawal_reason"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_referral_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_referral_drive"), "referral", ["drive_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_referral_due"), "referral", ["state", "decide_by_on"], unique=False)
    op.create_index(
        op.f("ix_referral_employer"),
        "referral",
        ["employer_id", "drive_id", "state", "fit_points"],
        unique=False,
    )
    op.create_index(op.f("ix_referral_ended_by_id"), "referral", ["ended_by_id"], unique=False)
    op.create_index(op.f("ix_referral_follows_id"), "referral", ["follows_id"], unique=False)
    op.create_index(
        op.f("ix_referral_graduate"), "referral", ["graduate_id", "state"], unique=False
    )
    op.create_index(op.f("ix_referral_posting_id"), "referral", ["posting_id"], unique=False)
    op.create_index(op.f("ix_referral_run_id"), "referral", ["run_id"], unique=False)
    op.create_index(
        op.f("ix_referral_union"),
        "referral",
        ["union_id", "state", "decide_by_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("uq_referral_live_pair"),
        "referral",
        ["posting_id", "graduate_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold')"
        ),
        postgresql_where=sa.text(
            "state IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold')"
        ),
    )
    op.create_index(
        op.f("uq_referral_settled_graduate"),
        "referral",
        ["graduate_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('accepted', 'reported', 'in_post') AND left_on IS NULL"),
        postgresql_where=sa.text(
            "state IN ('accepted', 'reported', 'in_post') AND left_on IS NULL"
        ),
    )


def _referral_step() -> None:
    op.create_table(
        "referral_step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(40), nullable=True),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.String(40), nullable=False),
        sa.Column("by_account_id", sa.Integer(), nullable=True),
        sa.Column(
            "facts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_step")),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_step_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_account_id"],
            ["account.id"],
            name=op.f("fk_referral_step_by_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(
            "after IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold', 'refused', 'declined', 'withdrawn', 'expired', 'fell_through')",
            name=op.f("ck_referral_step_after"),
        ),
        sa.CheckConstraint(
            "before IN ('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold', 'refused', 'declined', 'withdrawn', 'expired', 'fell_through')",
            name=op.f("ck_referral_step_before"),
        ),
        sa.CheckConstraint(
            "via IN ('self', 'employer', 'staff', 'link', 'system')",
            name=op.f("ck_referral_step_via"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_referral_step_referral"), "referral_step", ["referral_id", "id"], unique=False
    )


def _seat_hold() -> None:
    op.create_table(
        "seat_hold",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_hold")),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_seat_hold_seat_id_seat"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_seat_hold_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_seat_hold_graduate_id_graduate"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_seat_hold_end_told")
        ),
        sa.CheckConstraint(
            "ended_as IN ('refused', 'declined', 'withdrawn', 'lapsed', 'fell_through', 'left', 'placed')",
            name=op.f("ck_seat_hold_ended_as"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_seat_hold_graduate_id"), "seat_hold", ["graduate_id"], unique=False)
    op.create_index(op.f("ix_seat_hold_referral_id"), "seat_hold", ["referral_id"], unique=False)
    op.create_index(op.f("ix_seat_hold_seat_id"), "seat_hold", ["seat_id"], unique=False)
    op.create_index(
        op.f("uq_seat_hold_live_referral"),
        "seat_hold",
        ["referral_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("uq_seat_hold_live_seat"),
        "seat_hold",
        ["seat_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _answer_link() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_answer_link_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_answer_link_employer_id_employer"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "purpose IN ('referral', 'offer', 'interview', 'employer_answer', 'placement', 'still_there', 'seats_filled', 'training')",
            name=op.f("ck_answer_link_purpose"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_answer_link_subject"),
        "answer_link",
        ["subject_kind", "subject_id", "purpose"],
        unique=False,
    )


def _hidden_employer() -> None:
    op.create_table(
        "hidden_employer",
        sa.Column("graduate_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("graduate_id", "employer_id", name=op.f("pk_hidden_employer")),
        sa.ForeignKeyConstraint(
            ["graduate_id"],
            ["graduate.id"],
            name=op.f("fk_hidden_employer_graduate_id_graduate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_hidden_employer_employer_id_employer"),
            ondelete="CASCADE",
        ),
    )
