"""Daily series of simulated drives (模拟活动的逐日数): what the forecast of the three targets is tried on.

Each drive is lived through by the simulator in a database of its own, which is thrown away. What is tried elsewhere
and would take most of the time is left out: the invariants asked after each step, killed workers, and two nights of
three, so that what falls due at night may do so two days late. Days are read from the logs of steps afterwards, never
from the rows as they stand at the end.
"""

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import ReferralState
from matcher.models.placements import Placement, PlacementStep
from matcher.models.referrals import Referral, ReferralStep
from matcher.services.installation import prepare_installation
from matcher.settings import Settings, load_settings
from seeds.city import CitySize
from seeds.simulator.drive import Background, Plan, SimulatedDrive
from seeds.simulator.invariants import Touched
from seeds.simulator.town import Town, found_town

_FIRST_DAY = dt.date(2026, 7, 1)
_EVENING_BEFORE = dt.timedelta(hours=4)
_EMPLOYERS = 12
_NIGHT_EVERY = 3


class DriveSeries(BaseModel):
    """People of one group of a drive at the end of each day; all counts are cumulative but `waiting`."""

    seed: int
    group: str
    """need_help: graduates of households in hardship; zero_employment: those of zero-employment ones."""
    people: int
    served: list[int]
    placed: list[int]
    """已核: a verified job that came of a referral."""
    waiting: list[int]
    """自报待核: reported for work, not verified yet."""


class _RareNights:
    """Background work whose nights are asked for every third time."""

    def __init__(self, background: Background) -> None:
        self._background, self._asked = background, 0

    def night(self, factory: SessionFactory) -> None:
        """Ask for everything that is scheduled, unless it was asked for a night or two ago."""
        if self._asked % _NIGHT_EVERY == 0:
            self._background.night(factory)
        self._asked += 1

    def work_off(self, factory: SessionFactory) -> int:
        """Do all that is due."""
        return self._background.work_off(factory)


class _QuickDrive(SimulatedDrive):
    """A drive that asks no invariants and loses no worker."""

    def _check(self, day: int, step: str, touched: Touched) -> None:
        """Ask nothing."""

    def _look_at_all(self, day: int) -> None:
        """Ask nothing."""

    def _kill_a_worker(self) -> None:
        """Kill nobody."""


def live_through(seed: int, background: Background, days: int) -> list[DriveSeries]:
    """Live through one drive; people, postings and the clerks' pace are drawn from the seed."""
    random = Random(f"{seed} size")  # noqa: S311 - made-up sizes
    people = random.randint(50, 80)
    size = CitySize(_EMPLOYERS, random.randint(30, 50), people, people - people // 12)
    plan = Plan(seed=seed, days=days, people_a_day=random.randint(3, 5), doubled=0, contended=0)
    with tempfile.TemporaryDirectory(prefix="yangguang-series.") as folder:
        settings = _settings_in(Path(folder))
        factory = prepare_installation(settings)
        try:
            return _series(factory, Path(folder), size, plan, background)
        finally:
            factory.kw["bind"].dispose()


def _settings_in(folder: Path) -> Settings:
    data = folder / "data"
    database = f"sqlite:///{data / 'yangguang.sqlite3'}"
    return dataclasses.replace(load_settings(), data=data, database_url=database)


def _series(
    factory: SessionFactory, folder: Path, size: CitySize, plan: Plan, background: Background
) -> list[DriveSeries]:
    midnight = dt.datetime.combine(_FIRST_DAY, dt.time(0), clock.CHINA).astimezone(dt.UTC)
    with clock.set_by_hand(midnight - _EVENING_BEFORE) as hands:
        town = found_town(
            factory, folder, seed=plan.seed, first_day=_FIRST_DAY, days=plan.days, size=size
        )
        _QuickDrive(factory, town, _RareNights(background), hands, plan).run()
        with reading(factory) as session:
            return read_series(session, town, plan)


def read_series(session: Session, town: Town, plan: Plan) -> list[DriveSeries]:
    """Read both groups' days out of the logs."""
    in_drive = frozenset(town.graduates)
    groups = {"need_help": town.supported, "zero_employment": town.guaranteed}
    served = _first_days(session, town, _SENT)
    placed, told = _placement_days(session, town)
    return [
        DriveSeries(
            seed=plan.seed,
            group=name,
            people=len(group & in_drive),
            served=_by_day(served, group & in_drive, plan.days),
            placed=_by_day(placed, group & in_drive, plan.days),
            waiting=_waiting(told, placed, group & in_drive, plan.days),
        )
        for name, group in groups.items()
    ]


_SENT = sa.select(Referral.graduate_id, sa.func.min(ReferralStep.at)).where(
    ReferralStep.referral_id == Referral.id, ReferralStep.after == ReferralState.SENT
)


def _first_days(
    session: Session, town: Town, chosen: sa.Select[int, dt.datetime]
) -> dict[int, int]:
    """Return on which day of the drive something first happened to each person."""
    rows = session.execute(chosen.group_by(Referral.graduate_id).order_by(Referral.graduate_id))
    return {graduate_id: _day(town, at) for graduate_id, at in rows}


def _placement_days(session: Session, town: Town) -> tuple[dict[int, int], dict[int, int]]:
    """Return on which day each person was verified in a job, and on which it was first told."""
    steps = (
        sa.select(Placement.graduate_id, PlacementStep.after, PlacementStep.at)
        .join(PlacementStep, PlacementStep.placement_id == Placement.id)
        .where(Placement.is_outcome, Placement.referral_id.is_not(None))
        .order_by(PlacementStep.id)
    )
    placed: dict[int, int] = {}
    told: dict[int, int] = {}
    for row in session.execute(steps):
        day = _day(town, row.at)
        told.setdefault(row.graduate_id, day)
        if row.after is PlacementState.VERIFIED:
            placed.setdefault(row.graduate_id, day)
    return placed, told


def _day(town: Town, at: dt.datetime) -> int:
    return (at.astimezone(clock.CHINA).date() - town.first_day).days


def _by_day(first: Mapping[int, int], group: Iterable[int], days: int) -> list[int]:
    counts = [0] * days
    for one in group:
        if one in first and first[one] < days:
            counts[first[one]] += 1
    return _summed(counts)


def _summed(counts: list[int]) -> list[int]:
    total, sums = 0, []
    for count in counts:
        total += count
        sums.append(total)
    return sums


def _waiting(
    told: Mapping[int, int], placed: Mapping[int, int], group: frozenset[int], days: int
) -> list[int]:
    all_told = _by_day(told, group, days)
    return [one - other for one, other in zip(all_told, _by_day(placed, group, days), strict=True)]
