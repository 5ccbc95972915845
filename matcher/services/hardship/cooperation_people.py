"""Whom of a file another union may be asked to serve: its graduates, and children still in school."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose
from matcher.kinds.households import WorkStatus
from matcher.models.consents import Consent
from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class ServedPerson:
    """A person as a form offers them; `key` is g<graduate id> or m<member id>."""

    key: str
    name: str
    relation: str
    school: str
    has_consent: bool


def list_people(session: Session, by: Actor, household_id: int) -> list[ServedPerson]:
    """Return graduates, then other members in school, of a file the actor sees whole."""
    require(by, Permission.EDIT_CASES)
    get_whole(session, by, household_id)
    consented = sa.exists().where(
        Consent.graduate_id == Graduate.id,
        Consent.purpose == ConsentPurpose.COOPERATION,
        Consent.withdrawn_at.is_(None),
    )
    graduates = session.execute(
        sa.select(Graduate.id, Graduate.name, Graduate.school, consented)
        .where(Graduate.household_id == household_id)
        .order_by(Graduate.id)
    )
    found = [
        ServedPerson(f"g{number}", name, "", school or "", bool(given))
        for number, name, school, given in graduates
    ]
    members = session.scalars(
        sa.select(HouseholdMember)
        .where(
            HouseholdMember.household_id == household_id,
            HouseholdMember.graduate_id.is_(None),
            HouseholdMember.is_holder.is_(False),
            HouseholdMember.work_status.in_((WorkStatus.STUDENT, WorkStatus.UNKNOWN)),
        )
        .order_by(HouseholdMember.id)
    )
    return found + [
        ServedPerson(f"m{one.id}", one.name, one.relation, "", has_consent=False) for one in members
    ]
