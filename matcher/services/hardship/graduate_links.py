"""A member who is also a graduate (成员中的毕业生): the same identity number ties the two records together."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services import ranking_changes
from matcher.services.graduate_links import link_household
from matcher.services.permissions import Actor, scope_of


def link_graduate(
    session: Session, by: Actor, household: Household, member: HouseholdMember
) -> None:
    """Tie a member to the confirmed graduate of the scope with the same identity number, and that one to the file.

    A graduate of another household stays there; a caseworker settles that by hand.
    """
    if member.id_number_index is None:
        return
    found = sa.select(Graduate).where(
        Graduate.id_number_index == member.id_number_index,
        Graduate.is_confirmed,
        Graduate.union_id.in_(scope_of(by).unions()),
    )
    graduate = session.scalar(found)
    if graduate is None:
        return
    member.graduate_id = graduate.id
    if graduate.household_id is None:
        link_household(session, by, graduate.id, household.id)
    session.flush()


def unlink_graduate(
    session: Session, by: Actor, household: Household, member: HouseholdMember
) -> None:
    """Take the graduate of a member who left out of the household."""
    graduate = session.get(Graduate, member.graduate_id) if member.graduate_id else None
    in_scope = scope_of(by)
    if (
        graduate is not None
        and graduate.household_id == household.id
        and in_scope.admits(session, graduate.union_id)
    ):
        link_household(session, by, graduate.id, None)
    session.flush()


def note_graduates_of(session: Session, household_id: int) -> None:
    """Tell ranking that the priority of a household's graduates may have changed."""
    found = sa.select(Graduate.id).where(Graduate.household_id == household_id)
    ranking_changes.note_graduates(session, session.scalars(found.order_by(Graduate.id)).all())
