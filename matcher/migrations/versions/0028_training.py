"""Create courses, their orders and training referrals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from matcher.migrations.pieces import (
    check,
    count,
    create,
    index,
    indexes,
    keys,
    primary,
    some,
    unique,
    words,
)

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NUMBER, _TEXT, _CODE, _DATE = sa.Integer(), sa.Text(), sa.String(40), sa.Date()
_INSTANT, _BYTES, _FLAG = sa.DateTime(timezone=True), sa.LargeBinary(), sa.Boolean()
_STATES = "waiting proposed accepted attending finished certified hired refused expired dropped"
_VIA = "self employer staff link system"
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for make in _TABLES.values():
        make()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _training_provider() -> None:
    table = "training_provider"
    create(
        table,
        *some(_BYTES, "contact_phone_cipher? contact_mail_cipher?"),
        *some(_DATE, "licence_valid_to?"),
        *some(_INSTANT, "created_at"),
        *some(_NUMBER, "union_id created_by_id?"),
        *some(
            _TEXT,
            "public_id name licence_number? region_code? address? contact_name? contact_phone_masked?",
        ),
        count("version_id", "1"),
        *keys(table, RESTRICT="union_id>union_org", SET_NULL="created_by_id>account"),
        unique(table, "public_id"),
        unique(table, "union_id", "name"),
    )


def _course() -> None:
    table = "course"
    create(
        table,
        *some(_CODE, "kind level? payer certificate_kind? state"),
        *some(_DATE, "starts_on ends_on"),
        *some(_INSTANT, "created_at"),
        *some(
            _NUMBER,
            "union_id provider_id planned_hours? actual_hours? places employer_id? created_by_id?",
        ),
        *some(
            _TEXT, "public_id title trade? occupation_code? place_text? region_code? certificate?"
        ),
        count("cost_fen"),
        count("places_taken"),
        count("promised_posts"),
        count("told_seats"),
        count("version_id", "1"),
        *keys(
            table,
            RESTRICT="union_id>union_org provider_id>training_provider employer_id>employer",
            SET_NULL="created_by_id>account",
        ),
        words(table, "certificate_kind", "qualification skill_level special_ability completion"),
        check(table, "cost_not_negative", "cost_fen >= 0"),
        check(table, "dates_in_order", "starts_on <= ends_on"),
        words(table, "kind", "skill business internship start_up"),
        words(table, "level", "apprentice five four three two one special chief"),
        words(table, "payer", "union government employer provider person"),
        check(table, "places_enough", "places_taken >= 0 AND places_taken <= places"),
        check(table, "places_positive", "places >= 1"),
        check(table, "promise_has_employer", "promised_posts = 0 OR employer_id IS NOT NULL"),
        words(table, "state", "open closed cancelled"),
        unique(table, "public_id"),
    )
    indexes(table, "employer_id provider_id")
    index(table, "list", "union_id state starts_on id")


def _course_seat() -> None:
    table = "course_seat"
    op.create_table(
        table,
        *some(_INSTANT, "tied_at"),
        *some(_NUMBER, "seat_id course_id"),
        primary(table, "seat_id"),
        *keys(table, CASCADE="seat_id>seat course_id>course"),
    )
    indexes(table, "course_id")


def _order_drop() -> None:
    table = "order_drop"
    create(
        table,
        *some(_CODE, "part"),
        *some(_INSTANT, "dropped_at"),
        *some(_NUMBER, "course_id before after"),
        *keys(table, CASCADE="course_id>course"),
        check(table, "less", "after < before"),
        words(table, "part", "posts seats"),
    )
    indexes(table, "course_id")


def _training_referral() -> None:
    table = "training_referral"
    create(
        table,
        *some(_CODE, "state agreed_via? refusal_reason? drop_reason?"),
        *some(_DATE, "decide_by_on? reminded_on? attending_on? finished_on? hired_on?"),
        *some(
            _INSTANT, "proposed_at queued_at? asked_at agreed_at? provider_answered_at? ended_at?"
        ),
        *some(
            _NUMBER,
            "course_id graduate_id union_id case_id? proposed_by_id? service_act_id? hired_referral_id? placement_id?",
        ),
        *some(_TEXT, "public_id"),
        count("n_reminders"),
        count("version_id", "1"),
        *keys(
            table,
            RESTRICT="course_id>course graduate_id>graduate union_id>union_org "
            "hired_referral_id>referral placement_id>placement",
            SET_NULL="case_id>graduate_case proposed_by_id>account service_act_id>service_act",
        ),
        words(table, "agreed_via", _VIA),
        check(table, "drop_has_reason", "state <> 'dropped' OR drop_reason IS NOT NULL"),
        words(
            table, "drop_reason", "no_wish work time place health family cancelled mistake other"
        ),
        check(
            table,
            "hired_by_record",
            "state <> 'hired' OR hired_referral_id IS NOT NULL OR placement_id IS NOT NULL",
        ),
        check(table, "refusal_has_reason", "state <> 'refused' OR refusal_reason IS NOT NULL"),
        words(table, "refusal_reason", "conditions full cancelled unreachable other"),
        words(table, "state", _STATES),
        unique(table, "public_id"),
    )
    indexes(table, "case_id hired_referral_id placement_id service_act_id")
    index(table, "due", "state decide_by_on")
    index(table, "graduate", "graduate_id state")
    index(table, "queue", "course_id state queued_at id")
    index(table, "union", "union_id state decide_by_on id")
    live = sa.text("state NOT IN ('refused', 'expired', 'dropped')")
    op.create_index(
        "uq_training_referral_live",
        table,
        ["course_id", "graduate_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _training_step() -> None:
    table = "training_step"
    create(
        table,
        *some(_CODE, "before? after via"),
        *some(_INSTANT, "at"),
        *some(_NUMBER, "referral_id by_account_id?"),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        *keys(table, CASCADE="referral_id>training_referral", SET_NULL="by_account_id>account"),
        words(table, "after", _STATES),
        words(table, "before", _STATES),
        words(table, "via", _VIA),
    )
    indexes(table, "referral_id")


def _training_attendance() -> None:
    table = "training_attendance"
    op.create_table(
        table,
        *some(_CODE, "session via"),
        *some(_DATE, "happened_on"),
        *some(_FLAG, "attended"),
        *some(_INSTANT, "entered_at"),
        *some(_NUMBER, "referral_id hours entered_by_id?"),
        primary(table, "referral_id", "happened_on", "session"),
        *keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        check(table, "absent_no_hours", "attended OR hours = 0"),
        check(table, "hours_of_a_day", "hours >= 0 AND hours <= 12"),
        words(table, "session", "morning afternoon evening"),
        words(table, "via", _VIA),
    )


def _support_step() -> None:
    table = "support_step"
    create(
        table,
        *some(_CODE, "kind"),
        *some(_DATE, "happened_on"),
        *some(_INSTANT, "entered_at"),
        *some(_NUMBER, "referral_id entered_by_id?"),
        *keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        words(table, "kind", "guidance training loan"),
    )
    indexes(table, "referral_id")


def _training_certificate() -> None:
    table = "training_certificate"
    create(
        table,
        *some(_BYTES, "number_cipher"),
        *some(_CODE, "kind level? via"),
        *some(_DATE, "issued_on"),
        *some(_INSTANT, "entered_at"),
        *some(_NUMBER, "referral_id entered_by_id?"),
        *some(_TEXT, "name number_index number_masked"),
        *keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        words(table, "kind", "qualification skill_level special_ability completion"),
        words(table, "level", "apprentice five four three two one special chief"),
        words(table, "via", _VIA),
        unique(table, "number_index"),
        unique(table, "referral_id"),
    )


def _training_subsidy() -> None:
    table = "training_subsidy"
    create(
        table,
        *some(_DATE, "claimed_on"),
        *some(_INSTANT, "entered_at"),
        *some(
            _NUMBER,
            "certificate_id graduate_id union_id year own_cost_fen amount_fen entered_by_id?",
        ),
        *some(_TEXT, "limit_source"),
        *keys(
            table,
            RESTRICT="certificate_id>training_certificate graduate_id>graduate union_id>union_org",
            SET_NULL="entered_by_id>account",
        ),
        check(table, "within_own_cost", "amount_fen > 0 AND amount_fen <= own_cost_fen"),
        unique(table, "certificate_id"),
    )
    indexes(table, "union_id")
    index(table, "year", "graduate_id year")


_TABLES = {
    "training_provider": _training_provider,
    "course": _course,
    "course_seat": _course_seat,
    "order_drop": _order_drop,
    "training_referral": _training_referral,
    "training_step": _training_step,
    "training_attendance": _training_attendance,
    "support_step": _support_step,
    "training_certificate": _training_certificate,
    "training_subsidy": _training_subsidy,
}
