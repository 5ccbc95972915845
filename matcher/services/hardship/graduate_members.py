"""Graduates of a household who stand in no row of its file yet (毕业生补入家庭成员).

A roster of graduates ties a person to a household, but makes no member of it: the survey and the derived state read
members. The same identity number, else the same name, ties an existing row; who has none becomes a member. Somebody who
stands in another open file is left for a person to settle.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.identity import birth_date
from matcher.kinds.households import WorkStatus
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services import sealing
from matcher.services.rows import unique_or

_RELATION = "子女"
_MOST = 2_000
"""Rows of one transaction; the rest is taken the next time."""


def seat_graduates(session: Session, unions: sa.Select[int]) -> int:
    """Tie graduates of open households of some unions to a member's row; return how many were tied."""
    seated = sa.exists().where(HouseholdMember.graduate_id == Graduate.id)
    found = (
        sa.select(Graduate)
        .join(Household, Household.id == Graduate.household_id)
        .where(Household.union_id.in_(unions), Household.is_open, Graduate.is_confirmed, ~seated)
        .order_by(Graduate.id)
        .limit(_MOST)
    )
    graduates = list(session.scalars(found))
    ids = {one.household_id for one in graduates}
    members: dict[int, list[HouseholdMember]] = {}
    own = sa.select(HouseholdMember).where(
        HouseholdMember.household_id.in_(ids),
        HouseholdMember.in_open_file,
        HouseholdMember.graduate_id.is_(None),
    )
    for member in session.scalars(own.order_by(HouseholdMember.id)):
        members.setdefault(member.household_id, []).append(member)
    n_tied = sum(_seat(session, one, members) for one in graduates)
    session.flush()
    return n_tied


def _seat(session: Session, one: Graduate, members: dict[int, list[HouseholdMember]]) -> bool:
    there = members.get(one.household_id or 0, [])
    same = next((row for row in there if _is_same(row, one)), None)
    if same is not None:
        same.graduate_id = one.id
        there.remove(same)
        return True
    number = sealing.open_sealed(session, one, "id_number")
    member = HouseholdMember(
        household_id=one.household_id,
        name=one.name,
        relation=_RELATION,
        graduate_id=one.id,
        birth_on=birth_date(number) if number else None,
        work_status=WorkStatus.UNKNOWN,
        in_open_file=True,
    )
    sealing.seal_id_number(session, member, number)
    sealing.seal_phone(session, member, sealing.open_sealed(session, one, "phone"))
    try:
        with unique_or(session, RuleBrokenError("member_in_open_file", "")):
            session.add(member)
    except RuleBrokenError:
        return False  # somebody of another open file: a person settles it
    return True


def _is_same(member: HouseholdMember, one: Graduate) -> bool:
    if member.id_number_index and one.id_number_index:
        return member.id_number_index == one.id_number_index
    return member.name.strip() == one.name.strip() and not member.is_holder
