"""A drive in which two people of zero-employment households compete for one seat, and what would seat the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose
from matcher.kinds.plans import PlanRule
from matcher.models.plan_help import PlanHelp
from matcher.models.plans import PlanRun, PlanUncovered
from matcher.services.permissions import SYSTEM
from matcher.services.plans import help_runs
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.plans import plan
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain, rank
from tests.factories.referrals import make_consent
from workers import plan_help

BODIES = (plan_help,)
"""Modules whose import registers the bodies that are run here."""

HERE, THERE = "640100", "640300"


@dataclass(frozen=True)
class ShortDrive:
    """Ids of the drive; both people may sit at `near` alone, which has one seat."""

    drive_id: int
    union_id: int
    people: tuple[int, int]
    near: int
    certified: int
    """Asks for 电工证 and has seats left."""
    far: int
    """In another city, with seats left."""


def make_short_drive(
    session: Session, *, is_far_certified: bool = False, places: Sequence[str] = (HERE,)
) -> ShortDrive:
    """Insert the drive.

    Parameters
    ----------
    is_far_certified : both certificate and place stand between the person and every other seat
    places : where people wish to work
    """
    union = make_union(session)
    drive = make_drive(session, union)

    def offer(region: str, seats: int, *certificates: str) -> int:
        asked = {
            "requirement": {"混合": "不限"},
            "region_code": region,
            "headcount": seats,
            "certificates": list(certificates),
        }
        return make_posting(session, drive, **asked).id

    people = []
    for _ in range(2):
        household = make_household(session, union, zero_employment=True)
        person = make_graduate(session, union, household=household, intent={"places": list(places)})
        make_entry(session, drive, person)
        make_consent(session, person, ConsentPurpose.SERVICE)
        people.append(person.id)
    return ShortDrive(
        drive_id=drive.id,
        union_id=union.id,
        people=(people[0], people[1]),
        near=offer(HERE, 1),
        certified=offer(THERE if is_far_certified else HERE, 2, "电工证"),
        far=offer(THERE, 2, *(("驾驶证",) if is_far_certified else ())),
    )


def short_plan(
    factory: SessionFactory, *, is_far_certified: bool = False
) -> tuple[ShortDrive, PlanRun, int]:
    """Commit such a drive with a plan; return who has no seat by the fair rule as well."""
    with transaction(factory) as session:
        short = make_short_drive(session, is_far_certified=is_far_certified)
    rank(factory, short.drive_id)
    made = plan(factory, short.drive_id)
    with reading(factory) as session:
        found = sa.select(PlanUncovered.graduate_id).where(
            PlanUncovered.plan_id == made.id, PlanUncovered.rule == PlanRule.FAIR
        )
        without = session.scalars(found.limit(1)).one()
    return short, made, without


def work_out_help(factory: SessionFactory, made: PlanRun) -> PlanHelp:
    """Ask for the table in this process, and return it."""
    with transaction(factory) as session:
        help_runs.request_help(session, SYSTEM, made.public_id)
    drain(factory)
    with reading(factory) as session:
        return session.get_one(PlanHelp, made.id)
