"""Create chains of approval, publicity, reviews and the register of record; an approval's history stays."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "word": sa.String(40),
    "text": sa.Text(),
    "int": sa.Integer(),
    "bool": sa.Boolean(),
    "day": sa.Date(),
    "instant": sa.DateTime(timezone=True),
    "sealed": sa.LargeBinary(),
    "json": sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
}
_DEFAULTS: dict[str, Any] = {"": None, "true": sa.true(), "false": sa.false()}
_ENDS = {">": "RESTRICT", "^": "CASCADE", "~": "SET NULL"}
_WORD = re.compile(r"(\w+):(\w+)(\?)?(?:=([^>^~]*))?(?:([>^~])(\w+))?")
_REFUSAL = "approval_act is append-only"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    _approval_chain()
    _approval_chain_step()
    _approval()
    _approval_act()
    _account_interest()
    _notice()
    _objection()
    _yearly_review()
    _yearly_review_item()
    _register_change()
    _register_comparison()
    _register_difference()
    _keep_history()


def downgrade() -> None:
    """Drop them again, the last first."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER approval_act_stays ON approval_act")
        op.execute("DROP FUNCTION refuse_approval_act_change()")
    last_first = (
        "register_difference register_comparison register_change yearly_review_item yearly_review "
        "objection notice account_interest approval_act approval approval_chain_step approval_chain"
    )
    for table in last_first.split():
        op.drop_table(table)


def _keep_history() -> None:
    """Refuse deleting an act, and changing more of it than its comment (retention empties that)."""
    kept = ("approval_id", "position", "kind", "happened_on", "entered_at", "union_id")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("DELETE", f"UPDATE OF {', '.join(kept)}"):
            op.execute(
                f"CREATE TRIGGER approval_act_no_{act[:6].lower()} BEFORE {act} ON approval_act"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_approval_act_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER approval_act_stays BEFORE DELETE OR UPDATE OF {', '.join(kept)}"
        " ON approval_act FOR EACH ROW EXECUTE FUNCTION refuse_approval_act_change()"
    )


def _columns(table: str, words: str) -> list[sa.Column[Any]]:
    """Read name:type, ? may be empty, = default; keys: > keeps the other row, ^ goes with it, ~ forgets it."""
    found: list[sa.Column[Any]] = []
    for word in words.split():
        name, kind, empty, default, mark, other = _WORD.findall(word)[0]
        fk = op.f(f"fk_{table}_{name}_{other}")
        keys = [sa.ForeignKey(f"{other}.id", name=fk, ondelete=_ENDS[mark])] if other else []
        default = _DEFAULTS.get(default, default)
        found += [
            sa.Column(name, _TYPES[kind], *keys, nullable=bool(empty), server_default=default)
        ]
    return found


def _table(name: str, words: str, *rules: sa.schema.SchemaItem, public: bool = True) -> None:
    """Create a table numbered by `id`, with a public id unless told otherwise; * asks for an index."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *_columns(name, ("public_id:text " * public + words).replace("*", "")),
        *([_unique(name, "public_id")] if public else []),
        *rules,
        sqlite_autoincrement=True,
    )
    for word in words.split():
        column = word.partition(":")[0]
        if word.endswith("*"):
            op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _closed(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Hold a column to a closed list, given as words."""
    return _check(table, name, f"{name} IN ({', '.join(map(repr, words.split()))})")


def _once(name: str, table: str, columns: list[str], where: str) -> None:
    held = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=held, postgresql_where=held)


def _approval_chain() -> None:
    _table(
        "approval_chain",
        "union_id:int?>union_org subject_chain:text policy_code:text? edition:int=1 source:text "
        "created_at:instant created_by_id:int?~account replaced_at:instant?",
        _unique("approval_chain", "policy_code"),
        _unique("approval_chain", "union_id", "subject_chain", "edition"),
        _check("approval_chain", "own_or_default", "(union_id IS NULL) <> (policy_code IS NULL)"),
    )
    _once(
        "uq_approval_chain_current",
        "approval_chain",
        ["union_id", "subject_chain"],
        "replaced_at IS NULL AND union_id IS NOT NULL",
    )


def _approval_chain_step() -> None:
    op.create_table(
        "approval_chain_step",
        *_columns(
            "approval_chain_step",
            "chain_id:int^approval_chain position:int kind:word level:word permission:text "
            "limit_rule:text",
        ),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_approval_chain_step")),
        _closed("approval_chain_step", "kind", "visit publicity decision"),
        _closed("approval_chain_step", "level", "grassroots county city province national"),
    )


def _approval() -> None:
    _table(
        "approval",
        "chain_id:int>approval_chain* subject_kind:text subject_id:int union_id:int>union_org* "
        "region_code:text? state:word position:int step_kind:word waits_at_id:int?>union_org "
        "is_stuck:bool=false is_stopped:bool=false due_on:day? due_is_known:bool=true "
        "entered_by_ids:json=[] facts:json={} started_by_id:int?~account created_at:instant "
        "ended_at:instant? version_id:int=1",
        _closed("approval", "state", "running approved returned refused withdrawn"),
        _closed("approval", "step_kind", "visit publicity decision"),
        _check("approval", "ended_dated", "(state = 'running') = (ended_at IS NULL)"),
        _check(
            "approval", "running_waits_somewhere", "state <> 'running' OR waits_at_id IS NOT NULL"
        ),
    )
    op.create_index("ix_approval_queue", "approval", ["waits_at_id", "state", "due_on"])
    op.create_index("ix_approval_subject", "approval", ["subject_kind", "subject_id"])
    _once("uq_approval_running", "approval", ["subject_kind", "subject_id"], "state = 'running'")


def _approval_act() -> None:
    _table(
        "approval_act",
        "approval_id:int>approval* position:int kind:word is_deciding:bool=false "
        "happened_on:day entered_at:instant actor_id:int?~account on_behalf_of_id:int?~account "
        "credited_to_id:int?~account union_id:int?>union_org comment_cipher:sealed?",
        _closed(
            "approval_act",
            "kind",
            "submitted visited published publicity_ended objected rechecked passed approved "
            "returned refused withdrawn sent_up skipped stuck",
        ),
        _check(
            "approval_act",
            "refusal_says_why",
            "kind NOT IN ('refused', 'returned') OR comment_cipher IS NOT NULL",
        ),
        public=False,
    )


def _account_interest() -> None:
    _table(
        "account_interest",
        "account_id:int^account* kind:word unit_name:text unit_key:text* credit_code:text? "
        "declared_at:instant declared_by_id:int?~account ended_on:day?",
        _closed("account_interest", "kind", "own family shares other"),
        public=False,
    )
    _once(
        "uq_account_interest_standing",
        "account_interest",
        ["account_id", "unit_key"],
        "ended_on IS NULL",
    )


def _notice() -> None:
    _table(
        "notice",
        "token:text? approval_id:int?>approval* subject_kind:text subject_id:int "
        "union_id:int>union_org* round:int=1 limit_rule:text from_on:day to_on:day "
        "to_is_known:bool=true lines:json={} hide_tier:bool=false contact:text place:text? "
        "state:word created_at:instant created_by_id:int?~account ended_at:instant? "
        "version_id:int=1",
        _unique("notice", "token"),
        _closed("notice", "state", "running stopped ended withdrawn"),
        _check("notice", "days_in_order", "from_on <= to_on"),
        _check("notice", "ended_dated", "(state = 'running') = (ended_at IS NULL)"),
    )
    op.create_index("ix_notice_subject", "notice", ["subject_kind", "subject_id"])
    _once("uq_notice_running", "notice", ["subject_kind", "subject_id"], "state = 'running'")


def _objection() -> None:
    _table(
        "objection",
        "notice_id:int>notice* received_on:day entered_at:instant channel:word "
        "is_anonymous:bool=false statement_cipher:sealed received_by_id:int?~account "
        "recheck_due_on:day? outcome:word? findings_cipher:sealed? decided_at:instant? "
        "decided_by_id:int?~account version_id:int=1",
        _closed("objection", "channel", "call visit letter other"),
        _closed("objection", "outcome", "dismissed upheld_amend upheld_refuse"),
        _check("objection", "decided_dated", "(outcome IS NULL) = (decided_at IS NULL)"),
        _check("objection", "decided_says", "outcome IS NULL OR findings_cipher IS NOT NULL"),
    )
    _once("uq_objection_open", "objection", ["notice_id"], "outcome IS NULL")


def _yearly_review() -> None:
    _table(
        "yearly_review",
        "union_id:int>union_org year:int seed:text percent:int source:text population:json "
        "due_on:day created_at:instant created_by_id:int?~account",
        _unique("yearly_review", "union_id", "year"),
        _check("yearly_review", "percent_in_range", "percent BETWEEN 1 AND 100"),
    )


def _yearly_review_item() -> None:
    _table(
        "yearly_review_item",
        "review_id:int^yearly_review household_id:int^household* position:int outcome:word? "
        "reviewed_on:day? note_cipher:sealed? entered_at:instant? entered_by_id:int?~account "
        "version_id:int=1",
        _unique("yearly_review_item", "review_id", "household_id"),
        _closed("yearly_review_item", "outcome", "unchanged changed not_eligible not_reached"),
        _check("yearly_review_item", "reviewed_dated", "(outcome IS NULL) = (reviewed_on IS NULL)"),
    )


def _register_change() -> None:
    _table(
        "register_change",
        "union_id:int>union_org household_id:int^household* approval_id:int?~approval* "
        "kind:word fields:json values_cipher:sealed approved_on:day key_due_on:day "
        "keyed_on:day? keyed_by_id:int?~account paper_due_on:day paper_on:day? "
        "paper_by_id:int?~account created_at:instant version_id:int=1",
        _closed("register_change", "kind", "new_file changed exited returned"),
    )
    op.create_index("ix_register_change_list", "register_change", ["union_id", "keyed_on", "id"])


def _register_comparison() -> None:
    _table(
        "register_comparison",
        "union_id:int>union_org* file_name:text digest:text there:int here:int same:int "
        "refused:json=[] created_at:instant created_by_id:int?~account",
    )


def _register_difference() -> None:
    _table(
        "register_difference",
        "comparison_id:int^register_comparison* kind:word household_id:int?~household* "
        "row_number:int? name_masked:text id_number_masked:text? fields:json=[] "
        "values_cipher:sealed?",
        _closed("register_difference", "kind", "only_there only_here differs"),
        public=False,
    )
