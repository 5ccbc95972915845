"""Somebody calls before a kept seat comes free by silence, and the call is written down where it belongs."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds import Role, SeatState
from matcher.kinds.casework import ContactChannel, ServiceKind
from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import ContactedSide, HoldEnd, ReferralState
from matcher.models.drives import Drive
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    attempts,
)
from tests.factories.accounts import make_actor
from tests.factories.cases import make_act, make_case
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.factories.silent_referrals import (
    hold_of,
    make_silent,
    night,
    open_rules,
    seat_of,
)
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
_R = ReferralState
_DAY = dt.timedelta(days=1)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def test_a_kept_seat_has_a_call_before_its_last_day(
    session: Session, drive: Drive, worker: Actor
) -> None:
    near = make_silent(session, drive, due_on=TODAY + _DAY, kept=True)
    far = make_silent(session, drive, due_on=TODAY + 30 * _DAY, kept=True)
    ordinary = make_silent(session, drive, due_on=TODAY + _DAY)

    night(session)

    assert open_rules(session, near) == [attempts.CALL_RULE]
    assert open_rules(session, far) == open_rules(session, ordinary) == []
    found = sa.select(Task).where(Task.rule == attempts.CALL_RULE)
    assert session.scalars(found).one().due_on == TODAY + _DAY

    attempts.log_attempt(
        session, worker, near.id, side=ContactedSide.PERSON, outcome=CallOutcome.REACHED
    )
    assert open_rules(session, near) == []
    night(session)
    assert open_rules(session, near) == []


def test_a_kept_seat_lapses_only_after_somebody_has_called(
    session: Session, drive: Drive, worker: Actor
) -> None:
    manager = make_actor(session, Role.DRIVE_MANAGER)
    session.execute(
        sa.text("UPDATE membership SET union_id = :union WHERE account_id = :account"),
        {"union": drive.union_id, "account": manager.account_id},
    )
    referral = make_silent(session, drive, due_on=TODAY - 20 * _DAY, kept=True)

    night(session)
    assert seat_of(session, referral).state is SeatState.HELD
    assert open_rules(session, referral) == sorted(
        [attempts.CALL_RULE, attempts.ESCALATED_RULE, "referral.employer_silent"]
    )
    found = sa.select(Task).where(Task.rule == attempts.ESCALATED_RULE)
    assert session.scalars(found).one().assignee_id == manager.account_id

    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.EMPLOYER, outcome=CallOutcome.NO_ANSWER
    )
    night(session)
    assert hold_of(session, referral).ended_as is HoldEnd.LAPSED
    assert seat_of(session, referral).state is SeatState.OPEN
    assert referral.state is _R.SENT
    assert open_rules(session, referral) == ["referral.employer_silent"]


def test_only_a_contact_since_the_ask_is_an_attempt(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_silent(session, drive, kept=True)
    case = make_case(session, owner_id=worker.account_id)
    referral.case_id = case.id
    before = referral.asked_at - _DAY
    make_act(session, case, ServiceKind.RECOMMENDATION)
    make_act(session, case, ServiceKind.CALL_BACK, channel=ContactChannel.PHONE, entered_at=before)
    assert not attempts.has_attempt(session, referral)

    make_act(session, case, ServiceKind.CALL_BACK, channel=ContactChannel.PHONE)
    assert attempts.has_attempt(session, referral)


def test_a_call_to_the_person_is_a_service_act_of_the_case(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person = make_referable(session, drive)
    case = make_case(session, person, owner_id=worker.account_id)
    referral = make_referral(session, make_posting(session, drive), person, case_id=case.id)

    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.PERSON, outcome=CallOutcome.REACHED
    )

    session.refresh(case)
    assert case.last_contact_on == TODAY


def test_a_call_put_off_is_due_on_its_day_and_a_note_needs_a_case(
    session: Session, drive: Drive, worker: Actor
) -> None:
    referral = make_referral(session, make_posting(session, drive))
    call = {"side": ContactedSide.EMPLOYER, "outcome": CallOutcome.FOLLOW_UP}
    for wrong in ({}, {"follow_up_on": TODAY}, {"follow_up_on": TODAY + _DAY, "note": "说要等"}):
        with pytest.raises(InvalidInputError):
            attempts.log_attempt(session, worker, referral.id, **call, **wrong)

    attempts.log_attempt(session, worker, referral.id, **call, follow_up_on=TODAY + _DAY)
    assert open_rules(session, referral) == [attempts.AGAIN_RULE]
    attempts.log_attempt(
        session, worker, referral.id, side=ContactedSide.EMPLOYER, outcome=CallOutcome.REACHED
    )
    assert open_rules(session, referral) == []
