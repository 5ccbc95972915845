"""Drives with everything a plan needs, and plans made of them in this process."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.plans import PlanRule
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanRun, PlanSeat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import publications, runs
from matcher.services.plans.live_rows import run_for_plan
from matcher.services.plans.markets import DriveMarket, MarketInput, make_market, read_market
from matcher.services.plans.parameters import PlanParameters
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


def read_drive_market(
    factory: SessionFactory, drive_id: int, parameters: PlanParameters | None = None
) -> tuple[DriveMarket, MarketInput]:
    """Return the market of a drive as it stands, and what it was worked out from."""
    wanted = parameters or PlanParameters()
    with reading(factory) as session:
        drive = session.get_one(Drive, drive_id)
        given = read_market(session, drive, run_for_plan(session, drive), wanted)
    return make_market(given, wanted), given


def held_proposals(factory: SessionFactory) -> dict[int, int]:
    """Return proposals that stand with a seat held, by graduate."""
    with reading(factory) as session:
        rows = session.execute(
            sa.select(Referral.graduate_id, Referral.posting_id)
            .join(SeatHold, SeatHold.referral_id == Referral.id)
            .where(Referral.state == ReferralState.PROPOSED, SeatHold.ended_at.is_(None))
        ).all()
    assert len(rows) == len({row.graduate_id for row in rows})
    return {row.graduate_id: row.posting_id for row in rows}
