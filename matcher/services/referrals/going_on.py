"""Whether a referral (推荐) whose days are long over may go on after all (逾期答复): its ground has to stand still."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose, EmployerState, PostingState
from matcher.kinds.referrals import LIVE, ReferralState
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services.referrals import judging


def live_consent(session: Session, referral: Referral) -> Consent | None:
    """Return the consent under which this employer may see this person, if it stands."""
    return session.scalar(
        sa.select(Consent).where(
            Consent.graduate_id == referral.graduate_id,
            Consent.purpose == ConsentPurpose.DISCLOSURE,
            Consent.employer_id == referral.employer_id,
            Consent.withdrawn_at.is_(None),
        )
    )


def has_twin(session: Session, referral: Referral) -> bool:
    """Say whether another referral of the same person to the same posting goes on."""
    found = sa.select(Referral.id).where(
        Referral.posting_id == referral.posting_id,
        Referral.graduate_id == referral.graduate_id,
        Referral.id != referral.id,
        Referral.state.in_(sorted(LIVE)),
        Referral.left_on.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def has_ground(session: Session, referral: Referral) -> bool:
    """Say whether an expired referral still has what it stood on: person, consents, employer, posting.

    The posting's last day is no hindrance: whoever was sent in time may be answered late.
    """
    posting = session.get_one(Posting, referral.posting_id)
    employer = session.get_one(Employer, referral.employer_id)
    was_sent = referral.ended_state is not ReferralState.PROPOSED
    return (
        posting.state is PostingState.PUBLISHED
        and employer.state not in (EmployerState.SUSPENDED, EmployerState.REFUSED)
        and judging.job_refusal(session, referral.graduate_id) is None
        and judging.agrees_to_service(session, referral.graduate_id)
        and judging.entry_of(session, referral.drive_id, referral.graduate_id) is not None
        and session.get(HiddenEmployer, (referral.graduate_id, referral.employer_id)) is None
        and not (was_sent and live_consent(session, referral) is None)
    )


def too_late() -> RuleBrokenError:
    """Say that a late answer comes to nothing; the same words for every cause, since employers read them."""
    return RuleBrokenError("referral_late", "这条推荐过期已久，不能再接着办；要恢复请与工会联系。")
