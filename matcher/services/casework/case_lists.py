"""The list of cases (个案名单): the district by line, filtered as the address says; six queries whatever its length."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.identity import mask_name
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.policy.packages import PackageItem
from matcher.services.casework import packages
from matcher.services.casework.caseload import own_cases
from matcher.services.casework.cases import case_lines_in_sight, whole_case_in_sight
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What the list is narrowed to.

    Parameters
    ----------
    owner_id : caseworker who owns or stands in; `without_owner` is the opposite
    due : over (the next date is past), soon (within a week), none (no next date)
    never_served : no act stands yet
    package_missing : something of the promised package is missing; counted for an owner's cases only
    quiet_since : not reached on or after this day
    """

    owner_id: int | None = None
    without_owner: bool = False
    closed: bool = False
    due: str = ""
    never_served: bool = False
    package_missing: bool = False
    quiet_since: dt.date | None = None
    name: str = ""
    union_id: int | None = None


@dataclass(frozen=True)
class CaseLine:
    """One line: who, where from, who owns it, what is next, how far the package is."""

    case: GraduateCase
    name_masked: str
    school: str | None
    major: str | None
    union_name: str
    owner: str | None
    items: list[PackageItem]
    is_whole: bool


@dataclass(frozen=True)
class CasePage:
    """A slice of cases and how many there are in all."""

    rows: list[CaseLine]
    total: int


_SOON = dt.timedelta(days=7)


def list_cases(
    session: Session, by: Actor, wanted: CaseFilter, *, limit: int = 50, offset: int = 0
) -> CasePage:
    """Return the cases of the district an actor may see a line of, the nearest next date first."""
    kept = [case_lines_in_sight(by), *_narrowed(wanted)]
    if wanted.package_missing:
        kept.append(GraduateCase.id.in_(_incomplete(session, wanted.owner_id)))
    chosen = sa.select(GraduateCase.id).where(*kept)
    if wanted.name:
        chosen = chosen.join(Graduate, Graduate.id == GraduateCase.graduate_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    # The slice is cut on bare ids: sorting 20,000 joined rows costs more than all the rest.
    ids = session.scalars(chosen.order_by(*_ORDER).limit(limit).offset(offset)).all()
    rows = session.execute(_lines(by, ids)).all()
    majors = _majors(session, [row.GraduateCase.graduate_id for row in rows])
    items = packages.progress(session, [row.GraduateCase.id for row in rows])
    lines = [
        _line(row, majors.get(row.GraduateCase.graduate_id), items[row.GraduateCase.id])
        for row in rows
    ]
    return CasePage(lines, total)


_ORDER = (GraduateCase.next_on.is_(None), GraduateCase.next_on, GraduateCase.id)


def _lines(by: Actor, ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    found: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            GraduateCase,
            Graduate.name,
            Graduate.school,
            Union.name.label("union_name"),
            Account.display_name,
            whole_case_in_sight(by).label("is_whole"),
        )
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .join(Union, Union.id == GraduateCase.union_id)
        .outerjoin(Account, Account.id == GraduateCase.owner_id)
        .where(GraduateCase.id.in_(ids))
        .order_by(*_ORDER)
    )
    return found


def _line(row: Any, major: str | None, items: list[PackageItem]) -> CaseLine:
    return CaseLine(
        row.GraduateCase,
        mask_name(row.name),
        row.school,
        major,
        row.union_name,
        row.display_name,
        items,
        bool(row.is_whole),
    )


def _narrowed(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    case, today = GraduateCase, clock.today()
    state = case.closed_on.is_not(None) if wanted.closed else case.closed_on.is_(None)
    kept: list[sa.ColumnElement[bool]] = [state]
    if wanted.without_owner:
        kept.append(case.owner_id.is_(None))
    elif wanted.owner_id is not None:
        mine = sa.or_(case.owner_id == wanted.owner_id, case.second_owner_id == wanted.owner_id)
        kept.append(mine)
    if wanted.due:
        kept.append(
            {
                "over": case.next_on < today,
                "soon": case.next_on.between(today, today + _SOON),
                "none": case.next_on.is_(None),
            }[wanted.due]
        )
    if wanted.never_served:
        kept.append(_never_served())
    if wanted.quiet_since is not None:
        kept.append(
            sa.or_(case.last_contact_on.is_(None), case.last_contact_on < wanted.quiet_since)
        )
    if wanted.name.strip():
        kept.append(Graduate.name.contains(wanted.name.strip(), autoescape=True))
    if wanted.union_id is not None:
        kept.append(case.union_id == wanted.union_id)
    return kept


def _never_served() -> sa.ColumnElement[bool]:
    act = aliased(ServiceAct)
    return ~sa.exists().where(act.case_id == GraduateCase.id, act.outcome != "void")


def _incomplete(session: Session, owner_id: int | None) -> list[int]:
    found = packages.progress(session, own_cases(owner_id))
    return [case_id for case_id, items in found.items() if any(item.missing for item in items)]


def _majors(session: Session, graduate_ids: list[int]) -> dict[int, str]:
    found = sa.select(GraduateMajor.graduate_id, GraduateMajor.name).where(
        GraduateMajor.graduate_id.in_(graduate_ids), GraduateMajor.position == 1
    )
    return {row.graduate_id: row.name for row in session.execute(found)}


@dataclass(frozen=True)
class CaseCounts:
    """The figures above the list, each with a list of its own."""

    mine: int
    mine_overdue: int
    mine_unserved: int
    without_owner: int


def count_cases(session: Session, by: Actor) -> CaseCounts:
    """Count the actor's own open cases and those of the district that nobody owns; one query."""
    seen = case_lines_in_sight(by)

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count(GraduateCase.id)).where(seen, *conditions).scalar_subquery()

    def narrowed(**wanted: object) -> list[sa.ColumnElement[bool]]:
        return _narrowed(CaseFilter(owner_id=by.account_id, **wanted))  # type: ignore[arg-type]  # by name

    row = session.execute(
        sa.select(
            count(*narrowed()),
            count(*narrowed(due="over")),
            count(*narrowed(never_served=True)),
            count(*_narrowed(CaseFilter(without_owner=True))),
        )
    ).one()
    return CaseCounts(*(int(number) for number in row))


@dataclass(frozen=True)
class CaseHead:
    """The head of one case as its page shows it, for who sees it whole."""

    case: GraduateCase
    graduate: Graduate
    union_name: str
    owner: str | None
    second_owner: str | None
    major: str | None
    household: str | None
    """Public number of the file, if the actor sees a line of it."""


def read_head(session: Session, by: Actor, public_id: str) -> CaseHead | None:
    """Return a case the actor sees whole with its graduate and owners; None if there is none."""
    owner, second = aliased(Account), aliased(Account)
    row = session.execute(
        sa.select(GraduateCase, Graduate, Union.name, owner.display_name, second.display_name)
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .join(Union, Union.id == GraduateCase.union_id)
        .outerjoin(owner, owner.id == GraduateCase.owner_id)
        .outerjoin(second, second.id == GraduateCase.second_owner_id)
        .where(GraduateCase.public_id == public_id, whole_case_in_sight(by))
    ).one_or_none()
    if row is None:
        return None
    case: GraduateCase = row[0]
    file = sa.select(Household.public_id).where(
        Household.id == case.household_id, lines_in_sight(by)
    )
    major = _majors(session, [case.graduate_id]).get(case.graduate_id)
    return CaseHead(*row, major, session.scalar(file))


@dataclass(frozen=True)
class MemberCase:
    """A member of a household who is a graduate, with the newest case there is."""

    name_masked: str
    relation: str
    graduate_public_id: str
    school: str | None
    case: GraduateCase | None
    owner: str | None
    is_whole: bool


def cases_of_household(session: Session, by: Actor, household_id: int) -> list[MemberCase]:
    """Return the graduates among the members of a file in sight, each with an open case or the last one."""
    seen = case_lines_in_sight(by)
    rows = session.execute(
        sa.select(
            HouseholdMember,
            Graduate,
            GraduateCase,
            Account.display_name,
            whole_case_in_sight(by).label("is_whole"),
        )
        .join(Household, Household.id == HouseholdMember.household_id)
        .join(Graduate, Graduate.id == HouseholdMember.graduate_id)
        .outerjoin(GraduateCase, sa.and_(GraduateCase.graduate_id == Graduate.id, seen))
        .outerjoin(Account, Account.id == GraduateCase.owner_id)
        .where(HouseholdMember.household_id == household_id, whole_in_sight(by))
        .order_by(HouseholdMember.id, GraduateCase.closed_on.is_not(None).desc(), GraduateCase.id)
    )
    newest = {
        member.id: MemberCase(
            mask_name(member.name),
            member.relation,
            graduate.public_id,
            graduate.school,
            case,
            owner,
            bool(whole),
        )
        for member, graduate, case, owner, whole in rows
    }
    return list(newest.values())
