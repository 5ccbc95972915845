"""Create exports with approval, rights of persons, consents to publicity, disclosures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLES = (
    *("anonymised_row", "disclosure", "export_request", "exported_file"),
    *("rights_request", "story_consent", "storage_only"),
)


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _anonymised_row()
    _disclosure()
    _export_request()
    _exported_file()
    _rights_request()
    _story_consent()
    _storage_only()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _anonymised_row() -> None:
    op.create_table(
        "anonymised_row",
        _id(),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("ran_out_on", sa.Date(), nullable=False),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymised_row")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "rule",
            name=op.f("uq_anonymised_row_subject_kind_subject_id_rule"),
        ),
        sqlite_autoincrement=True,
    )


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        _id(),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("n_persons", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("kinds", _JSON, nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("consent_kind", sa.Text(), nullable=True),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disclosed_by_id", sa.Integer(), nullable=True),
        sa.Column("keep_until_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        _key("disclosure", "union_id", "union_org", "RESTRICT"),
        _key("disclosure", "disclosed_by_id", "account", "SET NULL"),
        sa.CheckConstraint(
            "basis IN ('consent', 'law', 'contract')", name=op.f("ck_disclosure_basis")
        ),
        sqlite_autoincrement=True,
    )
    _index("ix_disclosure_list", "disclosure", "union_id", "id")
    _index("ix_disclosure_subject", "disclosure", "subject_kind", "subject_id")


def _export_request() -> None:
    op.create_table(
        "export_request",
        _id(),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("filter", _JSON, nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("recipient_contact", sa.Text(), nullable=True),
        sa.Column("basis", sa.String(40), nullable=True),
        sa.Column("n_records", sa.Integer(), nullable=False),
        sa.Column("alarm_level", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("n_downloads", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_request")),
        _key("export_request", "union_id", "union_org", "RESTRICT"),
        _key("export_request", "requested_by_id", "account", "SET NULL"),
        _key("export_request", "decided_by_id", "account", "SET NULL"),
        _key("export_request", "file_id", "stored_file", "SET NULL"),
        sa.CheckConstraint(
            "basis IN ('consent', 'law', 'contract')", name=op.f("ck_export_request_basis")
        ),
        sa.CheckConstraint(
            "(recipient IS NULL) = (basis IS NULL)",
            name=op.f("ck_export_request_recipient_on_a_ground"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'ready', 'refused', 'expired')",
            name=op.f("ck_export_request_state"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> requested_by_id", name=op.f("ck_export_request_two_people")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_export_request_public_id")),
        sqlite_autoincrement=True,
    )
    _index("ix_export_request_asker", "export_request", "requested_by_id", "requested_at")
    _index("ix_export_request_list", "export_request", "union_id", "state", "id")


def _exported_file() -> None:
    op.create_table(
        "exported_file",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "household_id", name=op.f("pk_exported_file")),
        _key("exported_file", "export_id", "export_request", "CASCADE"),
        _key("exported_file", "household_id", "household", "CASCADE"),
    )
    _index("ix_exported_file_household_id", "exported_file", "household_id")


def _rights_request() -> None:
    op.create_table(
        "rights_request",
        _id(),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("words_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("asked_through", sa.String(40), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("result_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
        _key("rights_request", "union_id", "union_org", "RESTRICT"),
        _key("rights_request", "graduate_id", "graduate", "CASCADE"),
        _key("rights_request", "member_id", "household_member", "CASCADE"),
        _key("rights_request", "entered_by_id", "account", "SET NULL"),
        _key("rights_request", "decided_by_id", "account", "SET NULL"),
        sa.CheckConstraint(
            "state = 'open' OR result_cipher IS NOT NULL",
            name=op.f("ck_rights_request_answered_with_words"),
        ),
        sa.CheckConstraint(
            "asked_through IN ('self', 'on_behalf', 'import', 'paper')",
            name=op.f("ck_rights_request_asked_through"),
        ),
        sa.CheckConstraint(
            "kind IN ('access', 'copy', 'correction', 'deletion', 'explanation', 'objection')",
            name=op.f("ck_rights_request_kind"),
        ),
        sa.CheckConstraint(_ONE_PERSON, name=op.f("ck_rights_request_one_person")),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'blocked', 'refused')", name=op.f("ck_rights_request_state")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_rights_request_public_id")),
        sqlite_autoincrement=True,
    )
    _index("ix_rights_request_graduate_id", "rights_request", "graduate_id")
    _index("ix_rights_request_list", "rights_request", "union_id", "state", "due_on")
    _index("ix_rights_request_member_id", "rights_request", "member_id")


def _story_consent() -> None:
    op.create_table(
        "story_consent",
        _id(),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("text_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("names_person", sa.Boolean(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("photo_sha256", sa.Text(), nullable=True),
        sa.Column("media", _JSON, nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("paper_sha256", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_through", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_consent")),
        _key("story_consent", "union_id", "union_org", "RESTRICT"),
        _key("story_consent", "graduate_id", "graduate", "CASCADE"),
        _key("story_consent", "member_id", "household_member", "CASCADE"),
        _key("story_consent", "photo_id", "stored_file", "SET NULL"),
        _key("story_consent", "paper_id", "stored_file", "SET NULL"),
        _key("story_consent", "recorded_by_id", "account", "SET NULL"),
        sa.CheckConstraint("answer IN ('given', 'refused')", name=op.f("ck_story_consent_answer")),
        sa.CheckConstraint(_ONE_PERSON, name=op.f("ck_story_consent_one_person")),
        sa.CheckConstraint(
            "answer = 'refused' OR paper_sha256 IS NOT NULL",
            name=op.f("ck_story_consent_signed_paper"),
        ),
        sa.CheckConstraint(
            "withdrawn_through IN ('self', 'on_behalf', 'import', 'paper')",
            name=op.f("ck_story_consent_withdrawn_through"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_story_consent_public_id")),
        sqlite_autoincrement=True,
    )
    _index("ix_story_consent_graduate_id", "story_consent", "graduate_id")
    _index("ix_story_consent_list", "story_consent", "union_id", "id")
    _index("ix_story_consent_member_id", "story_consent", "member_id")
    _index("ix_story_consent_text", "story_consent", "text_sha256")


def _storage_only() -> None:
    op.create_table(
        "storage_only",
        _id(),
        sa.Column("graduate_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("keep_until_on", sa.Date(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_only")),
        _key("storage_only", "graduate_id", "graduate", "CASCADE"),
        _key("storage_only", "member_id", "household_member", "CASCADE"),
        _key("storage_only", "request_id", "rights_request", "RESTRICT"),
        sa.CheckConstraint(_ONE_PERSON, name=op.f("ck_storage_only_one_person")),
        sa.UniqueConstraint("graduate_id", name=op.f("uq_storage_only_graduate_id")),
        sa.UniqueConstraint("member_id", name=op.f("uq_storage_only_member_id")),
        sqlite_autoincrement=True,
    )


_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_ONE_PERSON = (
    "(CASE WHEN graduate_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN member_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(op.f(name), table, list(columns), unique=False)


def _key(table: str, name: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_{table}_{name}_{other}")
    return sa.ForeignKeyConstraint([name], [f"{other}.id"], name=key, ondelete=ondelete)
