"""Showing a sealed value in full (查看完整号码): a permission, a typed reason, an entry in the trail.

A reveal writes, so it is a POST. People see their own numbers without giving a reason; it is logged
all the same. The phone of somebody in the actor's own open caseload is one tap: the purpose is filled in. Identity
number, bank card, address and illness always need a typed reason. Values of members and files are shown to who
sees the file whole, never to who sees a line; data that is only stored any more (依法留存) is shown to nobody.
"""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit, sealing
from matcher.services.hardship import sight
from matcher.services.people_rights import storage
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, get_in_scope

SubjectKind = Literal["graduate", "member", "household", "employer"]

PhoneOf = Literal["graduate", "member"]

REASON_LENGTH = 4
"""Characters a reason needs at least: 回访核实 is one, 无 is none."""

CALL_PURPOSE = "联系本人帮扶的家庭"
"""What is filled in when a caseworker calls somebody of the own open caseload."""


def reveal(
    session: Session, by: Actor, subject: tuple[SubjectKind, int], field: str, *, reason: str = ""
) -> str:
    """Return a sealed value in full and record who saw it and why.

    Parameters
    ----------
    field : id_number, phone, card, illness, address or contact_phone, as the subject has it

    Raises
    ------
    InvalidInputError
        The reason is too short, or the subject has no such field.
    NotFoundError
        The subject is not in sight, or nothing is stored in the field.
    RuleBrokenError
        The person's data is only stored any more.
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
        require_reason(reason)
    said = "本人查看" if own else reason.strip()
    return _show(session, by, (kind, row), field, said)


def reveal_own_case_phone(
    session: Session, by: Actor, subject: tuple[PhoneOf, int], *, reason: str = ""
) -> str:
    """Return a phone for a call: of the own open caseload without typing, else for a typed reason; logged.

    Raises
    ------
    InvalidInputError
        Not of the own caseload, and the reason is too short.
    """
    require(by, Permission.REVEAL_NUMBER)
    kind, row_id = subject
    row = _get_subject(session, by, kind, row_id)
    if is_own_case(session, by, subject):
        return _show(session, by, (kind, row), "phone", CALL_PURPOSE)
    require_reason(reason)
    return _show(session, by, (kind, row), "phone", reason.strip())


def is_own_case(session: Session, by: Actor, subject: tuple[PhoneOf, int]) -> bool:
    """Say whether the actor answers for a person: owner of the open file, or owner or stand-in of the open case."""
    require(by, Permission.REVEAL_NUMBER)
    kind, row_id = subject
    if by.account_id is None:
        return False
    files = sa.select(Household.id).where(Household.owner_id == by.account_id, Household.is_open)
    if kind == "member":
        of_file = sa.select(HouseholdMember.id).where(
            HouseholdMember.id == row_id, HouseholdMember.household_id.in_(files)
        )
        return session.scalar(of_file) is not None
    of_graduate = sa.select(Graduate.id).where(
        Graduate.id == row_id, Graduate.household_id.in_(files)
    )
    of_case = sa.select(GraduateCase.id).where(
        GraduateCase.graduate_id == row_id,
        GraduateCase.closed_on.is_(None),
        sa.or_(
            GraduateCase.owner_id == by.account_id, GraduateCase.second_owner_id == by.account_id
        ),
    )
    return session.scalar(of_graduate) is not None or session.scalar(of_case) is not None


def _show(
    session: Session,
    by: Actor,
    subject: tuple[SubjectKind, Graduate | HouseholdMember | Household | Employer],
    field: str,
    said: str,
) -> str:
    """Open a value and write down who saw it, and for what."""
    kind, row = subject
    if by.graduate_id is None and (kind == "graduate" or kind == "member"):
        storage.require_usable(session, (kind, row.id))
    value = sealing.open_sealed(session, row, field)
    if value is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(session, by, "number.revealed", subject=(kind, row.id), field=field, reason=said)
    return value


def require_reason(reason: str) -> None:
    """Raise InvalidInputError unless a reason is long enough to say something."""
    if len(reason.strip()) < REASON_LENGTH:
        message = f"请写明查看原因（至少 {REASON_LENGTH} 个字）。"
        raise InvalidInputError("reveal_reason", message, fields={"reason": message})


def _get_subject(
    session: Session, by: Actor, kind: SubjectKind, row_id: int
) -> Graduate | HouseholdMember | Household | Employer:
    """Return the row within scope; of files and their members only what the actor sees whole."""
    if kind == "graduate":
        require(by, Permission.VIEW_GRADUATES)
        return get_in_scope(session, by, Graduate, row_id)
    if kind == "employer":
        require(by, Permission.VIEW_EMPLOYERS)
        return get_in_scope(session, by, Employer, row_id)
    require(by, Permission.VIEW_HARDSHIP)
    if kind == "household":
        return sight.get_whole(session, by, row_id)
    found = (
        sa.select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.id == row_id, sight.whole_in_sight(by))
    )
    return first_or_missing(session, found, lock=False)
