"""What plans go by: part of the drive's revision, changed by who manages it, told to everybody."""

import hashlib

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import DriveState, Role
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from matcher.models.drives import DriveRevision
from matcher.models.ranking_runs import RankingChange
from matcher.ranking.parameters import DriveParameters
from matcher.services import drives
from matcher.services.permissions import Actor
from matcher.services.plans.parameters import (
    PlanParameters,
    WishWeights,
    get_plan_parameters,
    published_rules,
    revise_plan_parameters,
    weighed,
)
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.plans import planner_of

_OTHER = PlanParameters(
    rules=PlanRules(1, ReserveOrder.OVER_AND_ABOVE, UnfilledReserve.HOLD, 100),
    wish=WishWeights(100, 50, 0),
    list_length=20,
)


def test_what_is_written_is_read_back_and_what_is_absent_stands_at_its_default() -> None:
    assert PlanParameters.from_dict(_OTHER.to_dict()) == _OTHER
    assert PlanParameters.from_dict({}) == PlanParameters()
    assert PlanParameters().rules.guarantee_class == 5


@pytest.mark.parametrize(
    "values",
    [
        {"guarantee_class": 6},
        {"wish": {"intent": 0, "text": 0, "major": 0}},
        {"wish": {"pay": 1}},
        {"list_length": 0},
        {"stickiness": 40_000},
        {"cap": 1},
    ],
)
def test_rules_that_make_no_order_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        PlanParameters.from_dict(values)


def test_a_wish_is_intent_and_a_quarter_of_text_and_major_at_first() -> None:
    assert weighed(WishWeights(), intent=1001, text=999, major=3501) == 1001 + 249 + 875


def test_a_revision_of_plans_leaves_the_ranking_as_it_is_and_lists_stay_valid(
    sqlite_session: Session,
) -> None:
    session = sqlite_session
    drive = make_drive(session, parameters=DriveParameters(equal_width=7))

    revise_plan_parameters(session, planner_of(session, drive.id), drive.id, _OTHER)

    assert (drive.revision, get_plan_parameters(session, drive)) == (2, _OTHER)
    assert drives.get_parameters(session, drive).equal_width == 7
    assert session.scalar(sa.select(sa.func.count()).select_from(RankingChange)) == 0


def test_a_revision_of_the_ranking_leaves_what_plans_go_by(sqlite_session: Session) -> None:
    session = sqlite_session
    drive = make_drive(session)
    by = planner_of(session, drive.id)
    revise_plan_parameters(session, by, drive.id, _OTHER)

    drives.revise_parameters(session, by, drive.id, DriveParameters(equal_width=9))

    assert get_plan_parameters(session, drive) == _OTHER
    assert session.scalar(sa.select(sa.func.count()).select_from(DriveRevision)) == 3


def test_only_who_manages_the_drive_changes_them_and_not_once_it_is_closed(
    sqlite_session: Session,
) -> None:
    session = sqlite_session
    drive = make_drive(session)
    account = make_actor(session, Role.CASEWORKER)
    worker = Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)

    with pytest.raises(NotAllowedError):
        revise_plan_parameters(session, worker, drive.id, _OTHER)
    drive.state = DriveState.CLOSED
    session.flush()
    with pytest.raises(RuleBrokenError):
        revise_plan_parameters(session, planner_of(session, drive.id), drive.id, _OTHER)


def test_everybody_reads_the_rules_and_the_key_only_when_the_drive_is_over(
    sqlite_session: Session,
) -> None:
    session = sqlite_session
    drive = make_drive(session)
    by = planner_of(session, drive.id)
    revise_plan_parameters(session, by, drive.id, _OTHER)

    told = published_rules(session, drive.public_id)
    assert [one.plans for one in told.revisions] == [_OTHER, PlanParameters()]
    assert told.lottery_key is None
    drives.close_drive(session, by, drive.id)
    key = published_rules(session, drive.public_id).lottery_key
    assert key is not None
    assert hashlib.sha256(bytes.fromhex(key)).hexdigest() == told.lottery_commitment


def test_of_a_drive_in_preparation_nobody_reads_rules(sqlite_session: Session) -> None:
    drive = make_drive(sqlite_session, state=DriveState.PREPARING)

    with pytest.raises(NotFoundError):
        published_rules(sqlite_session, drive.public_id)
