"""A person's own referrals (我的推荐): what was offered, what is asked by when, how it went; nothing of anybody else.

No fit, rank, class of seat or list leaves here, and no name of whoever took a step.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import PENDING, ReferralState, ReferralVia
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import Referral, ReferralStep
from matcher.services.permissions import Actor, Permission, require
from matcher.services.plans.unconfirmed import is_unconfirmed
from matcher.services.rows import not_found

_MOST = 200
"""Referrals of one person ever; nobody has had half as many."""

_R = ReferralState

ASKED = (_R.PROPOSED, _R.OFFERED)
"""States in which the person has the next word; at an interview only whether they come."""


@dataclass(frozen=True)
class OwnReferral:
    """One referral as its person reads it."""

    referral: Referral
    posting: Posting
    employer: Employer
    drive_name: str

    @property
    def is_asked(self) -> bool:
        """Whether the person's answer is waited for."""
        return self.referral.state in ASKED


@dataclass(frozen=True)
class OwnStep:
    """One step of the history."""

    after: ReferralState
    at: dt.datetime
    via: ReferralVia
    before: ReferralState | None


def list_own(session: Session, by: Actor) -> list[OwnReferral]:
    """Return the actor's own referrals: what asks for an answer first, then what goes on, then the rest; one query."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if by.graduate_id is None:
        raise not_found()
    turn = sa.case((Referral.state.in_(ASKED), 0), (Referral.ended_at.is_(None), 1), else_=2)
    found = _whole().where(Referral.graduate_id == by.graduate_id)
    found = found.order_by(turn, Referral.decide_by_on.is_(None), Referral.decide_by_on)
    rows = session.execute(found.order_by(Referral.id.desc()).limit(_MOST))
    return [OwnReferral(*row) for row in rows]


def find_own(session: Session, by: Actor, public_id: str) -> OwnReferral:
    """Return one of the actor's own referrals by its public number."""
    return _one(session, by, Referral.public_id == public_id)


def get_own_referral(session: Session, by: Actor, referral_id: int) -> OwnReferral:
    """Return one of the actor's own referrals, for a link that names it."""
    return _one(session, by, Referral.id == referral_id)


def _one(session: Session, by: Actor, condition: sa.ColumnElement[bool]) -> OwnReferral:
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if by.graduate_id is None:
        raise not_found()
    found = _whole().where(Referral.graduate_id == by.graduate_id, condition)
    row = session.execute(found).one_or_none()
    if row is None:
        raise not_found()
    return OwnReferral(*row)


def _whole() -> sa.Select[Referral, Posting, Employer, str]:
    return (
        sa.select(Referral, Posting, Employer, Drive.neutral_name)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Employer, Employer.id == Referral.employer_id)
        .join(Drive, Drive.id == Referral.drive_id)
        .where(~is_unconfirmed())
    )


def own_steps(session: Session, by: Actor, own: OwnReferral) -> list[OwnStep]:
    """Return how one of the actor's own referrals went, newest first."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if own.referral.graduate_id != by.graduate_id:
        raise not_found()
    found = (
        sa.select(ReferralStep.after, ReferralStep.at, ReferralStep.via, ReferralStep.before)
        .where(ReferralStep.referral_id == own.referral.id)
        .order_by(ReferralStep.id.desc())
    )
    return [OwnStep(*row) for row in session.execute(found)]


def last_reply(session: Session, by: Actor, own: OwnReferral) -> bool | None:
    """Return whether the actor said to come to the interview as it stands; None if nothing was said."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if own.referral.graduate_id != by.graduate_id or own.referral.interview_on is None:
        return None
    found = (
        sa.select(ReferralStep.facts)
        .where(
            ReferralStep.referral_id == own.referral.id,
            ReferralStep.after == _R.INTERVIEW,
            ReferralStep.before == _R.INTERVIEW,
        )
        .order_by(ReferralStep.id.desc())
    )
    day = own.referral.interview_on.isoformat()
    said = (one.get("is_coming") for one in session.scalars(found) if one.get("of") == day)
    return next(said, None)


def ended_by_accepting(session: Session, by: Actor, own: OwnReferral) -> list[OwnReferral]:
    """Return the actor's other referrals an acceptance of this one ends: named before it is confirmed."""
    return [
        one
        for one in list_own(session, by)
        if one.referral.id != own.referral.id and one.referral.state in PENDING
    ]


def last_choice(session: Session, by: Actor) -> Sequence[str]:
    """Return what the actor agreed to show the last time: a beginning for the next choice, nothing if none."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    found = (
        sa.select(Referral.disclosed)
        .where(Referral.graduate_id == by.graduate_id, Referral.sent_at.is_not(None))
        .order_by(Referral.sent_at.desc(), Referral.id.desc())
        .limit(1)
    )
    return list(session.scalar(found) or ())
