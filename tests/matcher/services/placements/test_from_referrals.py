"""What happens to a referral after the offer happens to its placement: begun, revoked if it fell through, ended."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.placements import PlacementState, RevocationReason
from matcher.kinds.referrals import FallThroughReason, ReferralState
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.placements import asking, reviewing
from matcher.services.referrals import arrivals
from tests.factories.accounts import make_actor
from tests.factories.placements import make_placement
from tests.factories.referrals import make_referral


@pytest.fixture
def referral(session: Session) -> Referral:
    return make_referral(session, state=ReferralState.ACCEPTED)


@pytest.fixture
def clerk(session: Session, referral: Referral) -> Actor:
    union = session.get_one(Union, referral.union_id)
    return make_actor(session, Role.CASEWORKER, union=union)


def _placement(session: Session) -> Placement:
    return session.scalars(sa.select(Placement)).one()


def test_reporting_for_work_begins_the_placement(
    session: Session, referral: Referral, clerk: Actor
) -> None:
    arrivals.report_for_work(session, clerk, referral.id, on=clock.today())

    made = _placement(session)
    assert (made.referral_id, made.started_on, made.state) == (
        referral.id,
        clock.today(),
        PlacementState.REPORTED,
    )


def test_falling_through_after_all_revokes_it(
    session: Session, referral: Referral, clerk: Actor
) -> None:
    arrivals.report_for_work(session, clerk, referral.id, on=clock.today())

    arrivals.fall_through(session, clerk, referral.id, reason=FallThroughReason.PERSON)

    made = _placement(session)
    assert (made.state, made.revocation_reason) == (
        PlacementState.REVOKED,
        RevocationReason.NOT_BEGUN,
    )


def test_the_end_of_the_job_ends_it(session: Session, referral: Referral, clerk: Actor) -> None:
    arrivals.report_for_work(session, clerk, referral.id, on=clock.today())

    arrivals.end_job(session, clerk, referral.id, on=clock.today())

    assert _placement(session).ended_on == clock.today()


def test_somebody_placed_elsewhere_does_not_report_for_work(
    session: Session, referral: Referral, clerk: Actor
) -> None:
    make_placement(session, union_id=referral.union_id, graduate_id=referral.graduate_id)

    with pytest.raises(RuleBrokenError) as refused:
        arrivals.report_for_work(session, clerk, referral.id, on=clock.today())

    assert refused.value.code == "placement_elsewhere"


def test_an_employer_hears_nothing_of_the_other_job(session: Session, referral: Referral) -> None:
    other = make_placement(session, union_id=referral.union_id, graduate_id=referral.graduate_id)
    employer = session.get_one(Employer, referral.employer_id)
    agent = make_actor(session, Role.EMPLOYER, employer=employer)

    with pytest.raises(RuleBrokenError) as refused:
        arrivals.report_for_work(session, agent, referral.id, on=clock.today())

    assert refused.value.code == "placement_elsewhere"
    assert "去向" not in refused.value.message
    assert other.public_id not in str(refused.value.details)


def test_a_revoked_placement_leaves_no_seat_held_that_nobody_asks_about(
    session: Session, referral: Referral, clerk: Actor
) -> None:
    def asked() -> list[TaskState]:
        found = sa.select(Task.state).where(Task.rule == asking.SEAT_RULE)
        return list(session.scalars(found.where(Task.subject_id == referral.id)))

    arrivals.report_for_work(session, clerk, referral.id, on=clock.today())
    made = _placement(session)
    reviewing.revoke(session, clerk, made.id, RevocationReason.NOT_BEGUN, "没有去上班")
    assert asked() == [TaskState.OPEN]

    arrivals.fall_through(session, clerk, referral.id, reason=FallThroughReason.PERSON)
    assert asked() == [TaskState.DROPPED]
