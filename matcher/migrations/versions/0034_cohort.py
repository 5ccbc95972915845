"""Create the census, the cohort's log, phases of a drive, service events and what figures lacked.

Postings get a first step as they stand, and each placement's newest entry gets the facts figures read from
its steps, so that what was before the log can be counted too.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLES = (
    "drive_phase census cohort_act cohort_household_act"
    " service_event business_effect employer_mark posting_step"
)
_NUMBER, _FLAG, _DATE = sa.Integer(), sa.Boolean(), sa.Date()
_TYPES: dict[str, Any] = {"date": _DATE, "flag": _FLAG, "number": _NUMBER, "text": sa.Text()}
_TYPES |= {"bytes": sa.LargeBinary(), "code": sa.String(40), "instant": sa.DateTime(timezone=True)}
_FIRST = "kind IN ('counted', 'joined')"


def upgrade() -> None:
    """Create the tables, each after those it points to, and fill what can be filled."""
    for make in (_phases, _census, _people, _households, _events, _effects, _marks, _steps):
        make()
    for table in ("posting", "placement"):
        op.add_column(table, _no("is_public_welfare"))
    _fill_posting_steps()
    _fill_placement_steps()


def downgrade() -> None:
    """Drop them again, the last first; facts added to steps stay, nobody misreads them."""
    for table in ("placement", "posting"):
        op.drop_column(table, "is_public_welfare")
    for table in reversed(_TABLES.split()):
        op.drop_table(table)


def _phases() -> None:
    table = "drive_phase"
    _create(
        table,
        "code kind; date from_on until_on locks_on?; instant entered_at; number drive_id entered_by_id?",
        "drive_id>drive! entered_by_id>account",
        sa.Column("version_id", _NUMBER, nullable=False, server_default="1"),
        *_words(table, kind="survey carry_out summing_up"),
        *_checks(
            table,
            dates_in_order="from_on <= until_on",
            locks_after_end="locks_on IS NULL OR locks_on >= until_on",
        ),
        _unique(table, "drive_id", "kind"),
    )


def _census() -> None:
    _create(
        "census",
        "date counted_on; instant taken_at; number drive_id taken_by_id? n_people n_households"
        " n_not_counted; text digest",
        "drive_id>drive taken_by_id>account",
        _unique("census", "drive_id"),
    )


def _people() -> None:
    table = "cohort_act"
    _create(
        table,
        "bytes words_cipher?; code kind tier standing standing_basis reason?;"
        " date since_on left_on? happened_on; flag is_zero_employment is_earlier_year counts_out;"
        " instant entered_at; number drive_id graduate_id replaces_id? union_id household_id?"
        " standing_source_id? actor_id?",
        "drive_id>drive graduate_id>graduate replaces_id>cohort_act union_id>union_org"
        " household_id>household actor_id>account",
        *_as_a_log(table),
        *_words(
            table,
            standing="signed further_study seeking not_now unknown",
            standing_basis="survey placement correction nothing",
        ),
        *_checks(table, dates_in_order="left_on IS NULL OR left_on >= since_on"),
    )
    _once(table, "drive_id graduate_id", _FIRST)
    _indexes(table, union_id="union_id", household_id="household_id")
    _indexes(table, person="drive_id graduate_id id", graduate="graduate_id")


def _households() -> None:
    table = "cohort_household_act"
    _create(
        table,
        "code kind tier reason?; date since_on left_on? happened_on; flag is_zero_employment"
        " counts_out; instant entered_at; number drive_id household_id replaces_id? union_id"
        " n_in_school actor_id?",
        "drive_id>drive household_id>household replaces_id>cohort_household_act"
        " union_id>union_org actor_id>account",
        *_as_a_log(table),
        *_checks(table, children_not_negative="n_in_school >= 0"),
    )
    _once(table, "drive_id household_id", _FIRST)
    _indexes(table, of="drive_id household_id id", household="household_id", union_id="union_id")


def _as_a_log(table: str) -> list[sa.Constraint]:
    return [
        *_words(
            table,
            kind="counted joined left returned corrected",
            tier="none auxiliary accidental relative deep",
            reason="mistake duplicate died moved no_wish out_of_reach file_exited found_work other",
        ),
        *_checks(
            table,
            follows_a_first=f"(replaces_id IS NULL) = ({_FIRST})",
            left_with_reason="(left_on IS NULL) = (reason IS NULL)",
            out_only_left="left_on IS NOT NULL OR NOT counts_out",
        ),
        _unique(table, "replaces_id"),
    ]


def _events() -> None:
    table = "service_event"
    _create(
        table,
        "code kind channel; date happened_on until_on; instant entered_at; number union_id"
        " drive_id? n_employers? n_posts? n_distinct_posts? n_visitors? n_intents? actor_id?"
        " credited_to_id? replaces_id? first_id?; text public_id title place? why?",
        "union_id>union_org drive_id>drive replaces_id>service_event first_id>service_event"
        " actor_id>account credited_to_id>account",
        _no("is_void"),
        *_words(
            table,
            kind="fair policy_talk guidance visit other",
            channel="on_site online livestream mixed",
        ),
        *_checks(
            table,
            dates_in_order="happened_on <= until_on",
            void_names_another="NOT is_void OR replaces_id IS NOT NULL",
            counts_not_negative="n_employers >= 0 AND n_posts >= 0 AND n_visitors >= 0"
            " AND n_intents >= 0",
            distinct_within_posts="n_distinct_posts >= 0 AND (n_posts IS NULL"
            " OR n_distinct_posts <= n_posts)",
        ),
        _unique(table, "public_id"),
        _unique(table, "replaces_id"),
    )
    _indexes(
        table,
        list="union_id happened_on id",
        drive="drive_id kind happened_on",
        first_id="first_id",
    )


def _effects() -> None:
    table = "business_effect"
    _create(
        table,
        "date happened_on; instant entered_at; number placement_id n_jobs actor_id? replaces_id?;"
        " text evidence",
        "placement_id>placement replaces_id>business_effect actor_id>account",
        *_checks(table, jobs_not_negative="n_jobs >= 0"),
        _unique(table, "replaces_id"),
    )
    _once(table, "placement_id", "replaces_id IS NULL")
    _indexes(table, placement="placement_id id")


def _marks() -> None:
    table = "employer_mark"
    _create(
        table,
        "code kind; date from_on until_on?; instant entered_at; number employer_id actor_id?"
        " replaces_id?; text source",
        "employer_id>employer replaces_id>employer_mark actor_id>account",
        _no("is_void"),
        *_words(table, kind="model_worker caring"),
        *_checks(table, dates_in_order="until_on IS NULL OR from_on <= until_on"),
        _unique(table, "replaces_id"),
    )
    _once(table, "employer_id kind", "replaces_id IS NULL")
    _indexes(table, employer="employer_id id")


def _steps() -> None:
    table = "posting_step"
    states = "draft blocked published closed"
    _create(
        table,
        "code before? after unit_kind?; instant at; number posting_id employer_id drive_id n_seats n_reserved"
        " n_pledged by_account_id?; text act",
        "drive_id>drive by_account_id>account",
        _no("is_public_welfare"),
        *_words(
            table,
            before=states,
            after=states,
            unit_kind="government institution state_owned foreign private other",
        ),
    )
    _indexes(table, posting="posting_id id", drive="drive_id id")


def _fill_posting_steps() -> None:
    op.execute(
        "INSERT INTO posting_step (posting_id, employer_id, drive_id, act, after, n_seats, n_reserved,"
        " n_pledged, unit_kind, at) SELECT p.id, p.employer_id, p.drive_id, 'created', p.state, p.headcount,"
        " (SELECT count(*) FROM seat s WHERE s.posting_id = p.id AND s.seat_class <> 'ordinary'"
        " AND s.state <> 'closed'), p.pledged, COALESCE(p.unit_kind, e.unit_kind), p.created_at"
        " FROM posting p JOIN employer e ON e.id = p.employer_id ORDER BY p.id"
    )


def _fill_placement_steps() -> None:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    step = sa.table("placement_step", sa.column("id", _NUMBER), sa.column("facts", kind))
    newest = sa.text(
        "SELECT s.id, s.facts, p.is_helped, p.is_outcome, p.signed_on"
        " FROM placement_step s JOIN placement p ON p.id = s.placement_id WHERE s.id IN"
        " (SELECT max(id) FROM placement_step WHERE act IN ('recorded', 'begun', 'changed')"
        " GROUP BY placement_id)"
    ).columns(id=_NUMBER, facts=kind, is_helped=_FLAG, is_outcome=_FLAG, signed_on=_DATE)
    connection = op.get_bind()
    for row in connection.execute(newest).all():
        facts = dict(row.facts or {})
        facts["is_helped"], facts["is_outcome"] = row.is_helped, row.is_outcome
        facts["signed_on"] = row.signed_on.isoformat() if row.signed_on else None
        connection.execute(sa.update(step).where(step.c.id == row.id).values(facts=facts))


def _create(table: str, listed: str, keys: str, *parts: Any) -> None:
    """Create a table: columns by type, ? for those that may be empty, and its keys, ! for one that cascades."""
    columns = [
        sa.Column(name.rstrip("?"), _TYPES[kind], nullable=name.endswith("?"))
        for kind, *names in (group.split() for group in listed.split(";"))
        for name in names
    ]
    op.create_table(
        table,
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        *columns,
        *(_key(table, *pair.split(">")) for pair in keys.split()),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    does = "CASCADE" if other.endswith("!") else "SET NULL" if other == "account" else "RESTRICT"
    other = other.rstrip("!")
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=does)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, _FLAG, nullable=False, server_default=sa.false())


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _checks(table: str, **rules: str) -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()
    ]


def _words(table: str, **lists: str) -> list[sa.Constraint]:
    """Hold closed lists, by the column that keeps a word of it."""
    rules = {
        column: f"{column} IN ({', '.join(map(repr, words.split()))})"
        for column, words in lists.items()
    }
    return _checks(table, **rules)


def _once(table: str, columns: str, condition: str) -> None:
    """Hold by a partial index that there is one first row."""
    where, rule = sa.text(condition), f"uq_{table}_first"
    op.create_index(
        rule, table, columns.split(), unique=True, sqlite_where=where, postgresql_where=where
    )


def _indexes(table: str, **listed: str) -> None:
    """Index columns together, by the name of the index."""
    for name, columns in listed.items():
        op.create_index(op.f(f"ix_{table}_{name}"), table, columns.split(), unique=False)
