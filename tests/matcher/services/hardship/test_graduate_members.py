"""A graduate of a household stands in its file: tied to the row that is there, or as a new one."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.households import HouseholdMember
from matcher.models.organisations import Union
from matcher.services.hardship.graduate_members import seat_graduates
from tests.factories.accounts import make_union
from tests.factories.people import make_graduate, make_household, make_id_number, make_member


def _unions(union: Union) -> sa.Select[int]:
    return sa.select(Union.id).where(Union.id == union.id)


def _seats(session: Session, household_id: int) -> list[tuple[str, int | None]]:
    found = sa.select(HouseholdMember.name, HouseholdMember.graduate_id).where(
        HouseholdMember.household_id == household_id
    )
    return [tuple(row) for row in session.execute(found.order_by(HouseholdMember.id))]


def test_the_row_with_the_same_number_or_name_is_tied_and_twice_is_once(session: Session) -> None:
    union = make_union(session)
    household = make_household(session, union)
    number = make_id_number(born=dt.date(2003, 5, 1))
    make_member(session, household, name="王某", is_holder=True)
    make_member(session, household, name="王一", id_number=number)
    make_member(session, household, name="王二")
    one = make_graduate(session, union, household=household, name="王一一", id_number=number)
    two = make_graduate(session, union, household=household, name="王二")

    tied = [seat_graduates(session, _unions(union)) for _ in range(2)]

    assert tied == [2, 0]
    assert _seats(session, household.id) == [("王某", None), ("王一", one.id), ("王二", two.id)]


def test_who_has_no_row_becomes_a_member_found_by_the_same_number(session: Session) -> None:
    union = make_union(session)
    household = make_household(session, union)
    number = make_id_number(born=dt.date(2003, 5, 1))
    graduate = make_graduate(session, union, household=household, id_number=number)

    seat_graduates(session, _unions(union))

    (member,) = session.scalars(sa.select(HouseholdMember)).all()
    assert member.graduate_id == graduate.id
    assert (member.id_number_index, member.phone_index) == (
        graduate.id_number_index,
        graduate.phone_index,
    )
    assert member.birth_on == dt.date(2003, 5, 1)


def test_who_stands_in_another_open_file_is_left_for_a_person(session: Session) -> None:
    union = make_union(session)
    household, other = make_household(session, union), make_household(session, union)
    number = make_id_number()
    make_member(session, other, id_number=number)
    make_graduate(session, union, household=household, id_number=number)

    assert seat_graduates(session, _unions(union)) == 0
    assert _seats(session, household.id) == []
