"""A holder's own file (本人查阅档案): what it says of the household, of the person, and to whom it went.

Of the family the holder reads what the holder told: names and relations. An adult child's phone, cases, referrals
and offers are not there, nor anybody else's illness; a graduate reads nothing of the file at all (`own_data`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.people_rights import Disclosure
from matcher.services import audit, sealing
from matcher.services.people_rights import disclosures
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing


@dataclass(frozen=True)
class OwnFile:
    """What a holder reads."""

    household: Household
    holder: HouseholdMember
    union_name: str
    family: list[tuple[str, str]]
    """Name and relation of the others."""
    id_number: str | None
    phone: str | None
    address: str | None
    illness: str | None
    disclosures: list[Disclosure]


def own_holder(session: Session, by: Actor) -> HouseholdMember:
    """Return the member an actor is, as the holder of a file.

    Raises
    ------
    NotFoundError
        The actor is no holder, or the file went into another one under another holder.
    """
    require(by, Permission.VIEW_OWN_FILE)
    if by.member_id is None:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    found = sa.select(HouseholdMember).where(
        HouseholdMember.id == by.member_id, HouseholdMember.is_holder
    )
    return first_or_missing(session, found, lock=False)


def open_own_file(session: Session, by: Actor) -> OwnFile:
    """Return the own file with the own sealed values; the reading itself is recorded, so it is no GET."""
    holder = own_holder(session, by)
    household = session.get_one(Household, holder.household_id)
    union_name = session.scalar(sa.select(Union.name).where(Union.id == household.union_id))
    others = session.execute(
        sa.select(HouseholdMember.name, HouseholdMember.relation)
        .where(HouseholdMember.household_id == household.id, HouseholdMember.id != holder.id)
        .order_by(HouseholdMember.id)
    )
    audit.record(session, by, "file.own_read", subject=("household", household.id))
    return OwnFile(
        household=household,
        holder=holder,
        union_name=union_name or "",
        family=[(row.name, row.relation) for row in others],
        id_number=sealing.open_sealed(session, holder, "id_number"),
        phone=sealing.open_sealed(session, holder, "phone"),
        address=sealing.open_sealed(session, household, "address"),
        illness=sealing.open_sealed(session, holder, "illness"),
        disclosures=disclosures.of_subjects(
            session, [("household", household.id), ("member", holder.id)]
        ),
    )


def copy_own_file(session: Session, by: Actor) -> dict[str, Any]:
    """Return the own file as plain values, ready for JSON; the copy itself is recorded."""
    own = open_own_file(session, by)
    household = own.household
    audit.record(session, by, "file.own_copied", subject=("household", household.id))
    return {
        "format": 1,
        "made_at": clock.now().isoformat(),
        "file": {
            "number": household.file_number,
            "state": household.state.label,
            "tier": household.tier.label,
            "tier_on": _day(household.tier_on),
            "union": own.union_name,
            "unit": household.unit_name,
            "applied_on": _day(household.applied_on),
            "approved_on": _day(household.approved_on),
            "closed_on": _day(household.closed_on),
            "address": own.address,
        },
        "holder": {
            "name": own.holder.name,
            "id_number": own.id_number,
            "phone": own.phone,
            "birth_on": _day(own.holder.birth_on),
            "health": own.holder.health.label if own.holder.health else None,
            "illness": own.illness,
            "work_status": own.holder.work_status.label,
        },
        "family": [{"name": name, "relation": relation} for name, relation in own.family],
        "disclosed_to": [
            {
                "at": one.disclosed_at.isoformat(),
                "recipient": one.recipient,
                "contact": one.contact,
                "purpose": one.purpose,
                "basis": one.basis.label,
            }
            for one in own.disclosures
        ],
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
