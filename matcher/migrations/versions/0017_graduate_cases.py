"""Create cases of graduates: needs, plans, service acts, requests, pairings, and the survey."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "code": sa.String(40),
    "date": sa.Date(),
    "instant": sa.DateTime(timezone=True),
    "bytes": sa.LargeBinary(),
    "number": sa.Integer(),
    "flag": sa.Boolean(),
}
_DEFAULTS: dict[str, Any] = {"true": sa.true(), "1": "1"}
_TABLES = {
    "graduate_case": """
        public_id text!, union_id union_org RESTRICT!, graduate_id graduate RESTRICT!,
        household_id household SET NULL, owner_id account SET NULL, second_owner_id account SET NULL,
        package text, package_from_on date, opened_on date!, next_on date, last_contact_on date,
        closed_on date, closing_reason code, closing_note_cipher bytes, created_at instant!,
        created_by_id account SET NULL, version_id number 1!
    """,
    "case_need": """
        case_id graduate_case CASCADE!, kind code!, words_cipher bytes, stated_on date!,
        passed_on_to text, passed_on_on date, reply_due_on date, replied_on date, reply_cipher bytes,
        met_on date, entered_at instant!, entered_by_id account SET NULL
    """,
    "case_plan_measure": """
        case_id graduate_case CASCADE!, kind code!, words text!, owner_id account SET NULL,
        due_on date!, state code!, settled_on date, result text, entered_at instant!,
        entered_by_id account SET NULL
    """,
    "case_obstacle": """
        case_id graduate_case CASCADE!, kind code!, words_cipher bytes, noted_on date!, removed_on date,
        entered_at instant!, entered_by_id account SET NULL
    """,
    "service_act": """
        public_id text!, case_id graduate_case RESTRICT!, union_id union_org RESTRICT!, kind code!,
        happened_on date!, entered_at instant!, actor_id account SET NULL,
        on_behalf_of_id account SET NULL, credited_to_id account SET NULL, channel code, outcome code!,
        next_on date, note_cipher bytes, replaces_id service_act RESTRICT
    """,
    "case_proposal": """
        union_id union_org RESTRICT!, member_id household_member CASCADE!, year number!,
        expected_on date, state code!, case_id graduate_case SET NULL, created_at instant!,
        decided_at instant, decided_by_id account SET NULL
    """,
    "help_request": """
        public_id text!, union_id union_org RESTRICT!, case_id graduate_case SET NULL, person_name text,
        phone_cipher bytes, phone_index text, phone_masked text, source code!, kind code!,
        words_cipher bytes!, received_at instant!, owner_id account SET NULL, due_on date!,
        due_is_known flag true!, state code!, passed_on_to text, passed_on_on date, reply_due_on date,
        replied_on date, answer_cipher bytes, answered_at instant, answered_by_id account SET NULL,
        created_at instant!, created_by_id account SET NULL, version_id number 1!
    """,
    "pairing": """
        public_id text!, union_id union_org RESTRICT!, graduate_id graduate RESTRICT!,
        partner_id account RESTRICT, partner_unit text, employer_id employer RESTRICT,
        consent_id consent RESTRICT!, agreed_help text!, rhythm_days number!, started_on date!,
        last_contact_on date, ended_on date, end_reason text, created_at instant!,
        created_by_id account SET NULL, version_id number 1!
    """,
    "pairing_contact": """
        pairing_id pairing CASCADE!, happened_on date!, channel code!, note_cipher bytes,
        entered_at instant!, entered_by_id account SET NULL
    """,
    "survey_round": """
        public_id text!, union_id union_org RESTRICT!, year number!, from_on date!, to_on date!,
        created_at instant!, created_by_id account SET NULL
    """,
    "survey_visit": """
        round_id survey_round CASCADE!, household_id household CASCADE!, union_id union_org RESTRICT!,
        state code!, visited_on date, visited_by_id account SET NULL, entered_at instant,
        created_at instant!, version_id number 1!
    """,
    "survey_person": """
        visit_id survey_visit CASCADE!, member_id household_member CASCADE!, standing code!,
        graduated_on date, needs_aid flag, destination code, reason code, entered_at instant,
        entered_by_id account SET NULL
    """,
}
"""Columns of each table after its id: `!` is never empty; what is not a type is the table a key points to."""

_NEEDS = (
    "job, guidance, training, internship, business, job_aid, policy, psychology, legal, "
    "childcare, medical, unpaid_wages, living, other"
)
_SERVICES = (
    "policy, guidance, recommendation, training, internship, business_guidance, "
    "business_training, job_aid, visit, call_back, counselling"
)
_CHANNELS = "phone, visit, counter, online, event, letter"
_LISTS = {
    (
        "graduate_case",
        "closing_reason",
    ): "employed, further_study, enlisted, own_business, no_wish, moved, out_of_reach, mistake, other",
    ("case_need", "kind"): _NEEDS,
    ("case_plan_measure", "kind"): _SERVICES,
    ("case_plan_measure", "state"): "planned, done, dropped",
    (
        "case_obstacle",
        "kind",
    ): "major, skill, experience, expectation, confidence, care, health, distance, papers, other",
    ("service_act", "kind"): _SERVICES,
    ("service_act", "channel"): _CHANNELS,
    (
        "service_act",
        "outcome",
    ): "done, reached, follow_up, declined, no_wish, no_answer, wrong_number, void",
    ("case_proposal", "state"): "proposed, accepted, dismissed",
    ("help_request", "source"): "hotline, platform, counter, visit",
    ("help_request", "kind"): _NEEDS,
    ("help_request", "state"): "open, passed_on, answered",
    ("pairing_contact", "channel"): _CHANNELS,
    ("survey_visit", "state"): "to_visit, done, unreachable",
    ("survey_person", "standing"): "in_school, graduate",
    ("survey_person", "destination"): "signed, further_study, seeking, not_now",
    (
        "survey_person",
        "reason",
    ): "exam, civil_exam, enlisting, business, care, health, no_wish, other",
}
_NOT_NOW = (
    "(destination = 'not_now' AND reason IS NOT NULL) OR "
    "((destination IS NULL OR destination <> 'not_now') AND reason IS NULL)"
)
_CHECKS = {
    ("graduate_case", "closed_with_reason"): "(closed_on IS NULL) = (closing_reason IS NULL)",
    ("case_need", "passed_on_dated"): "(passed_on_to IS NULL) = (passed_on_on IS NULL)",
    ("case_plan_measure", "settled_dated"): "(state = 'planned') = (settled_on IS NULL)",
    ("case_proposal", "decided_dated"): "(state = 'proposed') = (decided_at IS NULL)",
    ("help_request", "answer_dated"): "(state = 'answered') = (answered_at IS NOT NULL)",
    ("help_request", "passed_on_dated"): "(passed_on_to IS NULL) = (passed_on_on IS NULL)",
    ("pairing", "partner_named"): "partner_id IS NOT NULL OR partner_unit IS NOT NULL",
    ("pairing", "rhythm_positive"): "rhythm_days > 0",
    ("survey_round", "dates_in_order"): "from_on <= to_on",
    ("survey_visit", "visited_dated"): "(state = 'to_visit') = (visited_on IS NULL)",
    ("survey_person", "destination_of_graduate"): "destination IS NULL OR standing = 'graduate'",
    ("survey_person", "reason_of_not_now"): _NOT_NOW,
}
_UNIQUE = (
    ("graduate_case", "public_id"),
    ("service_act", "public_id"),
    ("service_act", "replaces_id"),
    ("case_proposal", "member_id, year"),
    ("help_request", "public_id"),
    ("pairing", "public_id"),
    ("survey_round", "public_id"),
    ("survey_round", "union_id, year"),
    ("survey_visit", "round_id, household_id"),
    ("survey_person", "visit_id, member_id"),
)
_INDEXES = (
    ("ix_graduate_case_graduate_id", "graduate_case", "graduate_id", None),
    ("ix_graduate_case_household_id", "graduate_case", "household_id", None),
    ("ix_graduate_case_list", "graduate_case", "union_id, closed_on, next_on, id", None),
    ("ix_graduate_case_owner_id", "graduate_case", "owner_id", None),
    ("ix_graduate_case_second_owner_id", "graduate_case", "second_owner_id", None),
    ("ix_graduate_case_union_id", "graduate_case", "union_id", None),
    ("uq_graduate_case_open", "graduate_case", "graduate_id", "closed_on IS NULL"),
    ("ix_case_need_case_id", "case_need", "case_id", None),
    ("ix_case_plan_measure_case_id", "case_plan_measure", "case_id", None),
    ("ix_case_obstacle_case_id", "case_obstacle", "case_id", None),
    ("ix_service_act_case", "service_act", "case_id, happened_on, id", None),
    ("ix_service_act_period", "service_act", "union_id, happened_on, kind", None),
    ("ix_case_proposal_case_id", "case_proposal", "case_id", None),
    ("ix_case_proposal_list", "case_proposal", "union_id, state, id", None),
    ("ix_help_request_case_id", "help_request", "case_id", None),
    ("ix_help_request_list", "help_request", "union_id, state, due_on, id", None),
    ("ix_help_request_owner_id", "help_request", "owner_id", None),
    ("ix_pairing_employer_id", "pairing", "employer_id", None),
    ("ix_pairing_graduate_id", "pairing", "graduate_id", None),
    ("ix_pairing_partner_id", "pairing", "partner_id", None),
    ("ix_pairing_union_id", "pairing", "union_id", None),
    (
        "uq_pairing_live",
        "pairing",
        "graduate_id, partner_id",
        "ended_on IS NULL AND partner_id IS NOT NULL",
    ),
    (
        "uq_pairing_live_unit",
        "pairing",
        "graduate_id, partner_unit",
        "ended_on IS NULL AND partner_id IS NULL",
    ),
    ("ix_pairing_contact_pairing_id", "pairing_contact", "pairing_id", None),
    ("ix_survey_visit_household_id", "survey_visit", "household_id", None),
    ("ix_survey_visit_list", "survey_visit", "round_id, union_id, state", None),
    ("ix_survey_visit_union_id", "survey_visit", "union_id", None),
    ("ix_survey_person_member_id", "survey_person", "member_id", None),
)
_FACTS = ("case_id", "kind", "happened_on", "entered_at", "outcome", "next_on", "replaces_id")
"""What a row of service_act says; its note may be blanked when the time to keep it is over."""
_REFUSAL = "service_act is append-only"


def upgrade() -> None:
    """Create the tables, each after those it points to, and let service acts stay as they were entered."""
    for table, columns in _TABLES.items():
        _create(table, columns)
    for name, table, columns, where in _INDEXES:
        held = None if where is None else sa.text(where)
        op.create_index(
            op.f(name),
            table,
            columns.split(", "),
            unique=where is not None,
            sqlite_where=held,
            postgresql_where=held,
        )
    _keep_acts()


def downgrade() -> None:
    """Drop them again, the last first."""
    _let_acts_go()
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create(table: str, columns: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *(part for line in columns.split(",") for part in _column(table, *line.split())),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_rules(table),
        sqlite_autoincrement=True,
    )


def _column(table: str, name: str, *line: str) -> list[sa.Column[object] | sa.Constraint]:
    word, _, rest = " ".join(line).removesuffix("!").partition(" ")
    nullable = not line[-1].endswith("!")
    if word in _TYPES:
        default = _DEFAULTS.get(rest)
        return [sa.Column(name, _TYPES[word], nullable=nullable, server_default=default)]
    key = op.f(f"fk_{table}_{name}_{word}")
    return [
        sa.Column(name, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([name], [f"{word}.id"], name=key, ondelete=rest),
    ]


def _rules(table: str) -> list[sa.Constraint]:
    """Return the closed lists, the checks and the unique constraints of a table."""
    made: list[sa.Constraint] = []
    for (one, column), words in _LISTS.items():
        listed = ", ".join(f"'{word}'" for word in words.split(", "))
        if one == table:
            closed = op.f(f"ck_{table}_{column}")
            made.append(sa.CheckConstraint(f"{column} IN ({listed})", name=closed))
    for (one, name), rule in _CHECKS.items():
        if one == table:
            made.append(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")))
    for one, columns in _UNIQUE:
        if one == table:
            parts = columns.split(", ")
            unique = op.f(f"uq_{table}_{'_'.join(parts)}")
            made.append(sa.UniqueConstraint(*parts, name=unique))
    return made


def _keep_acts() -> None:
    columns = ", ".join(_FACTS)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER service_act_no_update BEFORE UPDATE OF {columns} ON service_act"
            f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_service_act_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER service_act_stays BEFORE UPDATE OF {columns} ON service_act"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_service_act_change()"
    )


def _let_acts_go() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER service_act_no_update")
        return
    op.execute("DROP TRIGGER service_act_stays ON service_act")
    op.execute("DROP FUNCTION refuse_service_act_change()")
