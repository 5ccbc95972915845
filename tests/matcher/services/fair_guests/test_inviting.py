"""Rules of invitations: who fits is asked, once; the urgent first; and nothing anybody reads tells who they are."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError, RuleBrokenError
from matcher.kinds import ConsentPurpose, JobState, Role
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.fair_guests import FairInvitation, FairRoute
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services.fair_guests import calls_before, demand, inviting, routing
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fair_guests import GuestWorld, make_guest_world
from tests.factories.referrals import make_consent
from workers import fair_guests as bodies
from workers.runner import Runner

BODIES = (bodies,)
"""Modules whose import registers the bodies that are run here."""


def _world(factory: SessionFactory, **changes: object) -> tuple[GuestWorld, int]:
    """Insert a world with its round of invitations; return it with the number of the round's job."""
    with transaction(factory) as session:
        session.expire_on_commit = False
        world = make_guest_world(session, **changes)  # type: ignore[arg-type] # by name
        for one in world.graduates:
            make_consent(session, one, ConsentPurpose.SERVICE)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
        inviting.ask(session, organiser, world.fair.public_id, everybody=False)
        job = session.scalars(sa.select(Job.id).where(Job.name == inviting.JOB)).one()
        session.execute(sa.update(Job).values(run_after=clock.now()))
    return world, job


def _visitors(factory: SessionFactory) -> dict[int, FairVisitor]:
    with reading(factory) as session:
        found = session.scalars(sa.select(FairVisitor).order_by(FairVisitor.id))
        return {one.graduate_id or 0: one for one in found}


def _told(factory: SessionFactory) -> set[int]:
    """Return the graduates whose invitation was written."""
    with reading(factory) as session:
        keys = set(session.scalars(sa.select(OutboxMessage.unique_key)))
    return {
        graduate
        for graduate, visitor in _visitors(factory).items()
        if f"fair_visitor:{visitor.id}:invited" in keys
    }


def _run_rest(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        session.execute(sa.update(Job).values(run_after=clock.now()))
        rest = session.scalars(sa.select(Job.id).where(Job.name == inviting.REST_JOB)).one()
    assert Runner(factory).run(rest) is JobState.DONE


def test_everybody_whom_a_post_fits_is_asked_once_with_a_route(
    session_factory: SessionFactory,
) -> None:
    world, job = _world(session_factory)

    assert Runner(session_factory).run(job) is JobState.DONE
    _run_rest(session_factory)

    fitting = {one.id for one in world.graduates[:-1]}
    assert set(_visitors(session_factory)) == fitting
    assert _told(session_factory) == fitting
    with reading(session_factory) as session:
        routes = session.scalars(sa.select(FairRoute)).all()
    assert len(routes) == len(fitting)
    assert all(len(one.stops) == 4 for one in routes)


def test_a_second_run_asks_and_tells_nobody_again(session_factory: SessionFactory) -> None:
    _, job = _world(session_factory)
    Runner(session_factory).run(job)
    before = _visitors(session_factory).keys(), _told(session_factory)

    with transaction(session_factory) as session:
        row = session.get_one(Job, job)
        row.state = JobState.QUEUED
    Runner(session_factory).run(job)

    assert (_visitors(session_factory).keys(), _told(session_factory)) == before


def test_the_urgent_ones_are_in_the_first_half_and_the_half_is_a_half(
    session_factory: SessionFactory,
) -> None:
    world, job = _world(session_factory, n_graduates=21, n_zero=3)

    Runner(session_factory).run(job)

    first = _told(session_factory)
    assert world.zero <= first
    assert len(first) == 10


@pytest.mark.parametrize("n_zero", [0, 1, 5])
def test_the_size_of_the_first_wave_is_the_same_however_many_are_urgent(
    sqlite_factory: SessionFactory, n_zero: int
) -> None:
    _, job = _world(sqlite_factory, n_graduates=21, n_zero=n_zero)

    Runner(sqlite_factory).run(job)

    assert len(_told(sqlite_factory)) == 10


def test_rows_of_visitors_tell_neither_order_nor_time(session_factory: SessionFactory) -> None:
    """Ids are given by lot and all rows carry one instant: an export of the table tells nothing."""
    world, job = _world(session_factory, n_graduates=30, n_zero=5)
    Runner(session_factory).run(job)
    found = list(_visitors(session_factory).values())

    assert len({one.created_at for one in found}) == 1
    assert {one.state for one in found} == {VisitorState.INVITED}
    assert [one.graduate_id for one in found] != sorted(one.graduate_id or 0 for one in found)
    assert {one.graduate_id for one in found[:5]} != world.zero


def test_no_column_of_a_visitor_or_a_route_differs_with_the_wave(
    session_factory: SessionFactory,
) -> None:
    _, job = _world(session_factory)
    Runner(session_factory).run(job)
    told = _told(session_factory)
    sides: dict[bool, set[tuple[object, ...]]] = {True: set(), False: set()}
    telling = {"id", "public_id", "graduate_id"}
    for graduate, visitor in _visitors(session_factory).items():
        columns = [c.key for c in sa.inspect(FairVisitor).columns if c.key not in telling]
        sides[graduate in told].add(tuple(str(getattr(visitor, name)) for name in columns))

    assert sides[True] == sides[False]
    assert len(sides[True]) == 1


def test_the_job_s_progress_and_result_count_people_and_never_messages(
    session_factory: SessionFactory,
) -> None:
    _, job = _world(session_factory)
    Runner(session_factory).run(job)

    with reading(session_factory) as session:
        row = session.get_one(Job, job)
    assert row.result == {"n_asked": 11}
    assert (row.done_units, row.total_units) == (11, 11)


def test_answers_are_closed_to_the_organiser_until_everybody_has_heard(session: Session) -> None:
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    assert inviting.all_out(session, world.fair.id)

    made = inviting.ask(session, organiser, world.fair.public_id, everybody=True)

    assert not inviting.all_out(session, world.fair.id)
    made.all_out_at = clock.now()
    session.flush()
    assert inviting.all_out(session, world.fair.id)


def test_asking_while_a_round_is_on_its_way_begins_no_second_one(session: Session) -> None:
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)

    one = inviting.ask(session, organiser, world.fair.public_id, everybody=False)
    again = inviting.ask(session, organiser, world.fair.public_id, everybody=True)

    assert again.id == one.id


def test_a_cancelled_fair_tells_nobody_who_was_not_told(session_factory: SessionFactory) -> None:
    world, job = _world(session_factory)
    Runner(session_factory).run(job)
    before = _told(session_factory)
    with transaction(session_factory) as session:
        session.get_one(Fair, world.fair.id).state = FairState.CANCELLED

    _run_rest(session_factory)

    assert _told(session_factory) == before


def test_only_an_announced_fair_invites_and_only_its_organisers(session: Session) -> None:
    world = make_guest_world(session, state=FairState.DRAFT)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    with pytest.raises(RuleBrokenError):
        inviting.ask(session, organiser, world.fair.public_id, everybody=False)

    caseworker = make_actor(session, Role.CASEWORKER, union=world.union)
    with pytest.raises(NotAllowedError):
        inviting.ask(session, caseworker, world.fair.public_id, everybody=False)


def test_who_took_back_the_consent_to_be_served_is_not_asked(session: Session) -> None:
    world = make_guest_world(session)
    make_consent(session, world.graduates[3], ConsentPurpose.SERVICE, withdrawn_at=clock.now())
    row = FairInvitation(fair_id=world.fair.id, number=1, everybody=True, key_cipher=b"")

    assert world.graduates[3].id not in inviting.candidates(session, row)


def test_the_rest_leaves_well_before_a_fair_that_is_near(session: Session) -> None:
    world = make_guest_world(session, first_on=clock.today() + dt.timedelta(days=2))
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)

    made = inviting.ask(session, organiser, world.fair.public_id, everybody=True)

    assert made.all_out_at - made.begins_at < dt.timedelta(hours=24)


def test_calls_come_first_for_the_urgent_and_later_for_who_has_not_answered(
    session: Session,
) -> None:
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    made = inviting.ask(session, organiser, world.fair.public_id, everybody=False)
    inviting.add_visitors(session, made, [one.id for one in world.graduates])
    cases = {one.id: make_case(session, one).id for one in world.graduates[:4]}

    assert calls_before.open_calls(session) == world.n_zero
    assert calls_before.open_calls(session) == 0
    first = set(session.scalars(sa.select(Task.subject_id)))
    assert first == {cases[one] for one in world.zero}

    world.fair.first_on = world.fair.last_on = clock.today() + dt.timedelta(days=3)
    session.flush()
    assert calls_before.open_calls(session) == 2


def test_a_call_that_was_made_is_not_opened_again(session: Session) -> None:
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    made = inviting.ask(session, organiser, world.fair.public_id, everybody=False)
    inviting.add_visitors(session, made, [world.graduates[0].id])
    make_case(session, world.graduates[0])
    calls_before.open_calls(session)

    calls_before.settle(session, session.scalars(sa.select(FairVisitor)).one())

    assert calls_before.open_calls(session) == 0


def test_expected_people_are_the_graduates_whom_a_post_fits(session: Session) -> None:
    world = make_guest_world(session)

    found = demand.expected_by_employer(session, world.fair.id)

    assert found == {one.id: 11 for one in world.employers}


def test_routes_are_the_same_whoever_is_of_which_household(session: Session) -> None:
    world = make_guest_world(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=world.union)
    made = inviting.ask(session, organiser, world.fair.public_id, everybody=False)
    inviting.add_visitors(session, made, [one.id for one in world.graduates])
    before, _ = routing.plan(session, world.fair.id)

    for one in world.graduates:
        one.household_id = None
    session.flush()

    assert routing.plan(session, world.fair.id)[0] == before


def test_an_employer_that_withdrew_stands_on_no_route(session: Session) -> None:
    world = make_guest_world(session)
    session.get_one(FairEmployer, world.employers[0].id).state = FairEmployerState.WITHDRAWN
    session.flush()

    fits = routing.fits_of(session, world.fair.id)

    assert all(world.employers[0].id not in own for own in fits.values())
