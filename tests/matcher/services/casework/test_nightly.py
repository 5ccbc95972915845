"""The night opens what is due once: a second run changes nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose, Role, TaskState
from matcher.kinds.casework import NeedKind, RequestSource, ServiceKind
from matcher.models.help_requests import Pairing
from matcher.models.tasks import Task
from matcher.services import consent_acts, consents, tasks
from matcher.services.casework import cases, nightly, pairings, requests
from matcher.services.casework.pairings import PairingInput
from matcher.services.casework.requests import RequestInput
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_act, make_case
from tests.factories.people import make_graduate, make_phone
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=make_union(session))


def _open(session: Session) -> list[tuple[str, int]]:
    found = sa.select(Task.rule, Task.subject_id).where(Task.state == TaskState.OPEN)
    return sorted((row.rule, row.subject_id) for row in session.execute(found))


def test_dates_owners_packages_and_requests_become_tasks_once(
    session: Session, worker: Actor
) -> None:
    next_one = make_case(session, owner_id=worker.account_id, next_on=TODAY)
    unowned = make_case(session)
    since = TODAY - dt.timedelta(days=170)
    short = make_case(session, owner_id=worker.account_id, package="131", package_from_on=since)
    make_case(session, owner_id=worker.account_id, package="131", package_from_on=TODAY)
    lead = requests.record_request(
        session,
        worker,
        RequestInput(
            source=RequestSource.COUNTER, kind=NeedKind.JOB, words="找工作", phone=make_phone()
        ),
    )
    tasks.drop_task(session, requests.ANSWER_RULE, (requests.SUBJECT, lead.id))

    nightly.run_night(session, SYSTEM)
    first = _open(session)
    nightly.run_night(session, SYSTEM)

    assert first == _open(session)
    assert first == sorted(
        [
            (cases.NEXT_RULE, next_one.id),
            (cases.UNOWNED_RULE, unowned.id),
            (cases.PACKAGE_RULE, short.id),
            (requests.ANSWER_RULE, lead.id),
        ]
    )


def test_a_package_made_good_loses_its_task(session: Session, worker: Actor) -> None:
    since = TODAY - dt.timedelta(days=170)
    case = make_case(session, owner_id=worker.account_id, package="131", package_from_on=since)
    nightly.run_night(session, SYSTEM)
    for kind, n in (
        (ServiceKind.GUIDANCE, 1),
        (ServiceKind.RECOMMENDATION, 3),
        (ServiceKind.TRAINING, 1),
    ):
        for _ in range(n):
            make_act(session, case, kind)

    nightly.run_night(session, SYSTEM)

    assert (cases.PACKAGE_RULE, case.id) not in _open(session)


def test_a_contact_overdue_is_a_task_and_a_consent_withdrawn_ends_the_pairing(
    session: Session, worker: Actor
) -> None:
    consents.seed_consent_texts(session)
    graduate = make_graduate(session, union_id=worker.union_id)
    case = make_case(session, graduate, owner_id=worker.account_id)
    text = consents.current_text(session, ConsentPurpose.PAIRING, TODAY)
    consent_acts.give_consent(session, worker, graduate.id, ConsentPurpose.PAIRING, text_id=text.id)
    facts = PairingInput(agreed_help="改简历", partner_unit="某公司", rhythm_days=7)
    pairing = pairings.pair(session, worker, case.id, facts)
    pairing.started_on = TODAY - dt.timedelta(days=9)
    session.flush()

    nightly.run_night(session, SYSTEM)
    task = session.scalars(sa.select(Task).where(Task.rule == pairings.CONTACT_RULE)).one()
    assert (task.due_on, task.assignee_id) == (TODAY - dt.timedelta(days=2), worker.account_id)

    consent_acts.withdraw_consent(session, worker, graduate.id, ConsentPurpose.PAIRING)
    nightly.run_night(session, SYSTEM)
    assert session.get_one(Pairing, pairing.id).ended_on == TODAY
    assert (pairings.CONTACT_RULE, pairing.id) not in _open(session)
