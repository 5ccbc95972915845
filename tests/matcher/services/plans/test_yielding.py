"""Seats of proposals nobody confirmed: they yield to whom an employer chose; a publication over is over."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import confirming, proposals, publications
from matcher.services.plans.live_seats import live_seats
from matcher.services.plans.standing import last_publication
from matcher.services.referrals import acceptance, seat_holds
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.plan_rows import make_plan_rows, mark_published
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral
from tests.factories.silent_referrals import hold_of, open_rules, seat_of

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


@pytest.fixture
def posting(session: Session, drive: Drive) -> Posting:
    """A posting with one seat."""
    return make_posting(session, drive, headcount=1)


@pytest.fixture
def waiting(session: Session, posting: Posting) -> Referral:
    """A plan's proposal that holds the seat, and that nobody confirmed."""
    referral = make_referral(session, posting, state=_R.PROPOSED, seat=True)
    made = make_plan_rows(session, posting.drive_id, n_without=0)
    mark_published(session, made, [referral])
    return referral


def test_a_seat_held_for_a_proposal_nobody_confirmed_goes_to_whoever_accepts_an_offer(
    session: Session, posting: Posting, waiting: Referral, worker: Actor
) -> None:
    offered = make_referral(session, posting, state=_R.OFFERED, seat=False)

    acceptance.accept(session, worker, offered.id)

    assert offered.state is _R.ACCEPTED
    assert seat_of(session, offered).state is SeatState.FILLED
    assert hold_of(session, waiting).ended_at is not None
    assert waiting.state is _R.PROPOSED
    assert open_rules(session, waiting) == ["plan.seat_yielded"]


def test_a_seat_somebody_was_asked_about_does_not_yield(
    session: Session, posting: Posting, waiting: Referral, worker: Actor
) -> None:
    offered = make_referral(session, posting, state=_R.OFFERED, seat=False)
    confirming.confirm_proposal(session, worker, waiting.id)

    with pytest.raises(RuleBrokenError) as refused:
        acceptance.accept(session, worker, offered.id)

    assert refused.value.code == "seat_none_left"
    assert hold_of(session, waiting).ended_at is None


def test_nobody_is_asked_about_a_seat_that_went_to_another_until_one_is_free_again(
    session: Session, posting: Posting, waiting: Referral, worker: Actor
) -> None:
    offered = make_referral(session, posting, state=_R.OFFERED, seat=False)
    acceptance.accept(session, worker, offered.id)

    with pytest.raises(RuleBrokenError) as refused:
        confirming.confirm_proposal(session, worker, waiting.id)
    session.add(Seat(posting_id=posting.id, number=2, seat_class=SeatClass.ORDINARY))
    session.flush()
    confirming.confirm_proposal(session, worker, waiting.id)

    assert refused.value.code == "plan_seat_gone"
    assert seat_holds.live_hold(session, waiting.id) is not None
    assert open_rules(session, waiting) == []


def test_the_seat_somebody_has_an_offer_for_is_no_seat_of_a_plan(
    session: Session, drive: Drive, posting: Posting
) -> None:
    before, _ = live_seats(session, drive.id, clock.today())
    make_referral(session, posting, state=_R.OFFERED, seat=False)

    after, _ = live_seats(session, drive.id, clock.today())

    assert before.tolist() == [posting.id]
    assert after.tolist() == []


def test_a_publication_that_was_replaced_never_comes_alive_again(
    session: Session, drive: Drive, posting: Posting
) -> None:
    referral = make_referral(session, posting, state=_R.PROPOSED, seat=True)
    first = make_plan_rows(session, drive.id, n_without=0)
    mark_published(session, first, [referral])
    second = make_plan_rows(session, drive.id, n_without=0)
    mark_published(session, second, [])

    with pytest.raises(RuleBrokenError) as refused:
        publications.withdraw_publication(session, SYSTEM, first.public_id)
    publications.withdraw_publication(session, SYSTEM, second.public_id)

    assert refused.value.code == "plan_superseded"
    assert session.scalar(sa.select(last_publication(drive.id))) is None
    # What the first proposed and the second had not come to is taken back with it.
    assert proposals.unsent(session, second.id) == [referral.id]
