"""Applications: steps only where there is one, appended only, each with its day and its task."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.money import Payer
from matcher.models.entitlements import EntitlementApplication, EntitlementPaper, EntitlementStep
from matcher.models.money import LedgerEntry
from matcher.models.tasks import Task
from matcher.services.entitlements import applications, lists, papers, tracking
from matcher.services.entitlements.applications import StepInput
from tests.factories.accounts import make_actor
from tests.factories.entitlements import make_application, offered
from tests.matcher.services.entitlements.conftest import World

_S = EntitlementState


def _open_tasks(session: Session, rule: str) -> list[Task]:
    found = sa.select(Task).where(Task.rule == rule, Task.state == "open").order_by(Task.id)
    return list(session.scalars(found))


def _entries(session: Session) -> list[tuple[Payer, str, int]]:
    rows = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id))
    return [(row.payer, row.programme, row.amount_fen) for row in rows]


def _lead(
    session: Session, world: World, row: EntitlementApplication, *states: EntitlementState
) -> None:
    for state in states:
        wish = StepInput(
            to=state, amount_fen=150_000 if state is _S.PAID else None, words="按规定办理"
        )
        applications.move(session, world.worker, row.id, wish)


def test_it_begins_with_the_day_the_rule_and_a_task(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)

    assert row.state is _S.PREPARING
    assert row.due_on == clock.today() + dt.timedelta(days=1)
    rule = papers.rule_of(row)
    assert rule is not None
    assert rule.entitlement == "job_seeking"
    (task,) = _open_tasks(session, tracking.DUE_RULE)
    assert (task.due_on, task.assignee_id) == (row.due_on, world.worker.account_id)


def test_one_is_on_its_way_a_person_and_entitlement(session: Session, world: World) -> None:
    make_application(session, world.worker, world.graduate)

    with pytest.raises(RuleBrokenError, match="已经在办理"):
        make_application(session, world.worker, world.graduate)
    assert make_application(session, world.worker, world.graduate, "union_job_seeking").id


def test_what_the_rules_say_no_to_wants_a_reason(session: Session, world: World) -> None:
    given = offered(session, world.worker, world.graduate, "insurance_flexible_graduate")
    person = lists.people_of(session, [make_application(session, world.worker, world.graduate)])
    (one,) = person.values()

    with pytest.raises(InvalidInputError):
        applications.start(session, world.worker, one, given)
    row = applications.start(session, world.worker, one, given, words="人社所同意先收材料")
    steps = lists.read_whole(session, world.worker, row.public_id).steps
    assert steps[0].words == "人社所同意先收材料"


@pytest.mark.parametrize(
    ("way", "wrong"),
    [
        ((), _S.PUBLICITY),
        ((), _S.PAID),
        ((_S.SUBMITTED, _S.REFUSED), _S.PAID),
        ((_S.SUBMITTED, _S.PAID), _S.SUBMITTED),
        ((_S.SUBMITTED, _S.PAID, _S.RECLAIMED), _S.PAID),
    ],
)
def test_only_steps_that_exist_are_taken(
    session: Session, world: World, way: tuple[EntitlementState, ...], wrong: EntitlementState
) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, *way)

    with pytest.raises(RuleBrokenError) as refusal:
        applications.move(
            session, world.worker, row.id, StepInput(to=wrong, amount_fen=1, words="按规定办理")
        )
    assert refusal.value.code == "entitlement_step"


def test_a_mistaken_step_is_taken_back_by_another_and_both_stay(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, _S.SUBMITTED, _S.PAID)

    applications.take_back(session, world.worker, row.id, "登记错了人")
    assert row.state is _S.SUBMITTED
    assert sum(one[2] for one in _entries(session)) == 0
    applications.take_back(session, world.worker, row.id, "还没有报上去")
    assert row.state is _S.PREPARING
    with pytest.raises(RuleBrokenError):
        applications.take_back(session, world.worker, row.id, "没有什么可撤")
    _lead(session, world, row, _S.SUBMITTED, _S.PAID)

    assert sum(one[2] for one in _entries(session)) == 150_000
    acts = session.scalars(sa.select(EntitlementStep.act).order_by(EntitlementStep.id)).all()
    assert acts == ["opened", "moved", "moved", "taken_back", "taken_back", "moved", "moved"]


def test_papers_are_appended_and_the_newest_counts(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)

    first = papers.set_paper(session, world.worker, row.id, "identity", is_held=True)
    same = papers.set_paper(session, world.worker, row.id, "identity", is_held=True)
    papers.set_paper(session, world.worker, row.id, "identity", is_held=False, note="退回重印")

    assert same.id == first.id
    rows = session.scalars(sa.select(EntitlementPaper).order_by(EntitlementPaper.id)).all()
    assert [one.is_held for one in rows] == [True, False]
    assert rows[1].replaces_id == rows[0].id
    lines = {one.code: one.is_held for one in papers.lines_of(session, row)}
    assert list(lines)[:2] == ["application_form", "identity"]
    assert not any(lines.values())
    with pytest.raises(InvalidInputError):
        papers.set_paper(session, world.worker, row.id, "nonsense", is_held=True)


def test_what_changed_meanwhile_is_told(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)
    version = row.version_id
    _lead(session, world, row, _S.SUBMITTED)

    with pytest.raises(ConflictError):
        applications.move(
            session, world.worker, row.id, StepInput(to=_S.PUBLICITY), expected_version=version
        )


def test_another_worker_answers_like_nobody_until_it_is_given(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    colleague = make_actor(session, Role.CASEWORKER, union=world.union)
    with pytest.raises(NotFoundError):
        tracking.find_application(session, colleague, row.public_id)
    assert colleague.account_id is not None

    applications.give(session, world.worker, row.id, colleague.account_id, due_on=row.due_on)

    assert tracking.find_application(session, colleague, row.public_id).id == row.id
    (task,) = _open_tasks(session, tracking.DUE_RULE)
    assert task.assignee_id == colleague.account_id
    with pytest.raises(InvalidInputError):
        applications.give(session, world.worker, row.id, 999_999)


def test_the_tracker_counts_by_state_and_lists_the_nearest_day_first(
    session: Session, world: World
) -> None:
    first = make_application(session, world.worker, world.graduate, "union_job_seeking")
    second = make_application(session, world.worker, world.graduate)
    _lead(session, world, first, _S.SUBMITTED)

    found = lists.list_applications(session, world.worker)

    assert [one.application.id for one in found.rows] == [second.id, first.id]
    assert found.by_state == {_S.PREPARING: 1, _S.SUBMITTED: 1}
    narrowed = lists.list_applications(session, world.worker, state=_S.SUBMITTED, mine=True)
    assert (narrowed.total, narrowed.rows[0].application.id) == (1, first.id)
