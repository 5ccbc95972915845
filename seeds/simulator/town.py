"""Founding a simulated drive: unions, clerks, the generated sheets through the real imports, phases, open cases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, ImportKind, Role
from matcher.kinds.cohorts import PhaseKind
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Posting
from matcher.services.accounts import add_membership, create_account
from matcher.services.casework.cases import open_case
from matcher.services.drive_phases import PhaseInput, set_phases
from matcher.services.drives import create_drive, open_drive
from matcher.services.employer_batches import check_many, pending_employers
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import providers
from matcher.services.training.providers import ProviderInput
from seeds.city import City, CitySize
from seeds.sample import rows_of, write_rows
from seeds.simulator.tree import CITY, found_unions, spread
from seeds.taking_in import take_in

_CASEWORKERS = 8
_PROVIDERS = 4
_ORDER = (
    ImportKind.EMPLOYERS,
    ImportKind.HOUSEHOLDS,
    ImportKind.POSTINGS,
    ImportKind.GRADUATES,
)
"""Households before graduates, so that every graduate finds the own family's file."""

DRIVE_SIZE = CitySize(employers=300, postings=900, graduates=3_000, households=2_700)
"""The drive the product is tried on."""


@dataclass(frozen=True)
class Town:
    """A drive with everybody in it, by number.

    Parameters
    ----------
    union_id, unions : the city that holds the drive, and it with all unions below it
    reviewer : checks what others recorded
    providers : training providers, who answer by links
    guaranteed : graduates of zero-employment households
    supported : graduates of households in hardship, those included
    """

    drive_id: int
    union_id: int
    unions: tuple[int, ...]
    first_day: dt.date
    last_day: dt.date
    manager: Actor
    reviewer: Actor
    caseworkers: tuple[Actor, ...]
    employers: tuple[int, ...]
    postings: tuple[int, ...]
    graduates: tuple[int, ...]
    providers: tuple[int, ...]
    guaranteed: frozenset[int]
    supported: frozenset[int]


def found_town(
    factory: SessionFactory,
    folder: Path,
    *,
    seed: int,
    first_day: dt.date,
    days: int,
    size: CitySize = DRIVE_SIZE,
) -> Town:
    """Fill an empty installation with a drive of `size` that lasts `days`; sheets are left in `folder`."""
    last_day = first_day + dt.timedelta(days=days - 1)
    with transaction(factory) as session:
        unions = found_unions(session)
        union_id = unions[0]
        clerks = _clerks(session, union_id)
        drive_id = _drive(session, union_id, first_day, last_day)
        manager = clerks[Role.DRIVE_MANAGER][0]
        phases = _phases(first_day, last_day)
        set_phases(session, manager, drive_id, phases, census_on=first_day)
    city = City(size, seed=seed, today=first_day)
    _take_in_sheets(factory, folder, city, manager, drive_id)
    supported = _settle(factory, manager, drive_id, unions)
    _open_cases(factory, clerks[Role.CASEWORKER], supported)
    with transaction(factory) as session:
        return Town(
            drive_id=drive_id,
            union_id=union_id,
            unions=unions,
            first_day=first_day,
            last_day=last_day,
            manager=manager,
            reviewer=clerks[Role.REVIEWER][0],
            caseworkers=tuple(clerks[Role.CASEWORKER]),
            employers=_numbers(session, sa.select(Posting.employer_id).distinct(), drive_id),
            postings=_numbers(session, sa.select(Posting.id), drive_id),
            graduates=_graduates(session, drive_id),
            providers=_providers(session, manager),
            guaranteed=_guaranteed(session),
            supported=frozenset(supported),
        )


def _settle(
    factory: SessionFactory, manager: Actor, drive_id: int, unions: tuple[int, ...]
) -> list[int]:
    """Check the employers, spread the people over the unions, and return who is to be supported."""
    with transaction(factory) as session:
        pending = pending_employers(session, manager, drive_id)
        check_many(session, manager, pending, reason="模拟数据：视为已核验证照")
        spread(session, unions)
        return _supported(session)


def _take_in_sheets(
    factory: SessionFactory, folder: Path, city: City, manager: Actor, drive_id: int
) -> None:
    for kind in _ORDER:
        path = folder / f"{kind.value}.xlsx"
        write_rows(path, kind, rows_of(city, kind))
        take_in(factory, manager, kind, path=path, drive_id=drive_id)


def _clerks(session: Session, union_id: int) -> dict[Role, list[Actor]]:
    wanted = ((Role.DRIVE_MANAGER, 1), (Role.REVIEWER, 1), (Role.CASEWORKER, _CASEWORKERS))
    clerks: dict[Role, list[Actor]] = {}
    for role, count in wanted:
        for number in range(count):
            login = f"{role.value}.{number + 1}"
            account = create_account(
                session, SYSTEM, login, display_name=f"{role.label}{number + 1}", password_hash=None
            )
            add_membership(session, SYSTEM, account.id, role=role, union_id=union_id)
            clerks.setdefault(role, []).append(Actor(account.id, role, union_id=union_id))
    return clerks


def _drive(session: Session, union_id: int, first_day: dt.date, last_day: dt.date) -> int:
    drive = create_drive(
        session,
        SYSTEM,
        union_id=union_id,
        name=f"阳光就业模拟 {first_day.year}",
        neutral_name=f"{first_day.year} 毕业生就业服务",
        opens_on=first_day,
        closes_on=last_day,
        census_on=first_day,
    )
    open_drive(session, SYSTEM, drive.id)
    return drive.id


def _phases(first_day: dt.date, last_day: dt.date) -> list[PhaseInput]:
    """Give the survey (摸底) the first sixth of the days, and the summing up (总结) the last one."""
    sixth = dt.timedelta(days=max(1, ((last_day - first_day).days + 1) // 6))
    one = dt.timedelta(days=1)
    return [
        PhaseInput(PhaseKind.SURVEY, first_day, min(first_day + sixth - one, last_day)),
        PhaseInput(PhaseKind.CARRY_OUT, min(first_day + sixth, last_day), last_day),
        PhaseInput(PhaseKind.SUMMING_UP, max(first_day, last_day - sixth + one), last_day),
    ]


def _supported(session: Session) -> list[int]:
    chosen = (
        sa.select(Graduate.id)
        .join(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(sa.or_(Household.is_zero_employment, Household.tier != HardshipTier.NONE))
        .order_by(Graduate.id)
    )
    return list(session.scalars(chosen))


def _graduates(session: Session, drive_id: int) -> tuple[int, ...]:
    entered = (
        sa.select(DriveEntry.graduate_id)
        .where(DriveEntry.drive_id == drive_id)
        .order_by(DriveEntry.graduate_id)
    )
    return tuple(session.scalars(entered))


def _providers(session: Session, manager: Actor) -> tuple[int, ...]:
    made = (
        providers.add_provider(
            session,
            manager,
            ProviderInput(name=f"模拟第{number + 1}职业培训学校", region_code=CITY),
        )
        for number in range(_PROVIDERS)
    )
    return tuple(one.id for one in made)


def _guaranteed(session: Session) -> frozenset[int]:
    chosen = (
        sa.select(Graduate.id)
        .join(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(Household.is_zero_employment)
    )
    return frozenset(session.scalars(chosen))


def _open_cases(
    factory: SessionFactory, caseworkers: Sequence[Actor], graduates: Sequence[int]
) -> None:
    """Open a case for every third graduate of the files, as caseloads are filled at a drive's start."""
    with transaction(factory) as session:
        for place, graduate_id in enumerate(graduates[::3]):
            by = caseworkers[place % len(caseworkers)]
            open_case(session, by, graduate_id, owner_id=by.account_id)


def _numbers(session: Session, chosen: sa.Select[int], drive_id: int) -> tuple[int, ...]:
    return tuple(sorted(session.scalars(chosen.where(Posting.drive_id == drive_id))))
