"""Let memberships hold the roles of casework, and consents its purposes."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ROLES = (
    "administrator",
    "drive_manager",
    "caseworker",
    "reviewer",
    "auditor",
    "fair_organiser",
    "employer",
    "graduate",
)
_NEW_ROLES = ("grassroots_officer", "approver", "privacy_officer", "helper", "holder")
_PURPOSES = ("service", "ranking", "disclosure", "hardship_disclosure")
_NEW_PURPOSES = ("cooperation", "pairing")
_PLACES = ("union_id", "employer_id", "graduate_id")


def upgrade() -> None:
    """Widen the closed lists and add the holder's own file as a place."""
    _closed_list("consent_text", "purpose", (*_PURPOSES, *_NEW_PURPOSES))
    _closed_list("consent", "purpose", (*_PURPOSES, *_NEW_PURPOSES))
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_membership_member_id_household_member"),
            "household_member",
            ["member_id"],
            ["id"],
            ondelete="CASCADE",
        )
        _replace_checks(batch, (*_ROLES, *_NEW_ROLES), (*_PLACES, "member_id"))
    held = sa.text("member_id IS NOT NULL AND ended_on IS NULL")
    op.create_index(
        op.f("uq_membership_own_file"),
        "membership",
        ["account_id"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )


def downgrade() -> None:
    """Forget memberships and consents the older lists do not know, then narrow the lists."""
    op.drop_index(op.f("uq_membership_own_file"), table_name="membership")
    _forget("membership", "role", _NEW_ROLES)
    with op.batch_alter_table("membership") as batch:
        batch.drop_constraint(op.f("fk_membership_member_id_household_member"), type_="foreignkey")
        _replace_checks(batch, _ROLES, _PLACES)
        batch.drop_column("member_id")
    for table in ("consent", "consent_text"):
        _forget(table, "purpose", _NEW_PURPOSES)
        _closed_list(table, "purpose", _PURPOSES)


def _listed(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def _forget(table: str, column: str, words: tuple[str, ...]) -> None:
    rows = sa.table(table, sa.column(column))
    op.execute(sa.delete(rows).where(rows.c[column].in_(words)))


def _closed_list(table: str, column: str, words: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN {_listed(words)}")


def _replace_checks(
    batch: BatchOperations, roles: tuple[str, ...], places: tuple[str, ...]
) -> None:
    filled = " + ".join(f"(CASE WHEN {place} IS NULL THEN 0 ELSE 1 END)" for place in places)
    batch.drop_constraint(op.f("ck_membership_role"), type_="check")
    batch.drop_constraint(op.f("ck_membership_one_place"), type_="check")
    batch.create_check_constraint(op.f("ck_membership_one_place"), f"{filled} = 1")
    batch.create_check_constraint(op.f("ck_membership_role"), f"role IN {_listed(roles)}")
