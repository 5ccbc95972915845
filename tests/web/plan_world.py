"""A drive with a plan that is done, as rows: what the pages of plans are tried on."""

from dataclasses import dataclass

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.referrals import ReferralState
from matcher.models.plans import PlanRun
from matcher.models.postings import Posting
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.plan_rows import make_plan_rows, mark_published, people_of
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referral


@dataclass(frozen=True)
class World:
    """Numbers of what was made: a plan of six people, five with a seat."""

    drive_id: int
    drive: str
    plan: str
    plan_id: int
    person: str
    posting: str
    manager: Actor
    worker: Actor
    employer: Actor
    stranger: Actor


def make_world(factory: SessionFactory) -> World:
    """Make a drive with a plan that is done."""
    with transaction(factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        employer = make_employer(session, union, name="滨海会计师事务所")
        posting = make_posting(session, drive, employer, title="出纳", headcount=6)
        worker = make_actor(session, Role.CASEWORKER, union=union)
        for number in range(6):
            zero = number == 5
            home = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=zero)
            person = make_graduate(session, union, household=home, name=f"周七{number}")
            make_entry(session, drive, person)
            if number < 3:
                make_case(session, person, owner_id=worker.account_id)
        plan = make_plan_rows(session, drive.id)
        return World(
            drive_id=drive.id,
            drive=drive.public_id,
            plan=plan.public_id,
            plan_id=plan.id,
            person=people_of(session, plan)[0].public_id,
            posting=posting.public_id,
            manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
            worker=worker,
            employer=make_actor(session, Role.EMPLOYER, employer=employer),
            stranger=make_actor(session, Role.DRIVE_MANAGER, union=make_union(session)),
        )


def rows(page: str) -> int:
    """Count the rows of a page's list."""
    return max(0, page.count('<tr role="row"') - 1)


def publish(factory: SessionFactory, world: World) -> list[str]:
    """Publish the plan as rows; return the public numbers of its unconfirmed referrals."""
    with transaction(factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        posting = session.query(Posting).filter_by(public_id=world.posting).one()
        people, state = people_of(session, plan), ReferralState.PROPOSED
        made = [make_referral(session, posting, one, state=state) for one in people]
        mark_published(session, plan, made)
        return [one.public_id for one in made]
