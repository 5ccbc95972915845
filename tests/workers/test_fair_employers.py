"""The night of employers at fairs says nothing twice and forgets what is over; a long print is kept once."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import JobQueue, JobState, Role
from matcher.kinds.fair_papers import FairPaperKind, FairPrintKind, FairPrintState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairPaper, FairPrint
from matcher.models.files import StoredFile
from matcher.models.outbox import OutboxMessage
from matcher.services import jobs
from matcher.services.fair_employers import nightly, prints
from tests.factories.accounts import make_actor
from tests.factories.fair_papers import make_call, make_paper, make_print, make_shown_posting
from tests.factories.fairs import make_fair, make_fair_employer
from tests.factories.jobs import job_row
from workers import fair_employers, outbox, schedule
from workers.runner import Runner

BODIES = (fair_employers, outbox)
"""Modules whose import registers the bodies that are run here."""

_DAY = dt.timedelta(days=1)


def _night(factory: SessionFactory) -> dict[str, object]:
    line = next(one for one in schedule.LINES if one.job == nightly.NIGHT_JOB)
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, line.job, {}, queue=line.queue).id
    assert Runner(factory).run(job_id) is JobState.DONE
    return job_row(factory, job_id).result or {}


def _furnish(factory: SessionFactory) -> None:
    """Insert a fair whose employer owes an answer tomorrow, and one that is over with an agent's paper."""
    with transaction(factory) as session:
        fair = make_fair(session, state=FairState.ANNOUNCED)
        make_call(session, fair, apply_until=clock.today() + _DAY)
        row = make_fair_employer(session, fair, state=FairEmployerState.INVITED)
        make_actor(session, Role.EMPLOYER, employer=session.get_one(Employer, row.employer_id))
        over = make_fair(session, first_on=clock.today() - 60 * _DAY)
        make_paper(
            session, make_fair_employer(session, over), FairPaperKind.AGENT, name_cipher=b"x"
        )


def test_a_night_reminds_and_forgets_and_the_next_run_does_nothing(
    session_factory: SessionFactory,
) -> None:
    _furnish(session_factory)

    first, second = _night(session_factory), _night(session_factory)

    assert first == {"n_fairs": 2, "n_done": 2}
    assert second == {"n_fairs": 1, "n_done": 0}, "looked at again, said nothing"
    with reading(session_factory) as session:
        assert len(session.scalars(sa.select(OutboxMessage.id)).all()) == 1
        assert session.scalars(sa.select(FairPaper.name_cipher)).one() is None


def test_one_fair_a_rule_stands_against_keeps_no_other_back(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _furnish(session_factory)

    def refuse(*_: object) -> bool:
        raise RuleBrokenError("busy", "x")

    monkeypatch.setattr(nightly, "look_at", refuse)

    assert _night(session_factory) == {"n_fairs": 2, "n_done": 1}


def _print(factory: SessionFactory, **changes: object) -> tuple[int, int]:
    with transaction(factory) as session:
        fair = make_fair(session)
        make_shown_posting(session, make_fair_employer(session, fair))
        made = make_print(
            session, fair, kind=FairPrintKind.CARDS, state=FairPrintState.WAITING, **changes
        )
        arguments = {"print_id": made.id}
        job = jobs.enqueue(session, prints.MAKE_JOB, arguments, queue=JobQueue.BATCH)
        return made.id, job.id


def test_a_long_print_is_made_and_kept_once(session_factory: SessionFactory) -> None:
    print_id, job_id = _print(session_factory)

    assert Runner(session_factory).run(job_id) is JobState.DONE
    with transaction(session_factory) as session:
        again = jobs.enqueue(
            session, prints.MAKE_JOB, {"print_id": print_id}, queue=JobQueue.BATCH
        ).id
    assert Runner(session_factory).run(again) is JobState.DONE

    assert job_row(session_factory, again).result == {"kept": 0}
    with reading(session_factory) as session:
        made = session.get_one(FairPrint, print_id)
        assert (made.state, made.file_id is not None) == (FairPrintState.READY, True)
        assert len(session.scalars(sa.select(StoredFile.id)).all()) == 1


def test_a_print_that_cannot_be_made_says_so(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    print_id, job_id = _print(session_factory)

    def refuse(*_: object) -> bytes:
        raise RuleBrokenError("fair_over", "x")

    monkeypatch.setattr(prints, "make", refuse)
    Runner(session_factory).run(job_id)

    with reading(session_factory) as session:
        made = session.get_one(FairPrint, print_id)
        assert (made.state, made.problem) == (FairPrintState.FAILED, "fair_over")
