"""A pledge tells the employer its total and its last day, and no answer to a change tells more."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role, SeatClass
from matcher.models.employers import Employer
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.pledges import list_pledges, set_pledge
from matcher.services.seat_fitting import LOWERED, Pledge
from matcher.services.seats import counted, locked_seats
from tests.factories.accounts import make_actor
from tests.factories.postings import make_posting


def _pledged(session: Session, reserved: dict[SeatClass, int]) -> tuple[Actor, int]:
    """Insert a posting with four seats, and return its employer's agent."""
    posting = make_posting(session, headcount=4, reserved=reserved)
    employer = session.get_one(Employer, posting.employer_id)
    return make_actor(session, Role.EMPLOYER, employer=employer), posting.id


@pytest.mark.parametrize(
    "reserved",
    [
        {SeatClass.HARDSHIP: 3},
        {SeatClass.HARDSHIP: 1, SeatClass.ZERO_EMPLOYMENT: 2},
        {SeatClass.ZERO_EMPLOYMENT: 3},
    ],
)
@pytest.mark.parametrize("wanted", [0, 1, 2, 4])
def test_a_pledge_may_be_changed_alike_however_the_union_divided_it(
    session: Session, reserved: dict[SeatClass, int], wanted: int
) -> None:
    agent, posting_id = _pledged(session, reserved)

    set_pledge(session, agent, posting_id, Pledge(wanted))

    shown = list_pledges(session, agent, [posting_id])
    assert shown.get(posting_id, Pledge()).count == wanted
    assert counted(locked_seats(session, posting_id)).total == 4


def test_the_union_learns_by_a_task_that_seats_it_had_set_apart_are_gone(session: Session) -> None:
    agent, posting_id = _pledged(session, {SeatClass.ZERO_EMPLOYMENT: 3})

    set_pledge(session, agent, posting_id, Pledge(1))

    task = session.scalars(sa.select(Task).where(Task.rule == LOWERED)).one()
    assert task.subject_id == posting_id
    assert task.facts == {
        "before": [1, 0, 3],
        "after": [3, 0, 1],
        "headcount": 4,
        "pledged": 1,
    }


def test_a_pledge_that_leaves_the_unions_division_alone_opens_no_task(session: Session) -> None:
    agent, posting_id = _pledged(session, {SeatClass.HARDSHIP: 2, SeatClass.ZERO_EMPLOYMENT: 1})

    set_pledge(session, agent, posting_id, Pledge(1))

    assert session.scalars(sa.select(Task).where(Task.rule == LOWERED)).all() == []
    assert counted(locked_seats(session, posting_id)).zero_employment == 1
