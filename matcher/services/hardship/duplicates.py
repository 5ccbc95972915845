"""The same person in another file (查重): by keyed hash of the number, by name with birth date and phone.

A file the actor sees is named, so that it can be opened; of a file of another union it is only said that there is
an open one and whom to turn to, never whose. Each look is logged: it answers questions about people.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import birth_date, id_number_problem, phone_problem
from matcher.kinds.households import FileState
from matcher.kinds.labelled import Labelled
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit, sealing
from matcher.services.hardship.sight import lines_in_sight
from matcher.services.permissions import Actor, Permission, require

_MOST = 20
"""Likenesses shown of one person: a name and a birth date fit few."""


class Likeness(Labelled):
    """Why somebody looks like the same person (相同依据); the first forbids a second file."""

    ID_NUMBER = "id_number", "身份证号相同"
    NAME_BIRTH_PHONE = "name_birth_phone", "姓名、出生日期、手机都相同"
    NAME_BIRTH = "name_birth", "姓名、出生日期相同"
    NAME_PHONE = "name_phone", "姓名、手机相同"


@dataclass(frozen=True)
class Sought:
    """What is known of a person while a file is being filled in."""

    name: str = ""
    id_number: str | None = None
    birth_on: dt.date | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Duplicate:
    """Somebody who stands in a file already; without a public number it is another union's."""

    position: int
    likeness: Likeness
    is_open: bool
    public_id: str | None = None
    file_number: str | None = None
    state: FileState | None = None

    @property
    def forbids(self) -> bool:
        """Whether the constraint will refuse a second file."""
        return self.is_open and self.likeness is Likeness.ID_NUMBER


def find_duplicates(
    session: Session,
    by: Actor,
    people: Sequence[Sought],
    *,
    except_household_id: int | None = None,
) -> list[Duplicate]:
    """Return where these people stand already: open files anywhere, closed ones within the actor's sight.

    Two queries however many people; each look is logged with counts only.
    """
    require(by, Permission.EDIT_FILES)
    keys = [_keys(session, one) for one in people]
    rows = _candidates(session, by, keys, except_household_id)
    seen = _in_sight(session, by, {row.household_id for row in rows})
    found = [
        duplicate
        for position, key in enumerate(keys)
        for duplicate in _matches(position, key, rows, seen)[:_MOST]
    ]
    audit.record(session, by, "household.duplicates_sought", people=len(people), found=len(found))
    return found


@dataclass(frozen=True)
class _Keys:
    id_index: str | None
    phone_index: str | None
    name: str
    birth_on: dt.date | None


def _keys(session: Session, one: Sought) -> _Keys:
    """Return what a person is looked for by; wrong numbers find nobody."""
    number = one.id_number if one.id_number and not _is_wrong(one.id_number) else None
    phone = one.phone if one.phone and not phone_problem(one.phone) else None
    return _Keys(
        sealing.id_number_index(session, number) if number else None,
        sealing.phone_index(session, phone) if phone else None,
        one.name.strip(),
        one.birth_on or (birth_date(number) if number else None),
    )


def _is_wrong(number: str) -> bool:
    return bool(id_number_problem(number, clock.today()))


_Row = sa.Row[int, str | None, str | None, str, dt.date | None]


def _candidates(
    session: Session, by: Actor, keys: Sequence[_Keys], except_household_id: int | None
) -> Sequence[_Row]:
    """Return members who share a number, or a name with birth date or phone, each by an index."""
    likenesses = [
        condition
        for key in keys
        for condition in (
            HouseholdMember.id_number_index == key.id_index if key.id_index else None,
            _named(key, HouseholdMember.birth_on == key.birth_on) if key.birth_on else None,
            _named(key, HouseholdMember.phone_index == key.phone_index)
            if key.phone_index
            else None,
        )
        if condition is not None
    ]
    if not likenesses:
        return []
    found = (
        sa.select(
            HouseholdMember.household_id,
            HouseholdMember.id_number_index,
            HouseholdMember.phone_index,
            HouseholdMember.name,
            HouseholdMember.birth_on,
        )
        .where(sa.or_(*likenesses))
        .order_by(HouseholdMember.id)
    )
    if except_household_id is not None:
        found = found.where(HouseholdMember.household_id != except_household_id)
    return session.execute(found).all()


def _named(key: _Keys, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool] | None:
    return sa.and_(HouseholdMember.name == key.name, condition) if key.name else None


@dataclass(frozen=True)
class _File:
    household: Household
    is_seen: bool


def _in_sight(session: Session, by: Actor, ids: set[int]) -> dict[int, _File]:
    """Return files by id with whether the actor sees a line of them."""
    is_seen = sa.case((lines_in_sight(by), True), else_=False)
    found = sa.select(Household, is_seen).where(Household.id.in_(ids)).order_by(Household.id)
    return {row.id: _File(row, bool(seen)) for row, seen in session.execute(found)}


def _matches(
    position: int, key: _Keys, rows: Sequence[_Row], files: dict[int, _File]
) -> list[Duplicate]:
    """Return where one person stands, one answer a file, the strongest likeness of each."""
    best: dict[int, Likeness] = {}
    order = list(Likeness)
    for row in rows:
        likeness = _likeness(key, row)
        if likeness is not None:
            before = best.get(row.household_id, likeness)
            best[row.household_id] = min(likeness, before, key=order.index)
    found = []
    for household_id, likeness in best.items():
        file = files[household_id]
        if file.is_seen:
            one = file.household
            found.append(
                Duplicate(
                    position, likeness, one.is_open, one.public_id, one.file_number, one.state
                )
            )
        elif file.household.is_open:
            found.append(Duplicate(position, likeness, is_open=True))
    return sorted(found, key=lambda one: (not one.is_open, order.index(one.likeness)))


def _likeness(key: _Keys, row: _Row) -> Likeness | None:
    if key.id_index and row.id_number_index == key.id_index:
        return Likeness.ID_NUMBER
    if not key.name or row.name != key.name:
        return None
    same_birth = key.birth_on is not None and row.birth_on == key.birth_on
    same_phone = key.phone_index is not None and row.phone_index == key.phone_index
    if same_birth and same_phone:
        return Likeness.NAME_BIRTH_PHONE
    if same_birth:
        return Likeness.NAME_BIRTH
    return Likeness.NAME_PHONE if same_phone else None
