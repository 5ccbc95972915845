"""Create applications for entitlements, their steps and papers, and the facts somebody asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLES = ("entitlement_fact", "entitlement_application", "entitlement_step", "entitlement_paper")
_LIVE = "state IN ('clue', 'preparing', 'submitted', 'publicity')"
_STATES = (
    "('clue', 'preparing', 'submitted', 'publicity', 'paid', 'reclaimed', 'refused', 'expired', "
    "'dropped')"
)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _fact()
    _application()
    _step()
    _paper()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key under the name the models give it."""
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _fact() -> None:
    op.create_table(
        "entitlement_fact",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_fact")),
        _key("entitlement_fact", "graduate_id", "graduate", "CASCADE"),
        _key("entitlement_fact", "member_id", "household_member", "CASCADE"),
        _key("entitlement_fact", "employer_id", "employer", "CASCADE"),
        _key("entitlement_fact", "placement_id", "placement", "CASCADE"),
        _key("entitlement_fact", "actor_id", "account", "SET NULL"),
        _key("entitlement_fact", "replaces_id", "entitlement_fact", "SET NULL"),
        sa.CheckConstraint(
            "(CASE WHEN graduate_id IS NULL AND member_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN placement_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_entitlement_fact_of_one"),
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_entitlement_fact_replaces_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_entitlement_fact_employer_id"), "entitlement_fact", ["employer_id"], unique=False
    )
    op.create_index(
        op.f("ix_entitlement_fact_graduate_id"), "entitlement_fact", ["graduate_id"], unique=False
    )
    op.create_index(
        op.f("ix_entitlement_fact_member_id"), "entitlement_fact", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_entitlement_fact_placement_id"), "entitlement_fact", ["placement_id"], unique=False
    )


def _application() -> None:
    op.create_table(
        "entitlement_application",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("rule_from_on", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_application")),
        _key("entitlement_application", "union_id", "union_org", "RESTRICT"),
        _key("entitlement_application", "graduate_id", "graduate", "RESTRICT"),
        _key("entitlement_application", "member_id", "household_member", "RESTRICT"),
        _key("entitlement_application", "placement_id", "placement", "SET NULL"),
        _key("entitlement_application", "owner_id", "account", "SET NULL"),
        _key("entitlement_application", "opened_by_id", "account", "SET NULL"),
        sa.CheckConstraint(
            "amount_fen IS NULL OR amount_fen > 0",
            name=op.f("ck_entitlement_application_amount_positive"),
        ),
        sa.CheckConstraint(
            "graduate_id IS NOT NULL OR member_id IS NOT NULL",
            name=op.f("ck_entitlement_application_of_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'paid' OR paid_on IS NOT NULL",
            name=op.f("ck_entitlement_application_paid_dated"),
        ),
        sa.CheckConstraint(
            f"state IN {_STATES}",
            name=op.f("ck_entitlement_application_state"),
        ),
        sa.CheckConstraint(
            "year BETWEEN 1990 AND 2100", name=op.f("ck_entitlement_application_year")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_entitlement_application_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_entitlement_application_graduate"),
        "entitlement_application",
        ["graduate_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entitlement_application_list"),
        "entitlement_application",
        ["union_id", "state", "due_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entitlement_application_member"),
        "entitlement_application",
        ["member_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entitlement_application_owner"),
        "entitlement_application",
        ["owner_id", "state", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entitlement_application_placement_id"),
        "entitlement_application",
        ["placement_id"],
        unique=False,
    )
    op.create_index(
        op.f("uq_entitlement_application_live_graduate"),
        "entitlement_application",
        ["graduate_id", "entitlement"],
        unique=True,
        sqlite_where=sa.text(f"{_LIVE} AND graduate_id IS NOT NULL"),
        postgresql_where=sa.text(f"{_LIVE} AND graduate_id IS NOT NULL"),
    )
    op.create_index(
        op.f("uq_entitlement_application_live_member"),
        "entitlement_application",
        ["member_id", "entitlement"],
        unique=True,
        sqlite_where=sa.text(f"{_LIVE} AND member_id IS NOT NULL"),
        postgresql_where=sa.text(f"{_LIVE} AND member_id IS NOT NULL"),
    )


def _step() -> None:
    op.create_table(
        "entitlement_step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("before", sa.String(40), nullable=True),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("facts", _JSON, nullable=False, server_default="{}"),
        sa.Column("words_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_step")),
        _key("entitlement_step", "application_id", "entitlement_application", "CASCADE"),
        _key("entitlement_step", "actor_id", "account", "SET NULL"),
        _key("entitlement_step", "replaces_id", "entitlement_step", "SET NULL"),
        sa.CheckConstraint(
            f"after IN {_STATES}",
            name=op.f("ck_entitlement_step_after"),
        ),
        sa.CheckConstraint(
            f"before IN {_STATES}",
            name=op.f("ck_entitlement_step_before"),
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_entitlement_step_replaces_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_entitlement_step_application_id"),
        "entitlement_step",
        ["application_id"],
        unique=False,
    )


def _paper() -> None:
    op.create_table(
        "entitlement_paper",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_paper")),
        _key("entitlement_paper", "application_id", "entitlement_application", "CASCADE"),
        _key("entitlement_paper", "document_id", "household_document", "SET NULL"),
        _key("entitlement_paper", "actor_id", "account", "SET NULL"),
        _key("entitlement_paper", "replaces_id", "entitlement_paper", "SET NULL"),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_entitlement_paper_replaces_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_entitlement_paper_application_id"),
        "entitlement_paper",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entitlement_paper_document_id"), "entitlement_paper", ["document_id"], unique=False
    )
