"""Whatever is done in whatever order: referrals and seats stand where the rules, said once more, have them."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.kinds.referrals import (
    LIVE,
    DeclineReason,
    FallThroughReason,
    HoldEnd,
    ReferralState,
    RefusalReason,
    WithdrawalReason,
)
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import (
    acceptance,
    arrivals,
    employer_answers,
    offering_again,
    person_answers,
    proposing,
    seat_holds,
    sending,
    stepping,
    withdrawing,
)
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable
from tests.support.referral_oracle import Oracle, RefusedError

_R = ReferralState
_SEATS = [
    [SeatClass.HARDSHIP, SeatClass.ORDINARY],
    [SeatClass.ZERO_EMPLOYMENT],
    [SeatClass.ORDINARY],
]
_RANKS = [0, HardshipTier.RELATIVE.rank, 5]


@dataclass
class World:
    """The rows behind an oracle's numbers."""

    session: Session
    people: list[Graduate]
    postings: list[Posting]
    made: list[int]

    def person(self, number: int) -> Actor:
        """Return the person of a referral, by a link."""
        one = self.session.get_one(Referral, self.made[number])
        return Actor(None, Role.GRADUATE, graduate_id=one.graduate_id)

    def employer(self, number: int) -> Actor:
        """Return the employer of a referral, by a link."""
        one = self.session.get_one(Referral, self.made[number])
        return Actor(None, Role.EMPLOYER, employer_id=one.employer_id)


def _world(session: Session) -> World:
    drive = make_drive(session)
    homes = [
        None,
        make_household(session, tier=HardshipTier.RELATIVE),
        make_household(session, zero_employment=True),
    ]
    people = [make_referable(session, drive, household=home) for home in homes]
    postings = []
    for classes in _SEATS:
        kept = {one: 1 for one in classes if one is not SeatClass.ORDINARY}
        postings.append(make_posting(session, drive, headcount=len(classes), reserved=kept))
    return World(session, people, postings, [])


def _expire(session: Session, number: int) -> None:
    referral = stepping.begin(session, SYSTEM, number)
    seat_holds.end_hold(session, SYSTEM, referral, HoldEnd.LAPSED)
    stepping.step(session, SYSTEM, referral, _R.EXPIRED)


def _today() -> dt.date:
    return clock.today()


_ACTS: dict[str, Callable[[World, int, int], object]] = {
    "agree": lambda w, n, i: sending.agree(w.session, SYSTEM, i),
    "invite": lambda w, n, i: employer_answers.invite(w.session, w.employer(n), i, on=_today()),
    "offer": lambda w, n, i: employer_answers.offer(w.session, w.employer(n), i),
    "refuse": lambda w, n, i: employer_answers.refuse(
        w.session, w.employer(n), i, reason=RefusalReason.SKILL
    ),
    "put_off": lambda w, n, i: employer_answers.hold(
        w.session, w.employer(n), i, decide_on=_today() + dt.timedelta(days=3)
    ),
    "resume": lambda w, n, i: employer_answers.resume(w.session, w.employer(n), i),
    "decline": lambda w, n, i: person_answers.decline(
        w.session, w.person(n), i, reason=DeclineReason.PAY
    ),
    "accept": lambda w, n, i: acceptance.accept(w.session, w.person(n), i),
    "withdraw": lambda w, n, i: withdrawing.withdraw(
        w.session, SYSTEM, i, reason=WithdrawalReason.OTHER
    ),
    "expire": lambda w, n, i: _expire(w.session, i),
    "report": lambda w, n, i: arrivals.report_for_work(w.session, SYSTEM, i, on=_today()),
    "stay": lambda w, n, i: arrivals.confirm_in_post(w.session, SYSTEM, i, on=_today()),
    "fall_through": lambda w, n, i: arrivals.fall_through(
        w.session, SYSTEM, i, reason=FallThroughReason.TERMS
    ),
    "leave": lambda w, n, i: arrivals.end_job(w.session, SYSTEM, i, on=_today()),
    "offer_again": lambda w, n, i: offering_again.offer_again(w.session, SYSTEM, i),
}

_N_STEPS = 40
_Step = tuple[str, int, int, bool]


@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.integers(0, 2**32 - 1))
@example(1)
def test_any_steps_leave_referrals_and_seats_as_the_rules_have_them(
    sqlite_factory: SessionFactory, seed: int
) -> None:
    """Most steps are such as the rules allow, so that jobs begin, fall through and end; the others must be refused."""
    random = Random(seed)
    with sqlite_factory() as session:  # nothing is committed: each example begins anew
        world, oracle = _world(session), Oracle(_RANKS, _SEATS)
        for _ in range(_N_STEPS):
            _agree_on(world, oracle, _choose(random, oracle))
            _compare(world, oracle)


def _choose(random: Random, oracle: Oracle) -> _Step:
    """Choose a step: of the kinds that are allowed now, each as likely, or any at all."""
    everything = [(one, other) for one in range(len(_RANKS)) for other in range(len(_SEATS))]
    pairs = random.sample(everything, 4)
    if random.random() < _AT_ALL:
        return (random.choice(["propose", *_ACTS]), *random.choice(pairs), random.random() < 0.5)
    allowed: dict[str, list[_Step]] = {}
    for name in ("propose", *_ACTS):
        for pair in pairs:
            step = (name, *pair, random.random() < 0.5)
            if _is_allowed(oracle, step):
                allowed.setdefault(name, []).append(step)
    kinds = sorted(set(allowed) - _ENDS) if random.random() < _GOES_ON else sorted(allowed)
    return random.choice(allowed[random.choice(kinds or sorted(allowed))])


_AT_ALL, _GOES_ON = 0.2, 0.7
_ENDS = frozenset({"refuse", "decline", "withdraw", "expire", "leave"})


def _is_allowed(oracle: Oracle, step: _Step) -> bool:
    tried = deepcopy(oracle)
    try:
        return _tell(tried, step)
    except RefusedError:
        return False


def _tell(oracle: Oracle, step: _Step) -> bool:
    """Take a step in the oracle; False if there is nothing it could be about."""
    name, person, posting, hold = step
    number = oracle.last(person, posting)
    if name == "propose":
        oracle.propose(person, posting, hold=hold)
    elif number is not None:
        getattr(oracle, name)(number)
    return name == "propose" or number is not None


def _agree_on(world: World, oracle: Oracle, step: _Step) -> None:
    """Take a step in the product and in the oracle: both take it, or both refuse it."""
    name, person, posting, hold = step
    number = oracle.last(person, posting)
    if name != "propose" and number is None:
        return
    refused = ""
    try:
        with world.session.begin_nested():
            if number is None or name == "propose":
                _propose(world, person, posting, hold=hold)
            else:
                _ACTS[name](world, number, world.made[number])
    except (RuleBrokenError, NotFoundError) as error:
        refused = error.code
    try:
        _tell(oracle, step)
    except RefusedError:
        assert refused, f"the product took what the rules refuse: {step}"
    else:
        assert not refused, f"the product refused what the rules allow: {step}, {refused}"


def _propose(world: World, person: int, posting: int, *, hold: bool) -> None:
    made = proposing.propose(
        world.session,
        SYSTEM,
        posting_id=world.postings[posting].id,
        graduate_id=world.people[person].id,
        hold_seat=hold,
    )
    world.made.append(made.id)


def _compare(world: World, oracle: Oracle) -> None:
    session = world.session
    rows = session.execute(sa.select(Referral.id, Referral.state, Referral.held_state))
    found = {row.id: (row.state, row.held_state) for row in rows}
    assert [found[one] for one in world.made] == [(one.state, one.held) for one in oracle.told]
    for number, posting in enumerate(world.postings):
        seats = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
        assert session.scalars(seats).all() == oracle.seat_states(number)
    held = sa.select(Seat.state, Referral.state).select_from(SeatHold)
    held = held.join(Seat, Seat.id == SeatHold.seat_id)
    held = held.join(Referral, Referral.id == SeatHold.referral_id)
    for seat, state in session.execute(held.where(SeatHold.ended_at.is_(None))):
        assert state in LIVE
        assert seat is seat_holds.state_for(state)
