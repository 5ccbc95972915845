"""What was told of a fair before it moved is kept once, and shown to whom it differs for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.fairs import Fair, FairMove, FairSession
from matcher.models.jobs import Job
from matcher.services.fair_employers import own
from matcher.services.fair_guests import own_views
from matcher.services.fairs import entering, moves, public, sessions, states, telling
from matcher.services.fairs.sessions import SessionInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_fair,
    make_fair_employer,
    make_session,
    make_ticket,
    make_visitor,
)
from tests.factories.postings import make_employer

DAY = dt.date(2030, 5, 6)
START = dt.datetime(2030, 4, 1, 2, tzinfo=dt.UTC)


@dataclass
class World:
    """A fair of 6 May 2030 with a morning and an afternoon; `wait` lets days go by from 1 April on."""

    session: Session
    by: Actor
    fair: Fair
    morning: FairSession
    afternoon: FairSession
    wait: Callable[[int], None]

    def edit(self, **changes: Any) -> None:
        """Change the fair."""
        facts = replace(entering.facts_of(self.fair), **changes)
        entering.edit_fair(self.session, self.by, self.fair.public_id, facts)

    def move(self, held: FairSession, begins: int, ends: int) -> None:
        """Change the hours of a session."""
        facts = SessionInput(name=held.name, held_on=held.held_on, begins_minute=begins,
                             ends_minute=ends, approved_number=500)  # fmt: skip
        sessions.change_session(self.session, self.by, self.fair.public_id, held.public_id, facts)

    def kept(self) -> int:
        """Count what was kept."""
        return self.session.scalar(sa.select(sa.func.count()).select_from(FairMove)) or 0

    def shown(self) -> moves.Moves:
        """Return what the public page shows."""
        return public.moves_of(self.session, self.fair)


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    at = [START]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def wait(days: int) -> None:
        at[0] += dt.timedelta(days=days)

    union = make_union(session)
    fair = make_fair(session, make_drive(session, union), first_on=DAY)
    by = make_actor(session, Role.FAIR_ORGANISER, union=union)
    morning = make_session(session, fair)
    afternoon = make_session(session, fair, name="下午场", begins_minute=840, ends_minute=1020)
    return World(session, by, fair, morning, afternoon, wait)


def _announce(world: World) -> None:
    states.announce_fair(world.session, world.by, world.fair.public_id)


def test_a_told_change_keeps_what_stood_before_with_its_day_and_the_same_again_keeps_nothing(
    world: World,
) -> None:
    _announce(world)
    world.wait(3)

    for _ in range(2):
        world.edit(venue_name="会展中心")
        world.move(world.morning, 480, 600)

    place, [(held, hours)] = world.shown().place, world.shown().sessions
    assert world.kept() == 2
    assert place == moves.Changed(
        "市体育馆 银川市金凤区人民广场东街 1 号",
        "会展中心 银川市金凤区人民广场东街 1 号",
        dt.date(2030, 4, 4),
    )
    assert held.id == world.morning.id
    assert hours.before == moves.Hours(DAY, 540, 720)
    assert hours.now == moves.Hours(DAY, 480, 600)


def test_what_is_kept_and_what_tells_people_stay_or_go_together(world: World) -> None:
    _announce(world)
    asked = sa.select(sa.func.count()).where(Job.name == telling.JOB)

    with world.session.begin_nested() as given_up:
        world.move(world.morning, 480, 600)
        given_up.rollback()
    without = (world.kept(), world.session.scalar(asked))
    world.move(world.morning, 480, 600)

    assert without == (0, 0)
    assert (world.kept(), world.session.scalar(asked)) == (1, 1)


def test_a_change_that_is_put_back_is_not_shown_and_the_next_is_told_from_the_first_word(
    world: World,
) -> None:
    _announce(world)
    world.edit(venue_name="会展中心")
    world.edit(venue_name="市体育馆")
    back = world.shown()

    world.wait(2)
    world.edit(venue_name="文化宫")
    world.wait(2)
    world.edit(enquiries="0951-7654321")

    place = world.shown().place
    assert not back
    assert place is not None
    assert (place.before[:4], place.now[:3]) == ("市体育馆", "文化宫")
    assert place.on == dt.date(2030, 4, 3)


def test_a_ticket_shows_changes_of_its_own_session_and_of_the_place_alone(world: World) -> None:
    _announce(world)
    visitors = [make_visitor(world.session, world.fair, name=name) for name in ("王一", "李二")]
    for visitor, held in zip(visitors, (world.morning, world.afternoon), strict=True):
        make_ticket(world.session, visitor, held)
    world.move(world.afternoon, 780, 900)

    before = [own_views.own_visit(world.session, one).moves for one in visitors]
    world.edit(venue_name="会展中心")
    after = [own_views.own_visit(world.session, one).moves for one in visitors]

    assert not before[0]
    assert [held.id for held, _ in before[1].sessions] == [world.afternoon.id]
    assert [bool(one.place) for one in after] == [True, True]
    assert [len(one.sessions) for one in after] == [0, 1]


def test_another_day_is_said_once_for_the_fair_and_on_each_ticket(world: World) -> None:
    _announce(world)
    visitor = make_visitor(world.session, world.fair)
    make_ticket(world.session, visitor, world.morning)
    later = DAY + dt.timedelta(days=7)

    world.edit(first_on=later, last_on=later)

    shown = world.shown()
    assert shown.sessions == ()
    assert shown.days is not None
    assert (shown.days.before.first_on, shown.days.now.first_on) == (DAY, later)
    ticket = own_views.own_visit(world.session, visitor).moves
    assert ticket.days is None
    assert [one.now.held_on for _, one in ticket.sessions] == [later]


def test_nobody_is_pointed_at_what_changed_before_anybody_was_told(world: World) -> None:
    world.edit(venue_name="会展中心")
    world.move(world.morning, 480, 600)
    world.wait(1)
    _announce(world)

    assert world.kept() == 0
    assert not world.shown()


def test_an_employer_asked_before_the_announcement_reads_what_the_public_was_never_told(
    world: World,
) -> None:
    employer = make_employer(world.session)
    make_fair_employer(
        world.session, world.fair, employer, state=FairEmployerState.INVITED, asked_at=clock.now()
    )
    agent = make_actor(world.session, Role.EMPLOYER, employer=employer)
    world.wait(1)
    world.edit(venue_name="会展中心")
    world.wait(1)
    _announce(world)

    assert own.read_own(world.session, agent, world.fair.public_id).moves.place is not None
    assert not world.shown()


def test_a_change_while_the_announcement_is_taken_back_is_shown_when_it_is_announced_again(
    world: World,
) -> None:
    _announce(world)
    states.take_back(world.session, world.by, world.fair.public_id)
    world.wait(1)
    world.edit(venue_name="会展中心")
    hidden = world.shown()

    _announce(world)

    assert not hidden
    assert world.shown().place is not None


def test_a_fair_that_moves_to_the_net_or_from_one_address_to_another_says_so(world: World) -> None:
    _announce(world)
    first, second = "https://live.example.org/1", "https://live.example.org/2"

    world.edit(channel=EventChannel.MIXED, online_address=first)
    added = world.shown()
    world.edit(channel=EventChannel.ONLINE, online_address=second)

    assert not added
    place = world.shown().place
    assert place is not None
    assert (place.before[:4], place.now) == ("市体育馆", "")
    visitor = make_visitor(world.session, world.fair, created_at=clock.now())
    assert own_views.own_visit(world.session, visitor).moves.place == place


@pytest.mark.parametrize("state", [FairState.CANCELLED, FairState.CLOSED])
def test_a_fair_that_is_off_or_over_points_at_no_change(world: World, state: FairState) -> None:
    _announce(world)
    world.edit(venue_name="会展中心")
    assert world.shown()

    world.fair.state = state
    world.session.flush()

    assert not world.shown()
