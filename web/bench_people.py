"""A made-up district for `yangguang bench lists`: households, their members, graduates with cases, tasks, clocks.

Rows are written table by table, as an import writes them; nobody in them exists. Half of the people asked for are
graduates with an open case, the other half their parents; one household in fifty is on its way out of zero employment.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base, new_public_id
from matcher.db.engine import SessionFactory, ring_of, transaction
from matcher.kinds import Channel, EducationLevel, HardshipTier, Role, UnionKind
from matcher.kinds.households import WorkStatus
from matcher.kinds.zero_employment import ClaimSource, ClaimState, RecognitionBasis
from matcher.models.accounts import Account, Membership
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.models.tasks import Task
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.sealing import sealed_phone

_OWNERS = 50
"""Caseworkers of the district; with 10,000 cases each has 200."""
_ZERO_EVERY = 50
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高"
_SLICE = 5_000
_ZERO_RULE = "zero_employment.first_referral"


@dataclass(frozen=True, slots=True)
class District:
    """Whom to ask the pages as: a caseworker with a caseload, and who supervises all of it."""

    caseworker_id: int
    supervisor_id: int
    people: int
    union_id: int


def make_district(factory: SessionFactory, people: int) -> District:
    """Fill an empty database and return whom to ask as."""
    with transaction(factory) as session:
        union_id = _union(session)
        owners = [_account(session, union_id, Role.CASEWORKER, n) for n in range(_OWNERS)]
        supervisor = _account(session, union_id, Role.DRIVE_MANAGER, _OWNERS)
    count = max(people // 2, _OWNERS)
    for start in range(0, count, _SLICE):
        numbers = range(start, min(start + _SLICE, count))
        with transaction(factory) as session:
            _families(session, union_id, owners, numbers)
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))
    return District(owners[0], supervisor, count * 2, union_id)


def _union(session: Session) -> int:
    union = Union(code="U00001", name="某县总工会", kind=UnionKind.COUNTY, region_code="371622")
    session.add(union)
    session.flush()
    session.add(UnionClosure(ancestor_id=union.id, descendant_id=union.id, depth=0))
    return union.id


def _account(session: Session, union_id: int, role: Role, n: int) -> int:
    account = Account(login=f"p{n}", display_name=f"人员{n}", created_at=clock.now())
    session.add(account)
    session.flush()
    session.add(Membership(account_id=account.id, role=role, union_id=union_id))
    return account.id


def _families(session: Session, union_id: int, owners: list[int], numbers: range) -> None:
    today, now = clock.today(), clock.now()
    tiers = (HardshipTier.DEEP, HardshipTier.RELATIVE, HardshipTier.ACCIDENTAL)
    households = insert_rows(
        session,
        Household,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "file_number": f"D{n:07d}",
                "owner_id": owners[n % _OWNERS],
                "unit_name": f"第{n % 300}单位",
                "tier": tiers[n % 3],
                "is_zero_employment": n % _ZERO_EVERY == 0,
                "zero_employment_on": today if n % _ZERO_EVERY == 0 else None,
                "region_code": "371622",
                "changed_on": today - dt.timedelta(days=n % 500),
                "is_open": True,
                "created_at": now,
                "version_id": 1,
            }
            for n in numbers
        ),
    )
    _members(session, households, numbers)
    graduates = _graduates(session, union_id, households, numbers)
    _cases(session, union_id, owners, households, graduates, numbers)
    _clocks(session, union_id, owners, households, numbers)


def _members(session: Session, households: list[int], numbers: range) -> None:
    insert_rows(
        session,
        HouseholdMember,
        (
            {
                "household_id": household,
                "name": _name(n, "大"),
                "relation": "本人",
                "is_holder": True,
                "birth_on": dt.date(1970 + n % 10, 1 + n % 12, 1 + n % 28),
                "work_status": WorkStatus.UNEMPLOYED if n % 2 else WorkStatus.EMPLOYED,
                "in_open_file": True,
            }
            for household, n in zip(households, numbers, strict=True)
        ),
    )


def _graduates(session: Session, union_id: int, households: list[int], numbers: range) -> list[int]:
    now, year = clock.now(), clock.today().year
    phone = sealed_phone(ring_of(session), "graduate", "19900000000")
    return insert_rows(
        session,
        Graduate,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "household_id": household,
                "name": _name(n, "小"),
                "phone_cipher": phone.cipher,
                "phone_index": f"{n:064d}",
                "phone_masked": phone.masked,
                "school": f"第{n % 90}大学",
                "education": EducationLevel.BACHELOR,
                "graduates_on": dt.date(year, 6, 30),
                "origin_region": "371622",
                "hardship_codes": 0,
                "certificates": [],
                "entered_through": Channel.IMPORT,
                "is_confirmed": True,
                "created_at": now,
                "version_id": 1,
            }
            for household, n in zip(households, numbers, strict=True)
        ),
    )


def _cases(
    session: Session,
    union_id: int,
    owners: list[int],
    households: list[int],
    graduates: list[int],
    numbers: range,
) -> None:
    today, now = clock.today(), clock.now()
    cases = insert_rows(
        session,
        GraduateCase,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "graduate_id": graduate,
                "household_id": household,
                "owner_id": owners[n % _OWNERS],
                "opened_on": today - dt.timedelta(days=n % 200),
                "next_on": today + dt.timedelta(days=n % 40 - 10),
                "last_contact_on": today - dt.timedelta(days=n % 60) if n % 5 else None,
                "created_at": now,
                "version_id": 1,
            }
            for household, graduate, n in zip(households, graduates, numbers, strict=True)
        ),
    )
    _tasks(session, union_id, owners, cases, numbers)


def _tasks(
    session: Session, union_id: int, owners: list[int], cases: list[int], numbers: range
) -> None:
    today, now = clock.today(), clock.now()
    insert_rows(
        session,
        Task,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "assignee_id": owners[n % _OWNERS],
                "rule": "case.next_date",
                "subject_kind": "graduate_case",
                "subject_id": case,
                "facts": {},
                "due_on": today + dt.timedelta(days=n % 40 - 10),
                "created_at": now,
            }
            for case, n in zip(cases, numbers, strict=True)
        ),
    )


def _claims(session: Session, union_id: int, chosen: list[tuple[int, int]]) -> None:
    today, now = clock.today(), clock.now()
    insert_rows(
        session,
        ZeroEmploymentClaim,
        (
            {
                "public_id": new_public_id(),
                "household_id": household,
                "union_id": union_id,
                "source": ClaimSource.IMPORTED,
                "basis": RecognitionBasis.UNION_OWN,
                "state": ClaimState.AIDED,
                "entered_at": now,
                "is_open": True,
                "recognised_on": today - dt.timedelta(days=n % 30),
                "created_at": now,
            }
            for household, n in chosen
        ),
    )


def _clocks(
    session: Session, union_id: int, owners: list[int], households: list[int], numbers: range
) -> None:
    chosen = [pair for pair in zip(households, numbers, strict=True) if pair[1] % _ZERO_EVERY == 0]
    _claims(session, union_id, chosen)
    today, now = clock.today(), clock.now()
    insert_rows(
        session,
        Clock,
        (
            {
                "public_id": new_public_id(),
                "rule": _ZERO_RULE,
                "subject_kind": "household",
                "subject_id": household,
                "union_id": union_id,
                "owner_union_id": union_id,
                "owner_id": owners[n % _OWNERS],
                "started_on": today - dt.timedelta(days=n % 30),
                "amber_on": today + dt.timedelta(days=n % 30 - 20),
                "due_on": today + dt.timedelta(days=n % 30 - 10),
                "created_at": now,
                "version_id": 1,
            }
            for household, n in chosen
        ),
    )


def _name(n: int, given: str) -> str:
    return f"{_SURNAMES[n % len(_SURNAMES)]}{given}{chr(0x4E00 + n % 5000)}"


def insert_rows(session: Session, model: type[Base], rows: Iterator[dict[str, Any]]) -> list[int]:
    """Insert rows at once and return their ids in the same order."""
    every = list(rows)
    if not every:
        return []
    table = model.__table__
    statement = sa.insert(model).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, every).all())
