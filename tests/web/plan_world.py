"""A drive with a plan that is done, as rows: what the pages of plans are tried on."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.pins import solved
from matcher.db.engine import SessionFactory, settings_of, transaction
from matcher.kinds import ConsentPurpose, HardshipTier, Role
from matcher.kinds.plans import PlanRule
from matcher.kinds.referrals import ReferralState
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanRun, PlanSeat
from matcher.models.postings import Posting
from matcher.services.permissions import Actor
from matcher.services.plans.folders import PlanInput, plan_folder, save_input, save_result
from matcher.services.plans.parameters import PlanParameters
from tests.factories.accounts import make_actor, make_union
from tests.factories.allocation import market_with
from tests.factories.cases import make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.plan_rows import make_plan_rows, mark_published, people_of
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent, make_referral


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
            make_consent(session, person, ConsentPurpose.SERVICE)
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


def solve_as_rows(factory: SessionFactory, world: World) -> list[str]:
    """Write the plan's folder: one seat, won by the first person, kept for the last but one by the guarantee.

    The last one is guaranteed a seat as well, and has a later lot. Returns public numbers of the three.
    """
    with transaction(factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        people = session.query(Graduate).order_by(Graduate.id).all()
        first, sure, last = people[0], people[-2], people[-1]
        market = market_with(
            [0, 5, 5], np.array([0, 1, 2]), [[1, 0, 0]],
            np.array([0, 1, 2]), np.array([0, 0, 0]), np.array([9, 9, 9]), np.array([30, 1, 1]),
        )  # fmt: skip
        ids = np.asarray([one.id for one in (first, sure, last)], dtype=np.int32)
        posting = session.query(Posting).filter_by(public_id=world.posting).one()
        offers = np.asarray([posting.id], dtype=np.int32)
        market = replace(market, graduates=ids, postings=offers)
        given = PlanInput(market, np.full(3, -1), (), PlanParameters())
        plan.input_hash = given.input_hash()
        folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash)
        save_input(given, folder)
        for rule in PlanRule:
            save_result(solved(market, given.parameters.rules, rule), folder)
        session.query(PlanSeat).filter_by(graduate_id=first.id).delete()
        return [one.public_id for one in (first, sure, last)]


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
