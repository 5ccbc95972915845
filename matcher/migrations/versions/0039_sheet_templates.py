"""Create templates of the statistics sheet, files made of sheets, and lists of people as exports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_EXPORTS = ("files", "name_list", "school")


def upgrade() -> None:
    """Create the tables; exports that stand are of files."""
    _template()
    _file()
    _exported_person()
    with op.batch_alter_table("export_request") as batch:
        batch.add_column(sa.Column("kind", sa.String(40), server_default="files", nullable=False))
        words = ", ".join(map(repr, _EXPORTS))
        batch.create_check_constraint(op.f("ck_export_request_kind"), f"kind IN ({words})")


def downgrade() -> None:
    """Drop them again, the last first; exports of people go with their kind."""
    op.execute(sa.text("DELETE FROM export_request WHERE kind <> 'files'"))
    with op.batch_alter_table("export_request") as batch:
        batch.drop_constraint(op.f("ck_export_request_kind"), type_="check")
        batch.drop_column("kind")
    for table in ("exported_person", "sheet_file", "sheet_template"):
        op.drop_table(table)


def _template() -> None:
    table = "sheet_template"
    op.create_table(
        table,
        _id(),
        _text("public_id", nullable=False),
        _number("union_id"),
        _text("name", nullable=False),
        *(_number(name) for name in ("edition", "file_id")),
        sa.Column("is_official", sa.Boolean(), server_default=sa.false(), nullable=False),
        _text("issuer"),
        _list("bindings"),
        _instant("created_at", nullable=False),
        _number("created_by_id", nullable=True),
        _instant("retired_at"),
        _number("version_id", default="1"),
        _check(table, "edition_positive", "edition >= 1"),
        _check(table, "official_has_issuer", "is_official = (issuer IS NOT NULL)"),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "file_id", "stored_file", "RESTRICT"),
        _key(table, "created_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint(
            "union_id", "name", "edition", name=op.f(f"uq_{table}_union_id_name_edition")
        ),
        sqlite_autoincrement=True,
    )
    _index(table, "file_id")


def _file() -> None:
    table = "sheet_file"
    op.create_table(
        table,
        _id(),
        _text("public_id", nullable=False),
        *(_number(name) for name in ("drive_id", "union_id")),
        _code("kind"),
        *(_number(name, nullable=True) for name in ("template_id", "sheet_id")),
        sa.Column("as_of", sa.Date(), nullable=True),
        _text("role", nullable=False),
        _number("asker_union_id"),
        _instant("asked_at", nullable=False),
        _number("asked_by_id", nullable=True),
        _code("state"),
        *(_number(name, nullable=True) for name in ("job_id", "file_id")),
        *(_instant(name) for name in ("made_at", "expires_at")),
        _text("digest"),
        _list("left_empty"),
        _text("problem"),
        _one_of(table, "kind", ("workbook", "pdf", "template", "summary")),
        _one_of(table, "state", ("waiting", "ready", "failed", "expired")),
        _check(table, "template_named", "(kind = 'template') = (template_id IS NOT NULL)"),
        _check(table, "ready_is_made", "state <> 'ready' OR made_at IS NOT NULL"),
        _key(table, "drive_id", "drive", "CASCADE"),
        _key(table, "union_id", "union_org", "RESTRICT"),
        _key(table, "template_id", "sheet_template", "RESTRICT"),
        _key(table, "sheet_id", "sheet", "SET NULL"),
        _key(table, "asker_union_id", "union_org", "RESTRICT"),
        _key(table, "asked_by_id", "account", "SET NULL"),
        _key(table, "job_id", "job", "SET NULL"),
        _key(table, "file_id", "stored_file", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sqlite_autoincrement=True,
    )
    for column in ("drive_id", "template_id", "sheet_id", "job_id", "file_id"):
        _index(table, column)
    op.create_index("ix_sheet_file_list", table, ["union_id", "drive_id", "id"])


def _exported_person() -> None:
    table = "exported_person"
    op.create_table(
        table,
        *(_number(name) for name in ("export_id", "graduate_id")),
        _key(table, "export_id", "export_request", "CASCADE"),
        _key(table, "graduate_id", "graduate", "CASCADE"),
        sa.PrimaryKeyConstraint("export_id", "graduate_id", name=op.f(f"pk_{table}")),
    )
    _index(table, "graduate_id")


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _number(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _list(name: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, server_default="[]", nullable=False)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return _check(table, column, f"{column} IN ({', '.join(map(repr, words))})")


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
