"""Reminders go out on their days, once; tasks stand while there is work; agents are forgotten after the fair."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall, FairPaper
from matcher.models.fairs import Fair
from matcher.models.files import StoredFile
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services.fair_employers import nightly, papers, reminding
from matcher.services.fair_employers.papers import PaperInput
from matcher.services.fair_employers.sight import Place
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.fair_papers import make_pack, make_paper
from tests.factories.fairs import make_booth, make_fair_employer, make_hall, make_session
from tests.factories.people import make_id_number
from tests.factories.placements import pdf

_S, _P = FairEmployerState, FairPaperState
_DAY = dt.timedelta(days=1)


def _told(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutboxMessage.template).order_by(OutboxMessage.id)))


@pytest.mark.parametrize(("days", "n_told"), [(8, 0), (7, 1), (6, 0), (1, 1), (0, 0)])
def test_who_has_not_answered_is_asked_a_week_and_a_day_before(
    session: Session,
    fair: Fair,
    call: FairCall,
    employer: Employer,
    agent: Actor,
    days: int,
    n_told: int,
) -> None:
    call.apply_until, call.papers_until = clock.today() + days * _DAY, None
    make_fair_employer(session, fair, employer, state=_S.INVITED)

    nightly.look_at(session, SYSTEM, fair.id)
    nightly.look_at(session, SYSTEM, fair.id)

    assert _told(session) == ["fair_answer_due"] * n_told


@pytest.mark.parametrize(("days", "n_told"), [(4, 0), (3, 1), (0, 1)])
def test_who_owes_papers_is_asked_on_the_two_days(
    session: Session,
    fair: Fair,
    call: FairCall,
    employer: Employer,
    agent: Actor,
    days: int,
    n_told: int,
) -> None:
    call.papers_until = clock.today() + days * _DAY
    row = make_fair_employer(session, fair, employer, state=_S.APPLIED)
    make_paper(session, row, state=_P.RETURNED, reason="看不清")

    nightly.look_at(session, SYSTEM, fair.id)

    assert _told(session) == ["fair_papers_due"] * n_told
    if n_told:
        assert session.scalars(sa.select(OutboxMessage)).one().parameters["count"] == 4


def test_who_comes_is_told_time_and_booth_on_the_eve(
    session: Session, fair: Fair, employer: Employer, agent: Actor
) -> None:
    fair.first_on = fair.last_on = clock.today() + _DAY
    make_session(session, fair, begins_minute=9 * 60)
    row = make_fair_employer(session, fair, employer)
    make_pack(session, row)
    booth = make_booth(session, make_hall(session, fair), row)

    nightly.look_at(session, SYSTEM, fair.id)

    message = session.scalars(sa.select(OutboxMessage)).one()
    assert (message.template, message.parameters["booths"]) == ("fair_eve", booth.label)
    assert message.parameters["when"].endswith(" 9:00")


def test_pressing_twice_a_day_reminds_once(
    session: Session, fair: Fair, employer: Employer, agent: Actor, organiser: Actor
) -> None:
    make_fair_employer(session, fair, employer, state=_S.INVITED)

    first = reminding.remind_all(session, organiser, fair.public_id)
    second = reminding.remind_all(session, organiser, fair.public_id)

    assert (first.n_answers, second.n_answers) == (1, 0)
    assert _told(session) == ["fair_answer_due"]


def test_a_task_stands_while_papers_wait_and_goes_when_they_are_judged(
    session: Session, fair: Fair, call: FairCall
) -> None:
    row = make_fair_employer(session, fair, state=_S.APPLIED)
    paper = make_paper(session, row)

    nightly.look_at(session, SYSTEM, fair.id)
    nightly.look_at(session, SYSTEM, fair.id)
    task = session.scalars(sa.select(Task).where(Task.rule == nightly.CHECK_RULE)).one()
    assert (task.subject_kind, task.subject_id, task.state) == ("fair", fair.id, TaskState.OPEN)
    paper.state = _P.ACCEPTED
    nightly.look_at(session, SYSTEM, fair.id)

    session.refresh(task)
    assert task.state is TaskState.DROPPED


def test_who_is_late_makes_a_task_after_the_last_day(
    session: Session, fair: Fair, call: FairCall
) -> None:
    call.papers_until = call.apply_until = clock.today() - _DAY
    make_fair_employer(session, fair, state=_S.APPLIED)

    nightly.look_at(session, SYSTEM, fair.id)

    assert nightly.LATE_RULE in session.scalars(sa.select(Task.rule)).all()


def test_a_paper_that_ends_before_a_fair_that_was_put_off_expires(
    session: Session, fair: Fair, call: FairCall
) -> None:
    row = make_fair_employer(session, fair, state=_S.APPLIED)
    ends = make_paper(session, row, state=_P.ACCEPTED, valid_until=fair.last_on)
    stays = make_paper(session, row, FairPaperKind.AUTHORISATION, state=_P.ACCEPTED)
    assert not nightly.look_at(session, SYSTEM, fair.id)
    fair.first_on = fair.last_on = fair.last_on + _DAY

    nightly.look_at(session, SYSTEM, fair.id)

    assert (ends.state, stays.state) == (_P.EXPIRED, _P.ACCEPTED)


def _agent_paper(session: Session, fair: Fair, agent: Actor, employer: Employer) -> FairPaper:
    place = Place(fair, make_fair_employer(session, fair, employer, state=_S.APPLIED), employer)
    facts = PaperInput(content=pdf("证件"), name="马建国", number=make_id_number())
    return papers.hand_in(session, agent, place, FairPaperKind.AGENT, facts)


@pytest.mark.parametrize(("days", "is_gone"), [(30, False), (31, True)])
def test_agents_are_forgotten_thirty_days_after_the_fair_and_that_they_were_seen_stays(
    session: Session, fair: Fair, agent: Actor, employer: Employer, days: int, is_gone: bool
) -> None:
    paper = _agent_paper(session, fair, agent, employer)
    licence = make_paper(session, make_fair_employer(session, fair))
    fair.first_on = fair.last_on = clock.today() - days * _DAY
    session.flush()
    assert nightly.over_fairs(session, SYSTEM) == [fair.id]

    assert nightly.forget(session, SYSTEM, fair.id) is is_gone

    assert (paper.name_cipher is None, paper.number_masked is None) == (is_gone, is_gone)
    assert (paper.forgotten_at is not None) is is_gone
    assert len(session.scalars(sa.select(StoredFile.id)).all()) == (0 if is_gone else 1)
    assert licence.forgotten_at is None
    assert nightly.forget(session, SYSTEM, fair.id) is False


def test_all_papers_go_when_the_ledger_is_over(
    session: Session, fair: Fair, agent: Actor, employer: Employer
) -> None:
    row = make_fair_employer(session, fair, employer, state=_S.APPLIED)
    facts = PaperInput(content=pdf("委托"))
    kind = FairPaperKind.AUTHORISATION
    paper = papers.hand_in(session, agent, Place(fair, row, employer), kind, facts)
    fair.first_on = fair.last_on = clock.today() - dt.timedelta(days=800)
    session.flush()

    assert nightly.forget(session, SYSTEM, fair.id)

    assert paper.file_id is None
    assert nightly.over_fairs(session, SYSTEM) == []


def test_a_cancelled_fair_reminds_nobody(session: Session, fair: Fair) -> None:
    fair.state = FairState.CANCELLED
    session.flush()

    assert nightly.open_fairs(session, SYSTEM) == []
