"""The referrals (推荐) in a copy of one's own data: where, how far, what was shown, what was answered."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import DisclosurePart
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services.casework.sealed_words import unseal
from matcher.services.referrals.person_answers import WORDS_COLUMN


def referrals_of(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return a person's referrals, oldest first, ready for JSON; nothing of seats and their classes."""
    found = (
        sa.select(Referral, Posting.title, Employer.name)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Employer, Employer.id == Referral.employer_id)
        .where(Referral.graduate_id == graduate_id)
        .order_by(Referral.id)
    )
    return [
        {
            "posting": title,
            "employer": employer,
            "state": referral.state.label,
            "proposed_at": referral.proposed_at.isoformat(),
            "sent_at": referral.sent_at.isoformat() if referral.sent_at else None,
            "ended_at": referral.ended_at.isoformat() if referral.ended_at else None,
            "shown": [DisclosurePart(part).label for part in referral.disclosed],
            "fit_points": referral.fit_points,
            "reasons": referral.reasons,
            "interview_on": _day(referral.interview_on),
            "has_attended": referral.has_attended,
            "refusal": referral.refusal_reason.label if referral.refusal_reason else None,
            "refusal_words": referral.refusal_words,
            "decline": referral.decline_reason.label if referral.decline_reason else None,
            "decline_words": unseal(session, referral.decline_words_cipher, WORDS_COLUMN),
            "reported_on": _day(referral.reported_on),
            "in_post_on": _day(referral.in_post_on),
            "left_on": _day(referral.left_on),
        }
        for referral, title, employer in session.execute(found)
    ]


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def hidden_from(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return the employers a person hides from."""
    found = (
        sa.select(Employer.name, HiddenEmployer.hidden_at)
        .join(HiddenEmployer, HiddenEmployer.employer_id == Employer.id)
        .where(HiddenEmployer.graduate_id == graduate_id)
        .order_by(HiddenEmployer.hidden_at, Employer.id)
    )
    return [{"employer": name, "since": at.isoformat()} for name, at in session.execute(found)]
