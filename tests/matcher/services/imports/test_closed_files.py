"""A file somebody closed stays closed: an old roster taken in again does not bring it back."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, ImportKind
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.files import close_rows
from tests.matcher.services.imports.taking_in import HOUSEHOLDS, codes, member, take_in


def test_a_roster_with_a_closed_file_changes_neither_the_file_nor_its_members(
    session_factory: SessionFactory, manager: Actor, union: Union, drive_id: int
) -> None:
    row = member("D1", "赵大")
    take_in(session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, row)
    with transaction(session_factory) as session:
        household = session.scalars(sa.select(Household)).one()
        close_rows(session, household)
        household_id = household.id
    again = [*row]
    again[HOUSEHOLDS.index("困难类别")] = "相对困难"

    batch = take_in(session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, again)

    with reading(session_factory) as session:
        assert session.get_one(Household, household_id).tier is HardshipTier.DEEP
        assert session.scalars(sa.select(HouseholdMember.in_open_file)).all() == [False]
    assert "file_closed" in codes(session_factory, batch, 2)
