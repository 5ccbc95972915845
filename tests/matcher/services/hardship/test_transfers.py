"""A file moves when the other union accepts it, with its people and tasks, and is seen by one of them only."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.households import FileState
from matcher.kinds.joins import TransferState
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.hardship import sight, transfers
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate, make_household


@dataclass
class Two:
    """Two unions that have nothing to do with one another, and a file of the first."""

    here: Actor
    there: Actor
    target: Union
    household: Household


@pytest.fixture
def two(session: Session) -> Two:
    source, target = make_union(session), make_union(session)
    household = make_household(session, source)
    return Two(
        make_actor(session, Role.CASEWORKER, union=source),
        make_actor(session, Role.CASEWORKER, union=target),
        target,
        household,
    )


def _ask(session: Session, two: Two) -> str:
    row = transfers.ask_transfer(
        session, two.here, two.household.id, two.target.code, reason="户口迁移"
    )
    return row.public_id


def test_nothing_moves_before_the_other_union_accepts(session: Session, two: Two) -> None:
    public_id = _ask(session, two)

    assert sight.get_whole(session, two.here, two.household.id)
    with pytest.raises(NotFoundError):
        sight.get_whole(session, two.there, two.household.id)
    (line,) = transfers.list_transfers(session, two.there)
    assert (line.transfer.public_id, line.to_me) == (public_id, True)


def test_with_a_file_go_its_graduates_its_tasks_and_its_owner_is_cleared(
    session: Session, two: Two
) -> None:
    two.household.owner_id = two.here.account_id
    graduate = make_graduate(
        session, None, household=two.household, union_id=two.household.union_id
    )
    task = tasks.open_task(
        session,
        union_id=two.household.union_id,
        rule="x.y",
        subject=("household", two.household.id),
        assignee_id=two.here.account_id,
    )

    transfers.accept_transfer(session, two.there, _ask(session, two))

    for row in (graduate, task, two.household):
        session.refresh(row)
    assert {graduate.union_id, task.union_id, two.household.union_id} == {two.target.id}
    assert (two.household.owner_id, task.assignee_id) == (None, None)
    assert sight.get_whole(session, two.there, two.household.id)
    with pytest.raises(NotFoundError):
        sight.get_whole(session, two.here, two.household.id)


def test_a_file_is_on_its_way_once(session: Session, two: Two) -> None:
    _ask(session, two)

    with pytest.raises(RuleBrokenError) as refused:
        _ask(session, two)

    assert refused.value.code == "transfer_asked"


def test_only_the_union_that_is_asked_answers_and_only_once(session: Session, two: Two) -> None:
    public_id = _ask(session, two)

    with pytest.raises(NotFoundError):
        transfers.accept_transfer(session, two.here, public_id)
    with pytest.raises(InvalidInputError):
        transfers.decline_transfer(session, two.there, public_id, answer="")
    declined = transfers.decline_transfer(session, two.there, public_id, answer="不在本辖区")
    with pytest.raises(RuleBrokenError):
        transfers.accept_transfer(session, two.there, public_id)

    assert declined.state is TransferState.DECLINED
    assert two.household.union_id != two.target.id


def test_who_asked_takes_it_back_and_the_task_of_the_other_goes(session: Session, two: Two) -> None:
    public_id = _ask(session, two)

    with pytest.raises(NotFoundError):
        transfers.withdraw_transfer(session, two.there, public_id)
    transfers.withdraw_transfer(session, two.here, public_id)

    states = session.scalars(sa.select(Task.state).where(Task.rule == transfers.TRANSFER_RULE))
    assert [state.value for state in states.all()] == ["dropped"]
    assert _ask(session, two)


def test_a_number_that_is_taken_there_is_asked_for_anew(session: Session, two: Two) -> None:
    make_household(session, two.target, file_number=two.household.file_number)
    public_id = _ask(session, two)

    with pytest.raises(RuleBrokenError) as refused:
        transfers.accept_transfer(session, two.there, public_id)
    taken = transfers.accept_transfer(session, two.there, public_id, file_number="N1")

    assert refused.value.code == "file_number_taken"
    assert (taken.file_number, taken.union_id) == ("N1", two.target.id)


def test_a_file_under_approval_stays_until_it_is_decided(session: Session, two: Two) -> None:
    two.household.state = FileState.IN_APPROVAL
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        _ask(session, two)

    assert refused.value.code == "transfer_not_open"


def test_a_union_is_found_anywhere_by_its_name_or_code(session: Session, two: Two) -> None:
    two.target.name = "石嘴山市总工会"
    session.flush()

    by_name = transfers.find_unions(session, two.here, "石嘴山")
    by_code = transfers.find_unions(session, two.here, two.target.code)

    assert [one.id for one in by_name] == [one.id for one in by_code] == [two.target.id]
    assert transfers.find_unions(session, two.here, "%") == []


def test_who_asked_does_not_take_the_file_over_even_where_the_scope_covers_both(
    session: Session,
) -> None:
    city = make_union(session)
    source, target = make_union(session, city), make_union(session, city)
    household = make_household(session, source)
    asker = make_actor(session, Role.GRASSROOTS_OFFICER, union=city)
    other = make_actor(session, Role.CASEWORKER, union=city)
    row = transfers.ask_transfer(session, asker, household.id, target.code, reason="改隶")

    with pytest.raises(RuleBrokenError) as refused:
        transfers.accept_transfer(session, asker, row.public_id)
    transfers.accept_transfer(session, other, row.public_id)

    assert refused.value.code == "own_transfer"
    assert household.union_id == target.id
