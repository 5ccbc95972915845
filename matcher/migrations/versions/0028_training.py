"""Create courses, their orders and training referrals."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = (
    "training_provider",
    "course",
    "course_seat",
    "order_drop",
    "training_referral",
    "training_step",
    "training_attendance",
    "support_step",
    "training_certificate",
    "training_subsidy",
)
_NUMBER, _TEXT, _CODE, _DATE = sa.Integer(), sa.Text(), sa.String(40), sa.Date()
_INSTANT, _BYTES, _FLAG = sa.DateTime(timezone=True), sa.LargeBinary(), sa.Boolean()
_STATES = "waiting proposed accepted attending finished certified hired refused expired dropped"
_VIA = "self employer staff link system"
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    table = "training_provider"
    _create(
        table,
        *_some(_BYTES, "contact_phone_cipher? contact_mail_cipher?"),
        *_some(_DATE, "licence_valid_to?"),
        *_some(_INSTANT, "created_at"),
        *_some(_NUMBER, "union_id created_by_id?"),
        *_some(
            _TEXT,
            "public_id name licence_number? region_code? address? contact_name? contact_phone_masked?",
        ),
        _count("version_id", "1"),
        *_keys(table, RESTRICT="union_id>union_org", SET_NULL="created_by_id>account"),
        _unique(table, "public_id"),
        _unique(table, "union_id", "name"),
    )
    table = "course"
    _create(
        table,
        *_some(_CODE, "kind level? payer certificate_kind? state"),
        *_some(_DATE, "starts_on ends_on"),
        *_some(_INSTANT, "created_at"),
        *_some(
            _NUMBER,
            "union_id provider_id planned_hours? actual_hours? places employer_id? created_by_id?",
        ),
        *_some(
            _TEXT, "public_id title trade? occupation_code? place_text? region_code? certificate?"
        ),
        _count("cost_fen"),
        _count("places_taken"),
        _count("promised_posts"),
        _count("told_seats"),
        _count("version_id", "1"),
        *_keys(
            table,
            RESTRICT="union_id>union_org provider_id>training_provider employer_id>employer",
            SET_NULL="created_by_id>account",
        ),
        _words(table, "certificate_kind", "qualification skill_level special_ability completion"),
        _check(table, "cost_not_negative", "cost_fen >= 0"),
        _check(table, "dates_in_order", "starts_on <= ends_on"),
        _words(table, "kind", "skill business internship start_up"),
        _words(table, "level", "apprentice five four three two one special chief"),
        _words(table, "payer", "union government employer provider person"),
        _check(table, "places_enough", "places_taken >= 0 AND places_taken <= places"),
        _check(table, "places_positive", "places >= 1"),
        _check(table, "promise_has_employer", "promised_posts = 0 OR employer_id IS NOT NULL"),
        _words(table, "state", "open closed cancelled"),
        _unique(table, "public_id"),
    )
    _indexes(table, "employer_id provider_id")
    _index(table, "list", "union_id state starts_on id")
    table = "course_seat"
    op.create_table(
        table,
        *_some(_INSTANT, "tied_at"),
        *_some(_NUMBER, "seat_id course_id"),
        _primary(table, "seat_id"),
        *_keys(table, CASCADE="seat_id>seat course_id>course"),
    )
    _indexes(table, "course_id")
    table = "order_drop"
    _create(
        table,
        *_some(_CODE, "part"),
        *_some(_INSTANT, "dropped_at"),
        *_some(_NUMBER, "course_id before after"),
        *_keys(table, CASCADE="course_id>course"),
        _check(table, "less", "after < before"),
        _words(table, "part", "posts seats"),
    )
    _indexes(table, "course_id")
    table = "training_referral"
    _create(
        table,
        *_some(_CODE, "state agreed_via? refusal_reason? drop_reason?"),
        *_some(_DATE, "decide_by_on? reminded_on? attending_on? finished_on? hired_on?"),
        *_some(
            _INSTANT, "proposed_at queued_at? asked_at agreed_at? provider_answered_at? ended_at?"
        ),
        *_some(
            _NUMBER,
            "course_id graduate_id union_id case_id? proposed_by_id? service_act_id? hired_referral_id? placement_id?",
        ),
        *_some(_TEXT, "public_id"),
        _count("n_reminders"),
        _count("version_id", "1"),
        *_keys(
            table,
            RESTRICT="course_id>course graduate_id>graduate union_id>union_org "
            "hired_referral_id>referral placement_id>placement",
            SET_NULL="case_id>graduate_case proposed_by_id>account service_act_id>service_act",
        ),
        _words(table, "agreed_via", _VIA),
        _check(table, "drop_has_reason", "state <> 'dropped' OR drop_reason IS NOT NULL"),
        _words(
            table, "drop_reason", "no_wish work time place health family cancelled mistake other"
        ),
        _check(
            table,
            "hired_by_record",
            "state <> 'hired' OR hired_referral_id IS NOT NULL OR placement_id IS NOT NULL",
        ),
        _check(table, "refusal_has_reason", "state <> 'refused' OR refusal_reason IS NOT NULL"),
        _words(table, "refusal_reason", "conditions full cancelled unreachable other"),
        _words(table, "state", _STATES),
        _unique(table, "public_id"),
    )
    _indexes(table, "case_id hired_referral_id placement_id service_act_id")
    _index(table, "due", "state decide_by_on")
    _index(table, "graduate", "graduate_id state")
    _index(table, "queue", "course_id state queued_at id")
    _index(table, "union", "union_id state decide_by_on id")
    live = sa.text("state NOT IN ('refused', 'expired', 'dropped')")
    op.create_index(
        "uq_training_referral_live",
        table,
        ["course_id", "graduate_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    table = "training_step"
    _create(
        table,
        *_some(_CODE, "before? after via"),
        *_some(_INSTANT, "at"),
        *_some(_NUMBER, "referral_id by_account_id?"),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        *_keys(table, CASCADE="referral_id>training_referral", SET_NULL="by_account_id>account"),
        _words(table, "after", _STATES),
        _words(table, "before", _STATES),
        _words(table, "via", _VIA),
    )
    _indexes(table, "referral_id")
    table = "training_attendance"
    op.create_table(
        table,
        *_some(_CODE, "session via"),
        *_some(_DATE, "happened_on"),
        *_some(_FLAG, "attended"),
        *_some(_INSTANT, "entered_at"),
        *_some(_NUMBER, "referral_id hours entered_by_id?"),
        _primary(table, "referral_id", "happened_on", "session"),
        *_keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        _check(table, "absent_no_hours", "attended OR hours = 0"),
        _check(table, "hours_of_a_day", "hours >= 0 AND hours <= 12"),
        _words(table, "session", "morning afternoon evening"),
        _words(table, "via", _VIA),
    )
    table = "support_step"
    _create(
        table,
        *_some(_CODE, "kind"),
        *_some(_DATE, "happened_on"),
        *_some(_INSTANT, "entered_at"),
        *_some(_NUMBER, "referral_id entered_by_id?"),
        *_keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        _words(table, "kind", "guidance training loan"),
    )
    _indexes(table, "referral_id")
    table = "training_certificate"
    _create(
        table,
        *_some(_BYTES, "number_cipher"),
        *_some(_CODE, "kind level? via"),
        *_some(_DATE, "issued_on"),
        *_some(_INSTANT, "entered_at"),
        *_some(_NUMBER, "referral_id entered_by_id?"),
        *_some(_TEXT, "name number_index number_masked"),
        *_keys(table, CASCADE="referral_id>training_referral", SET_NULL="entered_by_id>account"),
        _words(table, "kind", "qualification skill_level special_ability completion"),
        _words(table, "level", "apprentice five four three two one special chief"),
        _words(table, "via", _VIA),
        _unique(table, "number_index"),
        _unique(table, "referral_id"),
    )
    table = "training_subsidy"
    _create(
        table,
        *_some(_DATE, "claimed_on"),
        *_some(_INSTANT, "entered_at"),
        *_some(
            _NUMBER,
            "certificate_id graduate_id union_id year own_cost_fen amount_fen entered_by_id?",
        ),
        *_some(_TEXT, "limit_source"),
        *_keys(
            table,
            RESTRICT="certificate_id>training_certificate graduate_id>graduate union_id>union_org",
            SET_NULL="entered_by_id>account",
        ),
        _check(table, "within_own_cost", "amount_fen > 0 AND amount_fen <= own_cost_fen"),
        _unique(table, "certificate_id"),
    )
    _indexes(table, "union_id")
    _index(table, "year", "graduate_id year")


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create(table: str, *parts: Any) -> None:
    """Create a table with a number of its own as key."""
    number = sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)
    op.create_table(table, number, *parts, _primary(table, "id"), sqlite_autoincrement=True)


def _some(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    """Return columns of a type; those whose name ends in ? may be empty."""
    return [
        sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names.split()
    ]


def _count(name: str, first: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=first)


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


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values.split())
    return _check(table, column, f"{column} IN ({listed})")


def _indexes(table: str, columns: str) -> None:
    """Index each column by itself."""
    for column in columns.split():
        _index(table, column, column)


def _index(table: str, name: str, columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{name}"), table, columns.split(), unique=False)
