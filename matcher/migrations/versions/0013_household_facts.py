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
_POLITICS = "politics IN ('party', 'league', 'masses', 'democratic', 'other')"
_LEFT = "NOT (in_open_file AND left_on IS NOT NULL)"
_TABLES = (
    "household_change",
    "member_schooling",
    "member_employment",
    "home_visit",
    "household_document",
    "household_cause",
    "household_expense",
    "household_income",
)


def upgrade() -> None:
    """Add the columns the form asks for, then create the tables, each after those it points to."""
    _widen()
    _income()
    _expense()
    _cause()
    _document()
    _visit()
    _employment()
    _schooling()
    _change()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in _TABLES:
        op.drop_table(table)
    with op.batch_alter_table("household_member") as batch:
        batch.drop_constraint(op.f("ck_household_member_left_no_open_file"), type_="check")
        batch.drop_constraint(op.f("ck_household_member_politics"), type_="check")
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
        batch.create_check_constraint(op.f("ck_household_member_politics"), _POLITICS)
        batch.create_check_constraint(op.f("ck_household_member_left_no_open_file"), _LEFT)


def _head() -> list[sa.Column[object]]:
    return [
        *_columns(
            sa.Text(), "unit_nature", "unit_condition", "industry", "hukou_region_code", "postcode"
        ),
        *_columns(sa.LargeBinary(), "contact_cipher"),
        *_columns(sa.Boolean(), "has_self_help"),
    ]


def _member() -> list[sa.Column[object]]:
    return [
        *_columns(sa.Text(), "bank_name"),
        *_columns(sa.String(40), "politics"),
        *_columns(sa.Text(), "medical_insurance", "model_worker", "education"),
        *_columns(sa.Date(), "work_since_on"),
        sa.Column("is_migrant_worker", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_living_together", sa.Boolean(), nullable=False, server_default=sa.true()),
        *_columns(sa.Date(), "left_on"),
        *_columns(sa.Text(), "left_reason"),
    ]


def _income() -> None:
    _table(
        "household_income",
        *_columns(sa.Integer(), "year", nullable=False),
        *_columns(sa.String(40), "kind", nullable=False),
        *_columns(sa.BigInteger(), "amount_fen", nullable=False),
        *_columns(sa.Text(), "basis"),
        _check("household_income", "kind", f"kind IN ({_INCOMES})"),
        _check("household_income", "amount", "amount_fen >= 0"),
        _check("household_income", "year", "year BETWEEN 1990 AND 2100"),
        member=True,
    )
    for name, columns, where in (
        ("uq_household_income_member", ["member_id", "year", "kind"], "member_id IS NOT NULL"),
        ("uq_household_income_family", ["household_id", "year", "kind"], "member_id IS NULL"),
    ):
        _partly_unique(name, "household_income", columns, where)


def _expense() -> None:
    _table(
        "household_expense",
        *_columns(sa.Integer(), "year", nullable=False),
        *_columns(sa.String(40), "kind", nullable=False),
        *_columns(sa.BigInteger(), "amount_fen", nullable=False),
        *_columns(sa.BigInteger(), "gross_fen"),
        *_columns(sa.Text(), "basis"),
        _check("household_expense", "kind", f"kind IN ({_EXPENSES})"),
        _check("household_expense", "amount", "amount_fen >= 0"),
        _check("household_expense", "gross", "gross_fen IS NULL OR gross_fen >= amount_fen"),
        _check("household_expense", "year", "year BETWEEN 1990 AND 2100"),
        member=True,
    )


def _cause() -> None:
    _table(
        "household_cause",
        *_columns(sa.Integer(), "position", nullable=False),
        *_columns(sa.String(40), "cause", nullable=False),
        *_columns(sa.Text(), "detail"),
        _check("household_cause", "cause", f"cause IN ({_CAUSES})"),
        _check("household_cause", "one_main_three_more", "position BETWEEN 0 AND 3"),
        *(
            sa.UniqueConstraint(
                "household_id", one, name=op.f(f"uq_household_cause_household_id_{one}")
            )
            for one in ("position", "cause")
        ),
        entered=False,
    )
    op.create_index(op.f("ix_household_cause_cause"), "household_cause", ["cause", "household_id"])


def _document() -> None:
    _table(
        "household_document",
        *_columns(sa.Text(), "public_id", nullable=False),
        *_columns(sa.String(40), "kind", nullable=False),
        *_columns(sa.Text(), "issuer"),
        *_columns(sa.Date(), "issued_on", "valid_until"),
        sa.Column("is_original_seen", sa.Boolean(), nullable=False, server_default=sa.false()),
        *_columns(sa.Text(), "note"),
        *_columns(sa.Integer(), "file_id"),
        _key("household_document", "file_id", "stored_file", "SET NULL"),
        sa.UniqueConstraint("public_id", name=op.f("uq_household_document_public_id")),
        _check("household_document", "kind", f"kind IN ({_PAPERS})"),
        _check(
            "household_document",
            "validity",
            "valid_until IS NULL OR issued_on IS NULL OR issued_on <= valid_until",
        ),
        member=True,
    )
    op.create_index(op.f("ix_household_document_file_id"), "household_document", ["file_id"])


def _visit() -> None:
    _table(
        "home_visit",
        *_columns(sa.Date(), "visited_on", nullable=False),
        *_columns(sa.String(40), "outcome", nullable=False),
        *_columns(sa.Text(), "visitors", nullable=False),
        *_columns(sa.Integer(), "credited_to_id"),
        *_columns(sa.LargeBinary(), "findings_cipher"),
        *_columns(sa.Date(), "application_signed_on"),
        *_columns(sa.Integer(), "application_signer_id"),
        *_columns(sa.Date(), "authorisation_signed_on"),
        *_columns(sa.Integer(), "authorisation_signer_id"),
        _key("home_visit", "credited_to_id", "account", "SET NULL"),
        _key("home_visit", "application_signer_id", "household_member", "RESTRICT"),
        _key("home_visit", "authorisation_signer_id", "household_member", "RESTRICT"),
        _check("home_visit", "outcome", "outcome IN ('met', 'absent', 'moved', 'declined')"),
        *(
            _check(
                "home_visit",
                f"{one}_signed",
                f"({one}_signed_on IS NULL) = ({one}_signer_id IS NULL)",
            )
            for one in ("application", "authorisation")
        ),
    )


def _employment() -> None:
    _table(
        "member_employment",
        *_columns(sa.Date(), "from_on", nullable=False),
        *_columns(sa.Date(), "to_on"),
        *_columns(sa.String(40), "status", nullable=False),
        *_columns(sa.Text(), "unit"),
        *_columns(sa.Date(), "contract_until_on"),
        sa.Column(
            "is_registered_unemployed", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        *_columns(sa.Date(), "registered_on"),
        *_columns(sa.Boolean(), "is_able", "is_willing"),
        *_columns(sa.Text(), "evidence"),
        *_columns(sa.Integer(), "evidence_document_id"),
        _key("member_employment", "evidence_document_id", "household_document", "SET NULL"),
        _check("member_employment", "status", f"status IN ({_WORK})"),
        _check("member_employment", "order", "to_on IS NULL OR from_on <= to_on"),
        _check(
            "member_employment",
            "registered_dated",
            "registered_on IS NULL OR is_registered_unemployed",
        ),
        household=False,
        member=True,
    )
    _partly_unique(
        "uq_member_employment_running", "member_employment", ["member_id"], "to_on IS NULL"
    )


def _schooling() -> None:
    _table(
        "member_schooling",
        *_columns(sa.Text(), "school", nullable=False),
        *_columns(sa.Text(), "region_code"),
        *_columns(sa.String(40), "level", nullable=False),
        *_columns(sa.Text(), "major"),
        *_columns(sa.Date(), "entered_on", "expected_graduation_on", "ended_on"),
        *_columns(sa.BigInteger(), "fee_fen"),
        *_columns(sa.Boolean(), "is_regular_admission"),
        sa.Column("is_military", sa.Boolean(), nullable=False, server_default=sa.false()),
        _check("member_schooling", "level", f"level IN ({_SCHOOLS})"),
        _check(
            "member_schooling",
            "order",
            "entered_on IS NULL OR expected_graduation_on IS NULL "
            "OR entered_on <= expected_graduation_on",
        ),
        _check("member_schooling", "fee", "fee_fen IS NULL OR fee_fen >= 0"),
        household=False,
        member=True,
    )
    op.create_index(
        op.f("ix_member_schooling_graduation"),
        "member_schooling",
        ["expected_graduation_on", "member_id"],
    )


def _change() -> None:
    _table(
        "household_change",
        *_columns(sa.Text(), "part", nullable=False),
        *_columns(sa.Integer(), "part_id", nullable=False),
        *_columns(sa.String(40), "act", nullable=False),
        sa.Column(
            "fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        *_columns(sa.Integer(), "actor_id", "on_behalf_of_id", "credited_to_id"),
        *_columns(sa.Text(), "reason"),
        *_columns(sa.LargeBinary(), "row_cipher"),
        _key("household_change", "actor_id", "account", "SET NULL"),
        _key("household_change", "on_behalf_of_id", "account", "SET NULL"),
        _key("household_change", "credited_to_id", "account", "SET NULL"),
        _check("household_change", "act", "act IN ('added', 'changed', 'removed', 'restored')"),
        entered=False,
    )
    op.create_index(op.f("ix_household_change_order"), "household_change", ["household_id", "id"])


def _table(
    table: str,
    *parts: sa.Column[Any] | sa.Constraint,
    household: bool = True,
    member: bool = False,
    entered: bool = True,
) -> None:
    """Create a table with its id, the keys of what its rows belong to, and who entered them."""
    owners = {"household_id": ("household", False)} if household else {}
    if member:
        owners["member_id"] = ("household_member", household)
    rest: list[sa.Column[Any] | sa.Constraint] = [*parts]
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
        sqlite_autoincrement=True,
    )
    for column in owners:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _columns(
    kind: sa.types.TypeEngine[Any], *names: str, nullable: bool = True
) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _partly_unique(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        op.f(name),
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
