"""Next in line (递补): a kept seat that came back goes on at once to the next person of the posting's kept list.

First come those of zero-employment households (零就业家庭) in the order of the list; where the seat is kept for all
hardship households, the others follow. Nobody is asked twice for one posting. The proposal is seen by the union
alone: it needs the person's consent before it is sent, and employers hear of anything in the morning digest only, so
the hour of a refusal tells nobody what kind of seat it was. With nobody left the seat stays kept until its day comes
(`releases`); without a list, as in a drive that refers by hand, it stays kept until somebody sees to it. What was
done stands in the rows: a seat that is held again is not handed on a second time.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import YangguangError
from matcher.kinds import DriveState, PostingState, SeatState
from matcher.kinds.referrals import HoldEnd
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services import tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.referrals import proposing
from matcher.services.referrals.in_line import has_list, next_in_line
from matcher.services.referrals.lapsing import kept_seats
from matcher.services.referrals.seat_holds import live_hold, seat_gone
from matcher.services.referrals.sight import SUBJECT
from matcher.services.referrals.task_owners import owner_of

NEXT_RULE = "referral.next_in_line"
EXHAUSTED_RULE = "referral.list_exhausted"
NO_LIST_RULE = "referral.no_list"
WAITING_RULES = (EXHAUSTED_RULE, NO_LIST_RULE)
"""Rules of the tasks that say a kept seat found nobody."""

_GOES_ON = (
    HoldEnd.REFUSED,
    HoldEnd.DECLINED,
    HoldEnd.WITHDRAWN,
    HoldEnd.LAPSED,
    HoldEnd.FELL_THROUGH,
    HoldEnd.PLACED,
)
"""Ends of a hold after which the seat goes on; a job that ended months later is a new opening."""


def waiting_seats(session: Session, by: Actor) -> list[int]:
    """Return the kept seats that came back and stand open, by id: what the night hands on; one query."""
    require(by, Permission.VIEW_REFERRALS)
    went_on = sa.exists().where(
        Referral.follows_id == SeatHold.referral_id, Referral.proposed_at >= SeatHold.ended_at
    )
    found = (
        sa.select(Seat.id)
        .join(SeatHold, SeatHold.seat_id == Seat.id)
        .join(Posting, Posting.id == Seat.posting_id)
        .where(
            Seat.state == SeatState.OPEN,
            kept_seats(clock.today()),
            Posting.state == PostingState.PUBLISHED,
            SeatHold.ended_as.in_(_GOES_ON),
            ~went_on,
        )
        .distinct()
    )
    return list(session.scalars(found.order_by(Seat.id)))


def hand_on(session: Session, by: Actor, seat_id: int) -> Referral | None:
    """Hand a kept seat that came back on to the next in line; None if it is not free or nobody is left."""
    require(by, Permission.REFER)
    return _hand_on(session, seat_id)


def _hand_on(session: Session, seat_id: int) -> Referral | None:
    # The ended hold is locked, so that two looks at one seat hand it on once; seat and people are locked by the
    # proposal, in the order of the package.
    ended = session.scalar(
        sa.select(SeatHold)
        .where(SeatHold.seat_id == seat_id)
        .order_by(SeatHold.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = sa.select(Seat).where(
        Seat.id == seat_id, Seat.state == SeatState.OPEN, kept_seats(clock.today())
    )
    seat = session.scalar(found.execution_options(populate_existing=True))
    if seat is None or ended is None or ended.ended_as not in _GOES_ON:
        return None
    posting = session.get_one(Posting, seat.posting_id)
    if _went_on(session, ended) or not _is_open(session, posting):
        return None
    before = session.get_one(Referral, ended.referral_id)
    for graduate_id in next_in_line(session, posting, seat.seat_class):
        made = _propose(session, posting, graduate_id, before)
        if made is not None:
            for rule in WAITING_RULES:
                tasks.drop_task(session, rule, (SUBJECT, before.id))
            return made
    _note_nobody(session, before, seat, has_list=has_list(session, posting))
    return None


def _went_on(session: Session, ended: SeatHold) -> bool:
    """Say whether a hold that ended was handed on before: to a seat of the same posting, if not to this one."""
    follower = sa.select(Referral.id).where(
        Referral.follows_id == ended.referral_id, Referral.proposed_at >= ended.ended_at
    )
    return session.scalar(follower.limit(1)) is not None


def _is_open(session: Session, posting: Posting) -> bool:
    drive = session.get_one(Drive, posting.drive_id)
    in_time = posting.closes_on is None or posting.closes_on >= clock.today()
    return posting.state is PostingState.PUBLISHED and in_time and drive.state is DriveState.OPEN


def _propose(
    session: Session, posting: Posting, graduate_id: int, before: Referral
) -> Referral | None:
    """Propose one person for the seat, with the short days of who moves up; None if a rule stands against it."""
    try:
        with session.begin_nested():
            made = proposing.propose(
                session,
                SYSTEM,
                posting_id=posting.id,
                graduate_id=graduate_id,
                hold_seat=True,
                follows_id=before.id,
            )
            hold = live_hold(session, made.id)
            if hold is None:
                raise seat_gone()
            hold.until_on = made.decide_by_on
    except YangguangError:
        return None
    tasks.open_task(
        session,
        union_id=made.union_id,
        rule=NEXT_RULE,
        subject=(SUBJECT, made.id),
        due_on=made.decide_by_on,
        assignee_id=owner_of(session, made),
    )
    session.flush()
    return made


def _note_nobody(session: Session, before: Referral, seat: Seat, *, has_list: bool) -> None:
    """Open the task that says nobody is left, from whose day on the seat may open to all; or that there is no list."""
    rule, past = WAITING_RULES if has_list else reversed(WAITING_RULES)
    tasks.drop_task(session, past, (SUBJECT, before.id))
    tasks.open_task(
        session,
        union_id=before.union_id,
        rule=rule,
        subject=(SUBJECT, before.id),
        due_on=due_after(session, "referral.exhausted", before.union_id, clock.today()).day,
        facts={"seat": seat.id},
        assignee_id=owner_of(session, before),
    )
