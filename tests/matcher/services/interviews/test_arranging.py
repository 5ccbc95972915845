"""A confirmed day is made in small pieces: pressed twice, run twice or broken off, nothing is made twice."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, NotAllowedError, RuleBrokenError
from matcher.kinds.interviews import InterviewDayState
from matcher.models.interviews import Interview
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.services.interviews import arranging, booking, days, planning
from tests.matcher.services.interviews.world import DayWorld, make_world


def _ask(session: Session, world: DayWorld) -> Job:
    shown = planning.propose(session, world.manager, world.day.public_id)
    return arranging.ask(session, world.manager, world.day.public_id, shown.digest)


def _run(session: Session, world: DayWorld, job: Job) -> list[tuple[int, int]]:
    given = job.arguments
    return [
        arranging.make_piece(session, world.manager, given["day"], piece, given["since"])
        for piece in arranging.pieces(given["pairs"])
    ]


def _count(session: Session, model: type[Interview | OutboxMessage | Job]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_confirming_makes_nothing_yet_and_a_second_press_gives_the_same_job(
    session: Session,
) -> None:
    world = make_world(session)
    world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)

    job = arranging.ask(session, world.manager, world.day.public_id, shown.digest)
    again = arranging.ask(session, world.manager, world.day.public_id, shown.digest)

    assert again.id == job.id
    assert (job.total_units, _count(session, Interview)) == (1, 0)
    assert world.day.state is InterviewDayState.ARRANGED


def test_running_it_twice_books_and_tells_once(session: Session) -> None:
    world = make_world(session)
    person = world.person()
    for employer in (0, 1):
        world.refer(employer, person)
    job = _ask(session, world)

    assert _run(session, world, job) == [(2, 0)]
    assert _run(session, world, job) == [(2, 0)]

    assert (_count(session, Interview), _count(session, OutboxMessage)) == (2, 1)


def test_what_was_moved_between_two_runs_is_not_made_again(session: Session) -> None:
    world = make_world(session)
    world.refer()
    job = _ask(session, world)
    _run(session, world, job)
    booking.cancel(session, world.manager, session.scalars(sa.select(Interview.public_id)).one())

    _run(session, world, job)

    assert _count(session, Interview) == 1


def test_a_person_is_never_in_two_pieces() -> None:
    pairs = [[n, n // 3, n] for n in range(90)]

    found = [{one.graduate_id for one in piece} for piece in arranging.pieces(pairs)]

    assert len(found) > 3
    assert sum(map(len, found)) == 30


def test_a_day_called_off_meanwhile_ends_the_work(session: Session) -> None:
    world = make_world(session)
    world.refer()
    job = _ask(session, world)
    days.cancel_day(session, world.manager, world.day.public_id)

    with pytest.raises(RuleBrokenError):
        _run(session, world, job)

    assert _count(session, Interview) == 0


def test_what_changed_since_it_was_shown_is_not_asked_for(session: Session) -> None:
    world = make_world(session)
    world.refer()
    shown = planning.propose(session, world.manager, world.day.public_id)
    world.refer()

    with pytest.raises(ConflictError):
        arranging.ask(session, world.manager, world.day.public_id, shown.digest)
    with pytest.raises(NotAllowedError):
        arranging.ask(session, world.employer_actor(), world.day.public_id, shown.digest)

    assert _count(session, Job) == 0
