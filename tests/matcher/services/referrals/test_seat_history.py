"""A seat somebody once held is closed where it is not wanted any more, and never deleted."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.referrals import LIVE, PENDING, DeclineReason, ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import SeatHold
from matcher.policy.referral_steps import REFERRAL_STEPS, SEAT_STEPS
from matcher.services import seats
from matcher.services.imports.posting_seats import replace_open_seats
from matcher.services.permissions import Actor
from matcher.services.ranking_facts import posting_facts
from matcher.services.referrals import person_answers
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_hold, make_referral

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def manager(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.DRIVE_MANAGER)
    return Actor(account.account_id, Role.DRIVE_MANAGER, union_id=drive.union_id)


def _once_held(session: Session, drive: Drive, **changes: object) -> tuple[Posting, int]:
    """Return a posting and the seat of it that somebody gave back."""
    posting = make_posting(session, drive, **changes)  # type: ignore[arg-type]  # by name
    referral = make_referral(session, posting, seat=True)
    person_answers.decline(
        session,
        Actor(None, Role.GRADUATE, graduate_id=referral.graduate_id),
        referral.id,
        reason=DeclineReason.PAY,
    )
    return posting, session.scalars(sa.select(SeatHold.seat_id)).one()


def _states(session: Session, posting: Posting) -> list[SeatState]:
    found = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def test_fewer_seats_take_those_nobody_held_first(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting, held = _once_held(session, drive, headcount=3)

    seats.set_seats(session, manager, posting.id, ordinary=1)

    assert session.scalars(sa.select(Seat.id)).all() == [held]


def test_a_seat_with_a_history_is_closed_and_counts_nowhere(
    session: Session, drive: Drive, manager: Actor
) -> None:
    kept = {SeatClass.HARDSHIP: 1}
    posting, held = _once_held(session, drive, headcount=2, reserved=kept)
    other = session.scalars(sa.select(Seat).where(Seat.id != held)).one()
    make_hold(session, make_referral(session, posting), other)

    seats.set_seats(session, manager, posting.id, ordinary=1)
    counts = seats.seat_counts(session, manager, [posting.id])[posting.id]

    assert session.get_one(Seat, held).state is SeatState.CLOSED
    assert (counts.ordinary, counts.reserved, posting.headcount) == (1, 0, 1)
    facts = list(posting_facts(session, drive.id, clock.today()))
    assert [one.has_reserved for one in facts] == [False]


def test_a_closed_seat_never_comes_back_but_a_new_one_does(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting, _ = _once_held(session, drive, headcount=1)
    other = make_referral(session, posting, seat=False)
    seats.set_seats(session, manager, posting.id, ordinary=2)
    newest = session.scalars(sa.select(Seat).order_by(Seat.number.desc()).limit(1)).one()
    make_hold(session, other, newest)

    seats.set_seats(session, manager, posting.id, ordinary=1)
    seats.set_seats(session, manager, posting.id, ordinary=2)

    assert _states(session, posting) == [SeatState.CLOSED, SeatState.HELD, SeatState.OPEN]


def test_seats_in_use_cannot_be_taken_away(session: Session, drive: Drive, manager: Actor) -> None:
    posting = make_posting(session, drive, headcount=2)
    for state in (_R.SENT, _R.ACCEPTED):
        make_referral(session, posting, state=state, seat=True)

    with pytest.raises(RuleBrokenError) as refused:
        seats.set_seats(session, manager, posting.id, ordinary=1)

    assert refused.value.code == "seats_in_use"


def test_an_import_that_is_undone_keeps_seats_with_a_history(
    session: Session, drive: Drive
) -> None:
    posting, held = _once_held(session, drive, headcount=3)

    replace_open_seats(session, {posting.id: {"ordinary": 2}})
    assert _states(session, posting) == [SeatState.OPEN, SeatState.OPEN]
    replace_open_seats(session, {posting.id: {"hardship": 1}})
    session.flush()

    assert session.get_one(Seat, held).state is SeatState.CLOSED
    assert sorted(_states(session, posting)) == [SeatState.CLOSED, SeatState.OPEN]


def test_the_database_itself_keeps_a_seat_that_was_held(session: Session, drive: Drive) -> None:
    _, held = _once_held(session, drive)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.delete(Seat).where(Seat.id == held))


def test_the_database_itself_allows_one_live_hold_a_seat_and_one_job_a_person(
    session: Session, drive: Drive
) -> None:
    posting = make_posting(session, drive)
    first = make_referral(session, posting, state=_R.ACCEPTED)
    seat = session.get_one(Seat, session.scalars(sa.select(SeatHold.seat_id)).one())
    second, elsewhere = make_referral(session, posting), make_posting(session, drive)
    person = session.get_one(Graduate, first.graduate_id)

    with pytest.raises(IntegrityError), session.begin_nested():
        make_hold(session, second, seat)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_referral(session, elsewhere, person, state=_R.REPORTED, seat=False)


def test_the_table_of_steps_leads_from_every_state_to_states_that_are() -> None:
    assert set(REFERRAL_STEPS) == set(ReferralState)
    assert set(SEAT_STEPS) == set(SeatState)
    for before, after in REFERRAL_STEPS.items():
        assert before not in after
        if before in PENDING:
            assert {_R.DECLINED, _R.WITHDRAWN, _R.EXPIRED} <= after
    ends = {state for state, after in REFERRAL_STEPS.items() if not after}
    assert ends == {_R.IN_POST, _R.REFUSED, _R.DECLINED, _R.FELL_THROUGH}
    assert {state for state in ReferralState if state.is_live} == LIVE
