"""Members of households out of sheets (家庭成员): what a row says of a person, and writing it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import birth_date, mask_card, normalise_id_number
from matcher.intake.drafts import MemberDraft
from matcher.intake.household_schools import school_level_of
from matcher.intake.household_words import plain_relation
from matcher.keys import KeyRing
from matcher.kinds.households import HealthState, HukouKind, MaritalStatus, Sex, WorkStatus
from matcher.models.households import HouseholdMember
from matcher.services.imports.kinds import Writing, slices, table_of
from matcher.services.imports.rows import Values
from matcher.services.sealing import ID_NUMBERS, sealed_id_number, sealed_phone

_CLOSED = {"sex": Sex, "marital": MaritalStatus, "hukou": HukouKind, "health": HealthState}
_LONGEST_WORDS = 200
Have = dict[tuple[int, str], str | None]
"""Digests of members by (household, person)."""


def member_values(ring: KeyRing, member: MemberDraft) -> Values:
    """Return what a draft says of a member, ready to be staged."""
    number = normalise_id_number(member.id_number) if member.id_number else None
    born = member.birth_date or (birth_date(number) if number else None)
    relation = member.relation if member.is_holder else plain_relation(member.relation or "未填")
    level = school_level_of(member)
    return {
        "name": member.name,
        "relation": relation or "户主",
        "is_holder": member.is_holder,
        "is_beside": member.is_beside,
        "id_number": number,
        "id_number_index": ring.blind_index(number, ID_NUMBERS) if number else None,
        "phone": member.phone,
        "birth_on": _iso(born),
        "employment_state": member.work_state,
        "sex": member.sex,
        "marital": member.marital,
        "hukou": member.hukou,
        "health": member.health_state,
        "ethnicity": member.ethnicity,
        "education": member.level.label if member.level else None,
        "illness": _illness(member),
        "card": member.card,
        "bank_name": member.bank_name,
        "work_status": member.work_status,
        "work_unit": member.work_unit,
        "is_registered_unemployed": member.is_registered_unemployed,
        "registered_on": _iso(member.registered_on),
        "is_able": member.is_able,
        "is_willing": member.is_willing,
        "monthly_fen": member.monthly_income_fen,
        "school": member.school,
        "school_level": level.value if level else None,
        "major": member.major_name,
        "entered_on": _iso(member.entered_on),
        "graduates_on": _iso(member.graduates_on),
        "tuition_fen": member.tuition_fen,
    }


def _iso(written: dt.date | None) -> str | None:
    return written.isoformat() if written else None


def day(written: str | None) -> dt.date | None:
    """Return a staged day."""
    return dt.date.fromisoformat(written) if written else None


def _illness(member: MemberDraft) -> str | None:
    """Return the words about illness and disability; that somebody is well is no illness."""
    told = None if member.health_state is HealthState.GOOD else member.health
    words = "；".join(part for part in (told, member.disability) if part)
    return words[:_LONGEST_WORDS] or None


def member_rows(
    ring: KeyRing, household_id: int, own: Sequence[Writing]
) -> list[tuple[dict[str, Any], Values]]:
    """Return the members of all rows of one file, each person once: columns, and what was said."""
    people: dict[str, tuple[Values, str]] = {}
    # A member's own row stands before the row of a whole household, and both before a mere mention.
    said = sorted(
        (
            (member["is_beside"], writing.values["is_whole"], position, member, writing.digest)
            for position, writing in enumerate(own)
            for member in writing.values["members"]
        ),
        key=lambda one: one[:3],
    )
    order = {person_key(m): i for i, m in enumerate(m for w in own for m in w.values["members"])}
    numbered = {m["name"]: person_key(m) for *_, m, _ in said if m["id_number_index"]}
    for *_, member, digest in said:
        key = person_key(member)
        key = numbered.get(member["name"], key) if not member["id_number_index"] else key
        if key in people:
            first = people[key][0]
            people[key] = (
                {n: member[n] if v is None else v for n, v in first.items()},
                people[key][1],
            )
        else:
            people[key] = (member, digest)
    ordered = sorted(people, key=lambda key: order.get(key, 0))
    return [(_member_row(ring, household_id, *people[key]), people[key][0]) for key in ordered]


def _member_row(ring: KeyRing, household_id: int, member: Values, digest: str) -> dict[str, Any]:
    plain = (
        "name",
        "relation",
        "is_holder",
        "employment_state",
        "ethnicity",
        "education",
        "bank_name",
    )
    row: dict[str, Any] = {
        "household_id": household_id,
        **{name: member[name] for name in plain},
        **{name: kind(member[name]) if member[name] else None for name, kind in _CLOSED.items()},
        "work_status": WorkStatus(member["work_status"]),
        "birth_on": day(member["birth_on"]),
        "in_open_file": True,
        "import_digest": digest,
    }
    for field, seal in (("id_number", sealed_id_number), ("phone", sealed_phone)):
        sealed = seal(ring, "household_member", member[field]) if member[field] else None
        row[f"{field}_cipher"] = sealed.cipher if sealed else None
        row[f"{field}_index"] = sealed.index if sealed else None
        row[f"{field}_masked"] = sealed.masked if sealed else None
    illness, card = member["illness"], member["card"]
    row["illness_cipher"] = ring.encrypt(illness, "household_member.illness") if illness else None
    row["card_cipher"] = ring.encrypt(card, "household_member.card") if card else None
    row["card_masked"] = mask_card(card) if card else None
    return row


def person_key(member: Values) -> str:
    """Return what tells members of one household apart."""
    person: str = member["id_number_index"] or member["name"]
    return person


def known_key(
    have: Have, names: dict[tuple[int, str], list[str]], file: int, member: Values
) -> str | None:
    """Return the key under which a file knows a person already, None if it does not.

    A number that was lacking last time, or lacks now, does not make another person of the same name.
    """
    key = person_key(member)
    if (file, key) in have:
        return key
    if member["id_number_index"]:
        return member["name"] if (file, member["name"]) in have else None
    same_name = names.get((file, member["name"]), [])
    return same_name[0] if len(same_name) == 1 else None


def update_member(session: Session, member: dict[str, Any], key: str) -> None:
    """Change a member; what the roster does not say stays, and so does what the file records of work."""
    said = {name: value for name, value in member.items() if value is not None}
    said.pop("work_status", None)
    same_person = sa.or_(
        HouseholdMember.id_number_index == key,
        sa.and_(HouseholdMember.id_number_index.is_(None), HouseholdMember.name == key),
    )
    session.execute(
        sa.update(HouseholdMember)
        .where(HouseholdMember.household_id == member["household_id"], same_person)
        .values(**said)
        .execution_options(synchronize_session=False)
    )


def people_of(
    session: Session, household_ids: Sequence[int]
) -> tuple[Have, dict[tuple[int, str], list[str]], set[int]]:
    """Return digests by (household, person), keys of people by (household, name), files with a holder."""
    have: Have = {}
    led: set[int] = set()
    names: dict[tuple[int, str], list[str]] = {}
    columns = table_of(HouseholdMember).c
    for some in slices(household_ids):
        chosen = sa.select(
            columns.household_id,
            columns.id_number_index,
            columns.name,
            columns.is_holder,
            columns.import_digest,
        ).where(columns.household_id.in_(some))
        for row in session.execute(chosen):
            key = row.id_number_index or row.name
            have[row.household_id, key] = row.import_digest
            names.setdefault((row.household_id, row.name), []).append(key)
            if row.is_holder:
                led.add(row.household_id)
    return have, names, led


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
