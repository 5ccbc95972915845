"""A person's No frees the seat and costs nothing: no statutory refusal (拒绝适当工作), and sent to nobody."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, RuleBrokenError
from matcher.kinds import Role, SeatState
from matcher.kinds.referrals import DeclineReason, HoldEnd, ReferralState, WithdrawalReason
from matcher.models import Base
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor
from matcher.services.referrals import person_answers, withdrawing
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState
_FAR = DeclineReason.PLACE
_FILE_TABLES = (
    "referral_refusal",
    "zero_employment_claim",
    "zero_employment_state",
    "claim_act",
    "side_exit",
    "household",
    "clock",
    "clock_event",
)
"""Everything in which a refusal of suitable work could cost a household something."""


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


def _own(referral: Referral) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=referral.graduate_id)


def _rows(session: Session) -> dict[str, list[tuple[object, ...]]]:
    tables = {name: Base.metadata.tables[name] for name in _FILE_TABLES}
    return {
        name: [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]
        for name, table in tables.items()
    }


@pytest.mark.parametrize("is_fallback", [False, True])
@pytest.mark.parametrize("state", [_R.PROPOSED, _R.SENT, _R.OFFERED])
def test_a_decline_touches_nothing_a_refusal_of_suitable_work_would(
    session: Session, drive: Drive, state: _R, is_fallback: bool
) -> None:
    household = make_household(session, zero_employment=True)
    person = make_referable(session, drive, household=household)
    referral = make_referral(
        session, make_posting(session, drive), person, state=state, is_fallback=is_fallback
    )
    session.flush()
    before = _rows(session)

    person_answers.decline(session, _own(referral), referral.id, reason=_FAR)

    assert referral.state is _R.DECLINED
    assert _rows(session) == before
    assert session.get_one(Household, household.id).is_zero_employment


def test_a_decline_is_sent_to_no_office(session: Session, drive: Drive) -> None:
    referral = make_referral(session, make_posting(session, drive), state=_R.OFFERED)

    person_answers.decline(session, _own(referral), referral.id, reason=_FAR)

    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_the_words_of_a_decline_are_sealed_and_the_seat_is_free(
    session: Session, drive: Drive
) -> None:
    referral = make_referral(session, make_posting(session, drive), state=_R.OFFERED, seat=True)

    person_answers.decline(
        session, _own(referral), referral.id, reason=DeclineReason.FAMILY, words="奶奶要人照顾"
    )

    assert b"\xe5\xa5\xb6" not in (referral.decline_words_cipher or b"")
    told = unseal(session, referral.decline_words_cipher, person_answers.WORDS_COLUMN)
    assert told == "奶奶要人照顾"
    hold = session.scalars(sa.select(SeatHold)).one()
    assert hold.ended_as is HoldEnd.DECLINED
    assert session.get_one(Seat, hold.seat_id).state is SeatState.OPEN


@pytest.mark.parametrize("state", [_R.ACCEPTED, _R.REFUSED, _R.DECLINED, _R.WITHDRAWN])
def test_what_is_over_or_settled_cannot_be_declined(
    session: Session, drive: Drive, state: _R
) -> None:
    referral = make_referral(session, make_posting(session, drive), state=state)

    with pytest.raises(RuleBrokenError):
        person_answers.decline(session, _own(referral), referral.id, reason=_FAR)


def test_an_employer_declines_for_nobody(session: Session, drive: Drive) -> None:
    referral = make_referral(session, make_posting(session, drive))
    employer = Actor(None, Role.EMPLOYER, employer_id=referral.employer_id)

    with pytest.raises(NotAllowedError):
        person_answers.decline(session, employer, referral.id, reason=_FAR)


def test_all_of_a_person_is_taken_back_once_and_what_is_settled_stays(
    session: Session, drive: Drive
) -> None:
    account = make_actor(session, Role.CASEWORKER)
    worker = Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)
    person = make_referable(session, drive)
    waiting = make_referral(session, make_posting(session, drive), person, seat=True)
    settled = make_referral(session, make_posting(session, drive), person, state=_R.IN_POST)
    other = make_referral(session, make_posting(session, drive))

    both = [
        withdrawing.withdraw_all(
            session, worker, graduate_id=person.id, reason=WithdrawalReason.LEFT
        )
        for _ in range(2)
    ]

    assert [[one.id for one in found] for found in both] == [[waiting.id], []]
    assert [waiting.state, settled.state, other.state] == [_R.WITHDRAWN, _R.IN_POST, _R.SENT]
    ended = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == waiting.id)).one()
    assert ended.ended_as is HoldEnd.WITHDRAWN
    assert isinstance(session.get(Graduate, person.id), Graduate)


def test_a_person_takes_a_referral_back_by_withdrawing_consent_only(
    session: Session, drive: Drive
) -> None:
    referral = make_referral(session, make_posting(session, drive))

    with pytest.raises(RuleBrokenError):
        withdrawing.withdraw(session, _own(referral), referral.id, reason=WithdrawalReason.MISTAKE)
    withdrawing.withdraw(session, _own(referral), referral.id, reason=WithdrawalReason.CONSENT)

    assert referral.state is _R.WITHDRAWN
