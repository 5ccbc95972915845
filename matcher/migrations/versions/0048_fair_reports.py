"""Create reports and surveys of fairs, the following of intents, sheets of paper, and the service event of a fair."""

import sqlalchemy as sa
from alembic import op

from matcher.migrations.shorthand import checks, create, drop, index, unique, words

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_EVENT = "service_event"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for make in (_report, _presence, _follow, _step, _ask, _answer):
        make()
    for make in (_batch, _row, _line):
        make()
    with op.batch_alter_table(_EVENT, table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("fair_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_service_event_fair_id_fair"), "fair", ["fair_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_unique_constraint(op.f("uq_service_event_fair_id"), ["fair_id"])


def downgrade() -> None:
    """Drop them again, the last first."""
    with op.batch_alter_table(_EVENT, table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("uq_service_event_fair_id"), type_="unique")
        batch.drop_constraint(op.f("fk_service_event_fair_id_fair"), type_="foreignkey")
        batch.drop_column("fair_id")
    drop("fair_paper_line", "fair_paper_row", "fair_paper_batch")
    drop("fair_survey_answer", "fair_ask", "fair_outcome_step", "fair_follow")
    drop("fair_presence", "fair_report")


def _report() -> None:
    table = "fair_report"
    create(
        table,
        "text public_id due_source summary? handed_to? receipt? digest?; date due_on handed_in_on?;"
        " flag due_is_known=true; instant opened_at; json figures={} earlier=[];"
        " number fair_id opened_by_id? handed_in_by_id? version_id=1",
        "fair_id>fair! opened_by_id>account~ handed_in_by_id>account~",
        *unique(table, "public_id", "fair_id"),
        *checks(table, handed_in_was_frozen="(handed_in_on IS NULL) = (digest IS NULL)"),
    )


def _presence() -> None:
    table = "fair_presence"
    create(
        table,
        "flag came; date happened_on; instant entered_at; number fair_employer_id by_account_id?",
        "fair_employer_id>fair_employer! by_account_id>account~",
    )
    index(table, fair_employer="fair_employer_id id")


def _follow() -> None:
    table = "fair_follow"
    create(
        table,
        "text public_id; code state; date due_on; instant opened_at ended_at?;"
        " number fair_id contact_id fair_employer_id visitor_id placement_id? version_id=1",
        "fair_id>fair! contact_id>fair_contact! fair_employer_id>fair_employer!"
        " visitor_id>fair_visitor! placement_id>placement~",
        *unique(table, "public_id", "contact_id"),
        *words(table, state="open hired started not_hired not_going disputed lost"),
    )
    index(
        table,
        list="fair_id state id",
        employer="fair_employer_id id",
        visitor="visitor_id id",
        due="state due_on",
        placement_id="placement_id",
    )


def _step() -> None:
    table = "fair_outcome_step"
    create(
        table,
        "code side said via; date happened_on; instant entered_at;"
        " number follow_id by_account_id? replaces_id?",
        "follow_id>fair_follow! by_account_id>account~ replaces_id>fair_outcome_step",
        *unique(table, "replaces_id"),
        *words(
            table,
            side="employer visitor staff",
            said="talking hired started not_hired not_going lost",
            via="self employer staff link system",
        ),
    )
    index(table, follow="follow_id side id")


def _ask() -> None:
    table = "fair_ask"
    create(
        table,
        "code side; instant asked_at expires_at; flag survey_done=false;"
        " number fair_id fair_employer_id? visitor_id?",
        "fair_id>fair! fair_employer_id>fair_employer! visitor_id>fair_visitor!",
        *unique(table, "fair_employer_id", "visitor_id"),
        *words(table, side="visitor employer"),
        *checks(table, asks_one_side="(fair_employer_id IS NULL) <> (visitor_id IS NULL)"),
    )
    index(table, fair="fair_id side id")


def _answer() -> None:
    table = "fair_survey_answer"
    create(
        table,
        "text edition paper_code?; code side channel; date answered_on; json answers={};"
        " bytes words_cipher?; number fair_id",
        "fair_id>fair!",
        *unique(table, "fair_id paper_code"),
        *words(table, side="visitor employer", channel="link open paper"),
    )
    index(table, fair="fair_id side id")


def _batch() -> None:
    table = "fair_paper_batch"
    create(
        table,
        "text public_id sha256 file_name; code state; instant uploaded_at entered_at? undone_at?;"
        " number fair_id uploaded_by_id? version_id=1",
        "fair_id>fair! uploaded_by_id>account~",
        *unique(table, "public_id"),
        *words(table, state="checked entered undone"),
    )
    index(table, fair="fair_id id")


def _row() -> None:
    table = "fair_paper_row"
    create(
        table,
        "text sheet_name code problem? problem_column; code sheet verdict; bytes values_cipher?; json facts={};"
        " number batch_id line_number",
        "batch_id>fair_paper_batch!",
        *unique(table, "batch_id sheet_name line_number"),
        *words(table, sheet="sign_in contact survey", verdict="new same blank refused"),
        *checks(table, refused_says_why="(verdict = 'refused') = (problem IS NOT NULL)"),
    )
    index(table, list="batch_id verdict id")


def _line() -> None:
    table = "fair_paper_line"
    create(
        table,
        "text code content_mark; json facts={};"
        " number fair_id batch_id visitor_id? entry_id? contact_id? answer_id?",
        "fair_id>fair! batch_id>fair_paper_batch! visitor_id>fair_visitor! entry_id>fair_entry!"
        " contact_id>fair_contact! answer_id>fair_survey_answer!",
        *unique(table, "fair_id code"),
    )
    index(
        table,
        batch="batch_id id",
        visitor_id="visitor_id",
        entry_id="entry_id",
        contact_id="contact_id",
        answer_id="answer_id",
    )
