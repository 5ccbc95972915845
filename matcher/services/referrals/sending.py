"""Sending a referral to the employer (送出推荐): only under the person's live consent for this very employer."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose
from matcher.kinds.referrals import DisclosurePart, ReferralState
from matcher.models.consents import Consent
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services import consent_acts, consents
from matcher.services.permissions import Actor
from matcher.services.referrals import after_steps, going_on, judging, stepping
from matcher.services.referrals.sight import get_referral, require_person

COVERED = (
    DisclosurePart.NAME,
    DisclosurePart.PHONE,
    DisclosurePart.SCHOOL,
    DisclosurePart.ABOUT,
)
"""What the words of the consent name; shown where the consent stands and nobody chose less."""


def agree(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    disclosed: Sequence[DisclosurePart] = COVERED,
    on_paper: bool = True,
    expected_version: int | None = None,
) -> Referral:
    """Record that the person agrees to be shown to this employer, and send the referral.

    Parameters
    ----------
    disclosed : what the employer may see
    on_paper : staff hold a signed paper, rather than entering what was said; of no meaning for the person
    """
    require_person(by)
    seen = get_referral(session, by, referral_id)
    text = consents.current_text(session, ConsentPurpose.DISCLOSURE, clock.today())
    consent = consent_acts.give_consent(
        session,
        by,
        seen.graduate_id,
        ConsentPurpose.DISCLOSURE,
        text_id=text.id,
        employer_id=seen.employer_id,
        on_paper=on_paper and by.graduate_id is None,
    )
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    chosen = set(disclosed)
    referral.disclosed = [part.value for part in DisclosurePart if part in chosen]
    return _send(session, by, referral, consent)


def send(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> Referral:
    """Send a referral under a consent that stands already.

    Raises
    ------
    RuleBrokenError
        The person has not agreed to be shown to this employer, or something changed since the proposal.
    """
    require_person(by)
    referral = stepping.begin(session, by, referral_id, expected_version=expected_version)
    consent = going_on.live_consent(session, referral)
    if consent is None:
        raise RuleBrokenError(
            "referral_no_disclosure", "还没有本人同意向这家单位提供信息，请先征得同意。"
        )
    if not referral.disclosed:
        referral.disclosed = _shown_before(session, referral, consent)
    return _send(session, by, referral, consent)


def _shown_before(session: Session, referral: Referral, consent: Consent) -> list[str]:
    """Return what the person chose to show last time under this consent."""
    last = session.scalar(
        sa.select(Referral.disclosed)
        .where(Referral.consent_id == consent.id, Referral.id != referral.id)
        .order_by(Referral.id.desc())
        .limit(1)
    )
    return list(last) if last else [part.value for part in COVERED]


def _send(session: Session, by: Actor, referral: Referral, consent: Consent) -> Referral:
    stepping.wake(session, by, referral)
    stepping.expect_state(referral, ReferralState.PROPOSED)
    refusal = judging.posting_refusal(session, session.get_one(Posting, referral.posting_id))
    if refusal is not None:
        raise refusal
    if session.get(HiddenEmployer, (referral.graduate_id, referral.employer_id)) is not None:
        raise RuleBrokenError("referral_hidden", "本人不愿被推荐到这家单位。")
    has_job = judging.job_refusal(session, referral.graduate_id)
    if has_job is not None:
        raise has_job
    referral.consent_id, referral.sent_at = consent.id, clock.now()
    stepping.step(
        session, by, referral, ReferralState.SENT, facts={"disclosed": referral.disclosed}
    )
    after_steps.after_sent(session, by, referral)
    session.flush()
    return referral
