"""Calls before a fair: shown at the fair they are about, dropped when they come too late or nobody needs them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role, TaskState
from matcher.kinds.fairs import FairState, VisitorState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.tasks import Task
from matcher.services.fair_guests import calls_before, inviting, preparing
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fair_guests import GuestWorld, make_guest_world
from tests.factories.fairs import make_fair, make_session, make_visitor


@pytest.fixture
def world(session: Session) -> GuestWorld:
    """Give a fair that asked one graduate of a zero-employment household."""
    made = make_guest_world(session, n_graduates=1, n_zero=1)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=made.union)
    asked = inviting.ask(session, organiser, made.fair.public_id, everybody=False)
    inviting.add_visitors(session, asked, [made.graduates[0].id])
    return made


@pytest.fixture
def caseworker(session: Session, world: GuestWorld) -> Actor:
    """Give the owner of the graduate's case."""
    by = make_actor(session, Role.CASEWORKER, union=world.union)
    make_case(session, world.graduates[0], owner_id=by.account_id)
    return by


def _state(session: Session) -> TaskState:
    return session.scalars(sa.select(Task.state).where(Task.rule == calls_before.RULE)).one()


def test_a_call_is_shown_at_the_fair_it_is_about_and_at_no_other(
    session: Session, world: GuestWorld, caseworker: Actor
) -> None:
    other = make_fair(session, world.drive, state=FairState.ANNOUNCED)
    make_session(session, other)
    make_visitor(session, other, world.graduates[0])
    calls_before.open_calls(session)

    here = preparing.own_people(session, caseworker, world.fair.public_id)
    there = preparing.own_people(session, caseworker, other.public_id)

    assert [(one.n_to_call, one.rows[0].call_due is None) for one in (here, there)] == [
        (1, False),
        (0, True),
    ]


def test_a_call_nobody_made_is_dropped_on_the_day_of_the_fair(
    session: Session, world: GuestWorld, caseworker: Actor
) -> None:
    calls_before.open_calls(session)
    assert calls_before.settle_calls(session) == 0

    world.fair.first_on = clock.today()
    world.fair.last_on = clock.today() + dt.timedelta(days=1)
    session.flush()

    assert calls_before.settle_calls(session) == 1
    assert _state(session) is TaskState.DROPPED


def test_who_says_no_need_not_be_called(
    session: Session, world: GuestWorld, caseworker: Actor
) -> None:
    calls_before.open_calls(session)
    session.execute(sa.update(FairVisitor).values(state=VisitorState.DECLINED))

    assert calls_before.settle_calls(session) == 1
    assert _state(session) is TaskState.DROPPED
