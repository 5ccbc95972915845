"""The person's phone for the union that works together (异地协作), and the letter to one that is off this system.

Both put a person's number before somebody else's eyes: only while the consent stands, and the trail says so.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.joins import CooperationActKind, CooperationScope
from matcher.models.file_joins import Cooperation, CooperationAct
from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.models.organisations import Union
from matcher.services import audit, sealing
from matcher.services.hardship.cooperation_sight import (
    get_row,
    require_running,
    view_cooperation,
)
from matcher.services.people_rights import disclosures
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import not_found


@dataclass(frozen=True)
class Letter:
    """What a letter (协作函) says; the person's name and phone stand in it in full."""

    number: str
    addressee: str
    home_name: str
    person_name: str
    phone: str
    school: str
    scope: tuple[CooperationScope, ...]
    expires_on: str
    written_on: str


def reveal_contact(session: Session, by: Actor, public_id: str) -> str:
    """Return the person's phone to the union that serves, while the cooperation runs; logged."""
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, home=False)
    require_running(row)
    person = _person(session, row)
    phone = sealing.open_sealed(session, person, "phone")
    if phone is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=("cooperation", row.id),
        field="phone",
        reason="异地协作联系",
    )
    return phone


def _person(session: Session, row: Cooperation) -> Graduate | HouseholdMember:
    person: Graduate | HouseholdMember | None
    if row.graduate_id is not None:
        person = session.get(Graduate, row.graduate_id)
    else:
        person = session.get(HouseholdMember, row.member_id)
    if person is None:
        raise not_found()
    return person


def write_letter(session: Session, by: Actor, public_id: str) -> Letter:
    """Write the letter to a union that is not on this system; each printing is an act of the cooperation.

    Raises
    ------
    RuleBrokenError
        The other union is on this system, the consent was withdrawn, or the cooperation is over.
    """
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, home=True, lock=True)
    if row.partner_name is None:
        raise RuleBrokenError("cooperation_no_letter", "对方在本系统内，由对方自己答复。")
    view = view_cooperation(session, by, public_id)
    if view.is_over or not view.has_consent:
        raise RuleBrokenError("cooperation_over", "这项协作已经结束。")
    if row.letter_number is None:
        row.letter_number = f"协{clock.today():%Y}-{row.id:05d}"
    person = _person(session, row)
    home = session.scalar(sa.select(Union.name).where(Union.id == row.home_union_id)) or ""
    session.add(
        CooperationAct(
            cooperation_id=row.id,
            kind=CooperationActKind.LETTER,
            text=row.letter_number,
            happened_on=clock.today(),
            entered_at=clock.now(),
            actor_id=by.account_id,
            union_id=by.union_id or row.home_union_id,
        )
    )
    audit.record(
        session, by, "cooperation.letter", subject=("cooperation", row.id), to=row.partner_name
    )
    _note_passed_on(session, by, row, person)
    session.flush()
    return Letter(
        number=row.letter_number,
        addressee=row.partner_name,
        home_name=home,
        person_name=person.name,
        phone=sealing.open_sealed(session, person, "phone") or "",
        school=row.school or "",
        scope=tuple(CooperationScope(one) for one in row.scope),
        expires_on=row.expires_on.isoformat(),
        written_on=clock.today().isoformat(),
    )


def _note_passed_on(
    session: Session, by: Actor, row: Cooperation, person: Graduate | HouseholdMember
) -> None:
    """Record that the letter carries the person's name and phone to another body."""
    kind = "graduate" if isinstance(person, Graduate) else "member"
    disclosures.note_passing_on(
        session,
        by,
        subject=(kind, person.id),
        union_id=row.home_union_id,
        to=(row.partner_name or "", row.partner_address),
        purpose="异地协作",
        asked=("cooperation", row.id),
    )
