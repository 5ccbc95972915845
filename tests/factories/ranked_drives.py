"""A small drive with something to rank, and the background work of it run in this process."""

import itertools
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, JobState, MajorLevel, Mobility, SeatClass
from matcher.models.drives import Drive
from matcher.models.jobs import Job
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_runs import request_run
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from workers import live, ranking
from workers.runner import Runner

MAJORS = (
    ("会计学", "120203"),
    ("财务管理", "120204"),
    ("软件工程", "080902"),
    ("土木工程", "081001"),
)
REQUIREMENTS = ("会计学、财务管理", "计算机类", "不限", "工商管理类等相关专业", "土木类、会计学")
PLACES = ("640104", "640100", "640300", "640000")
BODIES = (live, ranking)
"""Modules whose import registers the bodies that are run here."""


def make_ranked_drive(
    session: Session, *, graduates: int = 24, postings: int = 12, seed: int = 1
) -> Drive:
    """Insert a drive with households, graduates and postings that differ in all that counts."""
    random = Random(seed)
    union = make_union(session)
    drive = make_drive(session, union)
    employers = [make_employer(session, union) for _ in range(3)]
    for number in range(postings):
        make_posting(
            session,
            drive,
            employers[number % 3],
            requirement={"混合": random.choice(REQUIREMENTS)},
            region_code=random.choice(PLACES),
            pay_high_yuan=random.choice((4500, 6000, 8000)),
            duties=random.choice(("负责账务处理和报税", "负责接口开发", "现场测量放线")),
            reserved={SeatClass.HARDSHIP: 1} if number % 3 == 0 else None,
        )
    for number in range(graduates):
        household = None
        if number % 4 == 0:
            tier = random.choice((HardshipTier.DEEP, HardshipTier.RELATIVE))
            household = make_household(session, union, tier=tier, zero_employment=number % 8 == 0)
        make_entry(session, drive, make_one(session, random, union, household))
    session.flush()
    return drive


def make_one(session: Session, random: Random, union: object, household: object = None) -> object:
    """Insert one graduate of many kinds."""
    name, code = random.choice(MAJORS)
    return make_graduate(
        session,
        union,  # type: ignore[arg-type]
        household=household,  # type: ignore[arg-type]
        major=(MajorLevel.BACHELOR, name, code),
        about=random.choice(("做过账务处理", "会接口开发和测试", "")),
        intent={
            "places": random.sample(PLACES, 2),
            "mobility": random.choice(list(Mobility)),
            "wanted_pay_yuan": random.choice((None, 4000, 7000)),
        },
    )


def drain(factory: SessionFactory) -> list[str]:
    """Run every queued job in this process until none is left; return their names in order."""
    runner, ran = Runner(factory), []
    for _ in itertools.count():
        with reading(factory) as session:
            queued = sa.select(Job.id, Job.name).where(Job.state == JobState.QUEUED)
            job = session.execute(queued.order_by(Job.id).limit(1)).first()
        if job is None:
            return ran
        assert runner.run(job.id) is JobState.DONE, job.name
        ran.append(job.name)
    raise AssertionError


def rank(factory: SessionFactory, drive_id: int) -> int:
    """Rank a drive in this process and return the run's id."""
    with transaction(factory) as session:
        run_id = request_run(session, SYSTEM, drive_id).id
    drain(factory)
    return run_id
