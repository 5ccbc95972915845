"""Referrals of the demo (推荐): people on every step of the way, made by the use cases after the first ranking.

The demo's own graduate has a proposal to answer and its employer has people waiting, so that whoever signs in finds
something to do. A demo that has referrals is left as it is.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import ListSide, Role, SeatState
from matcher.kinds.referrals import DeclineReason, DisclosurePart, RefusalReason
from matcher.models.accounts import Membership
from matcher.models.graduate_cases import GraduateCase
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral
from matcher.ranking.order import CONFIRMED_BIT
from matcher.services.installation import open_installation
from matcher.services.permissions import Actor
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.referrals.acceptance import accept
from matcher.services.referrals.arrivals import report_for_work
from matcher.services.referrals.employer_answers import hold, invite, offer, refuse
from matcher.services.referrals.person_answers import decline
from matcher.services.referrals.proposing import Pair, propose_many
from matcher.services.referrals.sending import agree
from matcher.settings import Settings
from seeds.demo_fairs import add_fairs
from seeds.demo_services import People, add_services

_OF_ONE_POSTING = 5
_DAYS = dt.timedelta(days=3)
_PARTS = (DisclosurePart.NAME, DisclosurePart.PHONE, DisclosurePart.SCHOOL, DisclosurePart.ABOUT)

Step = Callable[[Session, Referral, Actor, Actor], object]


def refer_after_ranking(
    settings: Settings, drive_id: int, say: Callable[[str], None]
) -> dict[str, int]:
    """Refer people of the demo and walk some of them on; return how many there are by where they stand."""
    factory = open_installation(settings)
    try:
        if _refer(factory, drive_id):
            say("已建立推荐。")
        with reading(factory) as session:
            counted = sa.select(Referral.state, sa.func.count()).group_by(Referral.state)
            return {f"referrals_{state}": count for state, count in session.execute(counted)}
    finally:
        factory.kw["bind"].dispose()


def _refer(factory: SessionFactory, drive_id: int) -> int:
    with reading(factory) as session:
        run = current_run(session, drive_id)
        there = sa.select(Referral.id).where(Referral.drive_id == drive_id).limit(1)
        if run is None or session.scalar(there) is not None:
            return 0
        people = _people(session)
        pairs = [*_of_cases(session, run), *_of_the_employer(session, run)]
    with transaction(factory) as session:
        made = propose_many(session, people.caseworker, pairs, hold_seat=False)
    referred = [one.referral_id for one in made if one.refusal is None and one.referral_id]
    for referral_id, steps in zip(referred, cycle(_WAYS), strict=False):
        _walk(factory, referral_id, steps)
    add_services(factory, drive_id, people)
    add_fairs(factory, drive_id)
    return len(referred)


def _people(session: Session) -> People:
    return People(
        _first(session, Role.CASEWORKER),
        _first(session, Role.DRIVE_MANAGER),
        _first(session, Role.REVIEWER),
        _first(session, Role.EMPLOYER).employer_id or 0,
        _first(session, Role.GRADUATE).graduate_id or 0,
    )


def _first(session: Session, role: Role) -> Actor:
    found = sa.select(Membership).where(Membership.role == role).order_by(Membership.id).limit(1)
    member = session.scalars(found).one()
    return Actor(
        member.account_id,
        role,
        union_id=member.union_id,
        employer_id=member.employer_id,
        graduate_id=member.graduate_id,
    )


def _of_cases(session: Session, run: RankingRun) -> list[Pair]:
    """Return the best free posting of the demo's graduate, twice, and of everybody with a case."""
    own = _first(session, Role.GRADUATE).graduate_id or 0
    cases = sa.select(GraduateCase.graduate_id).where(GraduateCase.closed_on.is_(None))
    people = session.scalars(cases.order_by(GraduateCase.id)).all()
    pairs = [Pair(one, own) for one in _free_postings(session, run, own)[:2]]
    for graduate_id in people:
        found = _free_postings(session, run, graduate_id)[:1]
        pairs += [Pair(one, graduate_id) for one in found]
    return pairs


def _of_the_employer(session: Session, run: RankingRun) -> list[Pair]:
    """Return the first of the lists of the postings the demo's employer has, each person for one of them."""
    employer_id = _first(session, Role.EMPLOYER).employer_id
    chosen = sa.select(Posting.id).where(
        Posting.employer_id == employer_id, Posting.drive_id == run.drive_id
    )
    pairs: dict[int, Pair] = {}
    for posting_id in session.scalars(chosen.order_by(Posting.id)).all():
        listed = _sure(session, run, ListSide.POSTING_ORDINARY, posting_id)
        new = [one for one in listed if one not in pairs][:_OF_ONE_POSTING]
        pairs |= {one: Pair(posting_id, one) for one in new}
    return list(pairs.values())


def _free_postings(session: Session, run: RankingRun, graduate_id: int) -> list[int]:
    listed = _sure(session, run, ListSide.GRADUATE, graduate_id)
    free = set(session.scalars(_with_free_seats(listed)))
    return [one for one in listed if one in free]


def _with_free_seats(postings: Sequence[int]) -> sa.Select[int]:
    return sa.select(Seat.posting_id).where(
        Seat.posting_id.in_(postings), Seat.state == SeatState.OPEN
    )


def _sure(session: Session, run: RankingRun, side: ListSide, subject_id: int) -> list[int]:
    """Return the partners of a stored list that need no decision, best first."""
    stored = stored_list(session, run, side, subject_id)
    if stored is None:
        return []
    keys, partners = unpacked(stored.keys, stored.partners)
    return [int(one) for one in partners[(keys >> CONFIRMED_BIT) & 1 == 1]]


def _walk(factory: SessionFactory, referral_id: int, steps: Sequence[Step]) -> None:
    for step in steps:
        with suppress(RuleBrokenError), transaction(factory) as session:  # its seats may be gone
            row = session.get_one(Referral, referral_id)
            person = Actor(None, Role.GRADUATE, graduate_id=row.graduate_id)
            firm = Actor(None, Role.EMPLOYER, employer_id=row.employer_id)
            step(session, row, person, firm)


def _agree(session: Session, row: Referral, person: Actor, _firm: Actor) -> object:
    return agree(session, person, row.id, disclosed=_PARTS)


def _invite(session: Session, row: Referral, _person: Actor, firm: Actor) -> object:
    return invite(session, firm, row.id, on=clock.today() + _DAYS, note="上午 9 点，带身份证")


def _offer(session: Session, row: Referral, _person: Actor, firm: Actor) -> object:
    return offer(session, firm, row.id, reports_on=clock.today() + _DAYS)


def _refuse(session: Session, row: Referral, _person: Actor, firm: Actor) -> object:
    return refuse(session, firm, row.id, reason=RefusalReason.SKILL, words="欢迎以后再来应聘")


def _hold(session: Session, row: Referral, _person: Actor, firm: Actor) -> object:
    return hold(session, firm, row.id, decide_on=clock.today() + _DAYS)


def _decline(session: Session, row: Referral, person: Actor, _firm: Actor) -> object:
    return decline(session, person, row.id, reason=DeclineReason.PLACE)


def _accept(session: Session, row: Referral, person: Actor, _firm: Actor) -> object:
    return accept(session, person, row.id)


def _report(session: Session, row: Referral, _person: Actor, firm: Actor) -> object:
    return report_for_work(session, firm, row.id, on=clock.today())


_WAYS: tuple[tuple[Step, ...], ...] = (
    (),
    (_agree,),
    (_agree, _invite),
    (_agree, _offer),
    (_agree, _offer, _accept),
    (_agree, _offer, _accept, _report),
    (_agree, _refuse),
    (_decline,),
    (_agree,),
    (_agree, _hold),
)
"""How far the referrals get, in turn."""
