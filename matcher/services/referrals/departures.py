"""Referrals whose ground is gone (推荐失去前提): posting closed, employer out, consent gone, person left or placed.

Each is taken back with its reason, by the system, one at a time. A use case that takes the ground away asks for the
look in its own transaction (`looks`); the night looks as well, at what a date alone took away. Messages that
wait are looked at when they are sent (`outbox.NeededConsent`), so nothing leaves in between.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, EmployerState, PostingState
from matcher.kinds.referrals import PENDING, ReferralState, WithdrawalReason
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.policy.deadlines import get_deadline
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import stepping, withdrawing
from matcher.services.referrals.having_job import has_job


def due(
    session: Session,
    by: Actor,
    *,
    graduate_id: int | None = None,
    posting_id: int | None = None,
    employer_id: int | None = None,
) -> list[tuple[int, WithdrawalReason]]:
    """Return the pending referrals whose ground is gone, with why, by id; one query a reason.

    Parameters
    ----------
    graduate_id, posting_id, employer_id : whose referrals to look at; all of them if None
    """
    require(by, Permission.VIEW_REFERRALS)
    pending = _pending()
    for column, number in (
        (Referral.graduate_id, graduate_id),
        (Referral.posting_id, posting_id),
        (Referral.employer_id, employer_id),
    ):
        if number is not None:
            pending = pending.where(column == number)
    found: dict[int, WithdrawalReason] = {}
    for reason, condition in _grounds().items():
        gone = pending.where(condition).order_by(Referral.id)
        for referral_id in session.scalars(gone):
            found.setdefault(referral_id, reason)
    return sorted(found.items())


def take_back(session: Session, by: Actor, referral_id: int, reason: WithdrawalReason) -> bool:
    """Withdraw a referral if its ground is still gone; False if not, or somebody was quicker."""
    require(by, Permission.REFER)
    stepping.begin(session, by, referral_id)
    own = _pending().where(Referral.id == referral_id, _grounds()[reason])
    if session.scalar(own) is None:
        return False
    withdrawing.withdraw(session, by, referral_id, reason=reason)
    return True


def _pending() -> sa.Select[int]:
    return (
        sa.select(Referral.id)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Employer, Employer.id == Referral.employer_id)
        .where(Referral.state.in_(sorted(PENDING)))
    )


def _grounds() -> dict[WithdrawalReason, sa.ColumnElement[bool]]:
    """Return what takes the ground away, the weightiest reason first."""
    return {
        WithdrawalReason.CONSENT: _consent_is_gone(),
        WithdrawalReason.PLACED: has_job(Referral.graduate_id),
        WithdrawalReason.LEFT: sa.exists().where(
            DriveEntry.drive_id == Referral.drive_id,
            DriveEntry.graduate_id == Referral.graduate_id,
            DriveEntry.left_at.is_not(None),
        ),
        WithdrawalReason.EMPLOYER: _employer_is_out(),
        WithdrawalReason.POSTING: _posting_is_over(),
    }


def _consent_is_gone() -> sa.ColumnElement[bool]:
    """Service taken back ends all; disclosure to the employer ends what was sent under it."""
    sent = Referral.state != ReferralState.PROPOSED
    return sa.or_(_took_back(ConsentPurpose.SERVICE), sent & ~_discloses())


def _took_back(purpose: ConsentPurpose) -> sa.ColumnElement[bool]:
    said = (Consent.graduate_id == Referral.graduate_id, Consent.purpose == purpose)
    withdrew = sa.exists().where(*said, Consent.withdrawn_through.is_not(None))
    agrees = sa.exists().where(*said, Consent.withdrawn_at.is_(None))
    return sa.and_(withdrew, ~agrees)


def _discloses() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Consent.graduate_id == Referral.graduate_id,
        Consent.purpose == ConsentPurpose.DISCLOSURE,
        Consent.employer_id == Referral.employer_id,
        Consent.withdrawn_at.is_(None),
    )


def _employer_is_out() -> sa.ColumnElement[bool]:
    """Suspended or refused at once; a check that only lapsed has some days to be made good."""
    today = clock.today()
    limit = get_deadline("referral.lapsed_check", None, today)
    longest = today - (limit.after(today) - today)
    stopped = Employer.state.in_([EmployerState.SUSPENDED, EmployerState.REFUSED])
    return sa.or_(stopped, Employer.recheck_due_on < longest)


def _posting_is_over() -> sa.ColumnElement[bool]:
    """Closed; or past its last day, after which nothing more may be sent."""
    unsent = sa.and_(Referral.state == ReferralState.PROPOSED, Posting.closes_on < clock.today())
    return sa.or_(Posting.state == PostingState.CLOSED, unsent)
