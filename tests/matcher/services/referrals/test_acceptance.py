"""An acceptance takes the seat, ends what else waits, and nothing of it is left half done."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import HoldEnd, ReferralState, ReferralVia, WithdrawalReason
from matcher.models.audit import AuditEntry
from matcher.models.day import CallResult
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance
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


def _own(referral: Referral) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=referral.graduate_id)


def _seats(session: Session, posting: Posting) -> list[SeatState]:
    found = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def _offer(session: Session, posting: Posting, **changes: object) -> Referral:
    return make_referral(session, posting, state=_R.OFFERED, **changes)  # type: ignore[arg-type]  # by name


def _past(days: int) -> dt.date:
    return clock.today() - dt.timedelta(days=days)


def test_an_acceptance_takes_the_seat_and_ends_all_else_the_person_waits_for(
    session: Session, drive: Drive
) -> None:
    person = make_referable(session, drive)
    here, there, third = (make_posting(session, drive, headcount=1) for _ in range(3))
    offered = make_referral(session, here, person, state=_R.OFFERED, seat=True)
    other = make_referral(session, there, person, state=_R.INTERVIEW, seat=True)
    waiting = make_referral(session, third, person, state=_R.ON_HOLD)

    acceptance.accept(session, _own(offered), offered.id)

    assert offered.state is _R.ACCEPTED
    assert (other.state, other.ended_state) == (_R.WITHDRAWN, _R.INTERVIEW)
    assert (waiting.state, waiting.ended_state) == (_R.WITHDRAWN, _R.SENT)
    assert other.ended_by_id == waiting.ended_by_id == offered.id
    assert other.withdrawal_reason is WithdrawalReason.PLACED
    assert _seats(session, here) == [SeatState.FILLED]
    assert _seats(session, there) == [SeatState.OPEN]
    ended = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == other.id)).one()
    assert ended.ended_as is HoldEnd.PLACED
    held = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == offered.id)).one()
    assert (held.ended_at, held.until_on) == (None, None)


def test_each_step_is_a_row_and_a_line_of_the_trail(session: Session, drive: Drive) -> None:
    offered = _offer(session, make_posting(session, drive), seat=True)

    acceptance.accept(session, _own(offered), offered.id)
    session.commit()

    last = session.scalars(sa.select(ReferralStep).order_by(ReferralStep.id.desc())).first()
    assert last is not None
    assert (last.before, last.after, last.via) == (_R.OFFERED, _R.ACCEPTED, ReferralVia.LINK)
    entry = sa.select(AuditEntry).where(AuditEntry.action == "referral.accepted")
    assert session.scalars(entry).one().subject_id == offered.id


def test_an_offer_whose_seat_is_gone_takes_any_other_free_one(
    session: Session, drive: Drive
) -> None:
    posting = make_posting(session, drive, headcount=2)
    offered = _offer(session, posting)
    make_referral(session, posting, state=_R.SENT, seat=True)

    acceptance.accept(session, _own(offered), offered.id)

    assert _seats(session, posting) == [SeatState.HELD, SeatState.FILLED]


def test_a_hold_past_its_day_gives_way_to_who_accepts(session: Session, drive: Drive) -> None:
    posting = make_posting(session, drive, headcount=1)
    late = make_referral(session, posting, state=_R.SENT, decide_by_on=_past(1))
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    hold = make_hold(session, late, seat, until_on=_past(1))
    offered = _offer(session, posting)

    acceptance.accept(session, _own(offered), offered.id)

    session.refresh(hold)
    assert hold.ended_as is HoldEnd.LAPSED
    assert (late.state, seat.state) == (_R.SENT, SeatState.FILLED)


@pytest.mark.parametrize(("until_in", "decide_in"), [(0, -5), (-5, 0)])
def test_a_hold_stands_through_its_last_day_and_while_an_answer_is_in_time(
    session: Session, drive: Drive, until_in: int, decide_in: int
) -> None:
    posting = make_posting(session, drive, headcount=1)
    waiting = make_referral(session, posting, state=_R.SENT, decide_by_on=_past(-decide_in))
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    make_hold(session, waiting, seat, until_on=_past(-until_in))
    offered = _offer(session, posting)

    with pytest.raises(RuleBrokenError) as refused:
        acceptance.accept(session, _own(offered), offered.id)

    assert refused.value.code == "seat_none_left"


@pytest.mark.parametrize("is_called", [False, True])
def test_a_kept_seat_past_its_day_gives_way_only_after_somebody_was_called(
    session: Session, drive: Drive, is_called: bool
) -> None:
    posting = make_posting(session, drive, headcount=1, reserved={SeatClass.HARDSHIP: 1})
    late = make_referral(session, posting, state=_R.SENT, decide_by_on=_past(1))
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    make_hold(session, late, seat, until_on=_past(1))
    if is_called:
        call = CallResult(
            union_id=late.union_id,
            graduate_id=late.graduate_id,
            outcome=CallOutcome.NO_ANSWER,
            called_at=clock.now(),
        )
        session.add(call)
    supported = make_referable(session, drive, household=make_household(session))
    offered = make_referral(session, posting, supported, state=_R.OFFERED)

    if is_called:
        acceptance.accept(session, _own(offered), offered.id)
        assert seat.state is SeatState.FILLED
    else:
        with pytest.raises(RuleBrokenError, match="名额"):
            acceptance.accept(session, _own(offered), offered.id)


def test_somebody_with_a_job_accepts_no_second_one(session: Session, drive: Drive) -> None:
    person = make_referable(session, drive)
    make_referral(session, make_posting(session, drive), person, state=_R.IN_POST)
    offered = make_referral(session, make_posting(session, drive), person, state=_R.OFFERED)

    with pytest.raises(RuleBrokenError) as refused:
        acceptance.accept(session, _own(offered), offered.id)

    assert refused.value.code == "referral_settled"


def test_after_a_job_ended_another_may_be_accepted(session: Session, drive: Drive) -> None:
    person = make_referable(session, drive)
    make_referral(
        session,
        make_posting(session, drive),
        person,
        state=_R.IN_POST,
        seat=False,
        left_on=_past(1),
    )
    offered = make_referral(session, make_posting(session, drive), person, state=_R.OFFERED)

    acceptance.accept(session, _own(offered), offered.id)

    assert offered.state is _R.ACCEPTED


@pytest.mark.parametrize("state", [_R.SENT, _R.INTERVIEW, _R.REFUSED, _R.ACCEPTED])
def test_only_an_offer_can_be_accepted(session: Session, drive: Drive, state: _R) -> None:
    referral = make_referral(session, make_posting(session, drive), state=state)

    with pytest.raises(RuleBrokenError) as refused:
        acceptance.accept(session, _own(referral), referral.id)

    assert refused.value.code == "referral_step_wrong"


def test_who_saw_an_older_state_is_told_so(session: Session, drive: Drive, worker: Actor) -> None:
    offered = _offer(session, make_posting(session, drive), seat=True)
    before = offered.version_id
    acceptance.accept(session, worker, offered.id, expected_version=before)

    with pytest.raises(ConflictError):
        acceptance.accept(session, _own(offered), offered.id, expected_version=before)


def test_an_offer_that_expired_can_still_be_accepted_while_a_seat_is_free(
    session: Session, drive: Drive
) -> None:
    posting = make_posting(session, drive, headcount=1)
    late = make_referral(session, posting, state=_R.EXPIRED, ended_state=_R.OFFERED)

    acceptance.accept(session, _own(late), late.id)

    assert (late.state, late.ended_state) == (_R.ACCEPTED, None)
    assert _seats(session, posting) == [SeatState.FILLED]


def test_nobody_accepts_for_somebody_else(session: Session, drive: Drive) -> None:
    posting = make_posting(session, drive)
    offered, other = _offer(session, posting, seat=True), _offer(session, posting)
    elsewhere = make_actor(session, Role.CASEWORKER)

    for stranger in (_own(other), elsewhere):
        with pytest.raises(NotFoundError):
            acceptance.accept(session, stranger, offered.id)
