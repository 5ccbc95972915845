"""How many people of a posting its employer counts (录用计数): offers out and people hired, against the headcount.

Both are known to the employer, so what is refused for them says nothing of classes of seats, nor of seats held for
people it was not told of. It is counted under the lock of the posting's seats, which every offer holds.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import SETTLED, ReferralState
from matcher.models.postings import Posting
from matcher.models.referrals import Referral


def promised_to(session: Session, posting_id: int, *, besides: int | None = None) -> int:
    """Return how many people of a posting have an offer or a job, one referral perhaps not counted."""
    found = sa.select(sa.func.count(Referral.id)).where(
        Referral.posting_id == posting_id,
        sa.or_(
            Referral.state == ReferralState.OFFERED,
            sa.and_(Referral.state.in_(sorted(SETTLED)), Referral.left_on.is_(None)),
        ),
    )
    if besides is not None:
        found = found.where(Referral.id != besides)
    return session.scalar(found) or 0


def wanted_by(session: Session, posting_id: int) -> int:
    """Return how many people the employer wants, fresh."""
    found = sa.select(Posting.headcount).where(Posting.id == posting_id)
    return session.scalars(found).one()


def is_full(session: Session, referral: Referral) -> bool:
    """Say whether without a referral as many have an offer or a job as the employer wants."""
    promised = promised_to(session, referral.posting_id, besides=referral.id)
    return promised >= wanted_by(session, referral.posting_id)
