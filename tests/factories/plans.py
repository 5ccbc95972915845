"""Drives with everything a plan needs, and plans made of them in this process."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.plans import PlanRule
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanRun, PlanSeat
from matcher.models.postings import Posting, Seat
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import publications, runs
from tests.factories.accounts import make_actor
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from tests.factories.referrals import make_consent
from workers import plans, referrals

BODIES = (plans, referrals)
"""Modules whose import registers the bodies that are run here."""


def make_planned_drive(session: Session, **sizes: int) -> Drive:
    """Insert a drive with something to rank, whose graduates agreed to be served."""
    drive = make_ranked_drive(session, **sizes)
    people = session.scalars(
        sa.select(Graduate).join(DriveEntry).where(DriveEntry.drive_id == drive.id)
    )
    for person in people.all():
        make_consent(session, person, ConsentPurpose.SERVICE)
    return drive


def ranked_drive(factory: SessionFactory, **sizes: int) -> int:
    """Commit such a drive with a finished run, and return its id."""
    with transaction(factory) as session:
        drive_id = make_planned_drive(session, **sizes).id
    rank(factory, drive_id)
    return drive_id


def planner_of(session: Session, drive_id: int) -> Actor:
    """Return a drive manager of a drive's union."""
    union_id = session.get_one(Drive, drive_id).union_id
    account = make_actor(session, Role.DRIVE_MANAGER)
    return Actor(account.account_id, Role.DRIVE_MANAGER, union_id=union_id)


def plan(factory: SessionFactory, drive_id: int, *, is_dry: bool = False) -> PlanRun:
    """Make a plan of a drive in this process."""
    with transaction(factory) as session:
        plan_id = runs.request_plan(session, SYSTEM, drive_id, is_dry=is_dry).id
    drain(factory)
    return plan_row(factory, plan_id)


def plan_row(factory: SessionFactory, plan_id: int) -> PlanRun:
    """Return a plan as it stands."""
    with reading(factory) as session:
        return session.get_one(PlanRun, plan_id)


def publish(
    factory: SessionFactory, made: PlanRun, rule: PlanRule = PlanRule.FAIR, *, by: Actor = SYSTEM
) -> PlanRun:
    """Choose one of a plan's results and publish it in this process."""
    with transaction(factory) as session:
        runs.choose_rule(session, by, made.public_id, rule)
        publications.publish_plan(session, by, made.public_id)
    drain(factory)
    return plan_row(factory, made.id)


def seats_of(
    factory: SessionFactory, made: PlanRun, rule: PlanRule = PlanRule.FAIR
) -> dict[int, int]:
    """Return who sits where, by graduate."""
    with reading(factory) as session:
        rows = session.scalars(
            sa.select(PlanSeat).where(PlanSeat.plan_id == made.id, PlanSeat.rule == rule)
        ).all()
    return {row.graduate_id: row.posting_id for row in rows}


def free_seat(session: Session, posting_id: int) -> Seat:
    """Return the first seat of a posting."""
    found = sa.select(Seat).where(Seat.posting_id == posting_id).order_by(Seat.number.desc())
    return session.scalars(found.limit(1)).one()


def lapse(session: Session, posting_id: int) -> None:
    """Let the last day of a posting have been yesterday."""
    session.get_one(Posting, posting_id).closes_on = clock.today() - dt.timedelta(days=1)
