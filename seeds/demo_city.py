"""Filling the demo: unions, accounts, drive, and the city's sheets through the real imports."""

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ImportKind, Role, SeatClass, UnionKind
from matcher.models.drives import DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Posting, Seat
from matcher.services.drives import create_drive, open_drive
from matcher.services.employer_batches import check_many, pending_employers
from matcher.services.installation import prepare_installation
from matcher.services.organisations import create_union
from matcher.services.permissions import SYSTEM, Actor
from matcher.settings import Settings
from seeds.city import City, CitySize
from seeds.demo_accounts import (
    make_accounts,
    make_employer_account,
    make_graduate_account,
    make_lower_accounts,
)
from seeds.demo_casework import Colleagues, seed_casework
from seeds.demo_entitlements import seed_entitlements
from seeds.demo_figures import FigureClerks, seed_figures
from seeds.demo_money import MoneyClerks, seed_money
from seeds.demo_settings import mark, remembered
from seeds.sample import rows_of, write_rows
from seeds.taking_in import take_in

Say = Callable[[str], None]

_SEED = 2026
_ACCOUNTS = "demo-accounts.json"
_ORDER = (
    ImportKind.EMPLOYERS,
    ImportKind.HOUSEHOLDS,
    ImportKind.POSTINGS,
    ImportKind.GRADUATES,
)
"""Households before graduates, so that every graduate finds the own family's file."""


@dataclass
class DemoFacts:
    """What the demo's folder holds."""

    drive_id: int
    drive_name: str
    counts: dict[str, int]
    accounts: list[dict[str, str]]
    seconds: dict[str, float] = field(default_factory=dict)


def open_demo(settings: Settings, say: Say) -> DemoFacts:
    """Return the demo's facts, seeding its folder first if it is new.

    A seeding that was interrupted begins again from nothing: the folder is the demo's own.
    """
    known = remembered(settings)
    if known.get("state") == "ready":
        prepare_installation(settings).kw["bind"].dispose()
        return _remembered_facts(settings, known)
    if known:
        shutil.rmtree(settings.data)
    mark(settings, {"state": "seeding"})
    factory = prepare_installation(settings)
    facts = _seed(factory, settings, say)
    mark(
        settings, {"state": "ready", **{k: v for k, v in asdict(facts).items() if k != "accounts"}}
    )
    factory.kw["bind"].dispose()
    return facts


def _remembered_facts(settings: Settings, known: dict[str, Any]) -> DemoFacts:
    accounts = json.loads((settings.data / _ACCOUNTS).read_text())
    return DemoFacts(known["drive_id"], known["drive_name"], known["counts"], accounts)


def _seed(factory: SessionFactory, settings: Settings, say: Say) -> DemoFacts:
    today = clock.today()
    city = City(CitySize(), seed=_SEED, today=today)
    with transaction(factory) as session:
        unions, drive_id, drive_name = _found(session, today)
        actors, accounts = make_accounts(session, unions["371600"])
        officer, below = make_lower_accounts(session, unions["371602"], unions["371602001"])
    accounts += below
    manager = actors[Role.DRIVE_MANAGER]
    seconds = {}
    for kind in _ORDER:
        started = time.perf_counter()
        path = settings.data / "demo" / f"{kind.value}.xlsx"
        path.parent.mkdir(exist_ok=True, mode=0o700)
        write_rows(path, kind, rows_of(city, kind))
        take_in(factory, manager, kind, path=path, drive_id=drive_id)
        seconds[f"import_{kind.value}"] = round(time.perf_counter() - started, 3)
        say(f"已导入{kind.label}。")
    with transaction(factory) as session:
        pending = pending_employers(session, manager, drive_id)
        check_many(
            session, manager, pending, reason="演示数据：模拟单位，视为已核验营业执照和委托证明"
        )
        accounts += _outer_accounts(session, drive_id)
    _keep_accounts(settings, accounts)
    started = time.perf_counter()
    casework = seed_casework(
        factory, Colleagues(actors[Role.CASEWORKER], officer, actors[Role.APPROVER])
    )
    seconds["casework"] = round(time.perf_counter() - started, 3)
    say("已建立个案和待办。")
    _seed_services(factory, drive_id, actors, say)
    with reading(factory) as session:
        counts = count_demo(session, drive_id) | casework
    return DemoFacts(drive_id, drive_name, counts, accounts, seconds)


def _seed_services(
    factory: SessionFactory, drive_id: int, actors: dict[Role, Actor], say: Say
) -> None:
    """Seed what the union does for people beside the placing: its figures, its money, what others owe them."""
    manager, worker, approver = (
        actors[one] for one in (Role.DRIVE_MANAGER, Role.CASEWORKER, Role.APPROVER)
    )
    clerks = FigureClerks(manager, worker, approver, actors[Role.FAIR_ORGANISER])
    seed_figures(factory, drive_id, clerks)
    say("已固定统计人群，登记服务活动。")
    seed_money(factory, MoneyClerks(manager, worker, approver, actors[Role.ADMINISTRATOR]))
    say("已登记助学申请和资金台账。")
    seed_entitlements(factory, worker)
    say("已测算政策，登记申请。")


def _found(session: Session, today: dt.date) -> tuple[dict[str, int], int, str]:
    """Make the union tree and an open drive; return the unions by code, the drive's id and name."""
    tree = (
        ("000000", "中华全国总工会", UnionKind.NATIONAL, None, None),
        ("370000", "山东省总工会", UnionKind.PROVINCE, "000000", "370000"),
        ("371600", "滨州市总工会", UnionKind.CITY, "370000", "371600"),
        ("371602", "滨城区总工会", UnionKind.COUNTY, "371600", "371602"),
        ("371681", "邹平市总工会", UnionKind.COUNTY, "371600", "371681"),
        ("371602001", "渤海纺织厂工会", UnionKind.GRASSROOTS, "371602", "371602"),
    )
    made: dict[str, int] = {}
    for code, name, kind, above, region in tree:
        parent = made[above] if above else None
        made[code] = create_union(
            session, SYSTEM, code=code, name=name, kind=kind, parent_id=parent, region_code=region
        ).id
    name = f"阳光就业 {today.year}"
    drive = create_drive(
        session,
        SYSTEM,
        union_id=made["371600"],
        name=name,
        neutral_name=f"{today.year} 毕业生就业服务",
        opens_on=dt.date(today.year, 7, 1),
        closes_on=dt.date(today.year, 12, 31),
        census_on=today,
    )
    open_drive(session, SYSTEM, drive.id)
    return made, drive.id, name


def _outer_accounts(session: Session, drive_id: int) -> list[dict[str, str]]:
    """Make an agent of the first employer and the account of the first graduate."""
    from_drive = sa.select(Posting.employer_id).where(Posting.drive_id == drive_id)
    employer_id = session.scalar(sa.select(sa.func.min(from_drive.subquery().c.employer_id)))
    entries = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    graduate_id = session.scalar(sa.select(sa.func.min(entries.subquery().c.graduate_id)))
    return [
        make_employer_account(session, employer_id or 0),
        make_graduate_account(session, graduate_id or 0),
    ]


def _keep_accounts(settings: Settings, accounts: list[dict[str, str]]) -> None:
    path = settings.data / _ACCOUNTS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(accounts, stream, ensure_ascii=False, indent=1)


def count_demo(session: Session, drive_id: int) -> dict[str, int]:
    """Count what the demo made."""

    def count(chosen: sa.Select[Any]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0

    own = sa.select(Posting.id).where(Posting.drive_id == drive_id)
    seats = sa.select(Seat.id).where(Seat.posting_id.in_(own))
    return {
        "employers": count(sa.select(Employer.id)),
        "postings": count(own),
        "seats": count(seats),
        "reserved_seats": count(seats.where(Seat.seat_class != SeatClass.ORDINARY)),
        "households": count(sa.select(Household.id)),
        "zero_employment_households": count(
            sa.select(Household.id).where(Household.is_zero_employment)
        ),
        "graduates": count(sa.select(Graduate.id)),
    }
