"""Edits of files in force that the national system has to learn (在档修改待录入): collected at night.

A file in force is changed as life changes and needs no new chain; the national register must be told all the same.
The night looks at the files whose history moved since the register was last noted, compares the form's fields with
those noted then, and adds what differs to the one row that waits to be keyed, so that a day of edits is one thing to
key. A file that was never noted here (it came from the register by import) is told by the parts that changed.
"""

import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.kinds.approvals import RegisterChangeKind
from matcher.kinds.households import FileState
from matcher.models.household_facts import HouseholdChange
from matcher.models.households import Household
from matcher.models.reviews import RegisterChange
from matcher.policy.national_form import load_form
from matcher.services.hardship.form_values import Line, form_values
from matcher.services.hardship.register_changes import VALUES, note_change

_INCOMES = frozenset(
    {"holder_monthly_income", "other_yearly_income", "yearly_income", "monthly_per_head"}
)
_WORK = frozenset({"work_status", "member_work_status", "member_unit_or_school"})
_SCHOOL = frozenset({"member_school_level", "member_entered_on", "member_unit_or_school"})


def _codes_of_parts() -> dict[str, frozenset[str]]:
    """Return which fields of the form a part of the file feeds."""
    codes = {field.code for field in load_form()}
    members = frozenset(code for code in codes if code.startswith("member_"))
    head = frozenset(field.code for field in load_form() if field.part in ("head", "bank"))
    return {
        "household": head - _INCOMES,
        "household_member": members | head - _INCOMES,
        "household_income": _INCOMES,
        "household_cause": frozenset({"main_cause", "other_causes"}),
        "member_employment": _WORK,
        "member_schooling": _SCHOOL,
    }


def collect_edits(session: Session, *, after_id: int = 0, limit: int = 200) -> tuple[int, int]:
    """Note the edits of some files; return how many rows were noted and the last file looked at (0: none left)."""
    last = (
        sa.select(sa.func.max(RegisterChange.created_at))
        .where(RegisterChange.household_id == Household.id)
        .scalar_subquery()
    )
    moved = sa.exists().where(
        HouseholdChange.household_id == Household.id,
        HouseholdChange.part.in_(_codes_of_parts()),
        sa.or_(last.is_(None), HouseholdChange.entered_at > last),
    )
    found = (
        sa.select(Household)
        .where(Household.id > after_id, Household.state == FileState.ACTIVE, moved)
        .order_by(Household.id)
        .limit(limit)
    )
    households = list(session.scalars(found))
    noted = sum(_note(session, household) for household in households)
    return noted, households[-1].id if households else 0


def _note(session: Session, household: Household) -> bool:
    """Note what differs from what was told before; whether there was anything."""
    found = sa.select(RegisterChange).where(RegisterChange.household_id == household.id)
    told = list(session.scalars(found.order_by(RegisterChange.id).with_for_update()))
    lines = form_values(session, household)
    known: dict[str, list[str]] = {}
    for change in told:
        known |= _by_code(_noted(session, change))
    stands = _by_code(lines)
    codes = {code for code, values in stands.items() if values != known.get(code, values)}
    touched = _touched(session, household.id, told[-1] if told else None)
    codes |= {code for code in touched if code in stands and code not in known}
    if not codes:
        return False
    if told and told[-1].keyed_on is None:
        _extend(session, told[-1], lines, codes)
    else:
        note_change(session, household, RegisterChangeKind.CHANGED, fields=sorted(codes))
    return True


def _touched(session: Session, household_id: int, last: RegisterChange | None) -> set[str]:
    """Return the codes fed by the parts that changed since the register was last noted."""
    parts = sa.select(HouseholdChange.part).where(HouseholdChange.household_id == household_id)
    if last is not None:
        parts = parts.where(HouseholdChange.entered_at > last.created_at)
    by_part = _codes_of_parts()
    return {
        code
        for part in session.scalars(parts.distinct())
        for code in by_part.get(part, frozenset())
    }


def _noted(session: Session, change: RegisterChange) -> list[Line]:
    lines: list[Line] = json.loads(ring_of(session).decrypt(change.values_cipher, VALUES))
    return lines


def _by_code(lines: list[Line]) -> dict[str, list[str]]:
    """Return the values of each field, one for each member where it is a member's."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line["code"], []).append(line["value"])
    return found


def _extend(session: Session, change: RegisterChange, lines: list[Line], codes: set[str]) -> None:
    """Add what differs to the row that waits; its values are those of now."""
    wanted = set(change.fields) | codes
    kept = [line for line in _noted(session, change) if line["part"] == "exit"]
    told = [line for line in lines if line["code"] in wanted] + kept
    change.values_cipher = ring_of(session).encrypt(json.dumps(told, ensure_ascii=False), VALUES)
    change.fields = list(dict.fromkeys(line["code"] for line in told))
    session.flush()
