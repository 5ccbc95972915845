"""Showing a sealed number in full (查看完整号码): a permission, a typed reason, an entry in the trail.

A reveal writes, so it is a POST. People see their own numbers without giving a reason; it is logged
all the same.
"""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit, sealing
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, get_in_scope

SubjectKind = Literal["graduate", "member", "household", "employer"]

REASON_LENGTH = 4
"""Characters a reason needs at least: 回访核实 is one, 无 is none."""


def reveal(
    session: Session, by: Actor, subject: tuple[SubjectKind, int], field: str, *, reason: str = ""
) -> str:
    """Return a sealed value in full and record who saw it and why.

    Parameters
    ----------
    field : id_number, phone, card, address or contact_phone, as the subject has it

    Raises
    ------
    InvalidInputError
        The reason is too short, or the subject has no such field.
    NotFoundError
        The subject is not in scope, or nothing is stored in the field.
    """
    kind, row_id = subject
    own = kind == "graduate" and by.graduate_id is not None
    if own:
        require(by, Permission.EDIT_OWN_PROFILE)
        found = sa.select(Graduate).where(Graduate.id == row_id, Graduate.id == by.graduate_id)
        row: Graduate | HouseholdMember | Household | Employer
        row = first_or_missing(session, found, lock=False)
    else:
        require(by, Permission.REVEAL_NUMBER)
        row = _get_subject(session, by, kind, row_id)
        _require_reason(reason)
    value = sealing.open_sealed(session, row, field)
    if value is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=(kind, row_id),
        field=field,
        reason="本人查看" if own else reason.strip(),
    )
    return value


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < REASON_LENGTH:
        message = f"请写明查看原因（至少 {REASON_LENGTH} 个字）。"
        raise InvalidInputError("reveal_reason", message, fields={"reason": message})


def _get_subject(
    session: Session, by: Actor, kind: SubjectKind, row_id: int
) -> Graduate | HouseholdMember | Household | Employer:
    """Return the row within scope; households and members need the sight of hardship as well."""
    if kind == "graduate":
        require(by, Permission.VIEW_GRADUATES)
        return get_in_scope(session, by, Graduate, row_id)
    if kind == "employer":
        require(by, Permission.VIEW_EMPLOYERS)
        return get_in_scope(session, by, Employer, row_id)
    require(by, Permission.VIEW_HARDSHIP)
    if kind == "household":
        return get_in_scope(session, by, Household, row_id)
    found = (
        sa.select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.id == row_id, Household.union_id.in_(scope_of(by).unions()))
    )
    return first_or_missing(session, found, lock=False)
