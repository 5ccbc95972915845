"""Give households the head of their file, and members what the national form asks."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_LISTS: dict[str, dict[str, str]] = {
    "household": {
        "state": "'draft', 'in_approval', 'active', 'refused', 'withdrawn', 'exited', 'merged'",
        "level": "'national', 'province', 'city', 'county', 'grassroots'",
        "housing": "'self_built', 'commercial', 'affordable', 'price_capped', 'work_unit', 'low_rent', "
        "'rented', 'other'",
    },
    "household_member": {
        "sex": "'male', 'female'",
        "marital": "'single', 'married', 'divorced', 'widowed'",
        "hukou": "'urban', 'rural', 'converted'",
        "health": "'good', 'ordinary_illness', 'major_illness', 'disabled'",
        "work_status": "'employed', 'self_employed', 'flexible', 'laid_off', 'unemployed', 'sick_leave', "
        "'internal_retirement', 'retired', 'student', 'service', 'child', 'unknown'",
    },
}
_OPEN = "is_open = (state IN ('draft', 'in_approval', 'active'))"
_INDEXES = {
    "household": {
        "ix_household_owner_id": ["owner_id"],
        "ix_household_list": ["union_id", "is_open", "id"],
    },
    "household_member": {
        "ix_household_member_graduate_id": ["graduate_id"],
        "ix_household_member_phone": ["phone_index"],
        "ix_household_member_name": ["name", "birth_on"],
    },
}
_KEYS = {
    "household": {
        "owner_id": ("account", "SET NULL"),
        "created_by_id": ("account", "SET NULL"),
        "merged_into_id": ("household", "RESTRICT"),
    },
    "household_member": {"graduate_id": ("graduate", "SET NULL")},
}


def upgrade() -> None:
    """Add the columns; files that stand closed are taken as ended."""
    for table, columns in (("household", _household()), ("household_member", _member())):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
    op.execute(sa.text("UPDATE household SET state = 'exited' WHERE NOT is_open"))
    for table, lists in _LISTS.items():
        with op.batch_alter_table(table) as batch:
            for name, (other, ondelete) in _KEYS[table].items():
                key = op.f(f"fk_{table}_{name}_{other}")
                batch.create_foreign_key(key, other, [name], ["id"], ondelete=ondelete)
            for name, words in lists.items():
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{name} IN ({words})")
            if table == "household":
                batch.create_check_constraint(op.f("ck_household_open_by_state"), _OPEN)
        for name, indexed in _INDEXES[table].items():
            op.create_index(op.f(name), table, indexed, unique=False)


def downgrade() -> None:
    """Drop them again."""
    for table, columns in (("household_member", _member()), ("household", _household())):
        for name in _INDEXES[table]:
            op.drop_index(op.f(name), table_name=table)
        with op.batch_alter_table(table) as batch:
            if table == "household":
                batch.drop_constraint(op.f("ck_household_open_by_state"), type_="check")
            for name in _LISTS[table]:
                batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            for name, (other, _) in _KEYS[table].items():
                batch.drop_constraint(op.f(f"fk_{table}_{name}_{other}"), type_="foreignkey")
            for column in columns:
                batch.drop_column(column.name)


def _household() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.String(40), nullable=False, server_default="active"),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("unit_name", sa.Text(), nullable=True),
        sa.Column("housing", sa.String(40), nullable=True),
        sa.Column("floor_area_m2", sa.Integer(), nullable=True),
        sa.Column("is_single_parent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
    ]


def _member() -> list[sa.Column[object]]:
    return [
        sa.Column("sex", sa.String(40), nullable=True),
        sa.Column("ethnicity", sa.Text(), nullable=True),
        sa.Column("marital", sa.String(40), nullable=True),
        sa.Column("hukou", sa.String(40), nullable=True),
        sa.Column("health", sa.String(40), nullable=True),
        sa.Column("illness_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("work_status", sa.String(40), nullable=False, server_default="unknown"),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
    ]
