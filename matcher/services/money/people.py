"""Whom money was given to: one person however the entry names them, as graduate, member or household.

An entry of a member and one of the same person's record as a graduate are one person. A member of an old file and of
the file it was merged into are one person by the keyed hash of the identity number.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import LedgerEntry, PaymentLine
from matcher.services.permissions import Actor, scope_of
from matcher.services.rows import first_or_missing

MEMBER = aliased(HouseholdMember, name="entry_member")
"""The member of an entry, as `person_key` reads it: join it by `with_member`."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who gets something; at least one of the three."""

    graduate_id: int | None = None
    member_id: int | None = None
    household_id: int | None = None


def with_member(found: sa.Select[*tuple[object, ...]]) -> sa.Select[*tuple[object, ...]]:
    """Join the member of an entry, for `person_key`."""
    return found.outerjoin(MEMBER, MEMBER.id == LedgerEntry.member_id)


def person_key() -> sa.ColumnElement[str]:
    """Return what is one for one person, for counting people (人)."""
    graduate = sa.func.coalesce(LedgerEntry.graduate_id, MEMBER.graduate_id)
    return sa.case(
        (graduate.is_not(None), sa.literal("g") + sa.cast(graduate, sa.Text)),
        (MEMBER.id_number_index.is_not(None), sa.literal("n") + MEMBER.id_number_index),
        (MEMBER.id.is_not(None), sa.literal("m") + sa.cast(MEMBER.id, sa.Text)),
        else_=sa.literal("h") + sa.cast(LedgerEntry.household_id, sa.Text),
    )


def whole_person(session: Session, person: Person) -> Person:
    """Return a person with what is known of the other names: member of a graduate, graduate of a member, household."""
    graduate_id, member_id = person.graduate_id, person.member_id
    if member_id is not None and graduate_id is None:
        graduate_id = session.get_one(HouseholdMember, member_id).graduate_id
    if graduate_id is not None and member_id is None:
        member_id = session.scalar(
            sa.select(sa.func.max(HouseholdMember.id)).where(
                HouseholdMember.graduate_id == graduate_id, HouseholdMember.in_open_file
            )
        )
    household_id = person.household_id
    if household_id is None and member_id is not None:
        household_id = session.get_one(HouseholdMember, member_id).household_id
    return Person(graduate_id=graduate_id, member_id=member_id, household_id=household_id)


def same_person(
    person: Person, of: type[LedgerEntry | PaymentLine] = LedgerEntry
) -> sa.ColumnElement[bool]:
    """Return the condition on entries, or lines of payment lists, of one person by any of their names."""
    wanted: list[sa.ColumnElement[bool]] = []
    if person.graduate_id is not None:
        of_graduate = sa.select(HouseholdMember.id).where(
            HouseholdMember.graduate_id == person.graduate_id
        )
        wanted += [
            of.graduate_id == person.graduate_id,
            of.member_id.in_(of_graduate),
        ]
    if person.member_id is not None:
        number = (
            sa.select(HouseholdMember.id_number_index)
            .where(HouseholdMember.id == person.member_id)
            .scalar_subquery()
        )
        alike = sa.select(HouseholdMember.id).where(
            sa.or_(
                HouseholdMember.id == person.member_id,
                HouseholdMember.id_number_index == number,
            )
        )
        wanted.append(of.member_id.in_(alike))
    return sa.or_(*wanted) if wanted else sa.false()


def require_in_scope(session: Session, by: Actor, person: Person) -> int:
    """Return the union of a person of the actor's part of the tree; raises NotFoundError for others."""
    inside = scope_of(by).unions()
    if person.member_id is not None:
        found = (
            sa.select(Household.union_id)
            .join(HouseholdMember, HouseholdMember.household_id == Household.id)
            .where(HouseholdMember.id == person.member_id, Household.union_id.in_(inside))
        )
    elif person.graduate_id is not None:
        found = sa.select(Graduate.union_id).where(
            Graduate.id == person.graduate_id, Graduate.union_id.in_(inside)
        )
    else:
        found = sa.select(Household.union_id).where(
            Household.id == person.household_id, Household.union_id.in_(inside)
        )
    return first_or_missing(session, found, lock=False)
