"""Lists of files (档案列表): masked, filtered, sorted, counted; the same number of queries for any number of rows.

A list shows lines; whether the actor sees a file whole is one of its columns.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState, HardshipCause
from matcher.models.accounts import Account
from matcher.models.household_facts import HouseholdCause
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor, Permission, require

Order = Literal["number", "stale", "newest", "holder"]

NOBODY = 0
"""In place of an owner's account: files that nobody owns."""


@dataclass(frozen=True, kw_only=True)
class FileFilter:
    """What a list of files is narrowed by; None narrows nothing."""

    words: str = ""
    """Part of the file number or of the holder's name."""
    state: FileState | None = None
    is_open: bool | None = None
    tier: HardshipTier | None = None
    region: str = ""
    union_id: int | None = None
    owner_id: int | None = None
    """An account, or NOBODY."""
    zero_employment: bool | None = None
    cause: HardshipCause | None = None
    is_main_cause: bool = False
    unchanged_since: dt.date | None = None
    """Not changed after this day (一年未改)."""
    order: Order = "number"


@dataclass(frozen=True)
class FileRow:
    """One line of a list."""

    public_id: str
    file_number: str
    holder_masked: str
    people: int
    state: FileState
    tier: HardshipTier
    is_zero_employment: bool
    cause: HardshipCause | None
    union_name: str
    owner_name: str | None
    changed_on: dt.date | None
    is_whole: bool


@dataclass(frozen=True)
class FilePage:
    """A slice of files and how many there are in all."""

    rows: list[FileRow]
    total: int


def list_files(
    session: Session, by: Actor, wanted: FileFilter, *, limit: int = 50, offset: int = 0
) -> FilePage:
    """Return the files whose line the actor sees; four queries however many there are."""
    require(by, Permission.VIEW_FILES)
    kept = [lines_in_sight(by), *_narrowed(wanted)]
    total = session.scalar(sa.select(sa.func.count()).select_from(Household).where(*kept)) or 0
    ids = list(session.scalars(_ordered(kept, wanted.order).limit(limit).offset(offset)))
    return FilePage(_rows(session, by, ids), total)


def _narrowed(wanted: FileFilter) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter."""
    kept: list[sa.ColumnElement[bool]] = []
    plain = {
        Household.state: wanted.state,
        Household.is_open: wanted.is_open,
        Household.tier: wanted.tier,
        Household.union_id: wanted.union_id,
        Household.is_zero_employment: wanted.zero_employment,
    }
    kept += [column == value for column, value in plain.items() if value is not None]
    if wanted.owner_id is not None:
        nobody = Household.owner_id.is_(None)
        kept.append(nobody if wanted.owner_id == NOBODY else Household.owner_id == wanted.owner_id)
    if wanted.region:
        kept.append(Household.region_code.startswith(wanted.region, autoescape=True))
    if wanted.unchanged_since is not None:
        day = sa.func.coalesce(Household.changed_on, Household.tier_on)
        kept.append(sa.or_(day.is_(None), day <= wanted.unchanged_since))
    if wanted.cause is not None:
        caused = sa.select(HouseholdCause.household_id).where(HouseholdCause.cause == wanted.cause)
        if wanted.is_main_cause:
            caused = caused.where(HouseholdCause.position == 0)
        kept.append(Household.id.in_(caused))
    return kept + _worded(wanted.words.strip())


def _worded(words: str) -> list[sa.ColumnElement[bool]]:
    if not words:
        return []
    held = sa.select(HouseholdMember.household_id).where(
        HouseholdMember.is_holder, HouseholdMember.name.contains(words, autoescape=True)
    )
    numbered = Household.file_number.contains(words, autoescape=True)
    return [sa.or_(numbered, Household.id.in_(held))]


def _ordered(kept: list[sa.ColumnElement[bool]], order: Order) -> sa.Select[int]:
    """Return the ids in the order asked for; ties by id, so that pages never overlap."""
    found = sa.select(Household.id).where(*kept)
    if order == "stale":
        return found.order_by(Household.changed_on.asc().nulls_first(), Household.id)
    if order == "newest":
        return found.order_by(Household.id.desc())
    if order == "holder":
        holder = sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder)
        return found.outerjoin(HouseholdMember, holder).order_by(HouseholdMember.name, Household.id)
    return found.order_by(Household.file_number, Household.id)


def _rows(session: Session, by: Actor, ids: list[int]) -> list[FileRow]:
    """Return the lines of files by id, in that order; two queries."""
    people = _people(session, ids)
    holder = sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder)
    main = sa.and_(HouseholdCause.household_id == Household.id, HouseholdCause.position == 0)
    is_whole = sa.case((whole_in_sight(by), True), else_=False)
    found = (
        sa.select(
            Household,
            HouseholdMember.name,
            HouseholdCause.cause,
            Union.name,
            Account.display_name,
            is_whole,
        )
        .join(Union, Union.id == Household.union_id)
        .outerjoin(HouseholdMember, holder)
        .outerjoin(HouseholdCause, main)
        .outerjoin(Account, Account.id == Household.owner_id)
        .where(Household.id.in_(ids))
        .order_by(Household.id)
    )
    made = {}
    for household, name, cause, union_name, owner_name, whole in session.execute(found):
        made[household.id] = FileRow(
            public_id=household.public_id,
            file_number=household.file_number,
            holder_masked=mask_name(name) if name else "",
            people=people.get(household.id, 0),
            state=household.state,
            tier=household.tier,
            is_zero_employment=household.is_zero_employment,
            cause=cause,
            union_name=union_name,
            owner_name=owner_name,
            changed_on=household.changed_on,
            is_whole=bool(whole),
        )
    return [made[one] for one in ids if one in made]


def _people(session: Session, ids: list[int]) -> dict[int, int]:
    """Return how many people of each file still belong to the household."""
    counted = (
        sa.select(HouseholdMember.household_id, sa.func.count())
        .where(HouseholdMember.household_id.in_(ids), HouseholdMember.left_on.is_(None))
        .group_by(HouseholdMember.household_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


@dataclass(frozen=True)
class FileCounts:
    """How many files stand in each state, and a few more; each opens its list."""

    by_state: dict[FileState, int]
    zero_employment: int
    unowned: int

    @property
    def open(self) -> int:
        """Files that count for the rule of one open file."""
        return sum(n for state, n in self.by_state.items() if state.is_open)


def count_files(session: Session, by: Actor) -> FileCounts:
    """Count the files whose line the actor sees; one query."""
    require(by, Permission.VIEW_FILES)
    zero = sa.func.sum(sa.case((Household.is_zero_employment, 1), else_=0))
    unowned = sa.func.sum(sa.case((Household.owner_id.is_(None), 1), else_=0))
    found = (
        sa.select(Household.state, sa.func.count(), zero, unowned)
        .where(lines_in_sight(by))
        .group_by(Household.state)
    )
    rows = session.execute(found).all()
    live = [row for row in rows if row[0].is_open]
    return FileCounts(
        {row[0]: row[1] for row in rows},
        sum(row[2] for row in live),
        sum(row[3] for row in live),
    )


def unions_of_files(session: Session, by: Actor) -> list[tuple[int, str]]:
    """Return the unions that keep files in sight, for the filter; one query."""
    require(by, Permission.VIEW_FILES)
    kept = sa.select(Household.union_id).where(lines_in_sight(by)).distinct()
    found = sa.select(Union.id, Union.name).where(Union.id.in_(kept)).order_by(Union.code)
    return [(row.id, row.name) for row in session.execute(found)]


def owners_of_files(session: Session, by: Actor) -> list[tuple[int, str]]:
    """Return who owns files in sight, for the filter; one query."""
    require(by, Permission.VIEW_FILES)
    kept = sa.select(Household.owner_id).where(lines_in_sight(by)).distinct()
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(kept))
    return [(row.id, row.display_name) for row in session.execute(found.order_by(Account.id))]
