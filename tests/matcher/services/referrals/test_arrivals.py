"""From acceptance to the job and its end; a job that came to nothing gives back what it had ended."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import HardshipTier, PostingState, Role, SeatClass, SeatState
from matcher.kinds.referrals import FallThroughReason, HoldEnd, ReferralState, WithdrawalReason
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance, arrivals, case_work, offering_again, proposing
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState
_FELL = FallThroughReason.EMPLOYER
_DEEP = HardshipTier.DEEP


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _seat(session: Session, posting: Posting) -> SeatState:
    found = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return session.scalars(found).one()


def _accepted(
    session: Session, drive: Drive, worker: Actor, *before: ReferralState
) -> tuple[Referral, list[Referral]]:
    """Return an acceptance and the referrals it ended, each of which held the one seat of its posting."""
    person = make_referable(session, drive)
    offered = make_referral(
        session, make_posting(session, drive, headcount=1), person, state=_R.OFFERED, seat=True
    )
    others = [
        make_referral(
            session, make_posting(session, drive, headcount=1), person, state=state, seat=True
        )
        for state in before
    ]
    acceptance.accept(session, worker, offered.id)
    return offered, others


def test_what_an_acceptance_ended_goes_on_first_where_it_stood_if_the_job_falls_through(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, others = _accepted(session, drive, worker, _R.SENT, _R.INTERVIEW, _R.OFFERED)

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    assert accepted.state is _R.FELL_THROUGH
    assert [one.state for one in others] == [_R.SENT, _R.INTERVIEW, _R.OFFERED]
    assert all(one.decide_by_on > clock.today() for one in others if one.decide_by_on)
    assert {(one.ended_by_id, one.withdrawal_reason, one.ended_at) for one in others} == {
        (None, None, None)
    }
    postings = [session.get_one(Posting, one.posting_id) for one in (accepted, *others)]
    assert [_seat(session, one) for one in postings] == [
        SeatState.OPEN,
        SeatState.HELD,
        SeatState.HELD,
        SeatState.OFFERED,
    ]


def test_the_case_is_due_on_the_day_the_job_fell_through(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, _ = _accepted(session, drive, worker)
    person = session.get_one(Graduate, accepted.graduate_id)
    case = make_case(session, person, owner_id=worker.account_id)

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    task = session.scalars(sa.select(Task).where(Task.rule == case_work.FELL_THROUGH_RULE)).one()
    assert (task.subject_kind, task.subject_id) == ("graduate_case", case.id)
    assert (task.due_on, task.assignee_id) == (clock.today(), worker.account_id)


def test_an_offer_whose_seat_somebody_took_meanwhile_goes_back_to_the_employer(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, (other,) = _accepted(session, drive, worker, _R.OFFERED)
    make_referral(session, session.get_one(Posting, other.posting_id), state=_R.ACCEPTED)

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    assert other.state is _R.SENT


@pytest.mark.parametrize("is_supported", [False, True])
def test_an_offer_stands_while_the_employer_has_a_seat_by_its_own_count_whichever_is_free(
    session: Session, drive: Drive, worker: Actor, is_supported: bool
) -> None:
    """The seat left is kept for some people: the employer reads the same of all, the union finds a seat today."""
    accepted, (other,) = _accepted(session, drive, worker, _R.OFFERED)
    posting = session.get_one(Posting, other.posting_id)
    make_referral(session, posting, state=_R.ACCEPTED)
    posting.headcount = 2
    session.add(Seat(posting_id=posting.id, number=2, seat_class=SeatClass.HARDSHIP))
    if is_supported:
        household = make_household(session, session.get_one(Union, drive.union_id), tier=_DEEP)
        session.get_one(Graduate, other.graduate_id).household_id = household.id
    session.flush()

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    assert other.state is _R.OFFERED
    found = sa.select(Task.subject_id).where(Task.rule == case_work.NO_SEAT_RULE)
    assert session.scalars(found).all() == ([] if is_supported else [other.id])


def test_an_offer_goes_back_where_the_employer_has_given_all_it_wants_though_a_seat_is_free(
    session: Session, drive: Drive, worker: Actor
) -> None:
    """Somebody else's offer waits for a seat: by the employer's count nothing is left for this one."""
    accepted, (other,) = _accepted(session, drive, worker, _R.OFFERED)
    make_referral(session, session.get_one(Posting, other.posting_id), state=_R.OFFERED)

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    assert other.state is _R.SENT


def test_what_can_go_on_no_more_stays_ended(session: Session, drive: Drive, worker: Actor) -> None:
    accepted, (closed, unseen, mistaken) = _accepted(
        session, drive, worker, _R.SENT, _R.SENT, _R.SENT
    )
    session.get_one(Posting, closed.posting_id).state = PostingState.CLOSED
    consent = session.get_one(Consent, unseen.consent_id or 0)
    consent.withdrawn_at = clock.now()
    mistaken.withdrawal_reason = WithdrawalReason.MISTAKE
    session.flush()

    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)

    assert {one.state for one in (closed, unseen, mistaken)} == {_R.WITHDRAWN}


def test_a_job_that_fell_through_once_does_not_bring_back_what_a_second_one_ended(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, (second, third) = _accepted(session, drive, worker, _R.OFFERED, _R.SENT)
    arrivals.fall_through(session, worker, accepted.id, reason=_FELL)
    acceptance.accept(session, worker, second.id)

    assert (third.state, third.ended_by_id) == (_R.WITHDRAWN, second.id)
    with pytest.raises(RuleBrokenError):
        arrivals.fall_through(session, worker, accepted.id, reason=_FELL)
    assert third.state is _R.WITHDRAWN


def test_reporting_and_being_in_post_follow_one_another(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, _ = _accepted(session, drive, worker)
    today = clock.today()

    with pytest.raises(RuleBrokenError):
        arrivals.confirm_in_post(session, worker, accepted.id, on=today)
    arrivals.report_for_work(session, worker, accepted.id, on=today)
    with pytest.raises(InvalidInputError):
        arrivals.confirm_in_post(session, worker, accepted.id, on=today - dt.timedelta(days=1))
    arrivals.confirm_in_post(session, worker, accepted.id, on=today)

    assert (accepted.state, accepted.reported_on, accepted.in_post_on) == (
        _R.IN_POST,
        today,
        today,
    )
    assert accepted.decide_by_on is None


def test_nobody_reports_tomorrow(session: Session, drive: Drive, worker: Actor) -> None:
    accepted, _ = _accepted(session, drive, worker)

    with pytest.raises(InvalidInputError):
        arrivals.report_for_work(
            session, worker, accepted.id, on=clock.today() + dt.timedelta(days=1)
        )


def test_the_seat_of_a_job_that_ended_is_free_and_the_person_can_be_referred_anew(
    session: Session, drive: Drive, worker: Actor
) -> None:
    accepted, _ = _accepted(session, drive, worker)
    posting = session.get_one(Posting, accepted.posting_id)
    arrivals.report_for_work(session, worker, accepted.id, on=clock.today())

    arrivals.end_job(session, worker, accepted.id, on=clock.today())

    assert _seat(session, posting) is SeatState.OPEN
    hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == accepted.id)).one()
    assert hold.ended_as is HoldEnd.LEFT
    new = proposing.propose(
        session,
        worker,
        posting_id=make_posting(session, drive).id,
        graduate_id=accepted.graduate_id,
    )
    assert new.state is _R.PROPOSED
    with pytest.raises(RuleBrokenError):
        arrivals.end_job(session, worker, accepted.id, on=clock.today())


def test_staff_take_up_what_was_withdrawn_or_expired_where_it_stood(
    session: Session, drive: Drive, worker: Actor
) -> None:
    posting = make_posting(session, drive)
    gone = make_referral(
        session,
        posting,
        state=_R.WITHDRAWN,
        ended_state=_R.INTERVIEW,
        interview_on=clock.today(),
    )
    refused = make_referral(session, posting, state=_R.REFUSED)

    offering_again.offer_again(session, worker, gone.id)

    assert (gone.state, gone.ended_state, gone.ended_at) == (_R.INTERVIEW, None, None)
    with pytest.raises(RuleBrokenError):
        offering_again.offer_again(session, worker, refused.id)
