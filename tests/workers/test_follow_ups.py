"""The night of following up: what came due is opened once, however often it runs."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError
from matcher.kinds import JobState, Role
from matcher.kinds.follow_ups import SeatSurveyState
from matcher.models.employers import Employer
from matcher.models.follow_ups import CallBack, SeatSurvey
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services import jobs
from matcher.services.follow_ups import call_backs
from matcher.services.follow_ups.call_backs import DueCall
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.jobs import job_row
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from workers import follow_ups, outbox, schedule
from workers.runner import Runner

BODIES = (follow_ups, outbox)
"""Modules whose import registers the bodies that are run here."""


def _night(factory: SessionFactory) -> dict[str, object]:
    line = next(one for one in schedule.LINES if one.job == "follow_ups.night")
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, line.job, {}, queue=line.queue).id
    assert Runner(factory).run(job_id) is JobState.DONE
    return job_row(factory, job_id).result or {}


def test_a_night_opens_what_came_due_and_the_next_run_nothing(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        for _ in range(2):
            make_placement(session, started_on=clock.today() - dt.timedelta(days=40))
        posting = make_posting(session)
        posting.closes_on = clock.today() - dt.timedelta(days=20)
        employer = session.get_one(Employer, posting.employer_id)
        make_actor(session, Role.EMPLOYER, employer=employer)
    first = _night(session_factory)
    assert first == {"n_dropped": 0, "n_noted": 1, "n_opened": 2, "n_asked": 1, "n_unanswered": 0}
    with reading(session_factory) as session:
        before = _counts(session)
        assert session.scalars(sa.select(SeatSurvey)).one().state is SeatSurveyState.ASKED
    assert set(_night(session_factory).values()) == {0}
    with reading(session_factory) as session:
        assert _counts(session) == before


def _counts(session: object) -> list[int]:
    tables = (CallBack, SeatSurvey, Task, OutboxMessage)
    return [session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables]  # type: ignore[attr-defined]


def test_one_row_a_rule_stands_against_keeps_no_other_back(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(session_factory) as session:
        first, _ = (
            make_placement(session, started_on=clock.today() - dt.timedelta(days=40)).id
            for _ in range(2)
        )
    opens = call_backs.open_call

    def open_call(session: Session, by: Actor, due: DueCall) -> CallBack | None:
        if due.placement_id == first:
            raise ConflictError("task_contended", "")
        return opens(session, by, due)

    monkeypatch.setattr(call_backs, "open_call", open_call)
    assert _night(session_factory)["n_opened"] == 1
