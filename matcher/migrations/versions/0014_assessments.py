"""Create assessments of tiers, standard lines, exits and returns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIERS = "'none', 'auxiliary', 'accidental', 'relative', 'deep'"
_REASONS = (
    "'income', 'work', 'aid_delivered', 'state_care', 'retired', 'transferred', 'died', 'corrected', "
    "'own_wish', 'other'"
)
_KEPT = ("assessment", "assessment_decision")
_ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Create the tables, each after those it points to, and the triggers that keep assessments as they are."""
    _standard_line()
    _assessment()
    _assessment_decision()
    _household_exit()
    _household_return()
    _keep()


def downgrade() -> None:
    """Drop them again, the last first; SQLite drops triggers with their tables."""
    for table in ("household_return", "household_exit", "assessment_decision", "assessment"):
        op.drop_table(table)
    op.drop_table("standard_line")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_assessment_change()")


def _keep() -> None:
    refusal = "assessments are append-only"
    if op.get_bind().dialect.name == "sqlite":
        for table in _KEPT:
            for act in _ACTS:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_assessment_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_assessment_change()"
        )


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({words})", name=op.f(f"ck_{table}_{column}"))


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ids(table: str, *, public: bool = True) -> list[sa.schema.SchemaItem]:
    items: list[sa.schema.SchemaItem] = [
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
    if public:
        items.append(sa.Column("public_id", sa.Text(), nullable=False))
        items.append(sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")))
    return items


def _standard_line() -> None:
    table = "standard_line"
    op.create_table(
        table,
        *_ids(table),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("monthly_fen", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(40), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        _instant("made_at"),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        _instant("ended_at", nullable=True),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "made_by_id", "account", "SET NULL"),
        _key(table, "ended_by_id", "account", "SET NULL"),
        _one_of(table, "kind", "'urban_minimum', 'rural_minimum'"),
        _one_of(table, "grade", "'a', 'b', 'c', 'u'"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_standard_line_validity")
        ),
        sa.CheckConstraint("monthly_fen > 0", name=op.f("ck_standard_line_above_nothing")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_standard_line_live",
        table,
        ["union_id", "kind", "region_code", "valid_from"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _assessment() -> None:
    table = "assessment"
    op.create_table(
        table,
        *_ids(table),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("inputs", _JSON, nullable=False, server_default="[]"),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("grade_code", sa.Text(), nullable=True),
        sa.Column("tier", sa.String(40), nullable=True),
        sa.Column("per_head_fen", sa.Integer(), nullable=True),
        sa.Column("line_fen", sa.Integer(), nullable=True),
        sa.Column("margin_fen", sa.Integer(), nullable=True),
        sa.Column("is_near", sa.Boolean(), nullable=False),
        sa.Column("working", _JSON, nullable=False, server_default="[]"),
        sa.Column("asked_for", _JSON, nullable=False, server_default="[]"),
        _instant("made_at"),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        _key(table, "household_id", "household", "RESTRICT"),
        _key(table, "replaces_id", "assessment", "RESTRICT"),
        _key(table, "made_by_id", "account", "RESTRICT"),
        _one_of(table, "answer", "'yes', 'no', 'unknown'"),
        _one_of(table, "tier", _TIERS),
        sa.CheckConstraint(
            "tier IS NULL OR (tier <> 'none' AND answer = 'yes')",
            name=op.f("ck_assessment_tier_by_answer"),
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_assessment_replaces_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assessment_household_id"), table, ["household_id"])
    op.create_index(
        "uq_assessment_first",
        table,
        ["household_id", "rule_set"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
    )


def _assessment_decision() -> None:
    table = "assessment_decision"
    op.create_table(
        table,
        *_ids(table, public=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("tier", sa.String(40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _instant("decided_at"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        _key(table, "assessment_id", "assessment", "RESTRICT"),
        _key(table, "decided_by_id", "account", "RESTRICT"),
        _one_of(table, "decision", "'adopted', 'declined'"),
        _one_of(table, "tier", _TIERS),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_assessment_decision_assessment_id")),
        sqlite_autoincrement=True,
    )


def _household_exit() -> None:
    table = "household_exit"
    op.create_table(
        table,
        *_ids(table),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("guarantees", _JSON, nullable=False, server_default="[]"),
        sa.Column("evidence_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        _instant("entered_at"),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        _instant("confirmed_at", nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=True),
        sa.Column("call_back_on", sa.Date(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        _key(table, "household_id", "household", "RESTRICT"),
        _key(table, "entered_by_id", "account", "SET NULL"),
        _key(table, "confirmed_by_id", "account", "SET NULL"),
        _one_of(table, "kind", "'lifted', 'relieved', 'other'"),
        _one_of(table, "reason", _REASONS),
        _one_of(table, "state", "'proposed', 'confirmed', 'withdrawn'"),
        sa.CheckConstraint(
            "(confirmed_at IS NOT NULL) = (state <> 'proposed')",
            name=op.f("ck_household_exit_confirmed_by_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
            name=op.f("ck_household_exit_second_person"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_household_exit_household_id"), table, ["household_id"])
    op.create_index(
        "uq_household_exit_proposed",
        table,
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _household_return() -> None:
    table = "household_return"
    op.create_table(
        table,
        *_ids(table),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("exit_id", sa.Integer(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("evidence_cipher", sa.LargeBinary(), nullable=False),
        _instant("entered_at"),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        _key(table, "household_id", "household", "RESTRICT"),
        _key(table, "exit_id", "household_exit", "RESTRICT"),
        _key(table, "entered_by_id", "account", "SET NULL"),
        _one_of(table, "found_by", "'call_back', 'visit', 'own_report', 'other'"),
        _one_of(table, "outcome", "'reopened', 'watched'"),
        sqlite_autoincrement=True,
    )
    for column in ("household_id", "exit_id"):
        op.create_index(op.f(f"ix_household_return_{column}"), table, [column])
