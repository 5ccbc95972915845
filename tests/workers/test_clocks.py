"""The nights of clocks and households: the owner is warned, the overdue climbs, and a second night adds nothing."""

import datetime as dt

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, TaskState
from matcher.models.clocks import Clock
from matcher.models.tasks import Task
from matcher.services import jobs
from matcher.services.zero_employment.claims import open_claim_of
from tests.factories.accounts import make_union
from tests.factories.jobs import job_row
from tests.factories.zero_employment import make_jobless, make_people
from workers import clocks, schedule
from workers.runner import Runner

BODIES = (clocks,)
"""Modules whose import registers the bodies that are run here."""


def _night(factory: SessionFactory, name: str) -> dict[str, object]:
    line = next(line for line in schedule.LINES if line.job == name)
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, name, {}, queue=line.queue).id
    assert Runner(factory).run(job_id) is JobState.DONE
    return job_row(factory, job_id).result or {}


def test_a_night_derives_warns_and_escalates_once(sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        city = make_union(session)
        make_people(session, city)
        county = make_union(session, city)
        make_people(session, county)
        household, _ = make_jobless(session, county)

    first = [_night(sqlite_factory, "households.derive") for _ in range(2)]
    with transaction(sqlite_factory) as session:
        assert open_claim_of(session, household.id) is not None
        running = session.scalars(sa.select(Clock)).one()
        running.due_on = clock.today() - dt.timedelta(days=1)
        running.amber_on, running.is_due_by_hand = running.due_on, True
    second = [_night(sqlite_factory, "clocks.look") for _ in range(2)]

    assert [one["n_changed"] for one in first] == [1, 0]
    assert [one["n_escalated"] for one in second] == [1, 0]
    with reading(sqlite_factory) as session:
        open_tasks = session.scalars(sa.select(Task.rule).where(Task.state == TaskState.OPEN))
        assert open_tasks.all() == ["overdue.zero_employment.clue"]
        assert session.scalars(sa.select(Clock.owner_union_id)).one() == city.id
