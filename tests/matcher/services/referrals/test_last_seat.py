"""Real threads with connections of their own: the last seat goes to one person, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance, proposing
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.at_once import all_at_once, committed

_R = ReferralState
_CROWD = 64


def _person(referral: Referral) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=referral.graduate_id)


def _accepting(referral: Referral) -> Callable[[Session], object]:
    by, number = _person(referral), referral.id
    return lambda session: acceptance.accept(session, by, number)


def test_of_sixty_four_who_accept_the_last_seat_at_once_one_gets_it(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        drive = make_drive(session)
        posting = make_posting(session, drive, headcount=1)
        people = [make_referable(session, drive) for _ in range(_CROWD)]
        offers = [make_referral(session, posting, one, state=_R.OFFERED) for one in people]

    ended = all_at_once([committed(connect(), _accepting(one)) for one in offers])

    assert ended == {"done": 1, "seat_none_left": _CROWD - 1}
    with session_factory() as session:
        states = Counter(session.scalars(sa.select(Referral.state)))
        holds = session.scalars(sa.select(SeatHold)).all()
        seats = session.scalars(sa.select(Seat.state)).all()
    assert states == {_R.ACCEPTED: 1, _R.OFFERED: _CROWD - 1}
    assert [hold.ended_at for hold in holds] == [None]
    assert seats == [SeatState.FILLED]


def test_of_sixteen_offers_one_person_accepts_at_once_one_stands_and_the_others_end(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        drive = make_drive(session)
        person = make_referable(session, drive)
        employer = make_employer(session)
        offers = [
            make_referral(
                session,
                make_posting(session, drive, employer, headcount=1),
                person,
                state=_R.OFFERED,
                seat=True,
            )
            for _ in range(16)
        ]

    ended = all_at_once([committed(connect(), _accepting(one)) for one in offers])

    assert ended == {"done": 1, "referral_step_wrong": 15}
    with session_factory() as session:
        seats = Counter(session.scalars(sa.select(Seat.state)))
        live = session.scalars(sa.select(SeatHold.id).where(SeatHold.ended_at.is_(None))).all()
    assert seats == {SeatState.FILLED: 1, SeatState.OPEN: 15}
    assert len(live) == 1


def test_people_who_wait_for_the_same_two_postings_accept_across_each_other_without_a_deadlock(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    """Half accept the one, half the other, and each acceptance frees a seat of the other posting."""
    with transaction(session_factory) as session:
        drive = make_drive(session)
        two = [make_posting(session, drive, headcount=8) for _ in range(2)]
        acts = []
        for number in range(8):
            person = make_referable(session, drive)
            here, there = two[number % 2], two[1 - number % 2]
            acts.append(
                _accepting(make_referral(session, here, person, state=_R.OFFERED, seat=True))
            )
            make_referral(session, there, person, state=_R.SENT, seat=True)

    ended = all_at_once([committed(connect(), one) for one in acts])

    assert ended == {"done": 8}
    with session_factory() as session:
        seats = Counter(session.scalars(sa.select(Seat.state)))
    assert seats == {SeatState.FILLED: 8, SeatState.OPEN: 8}


def test_two_clerks_who_refer_the_same_pair_at_once_make_one_referral(
    session_factory: SessionFactory, connect: Callable[[], SessionFactory]
) -> None:
    with transaction(session_factory) as session:
        drive: Drive = make_drive(session)
        posting = make_posting(session, drive)
        person = make_referable(session, drive)
        account = make_actor(session, Role.CASEWORKER)
        clerk = Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)

    def propose(session: Session) -> object:
        return proposing.propose(session, clerk, posting_id=posting.id, graduate_id=person.id)

    ended = all_at_once([committed(connect(), propose) for _ in range(4)])

    assert ended == {"done": 1, "referral_live_already": 3}
