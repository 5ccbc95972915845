"""A job ends what was not begun: places go to the next who waits, and who attends is asked."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role, TaskState
from matcher.kinds.referrals import ReferralState
from matcher.kinds.training import DropReason, TrainingState
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.models.training import TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance, arrivals
from matcher.services.training import answers, proposing
from matcher.services.training.stepping import WORKS_RULE
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral
from tests.factories.training import begin_today, make_course, make_training

_T = TrainingState


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def union(session: Session, worker: Actor) -> Union:
    return session.get_one(Union, worker.union_id)


@pytest.fixture
def offered(session: Session, union: Union) -> Referral:
    posting = make_posting(session, drive=make_drive(session, union), headcount=1)
    return make_referral(session, posting, state=ReferralState.OFFERED, seat=True)


@pytest.fixture
def graduate(session: Session, offered: Referral) -> Graduate:
    return session.get_one(Graduate, offered.graduate_id)


def _training(
    session: Session, worker: Actor, union: Union, graduate: Graduate, state: TrainingState
) -> TrainingReferral:
    """Bring somebody into a course with one place, as far as told."""
    course = make_course(session, union, places=1)
    if state is _T.WAITING:
        make_training(session, worker, course, make_graduate(session, union))
    row = make_training(session, worker, course, graduate)
    if state in (_T.ACCEPTED, _T.ATTENDING):
        answers.accept(session, worker, row.id)
    if state is _T.ATTENDING:
        begin_today(session, course)
        answers.start(session, worker, row.id, on=clock.today())
    assert row.state is state
    return row


@pytest.mark.parametrize("state", [_T.WAITING, _T.PROPOSED, _T.ACCEPTED])
def test_who_accepts_a_job_is_taken_out_of_what_was_not_begun(
    session: Session,
    worker: Actor,
    union: Union,
    offered: Referral,
    graduate: Graduate,
    state: TrainingState,
) -> None:
    row = _training(session, worker, union, graduate, state)

    acceptance.accept(session, worker, offered.id)

    assert (row.state, row.drop_reason) == (_T.DROPPED, DropReason.WORK)


def test_the_place_goes_to_the_next_who_waits(
    session: Session, worker: Actor, union: Union, offered: Referral, graduate: Graduate
) -> None:
    row = _training(session, worker, union, graduate, _T.ACCEPTED)
    waits = proposing.propose(
        session,
        worker,
        course_id=row.course_id,
        graduate_id=make_graduate(session, union).id,
    )
    assert waits.state is _T.WAITING

    acceptance.accept(session, worker, offered.id)

    assert waits.state is _T.PROPOSED


def test_who_attends_goes_on_and_the_caseworker_is_asked_once(
    session: Session, worker: Actor, union: Union, offered: Referral, graduate: Graduate
) -> None:
    row = _training(session, worker, union, graduate, _T.ATTENDING)

    acceptance.accept(session, worker, offered.id)
    arrivals.report_for_work(session, worker, offered.id, on=clock.today())

    assert row.state is _T.ATTENDING
    asked = sa.select(Task).where(Task.rule == WORKS_RULE, Task.subject_id == row.id)
    (task,) = session.scalars(asked)
    assert (task.state, task.assignee_id) == (TaskState.OPEN, worker.account_id)


def test_the_question_ends_with_the_course(
    session: Session, worker: Actor, union: Union, offered: Referral, graduate: Graduate
) -> None:
    row = _training(session, worker, union, graduate, _T.ATTENDING)
    acceptance.accept(session, worker, offered.id)

    proposing.drop(session, worker, row.id, DropReason.WORK)

    open_ones = sa.select(Task).where(Task.rule == WORKS_RULE, Task.state == TaskState.OPEN)
    assert session.scalars(open_ones).all() == []


def test_what_was_proposed_after_the_acceptance_ends_on_the_first_day_of_work(
    session: Session, worker: Actor, union: Union, offered: Referral, graduate: Graduate
) -> None:
    acceptance.accept(session, worker, offered.id)
    row = _training(session, worker, union, graduate, _T.PROPOSED)

    arrivals.report_for_work(session, worker, offered.id, on=clock.today())

    assert row.state is _T.DROPPED
