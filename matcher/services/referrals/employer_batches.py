"""One answer of an employer for many referrals (批量答复): each stands or is refused alone."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import RefusalReason
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import employer_answers, locks
from matcher.services.referrals.batches import MOST, Outcome, judged_alone
from matcher.services.referrals.sight import referrals_in_sight, require_employer


@dataclass(frozen=True)
class Invite:
    """The same invitation for several people."""

    on: dt.date
    note: str | None = None


@dataclass(frozen=True)
class Offer:
    """The same offer for several people."""

    reports_on: dt.date | None = None


@dataclass(frozen=True)
class Refuse:
    """The same refusal for several people."""

    reason: RefusalReason
    words: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PutOff:
    """The same day for several decisions."""

    decide_on: dt.date


Answer = Invite | Offer | Refuse | PutOff


def answer_many(
    session: Session, by: Actor, referral_ids: Sequence[int], answer: Answer
) -> list[Outcome]:
    """Give one answer to many referrals, in the order named; each stands or is refused alone."""
    require_employer(by)
    asked = list(dict.fromkeys(referral_ids))[:MOST]
    rows = session.execute(
        sa.select(Referral.graduate_id, Referral.posting_id).where(
            Referral.id.in_(asked), referrals_in_sight(by)
        )
    ).all()
    people = {row.graduate_id for row in rows}
    locks.lock_graduates(session, people)
    of_postings = {row.posting_id for row in rows} if isinstance(answer, Offer) else set()
    locks.lock_seats(session, posting_ids=of_postings, graduate_ids=people)
    act = _act(session, by, answer)
    outcomes = [judged_alone(session, partial(act, one), one) for one in asked]
    session.flush()
    return outcomes


def _act(session: Session, by: Actor, answer: Answer) -> Callable[[int], Referral]:
    if isinstance(answer, Invite):
        return lambda one: employer_answers.invite(session, by, one, on=answer.on, note=answer.note)
    if isinstance(answer, Offer):
        return lambda one: employer_answers.offer(session, by, one, reports_on=answer.reports_on)
    if isinstance(answer, PutOff):
        return lambda one: employer_answers.hold(session, by, one, decide_on=answer.decide_on)
    return lambda one: employer_answers.refuse(
        session, by, one, reason=answer.reason, words=answer.words, note=answer.note
    )
