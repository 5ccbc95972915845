"""Causes of hardship (致困原因): exactly one main, at most three secondary (constraints of the table)."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError
from matcher.kinds.household_facts import FileAct
from matcher.kinds.households import HardshipCause
from matcher.models.household_facts import HouseholdCause
from matcher.services.hardship import changes, parts
from matcher.services.permissions import Actor

MOST_SECONDARY = 3


@dataclass(frozen=True, kw_only=True)
class CausesInput:
    """The causes of a file as a whole; they are set together."""

    main: HardshipCause
    secondary: tuple[HardshipCause, ...] = ()
    detail: str | None = None
    """Words for 其他."""


def set_causes(
    session: Session,
    by: Actor,
    household_id: int,
    facts: CausesInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> list[HouseholdCause]:
    """Set the main cause and the secondary ones of a file in place of those that stand.

    Raises
    ------
    InvalidInputError
        More than three secondary ones, one named twice, or 其他 without words.
    """
    household = parts.open_for_change(session, by, household_id)
    _check(facts)
    stand = causes_of(session, household.id)
    before = cause_facts(stand)
    wrong = {key: before[key] for key in before if seen and seen.get(key, "") != before[key]}
    if seen is not None and wrong:
        raise ConflictError(
            "changed_meanwhile",
            "这条记录刚被别人修改过，请核对最新内容后再保存。",
            changed=wrong,
        )
    for row in stand:
        session.delete(row)
    session.flush()
    rows = [
        HouseholdCause(
            household_id=household.id,
            position=position,
            cause=cause,
            detail=facts.detail if cause is HardshipCause.OTHER else None,
        )
        for position, cause in enumerate((facts.main, *facts.secondary))
    ]
    session.add_all(rows)
    session.flush()
    changed = changes.differences(before, cause_facts(rows))
    if changed:
        act = FileAct.CHANGED if stand else FileAct.ADDED
        changes.note(session, by, household, rows[0], act, changed)
    return rows


def _check(facts: CausesInput) -> None:
    wrong = {}
    if len(facts.secondary) > MOST_SECONDARY:
        wrong["secondary"] = "次要致困原因最多三项。"
    if len({facts.main, *facts.secondary}) != 1 + len(facts.secondary):
        wrong["secondary"] = "次要原因不能与主要原因相同，也不能重复。"
    if HardshipCause.OTHER in (facts.main, *facts.secondary) and not (facts.detail or "").strip():
        wrong["detail"] = "选了“其他”，请写明是什么原因。"
    if wrong:
        raise InvalidInputError("causes", "致困原因有误，请改正标出的项目。", fields=wrong)


def causes_of(session: Session, household_id: int) -> list[HouseholdCause]:
    """Return the causes of a file in sight, the main one first."""
    found = sa.select(HouseholdCause).where(HouseholdCause.household_id == household_id)
    return list(session.scalars(found.order_by(HouseholdCause.position)))


def cause_facts(rows: list[HouseholdCause]) -> dict[str, str]:
    """Return causes as the history and a form's memory hold them."""
    return {
        "main": rows[0].cause.value if rows else "",
        "secondary": "，".join(row.cause.value for row in rows[1:]),
        "detail": next((row.detail for row in rows if row.detail), ""),
    }
