"""A request for help is a dated lead with an owner and an answer."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import NeedKind, RequestSource, RequestState
from matcher.models.help_requests import HelpRequest
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.calendar import add_working_days
from matcher.services.casework import request_lists, requests
from matcher.services.casework.requests import RequestInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate, make_phone


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _facts(**changes: object) -> RequestInput:
    fields: dict[str, object] = {
        "source": RequestSource.HOTLINE,
        "kind": NeedKind.UNPAID_WAGES,
        "words": "老板欠薪",
        "person_name": "马某某",
        "phone": make_phone(),
    }
    return RequestInput(**(fields | changes))  # type: ignore[arg-type]  # by name


def _tasks(session: Session, lead: HelpRequest) -> dict[str, dt.date | None]:
    found = sa.select(Task.rule, Task.due_on).where(
        Task.subject_kind == requests.SUBJECT,
        Task.subject_id == lead.id,
        Task.state == TaskState.OPEN,
    )
    return {row.rule: row.due_on for row in session.execute(found)}


def test_a_lead_has_an_owner_and_a_day_counted_in_working_days(
    session: Session, worker: Actor
) -> None:
    received = clock.now() - dt.timedelta(days=2)

    lead = requests.record_request(session, worker, _facts(received_at=received))

    day = add_working_days(session, clock.in_china(received).date(), 5)
    assert (lead.owner_id, lead.due_on, lead.due_is_known) == (
        worker.account_id,
        day.day,
        day.is_known,
    )
    assert _tasks(session, lead) == {requests.ANSWER_RULE: lead.due_on}


def test_nobody_can_be_answered_without_a_phone_or_a_case(
    session: Session, union: Union, worker: Actor
) -> None:
    for facts, field in (
        (_facts(phone=None), "phone"),
        (_facts(phone="12"), "phone"),
        (_facts(words=" "), "words"),
        (_facts(received_at=clock.now() + dt.timedelta(hours=1)), "received_at"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            requests.record_request(session, worker, facts)
        assert field in refused.value.details["fields"]  # type: ignore[operator]  # a dict

    case = make_case(session, make_graduate(session, union), owner_id=worker.account_id)
    lead = requests.record_request(session, worker, _facts(phone=None), case_id=case.id)
    assert lead.case_id == case.id


def test_what_is_passed_on_has_a_reply_date_and_still_owes_its_answer(
    session: Session, worker: Actor
) -> None:
    lead = requests.record_request(session, worker, _facts())

    requests.pass_request_on(session, worker, lead.public_id, "劳动监察大队")
    assert lead.state is RequestState.PASSED_ON
    assert _tasks(session, lead) == {
        requests.ANSWER_RULE: lead.due_on,
        requests.REPLY_RULE: lead.reply_due_on,
    }

    requests.answer_request(session, worker, lead.public_id, "工资已补发")
    assert (lead.state, lead.replied_on) == (RequestState.ANSWERED, clock.today())
    assert _tasks(session, lead) == {}
    with pytest.raises(RuleBrokenError) as refused:
        requests.answer_request(session, worker, lead.public_id, "再答一次")
    assert refused.value.code == "request_answered"


def test_a_colleagues_lead_is_a_line_and_not_opened(
    session: Session, union: Union, worker: Actor
) -> None:
    colleague = make_actor(session, Role.CASEWORKER, union=union)
    stranger = make_actor(session, Role.CASEWORKER)
    lead = requests.record_request(session, worker, _facts())

    (line,) = request_lists.list_requests(session, colleague).rows
    assert (line.name_masked, line.is_whole) == ("马*某", False)
    with pytest.raises(NotFoundError):
        request_lists.read_words(session, colleague, lead.public_id)
    assert request_lists.list_requests(session, stranger).total == 0
    assert request_lists.read_words(session, worker, lead.public_id).words == "老板欠薪"


def test_whose_case_it_may_be_is_offered_and_a_person_decides(
    session: Session, union: Union, worker: Actor
) -> None:
    phone = make_phone()
    case = make_case(
        session, make_graduate(session, union, phone=phone), owner_id=worker.account_id
    )
    lead = requests.record_request(session, worker, _facts(phone=phone))
    assert lead.case_id is None

    (found,) = request_lists.possible_cases(session, worker, lead)
    assert (found.case_id, found.same_phone) == (case.id, True)
    assert requests.link_case(session, worker, lead.public_id, case.id).case_id == case.id


def test_the_list_can_be_narrowed_to_own_overdue_and_state(session: Session, worker: Actor) -> None:
    old = clock.now() - dt.timedelta(days=40)
    late = requests.record_request(session, worker, _facts(received_at=old))
    fresh = requests.record_request(session, worker, _facts())
    requests.answer_request(session, worker, fresh.public_id, "已说明")

    def found(**narrow: object) -> list[int]:
        page = request_lists.list_requests(session, worker, **narrow)  # type: ignore[arg-type]  # by name
        return [line.lead.id for line in page.rows]

    assert found() == [late.id, fresh.id]
    assert found(overdue=True) == [late.id]
    assert found(state=RequestState.ANSWERED) == [fresh.id]
    assert found(mine=True) == [late.id, fresh.id]
