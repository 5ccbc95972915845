"""An employer's figures (承诺、发布、录用和答复用时): totals only, and what an employer's answers take.

A pledge (爱心岗位) is told as its total. How many of those seats were filled is told once the drive is over, for a
drive as a whole, of those who had begun by its closing, and only if they are at least three and not everybody who
was hired: a smaller number, or one that takes in all, would say of single people on which seat they are. Nothing
recorded after the closing changes it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import PostingState, SeatClass
from matcher.kinds.referrals import SETTLED, ReferralState
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.policy.limits import get_limit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_people import own

_DAY_S = 86_400
_TOLD_FROM = "pledge.told_from"
_OFFERED = (PostingState.PUBLISHED, PostingState.CLOSED)


@dataclass(frozen=True)
class PostingProgress:
    """How one posting stands.

    Parameters
    ----------
    promised : seats pledged (爱心岗位); 0 without a pledge
    published : seats on offer, the promised ones among them
    filled : people who took a seat and have not left
    waiting : people whose first answer is due
    answering_days : median of the days from the referral to the first answer; None before the first
    """

    posting_id: int
    public_id: str
    title: str
    drive_id: int
    promised: int
    published: int
    filled: int
    waiting: int
    answering_days: float | None
    closes_on: dt.date | None


def progress(
    session: Session, by: Actor, posting_ids: Sequence[int] | None = None
) -> list[PostingProgress]:
    """Return how the employer's postings stand, those with people waiting first; three queries."""
    own(by)
    postings = _postings(session, by, posting_ids)
    ids = [one.id for one in postings]
    states, answers = _states(session, by, ids), _answers(session, ids)
    rows = [
        PostingProgress(
            posting_id=one.id,
            public_id=one.public_id,
            title=one.title,
            drive_id=one.drive_id,
            promised=one.pledged,
            published=one.headcount,
            filled=sum(states[one.id].get(state, 0) for state in SETTLED),
            waiting=states[one.id].get(ReferralState.SENT, 0),
            answering_days=round(median(answers[one.id]), 1) if one.id in answers else None,
            closes_on=one.closes_on,
        )
        for one in postings
    ]
    return sorted(rows, key=lambda row: (-row.waiting, row.title, row.posting_id))


def _postings(session: Session, by: Actor, posting_ids: Sequence[int] | None) -> Sequence[Posting]:
    found = sa.select(Posting).where(
        Posting.employer_id == by.employer_id, Posting.state.in_(_OFFERED)
    )
    if posting_ids is not None:
        found = found.where(Posting.id.in_(posting_ids))
    return session.scalars(found.order_by(Posting.id)).all()


def _states(
    session: Session, by: Actor, ids: Sequence[int]
) -> defaultdict[int, dict[ReferralState, int]]:
    """Return how many people stand where, by posting; who has left is not counted."""
    found = (
        sa.select(Referral.posting_id, Referral.state, sa.func.count())
        .where(own(by), Referral.posting_id.in_(ids), Referral.left_on.is_(None))
        .group_by(Referral.posting_id, Referral.state)
        .order_by(Referral.posting_id, Referral.state)
    )
    counted: defaultdict[int, dict[ReferralState, int]] = defaultdict(dict)
    for posting_id, state, n in session.execute(found):
        counted[posting_id][state] = n
    return counted


def _answers(session: Session, ids: Sequence[int]) -> dict[int, list[float]]:
    """Return the days each first answer took, by posting."""
    found = (
        sa.select(Referral.posting_id, Referral.sent_at, Referral.employer_answered_at)
        .where(
            Referral.posting_id.in_(ids),
            Referral.sent_at.is_not(None),
            Referral.employer_answered_at.is_not(None),
        )
        .order_by(Referral.id)
    )
    taken: defaultdict[int, list[float]] = defaultdict(list)
    for posting_id, sent_at, answered_at in session.execute(found):
        if sent_at is not None and answered_at is not None:
            taken[posting_id].append(max(0.0, (answered_at - sent_at).total_seconds() / _DAY_S))
    return dict(taken)


@dataclass(frozen=True)
class DriveProgress:
    """Sums of a drive; `promised_filled` is None unless it may be told."""

    drive_id: int
    name: str
    promised: int
    published: int
    filled: int
    promised_filled: int | None


def drive_progress(
    session: Session, by: Actor, rows: Sequence[PostingProgress]
) -> list[DriveProgress]:
    """Return the sums of each drive of some postings, the newest drive first."""
    own(by)
    found = sa.select(Drive).where(Drive.id.in_({row.drive_id for row in rows}))
    drives = session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())).all()
    return [
        DriveProgress(
            drive_id=drive.id,
            name=drive.neutral_name,
            promised=sum(row.promised for row in rows if row.drive_id == drive.id),
            published=sum(row.published for row in rows if row.drive_id == drive.id),
            filled=sum(row.filled for row in rows if row.drive_id == drive.id),
            promised_filled=_promised_filled(session, by, drive),
        )
        for drive in drives
    ]


def _promised_filled(session: Session, by: Actor, drive: Drive) -> int | None:
    """Return how many pledged seats were filled when the drive closed, if that says nothing of anybody."""
    require(by, Permission.ANSWER_REFERRALS)
    closed_at = drive.lottery_revealed_at
    if closed_at is None:
        return None
    begun = sa.select(ReferralStep.referral_id).where(
        ReferralStep.after == ReferralState.REPORTED, ReferralStep.at <= closed_at
    )
    hired = sa.select(Referral.id).where(
        own(by), Referral.drive_id == drive.id, Referral.id.in_(begun)
    )
    everybody = session.scalar(sa.select(sa.func.count()).select_from(hired.subquery())) or 0
    last = (
        sa.select(sa.func.max(SeatHold.id))
        .where(SeatHold.referral_id.in_(hired), SeatHold.from_at <= closed_at)
        .group_by(SeatHold.referral_id)
    )
    kept = (
        sa.select(sa.func.count(SeatHold.id))
        .join(Seat, Seat.id == SeatHold.seat_id)
        .where(SeatHold.id.in_(last), Seat.seat_class != SeatClass.ORDINARY)
    )
    filled = session.scalar(kept) or 0
    least = get_limit(_TOLD_FROM, None, clock.in_china(closed_at).date()).value
    return filled if least <= filled < everybody else None
