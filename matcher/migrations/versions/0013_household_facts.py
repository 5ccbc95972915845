"""Create what stands around a file: incomes, work, schooling, causes, expenses, visits, documents."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INCOMES = "'wage', 'business', 'property', 'transfer', 'union_aid', 'other'"
_EXPENSES = (
    "'tuition', 'schooling', 'medical', 'disability', 'work_cost', 'accident', 'housing', 'other'"
)
_CAUSES = (
    "'no_ability', 'able_not_employed', 'laid_off', 'uninsured', 'benefits_unpaid', 'major_illness', "
    "'disaster', 'accident', 'schooling', 'other'"
)
_PAPERS = (
    "'application', 'authorisation', 'identity', 'hukou_book', 'income_proof', "
    "'allowance_certificate', 'labour_contract', 'unemployment_proof', 'diagnosis', 'medical_bill', "
    "'disability_certificate', 'admission_letter', 'tuition_receipt', 'union_card', 'bank_card', "
    "'review_minutes', 'public_notice', 'file_form', 'check_result', 'other'"
)
_WORK = (
    "'employed', 'self_employed', 'flexible', 'laid_off', 'unemployed', 'sick_leave', "
    "'internal_retirement', 'retired', 'student', 'service', 'child', 'unknown'"
)
_SCHOOLS = (
    "'kindergarten', 'compulsory', 'senior_high', 'vocational', 'college', 'bachelor', 'graduate'"
)
_MEMBER_CHECKS = {
    "politics": "politics IN ('party', 'league', 'masses', 'democratic', 'other')",
    "left_no_open_file": "NOT (in_open_file AND left_on IS NOT NULL)",
}
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "word": sa.String(40),
    "int": sa.Integer(),
    "big": sa.BigInteger(),
    "date": sa.Date(),
    "instant": sa.DateTime(timezone=True),
    "bool": sa.Boolean(),
    "no": sa.Boolean(),
    "yes": sa.Boolean(),
    "bytes": sa.LargeBinary(),
    "json": sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
}
_FLAGS = {"no": sa.false(), "yes": sa.true()}
_BY_FILE = "ix_household_member_file"
_TABLES = (
    "household_change member_schooling member_employment home_visit household_document "
    "household_cause household_expense household_income"
)


def upgrade() -> None:
    """Add the columns the form asks for, then create the tables, each after those it points to."""
    _widen()
    for create in (_income, _expense, _cause, _document, _visit, _employment, _schooling, _change):
        create()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in _TABLES.split():
        op.drop_table(table)
    op.drop_index(_BY_FILE, table_name="household_member")
    with op.batch_alter_table("household_member") as batch:
        for name in _MEMBER_CHECKS:
            batch.drop_constraint(op.f(f"ck_household_member_{name}"), type_="check")
        for column in _member():
            batch.drop_column(column.name)
    with op.batch_alter_table("household") as batch:
        for column in _head():
            batch.drop_column(column.name)


def _widen() -> None:
    for table, columns in (("household", _head()), ("household_member", _member())):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
    with op.batch_alter_table("household_member") as batch:
        for name, rule in _MEMBER_CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_household_member_{name}"), rule)
    op.create_index(_BY_FILE, "household_member", ["household_id", "in_open_file"])


def _head() -> list[sa.Column[Any]]:
    text = "unit_nature unit_condition industry hukou_region_code postcode ".replace(" ", ":text ")
    return _columns(text + "contact_cipher:bytes has_self_help:bool")


def _member() -> list[sa.Column[Any]]:
    return _columns(
        "bank_name:text politics:word medical_insurance:text model_worker:text education:text "
        "work_since_on:date is_migrant_worker:no is_living_together:yes left_on:date left_reason:text"
    )


def _income() -> None:
    _table(
        "household_income",
        "year:int! kind:word! amount_fen:big! basis:text",
        member=True,
        checks={
            "kind": f"kind IN ({_INCOMES})",
            "amount": "amount_fen >= 0",
            "year": "year BETWEEN 1990 AND 2100",
        },
    )
    for who, owner, where in (
        ("member", "member_id", "NOT NULL"),
        ("family", "household_id", "NULL"),
    ):
        name, columns = f"uq_household_income_{who}", [owner, "year", "kind"]
        _partly_unique(name, "household_income", columns, f"member_id IS {where}")


def _expense() -> None:
    _table(
        "household_expense",
        "year:int! kind:word! amount_fen:big! gross_fen:big basis:text",
        member=True,
        checks={
            "kind": f"kind IN ({_EXPENSES})",
            "amount": "amount_fen >= 0",
            "gross": "gross_fen IS NULL OR gross_fen >= amount_fen",
            "year": "year BETWEEN 1990 AND 2100",
        },
    )


def _cause() -> None:
    _table(
        "household_cause",
        "position:int! cause:word! detail:text",
        *map(_once_a_household, ("position", "cause")),
        entered=False,
        checks={
            "cause": f"cause IN ({_CAUSES})",
            "one_main_three_more": "position BETWEEN 0 AND 3",
        },
    )
    op.create_index(op.f("ix_household_cause_cause"), "household_cause", ["cause", "household_id"])


def _once_a_household(column: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_household_cause_household_id_{column}")
    return sa.UniqueConstraint("household_id", column, name=name)


def _document() -> None:
    _table(
        "household_document",
        "public_id:text! kind:word! issuer:text issued_on:date valid_until:date "
        "is_original_seen:no note:text file_id:int",
        _key("household_document", "file_id", "stored_file", "SET NULL"),
        sa.UniqueConstraint("public_id", name=op.f("uq_household_document_public_id")),
        member=True,
        checks={
            "kind": f"kind IN ({_PAPERS})",
            "validity": "valid_until IS NULL OR issued_on IS NULL OR issued_on <= valid_until",
        },
    )
    op.create_index(op.f("ix_household_document_file_id"), "household_document", ["file_id"])


def _visit() -> None:
    _table(
        "home_visit",
        "visited_on:date! outcome:word! visitors:text! credited_to_id:int "
        "findings_cipher:bytes application_signed_on:date application_signer_id:int "
        "authorisation_signed_on:date authorisation_signer_id:int",
        _key("home_visit", "credited_to_id", "account", "SET NULL"),
        _key("home_visit", "application_signer_id", "household_member", "RESTRICT"),
        _key("home_visit", "authorisation_signer_id", "household_member", "RESTRICT"),
        checks={
            "outcome": "outcome IN ('met', 'absent', 'moved', 'declined')",
            **{
                f"{one}_signed": f"({one}_signed_on IS NULL) = ({one}_signer_id IS NULL)"
                for one in ("application", "authorisation")
            },
        },
    )


def _employment() -> None:
    _table(
        "member_employment",
        "from_on:date! to_on:date status:word! unit:text contract_until_on:date "
        "is_registered_unemployed:no registered_on:date is_able:bool is_willing:bool "
        "evidence:text evidence_document_id:int",
        _key("member_employment", "evidence_document_id", "household_document", "SET NULL"),
        household=False,
        member=True,
        checks={
            "status": f"status IN ({_WORK})",
            "order": "to_on IS NULL OR from_on <= to_on",
            "registered_dated": "registered_on IS NULL OR is_registered_unemployed",
        },
    )
    _partly_unique(
        "uq_member_employment_running", "member_employment", ["member_id"], "to_on IS NULL"
    )


def _schooling() -> None:
    _table(
        "member_schooling",
        "school:text! region_code:text level:word! major:text entered_on:date "
        "expected_graduation_on:date ended_on:date fee_fen:big "
        "is_regular_admission:bool is_military:no",
        household=False,
        member=True,
        checks={
            "level": f"level IN ({_SCHOOLS})",
            "order": "entered_on IS NULL OR expected_graduation_on IS NULL "
            "OR entered_on <= expected_graduation_on",
            "fee": "fee_fen IS NULL OR fee_fen >= 0",
        },
    )
    name = op.f("ix_member_schooling_graduation")
    op.create_index(name, "member_schooling", ["expected_graduation_on", "member_id"])


def _change() -> None:
    _table(
        "household_change",
        "part:text! part_id:int! act:word! fields:json! entered_at:instant! "
        "actor_id:int on_behalf_of_id:int credited_to_id:int reason:text "
        "row_cipher:bytes",
        _key("household_change", "actor_id", "account", "SET NULL"),
        _key("household_change", "on_behalf_of_id", "account", "SET NULL"),
        _key("household_change", "credited_to_id", "account", "SET NULL"),
        entered=False,
        checks={"act": "act IN ('added', 'changed', 'removed', 'restored')"},
    )
    op.create_index("ix_household_change_order", "household_change", ["household_id", "id"])


def _table(
    table: str,
    columns: str,
    *parts: sa.Constraint,
    household: bool = True,
    member: bool = False,
    entered: bool = True,
    checks: dict[str, str],
) -> None:
    """Create a table with its id, the keys of what its rows belong to, and who entered them."""
    owners = {"household_id": ("household", False)} if household else {}
    if member:
        owners["member_id"] = ("household_member", household)
    rest: list[sa.Column[Any] | sa.Constraint] = [*_columns(columns), *parts]
    for column, (other, nullable) in owners.items():
        rest.append(sa.Column(column, sa.Integer(), nullable=nullable))
        rest.append(_key(table, column, other, "CASCADE"))
    if entered:
        rest.append(sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False))
        rest.append(sa.Column("entered_by_id", sa.Integer(), nullable=True))
        rest.append(_key(table, "entered_by_id", "account", "SET NULL"))
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *rest,
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))
            for name, rule in checks.items()
        ),
        sqlite_autoincrement=True,
    )
    for column in owners:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _columns(text: str) -> list[sa.Column[Any]]:
    """Return columns from words like `year:int!`, the mark meaning that it is never empty."""
    found: list[sa.Column[Any]] = []
    for word in text.split():
        name, _, kind = word.partition(":")
        wanted = kind in _FLAGS or kind.endswith("!")
        default, column_type = _FLAGS.get(kind), _TYPES[kind.rstrip("!")]
        found.append(sa.Column(name, column_type, nullable=not wanted, server_default=default))
    return found


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _partly_unique(name: str, table: str, columns: list[str], where: str) -> None:
    rule = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=rule, postgresql_where=rule)
