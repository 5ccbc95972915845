"""Members of households out of sheets (家庭成员): what a row says of a person, and writing it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import birth_date, normalise_id_number
from matcher.intake.drafts import MemberDraft
from matcher.keys import KeyRing
from matcher.models.households import HouseholdMember
from matcher.services.imports.kinds import Writing, slices
from matcher.services.imports.rows import Values
from matcher.services.sealing import ID_NUMBERS, sealed_id_number, sealed_phone


def member_values(ring: KeyRing, member: MemberDraft) -> Values:
    """Return what a draft says of a member, ready to be staged."""
    number = normalise_id_number(member.id_number) if member.id_number else None
    born = member.birth_date or (birth_date(number) if number else None)
    return {
        "name": member.name,
        "relation": member.relation or ("户主" if member.is_holder else "未填"),
        "is_holder": member.is_holder,
        "id_number": number,
        "id_number_index": ring.blind_index(number, ID_NUMBERS) if number else None,
        "phone": member.phone,
        "birth_on": born.isoformat() if born else None,
        "employment_state": member.work_state,
    }


def member_rows(ring: KeyRing, household_id: int, own: Sequence[Writing]) -> list[dict[str, Any]]:
    """Return the members of all rows of one file, each person once."""
    rows: dict[str, dict[str, Any]] = {}
    for writing in own:
        for member in writing.values["members"]:
            rows.setdefault(
                person_key(member), _member_row(ring, household_id, member, writing.digest)
            )
    return list(rows.values())


def _member_row(ring: KeyRing, household_id: int, member: Values, digest: str) -> dict[str, Any]:
    born = member["birth_on"]
    row: dict[str, Any] = {
        "household_id": household_id,
        **{name: member[name] for name in ("name", "relation", "is_holder", "employment_state")},
        "birth_on": dt.date.fromisoformat(born) if born else None,
        "in_open_file": True,
        "import_digest": digest,
    }
    for field, seal in (("id_number", sealed_id_number), ("phone", sealed_phone)):
        sealed = seal(ring, "household_member", member[field]) if member[field] else None
        row[f"{field}_cipher"] = sealed.cipher if sealed else None
        row[f"{field}_index"] = sealed.index if sealed else None
        row[f"{field}_masked"] = sealed.masked if sealed else None
    return row


def person_key(member: Values) -> str:
    """Return what tells members of one household apart."""
    person: str = member["id_number_index"] or member["name"]
    return person


def update_member(session: Session, member: dict[str, Any]) -> None:
    """Change a member; what the roster does not say stays as it is."""
    said = {name: value for name, value in member.items() if value is not None}
    same_person = (
        HouseholdMember.id_number_index == member["id_number_index"]
        if member["id_number_index"]
        else HouseholdMember.name == member["name"]
    )
    session.execute(
        sa.update(HouseholdMember)
        .where(HouseholdMember.household_id == member["household_id"], same_person)
        .values(**said)
        .execution_options(synchronize_session=False)
    )


def members_of(session: Session, household_ids: Sequence[int]) -> dict[int, list[Values]]:
    """Return the members of households with all their columns, as an undo needs them."""
    found: dict[int, list[Values]] = {}
    columns = HouseholdMember.__table__.c
    for some in slices(household_ids):
        chosen = sa.select(*columns).where(columns.household_id.in_(some)).order_by(columns.id)
        for row in session.execute(chosen).mappings():
            found.setdefault(row["household_id"], []).append(dict(row))
    return found


def restore_members(session: Session, household_id: int, before: Sequence[Values]) -> None:
    """Put the members of a household back: who came with the batch goes, who was changed is as before."""
    stood = [member["id"] for member in before]
    session.execute(
        sa.delete(HouseholdMember)
        .where(HouseholdMember.household_id == household_id, HouseholdMember.id.not_in(stood))
        .execution_options(synchronize_session=False)
    )
    for member in before:
        columns = {name: value for name, value in member.items() if name != "id"}
        session.execute(
            sa.update(HouseholdMember)
            .where(HouseholdMember.id == member["id"])
            .values(**columns)
            .execution_options(synchronize_session=False)
        )
