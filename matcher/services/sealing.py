"""Numbers that name people, closed for storing and opened for a reveal only (加密、检索、脱敏).

Each number is kept three times: encrypted (bound to its table and column), as a keyed hash that
finds equal numbers (one hash for a person wherever the number stands, so that a graduate's number
finds the household member), and masked for showing. Form and check digit are the callers' business.
"""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError
from matcher.identity import (
    mask_card,
    mask_id_number,
    mask_phone,
    normalise_id_number,
    normalise_phone,
)
from matcher.keys import KeyRing
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember

ID_NUMBERS = "person.id_number"
"""Name of the keyed hash of identity numbers, the same for graduates and household members."""
PHONES = "person.phone"
"""Name of the keyed hash of phones."""

Person = Graduate | HouseholdMember


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number as it is stored."""

    cipher: bytes
    index: str
    masked: str


def sealed_id_number(ring: KeyRing, table: str, number: str) -> Sealed:
    """Close an identity number (身份证号) for a table; 15-digit numbers become 18 digits first."""
    number = normalise_id_number(number)
    cipher = ring.encrypt(number, f"{table}.id_number")
    return Sealed(cipher, ring.blind_index(number, ID_NUMBERS), mask_id_number(number))


def sealed_phone(ring: KeyRing, table: str, number: str) -> Sealed:
    """Close a phone number (手机号) for a table."""
    number = normalise_phone(number)
    cipher = ring.encrypt(number, f"{table}.phone")
    return Sealed(cipher, ring.blind_index(number, PHONES), mask_phone(number))


def id_number_index(session: Session, number: str) -> str:
    """Return the keyed hash by which an identity number is found."""
    return ring_of(session).blind_index(normalise_id_number(number), ID_NUMBERS)


def phone_index(session: Session, number: str) -> str:
    """Return the keyed hash by which a phone is found; sign-in and one-time codes use it too."""
    return ring_of(session).blind_index(normalise_phone(number), PHONES)


def seal_id_number(session: Session, row: Person, number: str | None) -> None:
    """Set an identity number on a graduate or member, or clear it with None."""
    if not number:
        row.id_number_cipher = row.id_number_index = row.id_number_masked = None
        return
    sealed = sealed_id_number(ring_of(session), row.__tablename__, number)
    row.id_number_cipher, row.id_number_index = sealed.cipher, sealed.index
    row.id_number_masked = sealed.masked


def seal_phone(session: Session, row: Person, number: str | None) -> None:
    """Set a phone on a graduate or member, or clear it with None."""
    if not number:
        row.phone_cipher = row.phone_index = row.phone_masked = None
        return
    sealed = sealed_phone(ring_of(session), row.__tablename__, number)
    row.phone_cipher, row.phone_index = sealed.cipher, sealed.index
    row.phone_masked = sealed.masked


def seal_card(session: Session, member: HouseholdMember, number: str | None) -> None:
    """Set a member's bank card (银行卡号), or clear it with None; cards are not searched."""
    if not number:
        member.card_cipher = member.card_masked = None
        return
    digits = re.sub(r"\D", "", number)
    member.card_cipher = ring_of(session).encrypt(digits, "household_member.card")
    member.card_masked = mask_card(digits)


def seal_contact_phone(session: Session, employer: Employer, number: str | None) -> None:
    """Set the phone of an employer's contact, or clear it with None."""
    if not number:
        employer.contact_phone_cipher = employer.contact_phone_masked = None
        return
    number = normalise_phone(number)
    employer.contact_phone_cipher = ring_of(session).encrypt(number, "employer.contact_phone")
    employer.contact_phone_masked = mask_phone(number)


def seal_address(session: Session, household: Household, address: str | None) -> None:
    """Set a household's address (家庭住址), or clear it with None."""
    ring = ring_of(session)
    household.address_cipher = ring.encrypt(address, "household.address") if address else None


_REVEALABLE: dict[type[object], frozenset[str]] = {
    Graduate: frozenset({"id_number", "phone"}),
    HouseholdMember: frozenset({"id_number", "phone", "card", "illness"}),
    Employer: frozenset({"contact_phone"}),
    Household: frozenset({"address"}),
}


def open_sealed(
    session: Session, row: Graduate | HouseholdMember | Employer | Household, field: str
) -> str | None:
    """Return the plain value of a sealed field; only `reveals`, own data and messages may call this."""
    if field not in _REVEALABLE[type(row)]:
        raise InvalidInputError("no_such_field", "没有这个可查看的字段。", field=field)
    cipher: bytes | None = getattr(row, f"{field}_cipher")
    if cipher is None:
        return None
    return ring_of(session).decrypt(cipher, f"{row.__tablename__}.{field}")


def find_graduate_by_id_number(session: Session, number: str) -> Graduate | None:
    """Find a graduate anywhere in the tree by identity number; callers must not disclose another union's."""
    index = id_number_index(session, number)
    return session.scalar(sa.select(Graduate).where(Graduate.id_number_index == index))


def find_graduates_by_phone(session: Session, number: str) -> list[Graduate]:
    """Return the graduates with a phone, oldest first; a phone is shared by families, so there may be many."""
    index = phone_index(session, number)
    found = sa.select(Graduate).where(Graduate.phone_index == index).order_by(Graduate.id)
    return list(session.scalars(found))
