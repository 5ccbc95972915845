"""Create placements, their steps and evidence, and the anomalies computed from them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = ("placement", "placement_step", "placement_evidence", "evidence_owner", "placement_alert")
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "number": sa.Integer(),
    "code": sa.String(40),
    "text": sa.Text(),
    "day": sa.Date(),
    "sealed": sa.LargeBinary(),
    "instant": sa.DateTime(timezone=True),
}
_STATES = "reported checking verified doubted revoked"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _placement()
    _placement_step()
    _placement_evidence()
    _evidence_owner()
    _placement_alert()


def downgrade() -> None:
    """Drop them again, the last first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _some(kind: str, names: str, *, nullable: bool = True) -> list[sa.Column[object]]:
    return [sa.Column(name, _KINDS[kind], nullable=nullable) for name in names.split()]


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _json(name: str, empty: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, nullable=False, server_default=empty)


def _keys(table: str, ondelete: str, pairs: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of pairs, each written as `columns > table`."""
    found = []
    for pair in pairs.split(", "):
        columns, _, other = pair.partition(" > ")
        for column in columns.split():
            name = op.f(f"fk_{table}_{column}_{other}")
            key = sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
            found.append(key)
    return found


def _ends(table: str, *, public: bool = True) -> list[sa.Constraint]:
    """Return the primary key, and the unique key of the public id."""
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    shown = sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id"))
    return [key, shown] if public else [key]


def _checks(table: str, **rules: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()
    ]


def _words(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _index(table: str, indexes: str) -> None:
    """Create indexes, each written as `name > columns`; a name alone is its column's."""
    for one in indexes.split(", "):
        name, _, columns = one.partition(" > ")
        op.create_index(op.f(f"ix_{table}_{name}"), table, (columns or name).split(), unique=False)


def _placement() -> None:
    table = "placement"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_some("text", "public_id", nullable=False),
        *_some("number", "union_id graduate_id", nullable=False),
        *_some("number", "case_id referral_id drive_id"),
        *_some("code", "source", nullable=False),
        _no("is_helped"),
        *_some("text", "destination_list destination_code", nullable=False),
        _no("is_outcome"),
        *_some("number", "employer_id"),
        *_some(
            "text",
            "employer_name credit_code unit_nature_code unit_nature_list job_title region_code",
        ),
        sa.Column("pay_fen", sa.BigInteger(), nullable=True),
        *_some("day", "signed_on contract_from_on contract_until_on"),
        *_some("day", "started_on", nullable=False),
        *_some("day", "ended_on"),
        *_some("code", "end_reason"),
        *_some("code", "state", nullable=False),
        _json("warnings", "[]"),
        *_some("sealed", "warning_reason_cipher"),
        *_some("instant", "recorded_at", nullable=False),
        *_some("number", "recorded_by_id"),
        *_some("day", "check_due_on"),
        *_some("instant", "verified_at"),
        *_some("number", "verified_by_id"),
        *_some("code", "person_answer"),
        *_some("instant", "person_answered_at"),
        *_some("sealed", "person_words_cipher"),
        *_some("code", "doubt_reason revocation_reason"),
        _no("closed_case"),
        *_some("number", "member_employment_id"),
        *_some("text", "work_before"),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        *_ends(table),
        *_keys(
            table,
            "RESTRICT",
            "union_id > union_org, graduate_id > graduate, employer_id > employer",
        ),
        *_keys(
            table,
            "SET NULL",
            "case_id > graduate_case, referral_id > referral, drive_id > drive, "
            "recorded_by_id verified_by_id > account, "
            "member_employment_id > member_employment",
        ),
        _words(
            table, "doubt_reason", "objection evidence employer reused internship implausible other"
        ),
        _words(table, "end_reason", "quit dismissed expired closed changed other"),
        _words(table, "person_answer", "true not_true"),
        _words(table, "revocation_reason", "untrue internship not_begun mistake twice other"),
        _words(table, "source", "referral staff self"),
        _words(table, "state", _STATES),
        *_checks(
            table,
            checked_by_another="verified_by_id IS NULL OR recorded_by_id IS NULL OR verified_by_id <> recorded_by_id",
            dates_in_order="ended_on IS NULL OR ended_on >= started_on",
            doubt_has_reason="(state = 'doubted') = (doubt_reason IS NOT NULL)",
            end_has_reason="(ended_on IS NULL) = (end_reason IS NULL)",
            revocation_has_reason="(state = 'revoked') = (revocation_reason IS NOT NULL)",
            verified_dated="state <> 'verified' OR verified_at IS NOT NULL",
        ),
        sqlite_autoincrement=True,
    )
    live = sa.text("state <> 'revoked' AND ended_on IS NULL")
    where: dict[str, Any] = {"sqlite_where": live, "postgresql_where": live}
    op.create_index("uq_placement_live_graduate", table, ["graduate_id"], unique=True, **where)
    _index(
        table,
        "case_id, credit_code > credit_code destination_code, "
        "drive > drive_id state verified_at, "
        "employer_day > employer_id started_on, graduate > graduate_id id, "
        "list > union_id state id, member_employment_id, "
        "recorded > recorded_by_id recorded_at, referral_id",
    )


def _placement_step() -> None:
    table = "placement_step"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_some("number", "placement_id", nullable=False),
        *_some("text", "act", nullable=False),
        *_some("code", "before"),
        *_some("code", "after", nullable=False),
        *_some("text", "reason"),
        *_some("instant", "at", nullable=False),
        *_some("code", "via", nullable=False),
        *_some("number", "by_account_id"),
        _json("facts", "{}"),
        *_some("sealed", "words_cipher"),
        *_ends(table, public=False),
        *_keys(table, "CASCADE", "placement_id > placement"),
        *_keys(table, "SET NULL", "by_account_id > account"),
        _words(table, "after", _STATES),
        _words(table, "before", _STATES),
        _words(table, "via", "self employer staff link system"),
        sqlite_autoincrement=True,
    )
    _index(table, "placement > placement_id id")


def _placement_evidence() -> None:
    table = "placement_evidence"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_some("text", "public_id", nullable=False),
        *_some("number", "placement_id", nullable=False),
        *_some("code", "kind", nullable=False),
        *_some("day", "issued_on"),
        *_some("number", "file_id"),
        *_some("text", "sha256"),
        *_some("sealed", "number_cipher"),
        *_some("text", "number_index number_masked"),
        *_some("instant", "entered_at", nullable=False),
        *_some("number", "entered_by_id"),
        *_some("code", "entered_via", nullable=False),
        *_some("code", "verdict method"),
        *_some("instant", "checked_at"),
        *_some("number", "checked_by_id"),
        *_some("sealed", "note_cipher"),
        *_some("instant", "withdrawn_at"),
        *_ends(table),
        *_keys(table, "CASCADE", "placement_id > placement"),
        *_keys(table, "SET NULL", "file_id > stored_file, entered_by_id checked_by_id > account"),
        _words(table, "entered_via", "self employer staff link system"),
        _words(
            table,
            "kind",
            "tripartite acceptance contract social_insurance employment_proof "
            "pay_record enlistment project_notice licence shares "
            "flexible_registration flexible_promise admission enrolment "
            "study_abroad check_number internship_paper other",
        ),
        _words(table, "method", "original number call visit data"),
        _words(table, "verdict", "good internship false unclear"),
        *_checks(
            table,
            checked_by_another="checked_by_id IS NULL OR entered_by_id IS NULL OR checked_by_id <> entered_by_id",
            has_substance="sha256 IS NOT NULL OR number_index IS NOT NULL",
            internship_no_proof="kind <> 'internship_paper'",
            verdict_dated="(verdict IS NULL) = (checked_at IS NULL)",
        ),
        sqlite_autoincrement=True,
    )
    _index(table, "file_id, number > number_index, placement_id, sha256")


def _evidence_owner() -> None:
    table = "evidence_owner"
    op.create_table(
        table,
        *_some("text", "mark", nullable=False),
        *_some("number", "graduate_id", nullable=False),
        *_some("instant", "since_at", nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_evidence_owner")),
        *_keys(table, "CASCADE", "graduate_id > graduate"),
    )
    _index(table, "graduate_id")


def _placement_alert() -> None:
    table = "placement_alert"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_some("text", "public_id", nullable=False),
        *_some("number", "union_id", nullable=False),
        *_some("code", "kind", nullable=False),
        *_some("text", "key", nullable=False),
        _json("facts", "{}"),
        *_some("number", "about_account_id"),
        *_some("instant", "first_seen_at last_seen_at", nullable=False),
        *_some("code", "state", nullable=False),
        *_some("code", "finding"),
        *_some("instant", "settled_at"),
        *_some("number", "settled_by_id"),
        *_some("sealed", "note_cipher"),
        sa.Column("version_id", sa.Integer(), nullable=False, server_default="1"),
        *_ends(table),
        *_keys(table, "CASCADE", "union_id > union_org"),
        *_keys(table, "SET NULL", "about_account_id settled_by_id > account"),
        _words(table, "finding", "explained corrected passed_on"),
        _words(
            table,
            "kind",
            "late_jump evidence_reused phone_shared licence_shared hires_on_day "
            "target_exact clerk_day warnings_passed",
        ),
        _words(table, "state", "open settled"),
        sa.UniqueConstraint(
            "union_id", "kind", "key", name=op.f("uq_placement_alert_union_id_kind_key")
        ),
        *_checks(
            table,
            settled_dated="(state = 'settled') = (settled_at IS NOT NULL)",
        ),
        sqlite_autoincrement=True,
    )
    _index(table, "about_account_id, list > union_id state kind id")
