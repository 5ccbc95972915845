"""Messages that ask a person for an answer (请答复短信): a neutral line and a link, to the person's own phone.

One a question: asked again after a job fell through, or for another day, hour or place, it is a new message. Who has
no phone, or has withdrawn the consent to be served, gets none; the caseworker's task stands all the same.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, MessageChannel
from matcher.kinds.interviews import InterviewState
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.interviews import Interview
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import Referral, ReferralStep
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.outbox import NeededConsent
from matcher.services.referrals import links
from matcher.services.referrals.neutral_contacts import names_of

_QUESTIONS = {
    ReferralState.PROPOSED: (LinkPurpose.REFERRAL, "referral_asked"),
    ReferralState.INTERVIEW: (LinkPurpose.INTERVIEW, "interview_invited"),
    ReferralState.OFFERED: (LinkPurpose.OFFER, "offer_made"),
}
"""State → what is asked, and in which words."""

_ALL = tuple(purpose for purpose, _ in _QUESTIONS.values())


def ask_person(session: Session, referral: Referral) -> bool:
    """Write the message of a referral's present question, ending the links of earlier ones; once a question.

    Returns
    -------
    bool : False if nothing is asked in this state, it was asked before, or there is no phone
    """
    end_questions(session, referral)
    question = _QUESTIONS.get(referral.state)
    graduate = session.get_one(Graduate, referral.graduate_id)
    phone = sealing.open_sealed(session, graduate, "phone")
    if question is None or phone is None:
        return False
    purpose, template = question
    key = (
        f"{template}:{referral.id}:{int(referral.asked_at.timestamp())}:{_told(session, referral)}"
    )
    if _is_written(session, key) or _has_slot(session, referral):
        return False
    token = links.issue(
        session,
        purpose=purpose,
        subject=("referral", referral.id),
        graduate_id=graduate.id,
        until_on=_last_day(referral),
        region=graduate.origin_region,
    )
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=template,
        parameters=_parameters(session, referral),
        address=phone,
        secret=links.address_of(session, token),
        consent=NeededConsent(graduate.id, ConsentPurpose.SERVICE),
        send_after=_first_moment(graduate.origin_region),
    )
    return True


def end_questions(session: Session, referral: Referral) -> int:
    """End the links of questions that are not asked any more; the present one's stays."""
    present = _QUESTIONS.get(referral.state)
    past = [one for one in _ALL if present is None or one is not present[0]]
    return links.revoke(session, ("referral", referral.id), purposes=past)


def _told(session: Session, referral: Referral) -> int:
    """Return the step that last changed day, hour or place of an interview; 0 if there is none.

    Moved away and back, it is a change each time; the same said again (`invite`) is none.
    """
    if referral.state is not ReferralState.INTERVIEW:
        return 0
    steps = (
        sa.select(ReferralStep.id, ReferralStep.facts)
        .where(
            ReferralStep.referral_id == referral.id,
            ReferralStep.after == ReferralState.INTERVIEW,
        )
        .order_by(ReferralStep.id.desc())
    )
    changes = (
        row.id for row in session.execute(steps) if "on" in row.facts and not row.facts.get("same")
    )
    return next(changes, 0)


def _is_written(session: Session, key: str) -> bool:
    found = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    return session.scalar(found) is not None


def _has_slot(session: Session, referral: Referral) -> bool:
    """Say whether the interview is one of an interview day, which tells the person by itself."""
    booked = sa.select(Interview.id).where(
        Interview.referral_id == referral.id, Interview.state == InterviewState.BOOKED
    )
    asked = referral.state is ReferralState.INTERVIEW
    return asked and session.scalar(booked.limit(1)) is not None


def _last_day(referral: Referral) -> dt.date | None:
    """Return the last day a link serves, never one that is over; None for the days of its purpose."""
    invited = referral.state is ReferralState.INTERVIEW
    last = referral.interview_on if invited else referral.decide_by_on
    return None if last is None else max(last, clock.today())


def _parameters(session: Session, referral: Referral) -> dict[str, str]:
    drive = session.get_one(Drive, referral.drive_id)
    until, invited = referral.decide_by_on, referral.interview_on
    return {
        "drive": names_of(drive).sender,
        "until": f"请在{_day(until)}前" if until else "请尽快",
        "day": f" {_day(invited)}" if invited else "",
    }


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _first_moment(region: str | None) -> dt.datetime:
    """Return the first moment outside the quiet hours."""
    return first_loud(clock.in_china(clock.now()), quiet_hours(region, clock.today()))
