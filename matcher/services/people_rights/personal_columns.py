"""Which columns tell of a person (个人信息所在的列): walked from the tables themselves, so that a new one counts.

From a household, member, graduate or case all tables are found that hang on it by a key that keeps or follows it,
and those that name it by `subject_kind` and `subject_id`. There every text, sealed value and list of values is
personal unless it is named here as harmless: forgetting a new table means that it is emptied, not that it is kept.
Closed lists, days, amounts and flags stay: the statistics live on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from matcher.models import Base

GONE = "已匿名"
"""What stands in place of a name."""

HARMLESS = frozenset(
    {
        "public_id", "rule", "relation", "region_code", "hukou_region_code", "origin_region",
        "edition", "code", "subject_kind", "limit_rule", "digest", "act", "part", "outcome",
        "package", "definition", "kinds", "step_number",
    }
)  # fmt: skip
"""Codes and the like, in any table; a member's `relation` is 配偶, 子女 …"""

KEPT_TABLES: Mapping[str, str] = {
    "anonymised_row": "says that it was done",
    "api_token": "of accounts, which end by themselves",
    "assessment": "amounts and answers without names; the database refuses any change",
    "audit_entry": "ids only, chained: a change would break the chain",
    "clock": "rule and days",
    "consent": "purposes and days; kept as proof",
    "disclosure": "to whom data went: has a clock of its own",
    "exported_file": "ids",
    "exported_person": "ids",
    "fair_entry": "log of the door: ids and instants, random numbers of scans",
    "fair_ticket": "random serials; who came is counted for the ledger",
    "membership": "ended apart",
    "storage_only": "what obliged to keep",
    "survey_visit": "days and marks of a visit",
    "task": "ids and plain values",
}
"""Tables that hang on people and are left as they are, with the reason."""

EMPTY_JSON: Mapping[str, Mapping[str, Any]] = {
    "approval": {"facts": {}},
    "case_plan_measure": {},
    "claim_act": {"facts": {}},
    "cooperation": {"scope": []},
    "entitlement_step": {"facts": {}},
    "fair_contact_step": {"facts": {}},
    "fair_paper_line": {"facts": {}},
    "fair_route": {"stops": []},
    "fair_visitor": {"shown": []},
    "file_merge": {"choices": {}, "moved": {}},
    "graduate": {"certificates": []},
    "home_visit": {"visitors": []},
    "household_change": {"fields": []},
    "intent": {},
    "notice": {"lines": []},
    "placement": {"warnings": []},
    "placement_step": {"facts": {}},
    "referral": {"disclosed": [], "reasons": {}},
    "referral_refusal": {"checks": []},
    "referral_step": {"facts": {}},
    "register_change": {"fields": []},
    "side_exit": {"evidence": []},
    "training_step": {"facts": {}},
    "zero_employment_state": {"facts": {}},
}
"""Lists and objects that are emptied, with what stands there afterwards."""

KEPT_JSON: Mapping[str, frozenset[str]] = {
    "approval": frozenset({"entered_by_ids"}),
    "duplicate_decision": frozenset({"entry_ids"}),
    "household_exit": frozenset({"guarantees"}),
    "intent": frozenset({"places", "occupations", "industries", "unit_kinds"}),
    "story_consent": frozenset({"media"}),
}
"""Lists that name no person: codes and ids."""

KEPT_TEXTS: Mapping[str, frozenset[str]] = {
    "entitlement_application": frozenset({"entitlement"}),
    "entitlement_paper": frozenset({"paper"}),
    "evidence_owner": frozenset({"mark"}),
    "duplicate_decision": frozenset({"purpose"}),
    "fair_paper_line": frozenset({"content_mark"}),
    "graduate_major": frozenset({"name"}),
    "ledger_entry": frozenset({"payer_name", "programme", "purpose", "once_key"}),
    "notice": frozenset({"contact"}),
    "story_consent": frozenset({"text_sha256", "photo_sha256", "paper_sha256"}),
    "placement": frozenset(
        {"destination_list", "destination_code", "unit_nature_list", "unit_nature_code"}
    ),
    "payment_line": frozenset({"purpose"}),
    "placement_evidence": frozenset({"sha256"}),
    "plan_publication": frozenset({"refusal_code"}),
    "recognition_decision": frozenset({"body_name"}),
    "training_subsidy": frozenset({"limit_source"}),
    "tuition_application": frozenset({"standard_source", "school_region"}),
}
"""Texts of one table that tell of no person."""

NAMES = {("household_member", "name"), ("graduate", "name")}

_NUMBERED = {("placement_evidence", "number_index")}
"""Marks without which a row would be nothing: in their place stands the row's number."""

_SUBJECTS = {
    "household": "household",
    "household_member": "member",
    "graduate": "graduate",
    "graduate_case": "graduate_case",
}
"""What `subject_kind` calls the rows of a table."""

_APART = frozenset({"household", "household_member", "graduate", "graduate_case"})
"""Tables with a clock of their own: walked to only where the caller starts from them."""


@dataclass(frozen=True)
class Reach:
    """A table with the condition, by a list of ids of the table one starts from, for the rows that hang on it."""

    table: sa.Table
    condition: Any
    """Takes a select of the starting ids."""


@cache
def reached(start: str) -> tuple[Reach, ...]:
    """Return the tables that hang on the rows of a table, itself first."""
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    own = tables[start]
    found = [Reach(own, lambda ids: own.c.id.in_(ids))]
    for one in found:
        for table in tables.values():
            found += _hanging(one, table, start)
    found += [
        _named(one, table) for one in found for table in tables.values() if _names(one, table)
    ]
    for one in [reach for reach in found if "subject_kind" in reach.table.c]:
        for table in tables.values():
            found += _hanging(one, table, start)
    return tuple(found)


def _hanging(above: Reach, table: sa.Table, start: str) -> list[Reach]:
    """Return how a table hangs on another one: by keys that keep it or go with it."""
    if table.name == above.table.name or table.name in _APART | set(KEPT_TABLES) | {start}:
        return []
    if len(above.table.primary_key.columns) != 1:
        return []
    return [
        _by_key(above, table, key)
        for key in table.foreign_keys
        if key.column.table is above.table and key.ondelete in ("CASCADE", "RESTRICT")
    ]


def _by_key(above: Reach, table: sa.Table, key: sa.ForeignKey) -> Reach:
    column = table.c[key.parent.name]

    def condition(ids: Any) -> sa.ColumnElement[bool]:
        inner = sa.select(above.table.c[key.column.name]).where(above.condition(ids))
        return column.in_(inner)

    return Reach(table, condition)


def _names(above: Reach, table: sa.Table) -> bool:
    columns = {"subject_kind", "subject_id"}
    is_named = columns <= set(table.c.keys()) and table.name not in KEPT_TABLES
    return is_named and above.table.name in _SUBJECTS


def _named(above: Reach, table: sa.Table) -> Reach:
    kind = _SUBJECTS[above.table.name]

    def condition(ids: Any) -> sa.ColumnElement[bool]:
        inner = sa.select(above.table.c.id).where(above.condition(ids))
        return sa.and_(table.c.subject_kind == kind, table.c.subject_id.in_(inner))

    return Reach(table, condition)


def emptied(table: sa.Table) -> dict[str, Any]:
    """Return what each personal column of a table becomes; what is NULL stays NULL."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.primary_key or column.foreign_keys or column.name in HARMLESS:
            continue
        value = _value(table, column)
        if value is not _STAYS:
            found[column.name] = value
    return found


_STAYS = object()


def _value(table: sa.Table, column: sa.Column[Any]) -> Any:
    name = column.name
    if (table.name, name) in NAMES:
        return GONE
    if name in KEPT_TEXTS.get(table.name, ()) or isinstance(column.type, sa.Enum):
        return _STAYS
    if isinstance(column.type, sa.JSON):
        empty = EMPTY_JSON.get(table.name, {})
        return empty.get(name, _STAYS)
    if (table.name, name) in _NUMBERED:
        return _row_number(table)
    if column.nullable and (name.endswith(("_index", "_masked")) or _is_number(table, name)):
        return None
    if isinstance(column.type, sa.LargeBinary):
        return b""
    if isinstance(column.type, sa.Text):
        return _unique_text(table, column)
    return _STAYS


def _is_number(table: sa.Table, name: str) -> bool:
    """Say whether a sealed column is a number people are found or called by."""
    return name.endswith("_cipher") and name.removesuffix("_cipher") + "_masked" in table.c


def _unique_text(table: sa.Table, column: sa.Column[Any]) -> Any:
    """Return what a text becomes: nothing, or its row's number where it must differ."""
    unique = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    if any(column.name in c.columns for c in unique):
        return _row_number(table)
    return ""


def _row_number(table: sa.Table) -> sa.ColumnElement[str]:
    return sa.literal("~").concat(sa.cast(table.c.id, sa.Text()))


def undecided() -> list[str]:
    """Return lists of values nobody has said of whether they tell of a person; a test wants none."""
    missing = []
    for start in _APART:
        for reach in reached(start):
            known = set(EMPTY_JSON.get(reach.table.name, {})) | KEPT_JSON.get(
                reach.table.name, frozenset()
            )
            missing += [
                f"{reach.table.name}.{column.name}"
                for column in reach.table.columns
                if isinstance(column.type, sa.JSON) and column.name not in known | HARMLESS
            ]
    return sorted(set(missing))
