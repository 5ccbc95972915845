"""An acceptance takes the seat, ends what else waits, and nothing of it is left half done."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.referrals import FallThroughReason, HoldEnd, ReferralState, WithdrawalReason
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance, arrivals
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_posting
from tests.factories.referrals import make_hold, make_referable, make_referral

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _own(session: Session, referral: Referral) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=referral.graduate_id)


def _seats(session: Session, posting: Posting) -> list[SeatState]:
    found = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def test_an_acceptance_takes_the_seat_and_ends_all_else_the_person_waits_for(
    session: Session, drive: Drive
) -> None:
    person = make_referable(session, drive)
    here, there, third = (make_posting(session, drive, headcount=1) for _ in range(3))
    offered = make_referral(session, here, person, state=_R.OFFERED, seat=True)
    other = make_referral(session, there, person, state=_R.INTERVIEW, seat=True)
    waiting = make_referral(session, third, person, state=_R.ON_HOLD)

    acceptance.accept(session, _own(session, offered), offered.id)

    assert offered.state is _R.ACCEPTED
    assert (other.state, other.ended_state) == (_R.WITHDRAWN, _R.INTERVIEW)
    assert (waiting.state, waiting.ended_state) == (_R.WITHDRAWN, _R.SENT)
    assert other.ended_by_id == waiting.ended_by_id == offered.id
    assert other.withdrawal_reason is WithdrawalReason.PLACED
    assert _seats(session, here) == [SeatState.FILLED]
    assert _seats(session, there) == [SeatState.OPEN]
    ended = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == other.id)).one()
    assert ended.ended_as is HoldEnd.PLACED
