"""The queue of approvals: my turn only, and the same number of queries however long it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.services.approvals import placing, queue
from matcher.services.hardship.applications import submit_file
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_draft, make_office


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


@contextmanager
def _queries(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note)
    yield said
    sa.event.remove(bind, "before_cursor_execute", note)


def _at_county(session: Session, office: Office, n: int) -> None:
    for _ in range(n):
        household = make_draft(session, office.unit, entered_by=office.chair)
        approval = submit_file(session, office.chair, household.id)
        placing.place(session, approval, 3)
    session.flush()


def test_the_queue_takes_as_many_queries_for_one_as_for_many(
    session: Session, office: Office
) -> None:
    _at_county(session, office, 1)
    with _queries(session) as few:
        assert queue.list_queue(session, office.county_approver).total == 1
    _at_county(session, office, 4)
    with _queries(session) as many:
        assert queue.list_queue(session, office.county_approver).total == 5

    assert len(many) == len(few)


def test_a_step_stands_in_the_queue_of_the_union_it_waits_at_and_in_no_other(
    session: Session, office: Office
) -> None:
    _at_county(session, office, 1)

    totals = {
        actor: queue.list_queue(session, actor).total
        for actor in (office.chair, office.county_approver, office.city_approver)
    }

    assert list(totals.values()) == [0, 1, 0]
    assert queue.count_queue(session, office.city_approver)["running"] == 1


def test_an_approval_of_others_is_not_there(session: Session, office: Office) -> None:
    _at_county(session, office, 1)
    public_id = queue.list_queue(session, office.county_approver).rows[0].approval.public_id
    stranger = make_actor(session, Role.APPROVER)

    with pytest.raises(NotFoundError):
        queue.find_approval(session, stranger, public_id)
    assert queue.list_queue(session, stranger, "running").total == 0
