"""What an employer wants of seats and pledge is answered by its own counts, whoever sits on which seat."""

import datetime as dt
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingChange
from matcher.models.tasks import Task
from matcher.policy.seat_admission import is_kept
from matcher.services import postings
from matcher.services.permissions import Actor
from matcher.services.pledges import NO_PLEDGE, list_pledges, set_pledge, update_with_pledge
from matcher.services.seat_fitting import LOWERED, Pledge
from tests.factories.accounts import make_actor
from tests.factories.posting_forms import posting_input
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_R = ReferralState
_C = SeatClass
_DAY = dt.timedelta(days=1)


def _one_pledged(session: Session) -> tuple[Actor, Posting, list[Seat]]:
    """Insert a posting of three seats, the first pledged, and return its employer's agent and its seats."""
    posting = make_posting(session, headcount=3, reserved={_C.HARDSHIP: 1})
    employer = session.get_one(Employer, posting.employer_id)
    agent = make_actor(session, Role.EMPLOYER, employer=employer)
    return agent, posting, _seats(session, posting)


def _seats(session: Session, posting: Posting) -> list[Seat]:
    found = sa.select(Seat).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found.where(Seat.state != SeatState.CLOSED)))


def _tasks(session: Session) -> list[Task]:
    return list(session.scalars(sa.select(Task).where(Task.rule == LOWERED)))


def _told(session: Session, by: Actor, posting: Posting) -> tuple[int, Pledge]:
    """Return what an employer reads of its posting's seats."""
    row = postings.get_posting(session, by, posting.id)
    return row.n_seats, list_pledges(session, by, [posting.id]).get(posting.id, NO_PLEDGE)


@pytest.mark.parametrize(
    "states", [(_R.SENT,), (_R.PROPOSED, _R.SENT), (_R.OFFERED,), (_R.PROPOSED, _R.IN_POST)]
)
@pytest.mark.parametrize("places", [(0, 1), (1, 2), (2, 0)])
def test_headcount_and_pledge_are_changed_alike_whoever_sits_on_the_pledged_seat(
    session: Session, places: tuple[int, ...], states: tuple[ReferralState, ...]
) -> None:
    agent, posting, seats = _one_pledged(session)
    for place, state in zip(places, states, strict=False):
        make_referral(session, posting, state=state, seat=seats[place])
    in_use = {
        seat.id: (seat.seat_class, seat.state) for seat in seats if seat.state is not SeatState.OPEN
    }
    hired = sum(state in (_R.OFFERED, _R.IN_POST) for state in states)

    for headcount, pledged in product((2, 1, 3, 4), (0, 1, 2, 3, 4)):
        if pledged > headcount or headcount < hired:
            continue
        wish = Pledge(pledged)
        update_with_pledge(session, agent, posting.id, posting_input(headcount=headcount), wish)
        assert _told(session, agent, posting) == (headcount, wish)

    for number, stood in in_use.items():
        seat = session.get_one(Seat, number)
        assert (seat.seat_class, seat.state) == stood


@pytest.mark.parametrize("place", [0, 1])
def test_a_headcount_below_those_with_an_offer_or_a_job_is_refused_whatever_their_seats(
    session: Session, place: int
) -> None:
    agent, posting, seats = _one_pledged(session)
    make_referral(session, posting, state=_R.OFFERED, seat=seats[place])
    make_referral(session, posting, state=_R.IN_POST, seat=seats[2])
    make_referral(session, posting, state=_R.PROPOSED, seat=seats[1 - place])

    facts = posting_input(headcount=2)
    update_with_pledge(session, agent, posting.id, facts, Pledge(0))
    with pytest.raises(RuleBrokenError) as refused:
        update_with_pledge(session, agent, posting.id, posting_input(headcount=1), Pledge(0))

    assert refused.value.code == "headcount_promised"
    assert refused.value.details == {"promised": 2}


def test_the_union_learns_where_seats_in_use_do_not_fit_and_the_next_change_tries_again(
    session: Session,
) -> None:
    agent, posting, seats = _one_pledged(session)
    make_referral(session, posting, state=_R.PROPOSED, seat=seats[0])

    update_with_pledge(session, agent, posting.id, posting_input(headcount=3), Pledge(0))
    [task] = _tasks(session)
    stood = [seat.seat_class for seat in _seats(session, posting)]
    seats[0].state = SeatState.OPEN
    session.flush()
    update_with_pledge(session, agent, posting.id, posting_input(headcount=3), Pledge(0))

    assert task.subject_id == posting.id
    assert (task.facts["pledged"], task.facts["after"]) == (0, [2, 1, 0])
    assert stood == [_C.HARDSHIP, _C.ORDINARY, _C.ORDINARY]
    assert {seat.seat_class for seat in _seats(session, posting)} == {_C.ORDINARY}


def test_a_change_that_every_seat_follows_opens_no_task(session: Session) -> None:
    agent, posting, seats = _one_pledged(session)
    make_referral(session, posting, state=_R.SENT, seat=seats[0])

    update_with_pledge(session, agent, posting.id, posting_input(headcount=5), Pledge(2))

    assert _tasks(session) == []


@pytest.mark.parametrize("until", [None, dt.date(2031, 6, 30)])
def test_a_seat_opened_for_want_of_people_is_not_told_and_no_save_touches_it_or_the_others(
    session: Session, until: dt.date | None
) -> None:
    """The employer reads the day it set itself; what opened stays open, what is kept stays kept."""
    agent, posting, seats = _one_pledged(session)
    set_pledge(session, agent, posting.id, Pledge(2, until))
    seats[0].release_on = seats[0].exhausted_on = clock.today() - _DAY
    session.flush()
    assert _told(session, agent, posting) == (3, Pledge(2, until))

    facts = posting_input(headcount=3, duties="另一种写法")
    update_with_pledge(session, agent, posting.id, facts, Pledge(2, until))
    first = _kept(session, posting)
    update_with_pledge(session, agent, posting.id, facts, Pledge(2, dt.date(2031, 9, 30)))

    assert first == [False, False, True]
    assert _kept(session, posting) == [False, False, True]
    days = [seat.release_on for seat in _seats(session, posting)]
    assert days == [clock.today() - _DAY, None, dt.date(2031, 10, 1)]


def _kept(session: Session, posting: Posting) -> list[bool]:
    today = clock.today()
    return [is_kept(one.seat_class, one.release_on, today) for one in _seats(session, posting)]


def test_a_seat_pledged_anew_is_kept_to_the_last_day_of_the_pledge(session: Session) -> None:
    agent, posting, _ = _one_pledged(session)
    until = dt.date(2031, 6, 30)

    set_pledge(session, agent, posting.id, Pledge(1, until))
    set_pledge(session, agent, posting.id, Pledge(2, until))
    set_pledge(session, agent, posting.id, Pledge(0, until))
    set_pledge(session, agent, posting.id, Pledge(1))

    assert sorted((seat.seat_class, seat.release_on) for seat in _seats(session, posting)) == [
        (_C.HARDSHIP, None),
        (_C.ORDINARY, None),
        (_C.ORDINARY, None),
    ]


def test_saving_a_posting_is_noted_for_ranking_once(session: Session) -> None:
    agent, posting, _ = _one_pledged(session)
    noted = sa.select(sa.func.count()).where(RankingChange.subject_id == posting.id)
    before = session.scalar(noted) or 0

    update_with_pledge(session, agent, posting.id, posting_input(headcount=4), Pledge(2))

    assert session.scalar(noted) == before + 1
