"""Which other file may be the same household (疑似同一户): shared people first, else by number or name."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.households import FileState
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship.sight import get_whole, whole_in_sight
from matcher.services.permissions import Actor, Permission, require

_MOST = 20


@dataclass(frozen=True)
class Candidate:
    """An open file with its holder, and whether people of it seem to stand in the other one."""

    household: Household
    holder_name: str
    shares_people: bool


def list_candidates(
    session: Session, by: Actor, household_id: int, words: str = ""
) -> list[Candidate]:
    """Return open files in whole sight, by number of file; with words those whose number or holder has them."""
    require(by, Permission.EDIT_FILES)
    get_whole(session, by, household_id)
    sharing = _sharing(household_id)
    found = (
        sa.select(Household, HouseholdMember.name, Household.id.in_(sharing))
        .outerjoin(
            HouseholdMember,
            sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder),
        )
        .where(
            whole_in_sight(by),
            Household.id != household_id,
            Household.state.in_((FileState.DRAFT, FileState.ACTIVE)),
        )
        .order_by(Household.file_number, Household.id)
        .limit(_MOST)
    )
    if words:
        found = found.where(
            sa.or_(
                Household.file_number == words,
                HouseholdMember.name.contains(words, autoescape=True),
            )
        )
    else:
        found = found.where(Household.id.in_(sharing))
    return [
        Candidate(row, name or "", bool(shares)) for row, name, shares in session.execute(found)
    ]


def _sharing(household_id: int) -> sa.Select[int]:
    """Return a select of the households with people who seem to stand in this one: phone, or name and birth."""
    here, there = aliased(HouseholdMember), aliased(HouseholdMember)
    same = sa.or_(
        here.phone_index == there.phone_index,
        sa.and_(here.name == there.name, here.birth_on == there.birth_on),
    )
    return (
        sa.select(there.household_id)
        .join(here, same)
        .where(here.household_id == household_id, there.household_id != household_id)
    )
