"""Service acts stay as they were entered; the case says when the person was last reached and what is next."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import ActOutcome, CaseClosing, ServiceKind
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.tasks import Task
from matcher.services.casework import cases, service_acts
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate

_DAY = dt.timedelta(days=1)


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=make_union(session))


@pytest.fixture
def case(session: Session, worker: Actor) -> GraduateCase:
    graduate = make_graduate(session, union_id=worker.union_id)
    return make_case(session, graduate, owner_id=worker.account_id)


def _record(session: Session, by: Actor, case: GraduateCase, **changes: object) -> ServiceAct:
    facts: dict[str, object] = {
        "kind": ServiceKind.GUIDANCE,
        "happened_on": clock.today(),
        "outcome": ActOutcome.DONE,
    }
    return service_acts.record_act(session, by, case.id, **(facts | changes))  # type: ignore[arg-type]  # by name


def _next_task(session: Session, case: GraduateCase) -> list[dt.date | None]:
    found = sa.select(Task.due_on).where(
        Task.rule == cases.NEXT_RULE, Task.subject_id == case.id, Task.state == TaskState.OPEN
    )
    return list(session.scalars(found))


def test_who_entered_for_whom_and_who_did_it_are_apart(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    colleague = make_actor(session, Role.CASEWORKER).account_id
    teacher = make_actor(session, Role.HELPER).account_id

    own = _record(session, worker, case)
    entered = _record(session, worker, case, on_behalf_of_id=colleague)
    credited = _record(session, worker, case, on_behalf_of_id=colleague, credited_to_id=teacher)

    assert (own.actor_id, own.on_behalf_of_id, own.credited_to_id) == (
        worker.account_id,
        None,
        worker.account_id,
    )
    assert (entered.actor_id, entered.credited_to_id) == (worker.account_id, colleague)
    assert (credited.on_behalf_of_id, credited.credited_to_id) == (colleague, teacher)
    assert own.entered_at is not None


def test_the_case_says_when_the_person_was_last_reached_and_what_is_next(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    today = clock.today()
    _record(session, worker, case, happened_on=today - 5 * _DAY, next_on=today + 3 * _DAY)
    _record(session, worker, case, outcome=ActOutcome.NO_ANSWER)

    assert case.last_contact_on == today - 5 * _DAY
    assert case.next_on == today + 3 * _DAY  # nobody answering leaves the date that stood
    assert _next_task(session, case) == [today + 3 * _DAY]

    _record(session, worker, case, outcome=ActOutcome.FOLLOW_UP, next_on=today + _DAY)
    assert _next_task(session, case) == [today + _DAY]

    _record(session, worker, case)
    assert (case.last_contact_on, case.next_on) == (today, None)  # type: ignore[comparison-overlap]  # changed by the act
    assert _next_task(session, case) == []


def test_dates_out_of_place_are_refused(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    today = clock.today()
    for changes, field in (
        ({"happened_on": today + _DAY}, "happened_on"),
        ({"next_on": today - _DAY}, "next_on"),
        ({"outcome": ActOutcome.FOLLOW_UP}, "next_on"),
        ({"outcome": ActOutcome.VOID}, "outcome"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            _record(session, worker, case, **changes)
        assert field in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_a_correction_is_a_new_act_that_replaces_the_old_one_once(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    act = _record(session, worker, case, note="谈了面试")
    facts = {"happened_on": clock.today(), "outcome": ActOutcome.DONE, "note": "谈了简历"}

    newer = service_acts.correct_act(
        session,
        worker,
        act.id,
        kind=ServiceKind.VISIT,
        **facts,  # type: ignore[arg-type]  # by name
    )

    lines = service_acts.list_acts(session, worker, case.id)
    assert [(line.act.id, line.note, line.is_corrected) for line in lines] == [
        (newer.id, "谈了简历", True)
    ]
    assert session.get_one(ServiceAct, act.id).kind is ServiceKind.GUIDANCE
    with pytest.raises(RuleBrokenError) as refused:
        service_acts.correct_act(session, worker, act.id, kind=ServiceKind.VISIT, **facts)  # type: ignore[arg-type]  # by name
    assert refused.value.code == "act_replaced"


def test_a_mistaken_entry_is_taken_back_with_a_reason_and_the_summary_goes_with_it(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    act = _record(session, worker, case, next_on=clock.today() + _DAY)

    with pytest.raises(InvalidInputError):
        service_acts.void_act(session, worker, act.id, " ")
    service_acts.void_act(session, worker, act.id, "记错了人")

    assert service_acts.list_acts(session, worker, case.id) == []
    assert (case.last_contact_on, case.next_on, _next_task(session, case)) == (None, None, [])


def test_the_database_refuses_to_change_what_an_act_says(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    act = _record(session, worker, case)

    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(
            sa.update(ServiceAct).where(ServiceAct.id == act.id).values(outcome=ActOutcome.DECLINED)
        )


def test_a_closed_case_takes_call_backs_only(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    cases.close_case(session, worker, case.id, CaseClosing.EMPLOYED)

    with pytest.raises(RuleBrokenError):
        _record(session, worker, case)
    assert _record(session, worker, case, kind=ServiceKind.CALL_BACK).id


def test_only_who_sees_the_case_whole_records_in_it(session: Session, case: GraduateCase) -> None:
    colleague = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        _record(session, colleague, case)


def test_what_was_said_is_stored_closed(
    session: Session, worker: Actor, case: GraduateCase
) -> None:
    act = _record(session, worker, case, note="母亲住院")

    assert "母亲住院".encode() not in (act.note_cipher or b"")
