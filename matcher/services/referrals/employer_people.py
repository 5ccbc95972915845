"""People referred, as their employer reads them (推荐来的人): by fit, then lottery, as much as each agreed to.

Only columns an employer may read are selected here: no seat, no plan, no household, no time of the union's own
work, and no deadline of the person's. `shown_people` says what of them is told.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.postings import Posting
from matcher.models.referrals import Referral, ReferralStep
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.shown_people import (
    GROUP_OF,
    STATES,
    PeopleGroup,
    ReferredPerson,
    person_of,
)
from matcher.services.rows import not_found

_R = ReferralState


@dataclass(frozen=True)
class PeopleList:
    """A slice of the people referred, with how many there are in each group."""

    rows: list[ReferredPerson]
    total: int
    counts: dict[PeopleGroup, int]


@dataclass(frozen=True)
class PeopleFilter:
    """Which people: of a posting, of a group; None means all."""

    posting: str | None = None
    group: PeopleGroup | None = None


def own(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of the referrals an employer sees: its own, once they were sent."""
    require(by, Permission.ANSWER_REFERRALS)
    if by.employer_id is None:
        raise not_found()
    return sa.and_(Referral.employer_id == by.employer_id, Referral.sent_at.is_not(None))


def list_people(
    session: Session, by: Actor, wish: PeopleFilter, *, limit: int = 50, offset: int = 0
) -> PeopleList:
    """Return the people referred by fit, then lottery; six queries however many there are.

    Only the slice is read whole: sorting everybody with all that is told of them would take longer than the page.
    """
    where = [own(by)]
    if wish.posting is not None:
        where.append(_of_posting(wish.posting))
    counts = _counts(session, where)
    if wish.group is not None:
        where.append(Referral.state.in_(STATES[wish.group]))
    page = _ordered(sa.select(Referral.id).join(Posting, Posting.id == Referral.posting_id))
    chosen = page.where(*where).limit(limit).offset(offset).subquery()
    rows = session.execute(_ordered(_people([Referral.id.in_(sa.select(chosen.c.id))]))).all()
    total = counts.get(wish.group, 0) if wish.group else sum(counts.values())
    return PeopleList(_read(session, rows), total, counts)


def people_counts(session: Session, by: Actor, posting: str) -> dict[PeopleGroup, int]:
    """Return how many people are referred to a posting, by group; one query."""
    return _counts(session, [own(by), _of_posting(posting)])


def _of_posting(public_id: str) -> sa.ColumnElement[bool]:
    chosen = sa.select(Posting.id).where(Posting.public_id == public_id)
    return Referral.posting_id == chosen.scalar_subquery()


def find_person(session: Session, by: Actor, public_id: str) -> ReferredPerson:
    """Return one person referred to the employer."""
    rows = session.execute(_people([own(by), Referral.public_id == public_id])).all()
    if not rows:
        raise not_found()
    return _read(session, rows)[0]


def find_people(session: Session, by: Actor, public_ids: Sequence[str]) -> list[ReferredPerson]:
    """Return those of some people who are the employer's, in the order of the list."""
    found = _ordered(_people([own(by), Referral.public_id.in_(public_ids)]))
    return _read(session, session.execute(found).all())


_COLUMNS: tuple[Any, ...] = (
    Referral.id,
    Referral.public_id,
    Referral.posting_id,
    Posting.public_id.label("posting"),
    Posting.title.label("posting_title"),
    Referral.drive_id,
    Drive.neutral_name.label("drive_name"),
    Drive.is_blind,
    Referral.state,
    Referral.held_state,
    Referral.decide_by_on,
    Referral.disclosed,
    Consent.id.is_not(None).label("is_agreed"),
    Referral.fit_points,
    Referral.reasons,
    Referral.sent_at,
    Referral.refusal_reason,
    Referral.refusal_words,
    Referral.interview_on,
    Referral.interview_words,
    Referral.has_attended,
    Referral.reports_on,
    Referral.reported_on,
    Referral.left_on,
    Referral.graduate_id,
    Graduate.name,
    Graduate.phone_masked,
    Graduate.school,
    Graduate.about,
    Graduate.education,
)
"""All that is read of a referral here."""


def _people(where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Drive, Drive.id == Referral.drive_id)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .outerjoin(
            Consent, sa.and_(Consent.id == Referral.consent_id, Consent.withdrawn_at.is_(None))
        )
        .where(*where)
    )


def _ordered(found: sa.Select[Any]) -> sa.Select[Any]:
    """Order by what an employer may know: fit, then lottery; the posting's title keeps postings together."""
    return found.order_by(
        Posting.title,
        Posting.id,
        Referral.fit_points.desc(),
        Referral.lottery,
        Referral.public_id,
    )


def _counts(session: Session, where: Sequence[sa.ColumnElement[bool]]) -> dict[PeopleGroup, int]:
    found = (
        sa.select(Referral.state, sa.func.count())
        .where(*where)
        .group_by(Referral.state)
        .order_by(Referral.state)
    )
    counted: Counter[PeopleGroup] = Counter()
    for state, n in session.execute(found):
        if state in GROUP_OF:
            counted[GROUP_OF[state]] += n
    return dict(counted)


def _read(session: Session, rows: Sequence[Any]) -> list[ReferredPerson]:
    majors = _majors(session, [row.graduate_id for row in rows])
    replies = _replies(session, rows)
    return [
        person_of(row, majors.get(row.graduate_id, ()), is_coming=replies.get(row.id))
        for row in rows
    ]


def _replies(session: Session, rows: Sequence[Any]) -> dict[int, bool]:
    """Return who said whether they come to the interview as it stands: the last word, yes or no and no more."""
    days = {
        row.id: row.interview_on.isoformat()
        for row in rows
        if row.state is _R.INTERVIEW and row.interview_on is not None
    }
    found = (
        sa.select(ReferralStep.referral_id, ReferralStep.facts)
        .where(
            ReferralStep.referral_id.in_(sorted(days)),
            ReferralStep.before == _R.INTERVIEW,
            ReferralStep.after == _R.INTERVIEW,
        )
        .order_by(ReferralStep.id)
    )
    said: dict[int, bool] = {}
    for number, facts in session.execute(found) if days else ():
        if "is_coming" in facts and facts.get("of") == days[number]:
            said[number] = bool(facts["is_coming"])
    return said


def _majors(session: Session, graduate_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found = (
        sa.select(GraduateMajor.graduate_id, GraduateMajor.name)
        .where(GraduateMajor.graduate_id.in_(graduate_ids))
        .order_by(GraduateMajor.graduate_id, GraduateMajor.position)
    )
    named: dict[int, tuple[str, ...]] = {}
    for graduate_id, name in session.execute(found):
        named[graduate_id] = (*named.get(graduate_id, ()), name)
    return named


@dataclass(frozen=True)
class ShownStep:
    """A step an employer may read: where it went, when, and the day agreed with it."""

    state: ReferralState
    at: dt.datetime
    facts: dict[str, Any]


_TOLD_FACTS = ("on", "attended", "reports_on", "decide_on", "left_on")
"""Facts of a step that concern the employer; all others are the union's."""


def steps_of(session: Session, by: Actor, person: ReferredPerson) -> list[ShownStep]:
    """Return what happened since a referral was sent, newest first; what the union only noted is left out."""
    own(by)
    of_person = ReferralStep.referral_id == person.id
    sent = sa.select(sa.func.min(ReferralStep.id)).where(of_person, ReferralStep.after == _R.SENT)
    found = (
        sa.select(ReferralStep.before, ReferralStep.after, ReferralStep.at, ReferralStep.facts)
        .where(of_person, ReferralStep.id >= sent.scalar_subquery())
        .order_by(ReferralStep.id.desc())
    )
    told = []
    for before, after, at, facts in session.execute(found):
        said = {name: facts[name] for name in _TOLD_FACTS if name in facts}
        if said or before != after:
            told.append(ShownStep(after, at, said))
    return told
