"""A county with one of everything casework knows, and everybody who might want to look at it.

The rows stand in one union (own); actors stand there, above it, below it, beside it and in another tree. Rows of
tables nobody has made by hand are filled from their own description (`filled_rows`).
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role, UnionKind
from matcher.models import Base
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import GRANTS, Actor, Permission
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import (
    make_graduate,
    make_household,
    make_id_number,
    make_member,
    make_phone,
)
from tests.factories.postings import make_employer
from tests.support.filled_rows import fill_row

PLACES = ("own", "above", "below", "sibling", "elsewhere")
_OUTSIDE = (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)
_CASEWORK = frozenset(
    {
        Permission.VIEW_FILES,
        Permission.EDIT_FILES,
        Permission.VIEW_CASES,
        Permission.HANDLE_RIGHTS,
        Permission.APPROVE_EXPORTS,
        Permission.SET_CHAINS,
        Permission.VIEW_OWN_PAIRINGS,
    }
)


@dataclass
class World:
    """The rows by table, and the actors by name: role@place."""

    union: Union
    household: Household
    holder: HouseholdMember
    graduate: Graduate
    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    """Id of the row of each table."""
    public_ids: dict[str, str] = field(default_factory=dict)

    def row_of(self, value: Any) -> bool:
        """Say whether something returned is, or holds, a row of this world."""
        return _holds(value, self, set())


def _holds(value: Any, world: World, seen: set[int]) -> bool:
    if id(value) in seen or value is None:
        return False
    seen.add(id(value))
    if isinstance(value, bool | int | float):
        return bool(value)
    if isinstance(value, str | bytes):
        return False
    if isinstance(value, dict):
        return any(_holds(one, world, seen) for one in (*value.keys(), *value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(_holds(one, world, seen) for one in value)
    if isinstance(value, Base):
        own = getattr(value, "union_id", None) == world.ids["union_org"]
        key = getattr(value, "id", None)
        return own or world.ids.get(value.__tablename__) == key
    if hasattr(value, "__dataclass_fields__"):
        parts = [getattr(value, name) for name in value.__dataclass_fields__]
        return any(_holds(one, world, seen) for one in parts)
    return False


def make_world(session: Session) -> World:
    """Insert the tree, the rows and the actors."""
    seed_consent_texts(session)
    above = make_union(session)
    own, sibling = make_union(session, above), make_union(session, above)
    below = make_union(session, own, kind=UnionKind.GRASSROOTS)
    unions = dict(zip(PLACES, (own, above, below, sibling, make_union(session)), strict=True))
    owner = make_actor(session, Role.CASEWORKER, union=own)
    household = make_household(session, own, owner_id=owner.account_id, zero_employment=True)
    holder = make_member(
        session, household, is_holder=True, id_number=make_id_number(), phone=make_phone()
    )
    graduate = make_graduate(session, own, household=household)
    make_member(session, household, relation="子女", graduate_id=graduate.id)
    world = World(own, household, holder, graduate)
    world.actors["caseworker@owner"] = owner
    _staff(session, world, unions)
    _outsiders(session, world, make_union(session))
    case = make_case(session, graduate, owner_id=owner.account_id)
    world.ids = {
        "household": household.id,
        "household_member": holder.id,
        "graduate": graduate.id,
        "graduate_case": case.id,
        "union_org": own.id,
        "account": owner.account_id or 0,
    }
    _fill_the_rest(session, world)
    return world


def _staff(session: Session, world: World, unions: dict[str, Union]) -> None:
    for role in Role:
        if role in _OUTSIDE:
            continue
        places = PLACES if GRANTS[role] & _CASEWORK else ("own", "above")
        for place in places:
            world.actors[f"{role.value}@{place}"] = make_actor(session, role, union=unions[place])


def _outsiders(session: Session, world: World, far: Union) -> None:
    actors = world.actors
    actors["employer@own"] = make_actor(
        session, Role.EMPLOYER, employer=make_employer(session, world.union)
    )
    actors["graduate@self"] = make_actor(session, Role.GRADUATE, graduate=world.graduate)
    stranger = make_graduate(session, world.union)
    actors["graduate@stranger"] = make_actor(session, Role.GRADUATE, graduate=stranger)
    actors["holder@self"] = make_actor(session, Role.HOLDER, member=world.holder)
    neighbour = make_member(session, make_household(session, far), is_holder=True)
    actors["holder@stranger"] = make_actor(session, Role.HOLDER, member=neighbour)


def _given(session: Session, world: World) -> dict[str, dict[str, Any]]:
    """Return what stands in rows whose people or unions must differ, or whose owner decides who sees them."""
    owner = world.actors["caseworker@owner"].account_id
    of_holder = {"member_id": world.holder.id, "graduate_id": None}
    second = make_household(session, world.union, owner_id=owner)
    world.ids["gone"] = second.id
    sibling = world.actors["caseworker@sibling"].union_id
    return {
        "call_result": {"account_id": owner, "undone_at": None},
        "cooperation": {"partner_union_id": sibling, "partner_name": None},
        "export_request": {"requested_by_id": owner, "decided_by_id": None, "state": "requested"},
        "file_merge": {"gone_id": second.id},
        "file_transfer": {"to_union_id": sibling},
        "hand_over": {"from_id": owner, "to_id": world.actors["caseworker@own"].account_id},
        "help_request": {"owner_id": owner},
        "pairing": {"partner_id": world.actors["helper@own"].account_id, "ended_on": None},
        "rights_request": of_holder | {"entered_by_id": owner, "state": "open"},
        "story_consent": of_holder | {"recorded_by_id": owner},
        "task": {"assignee_id": owner},
    }


_NOT_CASEWORK = frozenset(
    {"audit_entry", "audit_head", "installation", "job", "anonymised_row", "storage_only"}
)


def _fill_the_rest(session: Session, world: World) -> None:
    """Fill one row of each table that hangs on casework and has none yet."""
    given = _given(session, world)
    tables = [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in _NOT_CASEWORK and table.name not in world.ids
    ]
    for table in tables:
        fill_row(session, table, world.ids, given=given.get(table.name))
    for name, number in world.ids.items():
        table = Base.metadata.tables.get(name, Base.metadata.tables["household"])
        if "public_id" in table.c:
            found = sa.select(table.c.public_id).where(table.c.id == number)
            world.public_ids[name] = session.scalar(found) or ""
