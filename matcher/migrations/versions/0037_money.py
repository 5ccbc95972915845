"""Create the ledgers: payment lists, their lines, entries; training subsidies claimed before are booked.

Entries stay as they are: triggers refuse every change but forgetting the account and emptying the note.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLES = ("payment_list", "payment_line", "ledger_entry", "duplicate_decision")
_NUMBER, _TEXT, _CODE, _DATE = sa.Integer(), sa.Text(), sa.String(40), sa.Date()
_INSTANT, _BYTES, _BIG = sa.DateTime(timezone=True), sa.LargeBinary(), sa.BigInteger()
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_PAYERS = "union government other"
_REFUSAL = "ledger entries are reversed, never changed"
_KEPT = (
    "id, public_id, payer, payer_union_id, payer_name, programme, union_id, graduate_id, member_id, household_id,"
    " year, purpose, amount_fen, source, happened_on, entered_at, list_line_id, reverses_id, reversal_reason,"
    " subject_kind, subject_id, once_key"
)


def upgrade() -> None:
    """Create the tables, each after those it points to, book what was claimed, and close the ledger."""
    _payment_list()
    _payment_line()
    _ledger_entry()
    _duplicate_decision()
    _book_subsidies()
    _close_ledger()


def downgrade() -> None:
    """Drop them again, the last first; SQLite drops triggers with their tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ledger_entry_stays ON ledger_entry")
        op.execute("DROP FUNCTION refuse_ledger_change()")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _payment_list() -> None:
    table = "payment_list"
    accounts = "made_by_id submitted_by_id approved_by_id paid_by_id"
    _create(
        table,
        *_some(_CODE, "payer"),
        sa.Column("state", _CODE, nullable=False, server_default="draft"),
        *_some(_DATE, "paid_on?"),
        *_some(_INSTANT, "made_at submitted_at? approved_at? paid_at?"),
        *_some(_NUMBER, "union_id year"),
        *_some(_NUMBER, " ".join(f"{one}?" for one in accounts.split())),
        *_some(_TEXT, "public_id programme title return_reason?"),
        sa.Column("version_id", _NUMBER, nullable=False, server_default="1"),
        *_keys(
            table,
            RESTRICT="union_id>union_org",
            SET_NULL=" ".join(f"{one}>account" for one in accounts.split()),
        ),
        _check(
            table,
            "approved_by_another",
            "approved_by_id IS NULL OR made_by_id IS NULL OR approved_by_id <> made_by_id",
        ),
        _check(table, "paid_dated", "(state = 'paid') = (paid_on IS NOT NULL)"),
        _check(table, "year", "year BETWEEN 1990 AND 2100"),
        _words(table, "payer", _PAYERS),
        _words(table, "state", "draft submitted approved paid returned"),
        _unique(table, "public_id"),
    )
    _index(table, "list", "union_id state id")


def _payment_line() -> None:
    table = "payment_line"
    _create(
        table,
        *_some(_BIG, "amount_fen"),
        *_some(_BYTES, "card_cipher?"),
        *_some(_INSTANT, "entered_at"),
        *_some(_NUMBER, "list_id graduate_id? member_id? household_id? subject_id? entered_by_id?"),
        *_some(_TEXT, "public_id purpose card_masked? bank_name? subject_kind?"),
        *_keys(
            table,
            CASCADE="list_id>payment_list",
            RESTRICT="graduate_id>graduate member_id>household_member household_id>household",
            SET_NULL="entered_by_id>account",
        ),
        _check(table, "amount_positive", "amount_fen > 0"),
        _check(table, "of_somebody", "graduate_id IS NOT NULL OR member_id IS NOT NULL"),
        _check(table, "subject_whole", "(subject_kind IS NULL) = (subject_id IS NULL)"),
        _unique(table, "public_id"),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", name=op.f("uq_payment_line_subject_kind_subject_id")
        ),
    )
    _indexes(table, "list_id graduate_id member_id household_id")


def _ledger_entry() -> None:
    table = "ledger_entry"
    _create(
        table,
        *_some(_BIG, "amount_fen"),
        *_some(_CODE, "payer source reversal_reason?"),
        *_some(_DATE, "happened_on"),
        *_some(_INSTANT, "entered_at"),
        *_some(
            _NUMBER,
            "payer_union_id? union_id graduate_id? member_id? household_id? year actor_id? list_line_id? reverses_id?"
            " subject_id?",
        ),
        *_some(_TEXT, "public_id payer_name? programme purpose subject_kind? once_key? note?"),
        *_keys(
            table,
            RESTRICT="payer_union_id>union_org union_id>union_org graduate_id>graduate"
            " member_id>household_member household_id>household list_line_id>payment_line"
            " reverses_id>ledger_entry",
            SET_NULL="actor_id>account",
        ),
        _check(table, "amount_not_nothing", "amount_fen <> 0"),
        _check(table, "below_zero_reverses", "(amount_fen < 0) = (reverses_id IS NOT NULL)"),
        _check(
            table,
            "of_somebody",
            "graduate_id IS NOT NULL OR member_id IS NOT NULL OR household_id IS NOT NULL",
        ),
        _check(table, "reversal_says_why", "(reverses_id IS NULL) = (reversal_reason IS NULL)"),
        _check(table, "subject_whole", "(subject_kind IS NULL) = (subject_id IS NULL)"),
        _check(table, "union_money_of_a_union", "(payer = 'union') = (payer_union_id IS NOT NULL)"),
        _check(table, "year", "year BETWEEN 1990 AND 2100"),
        _words(table, "payer", _PAYERS),
        _words(
            table, "reversal_reason", "returned wrong_amount wrong_person not_entitled twice other"
        ),
        _words(table, "source", "payment_list claim entitlement recorded reversal"),
        *[_unique(table, one) for one in ("public_id", "list_line_id", "reverses_id", "once_key")],
    )
    _indexes(table, "payer_union_id household_id")
    _index(table, "totals", "union_id year programme id")
    _index(table, "subject", "subject_kind subject_id")
    _index(table, "same_graduate", "graduate_id year purpose")
    _index(table, "same_member", "member_id year purpose")


def _duplicate_decision() -> None:
    table = "duplicate_decision"
    _create(
        table,
        *_some(_CODE, "answer"),
        *_some(_INSTANT, "decided_at"),
        *_some(_JSON, "entry_ids"),
        *_some(_NUMBER, "subject_id graduate_id? member_id? year decided_by_id?"),
        *_some(_TEXT, "subject_kind purpose reason"),
        *_keys(
            table,
            RESTRICT="graduate_id>graduate member_id>household_member",
            SET_NULL="decided_by_id>account",
        ),
        _check(table, "of_somebody", "graduate_id IS NOT NULL OR member_id IS NOT NULL"),
        _words(table, "answer", "pay stop"),
    )
    _indexes(table, "graduate_id member_id")
    _index(table, "subject", "subject_kind subject_id id")


def _book_subsidies() -> None:
    """Book every claim of before with the two times it had; the payer is the union that took it."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    number = (
        "lower(hex(randomblob(9)))" if is_sqlite else "substr(md5(random()::text || s.id), 1, 18)"
    )
    op.execute(
        "INSERT INTO ledger_entry (public_id, payer, payer_union_id, programme, union_id, graduate_id, year,"  # noqa: S608 - both words put in are written above
        " purpose, amount_fen, source, happened_on, entered_at, actor_id, subject_kind, subject_id, once_key)"
        f" SELECT {number}, 'union', s.union_id, 'union_training', s.union_id, s.graduate_id, s.year,"
        " 'training', s.amount_fen, 'claim', s.claimed_on, s.entered_at, s.entered_by_id, 'training_subsidy', s.id,"
        " 'training_subsidy:' || s.id FROM training_subsidy s ORDER BY s.id"
    )


def _close_ledger() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("DELETE", f"UPDATE OF {_KEPT}"):
            op.execute(
                f"CREATE TRIGGER ledger_entry_no_{act[:6].lower()} BEFORE {act} ON ledger_entry"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER ledger_entry_stays BEFORE DELETE OR UPDATE OF {_KEPT}"
        " ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
    )


def _create(table: str, *parts: Any) -> None:
    """Create a table with a number of its own as key."""
    number = sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, number, *parts, key, sqlite_autoincrement=True)


def _some(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    """Return columns of a type; those whose name ends in ? may be empty."""
    return [
        sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names.split()
    ]


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


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values.split())
    return _check(table, column, f"{column} IN ({listed})")


def _indexes(table: str, columns: str) -> None:
    for column in columns.split():
        _index(table, column, column)


def _index(table: str, name: str, columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{name}"), table, columns.split(), unique=False)
