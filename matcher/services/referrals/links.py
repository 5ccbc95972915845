"""Answer links (免登录链接): one question sent to one person or unit, answered without an account.

A link is 32 random bytes of which only the hash is kept; the text leaves once, encrypted, with the message it is
written into. Looking never changes anything, since mail gateways and phones open every link they see: only `use`
acts, and it is called by the button of the page (`web.pages.answers`) alone.

Links are not revoked by newer ones: a message that was written before is not written again, so that the older
link may be the only one that travelled. They end with their day, with their one answer, or with their subject.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.kinds.referrals import LinkPurpose
from matcher.models.referrals import AnswerLink
from matcher.policy.deadlines import get_deadline
from matcher.services import audit
from matcher.services.permissions import Actor

Subject = tuple[str, int]
"""Kind and id of what is asked about, such as ("referral", 7)."""

ANSWERED_ONCE = frozenset(
    {
        LinkPurpose.REFERRAL,
        LinkPurpose.OFFER,
        LinkPurpose.PLACEMENT,
        LinkPurpose.STILL_THERE,
    }
)
"""Purposes whose answer is final: the link ends with it. The others answer several, or may change their mind."""

_BYTES = 32
_LONGEST = 64
"""Characters of a token at most; longer ones are not looked for."""


def issue(
    session: Session,
    *,
    purpose: LinkPurpose,
    subject: Subject,
    graduate_id: int | None = None,
    employer_id: int | None = None,
    provider_id: int | None = None,
    until_on: dt.date | None = None,
    region: str | None = None,
) -> str:
    """Make a link for one recipient and return its token; nobody can read it again.

    Call it where the message is written, and only if the message is not there yet (`outbox.write` keeps the first).

    Parameters
    ----------
    graduate_id, employer_id, provider_id : whom it is sent to, exactly one
    until_on : last day, China time; the purpose's days (`answer_link.<purpose>`) if None
    """
    if sum(one is not None for one in (graduate_id, employer_id, provider_id)) != 1:
        raise ValueError("a link goes to one recipient")
    token = secrets.token_urlsafe(_BYTES)
    link = AnswerLink(
        token_hash=_hash(token),
        purpose=purpose,
        subject_kind=subject[0],
        subject_id=subject[1],
        graduate_id=graduate_id,
        employer_id=employer_id,
        provider_id=provider_id,
        created_at=clock.now(),
        expires_at=_end_of(until_on or _last_day(purpose, region)),
    )
    session.add(link)
    session.flush()
    return token


def address_of(session: Session, token: str) -> str:
    """Return the whole address a link is opened at: what goes into a message as its `secret`."""
    return f"{settings_of(session).address}/a/{token}"


def look(session: Session, token: str) -> AnswerLink:
    """Return the link of a token, changing nothing; one answer for every token that is of no use.

    Raises
    ------
    NotFoundError
        Unknown, expired, used up or revoked: which of them is nobody's business who lacks the message.
    """
    if len(token) > _LONGEST:
        raise _unusable()
    found = sa.select(AnswerLink).where(AnswerLink.token_hash == _hash(token), *_usable())
    link = session.scalar(found)
    if link is None:
        raise _unusable()
    return link


def use(session: Session, token: str) -> tuple[AnswerLink, Actor]:
    """Take a link for an answer and return who acts; a final answer uses it up, once however many come.

    Part of the answer's own transaction: if the answer is refused, the link is as before. `record` notes it.
    """
    link = look(session, token)
    if link.purpose in ANSWERED_ONCE:
        taken = session.execute(
            sa.update(AnswerLink)
            .where(AnswerLink.id == link.id, *_usable())
            .values(used_at=clock.now())
            .returning(AnswerLink.id)
        ).first()
        if taken is None:
            raise _unusable()
        session.refresh(link)
    by = actor_of(link)
    audit.record(
        session,
        by,
        "answer_link.used",
        subject=(link.subject_kind, link.subject_id),
        link=link.id,
        purpose=link.purpose,
    )
    session.flush()
    return link, by


def actor_of(link: AnswerLink) -> Actor:
    """Return who acts through a link: the person or unit it was sent to, without an account."""
    if link.graduate_id is not None:
        return Actor(account_id=None, role=Role.GRADUATE, graduate_id=link.graduate_id)
    if link.employer_id is not None:
        return Actor(account_id=None, role=Role.EMPLOYER, employer_id=link.employer_id)
    return Actor(account_id=None, role=None, provider_id=link.provider_id)


def revoke(
    session: Session, subject: Subject, *, purposes: Sequence[LinkPurpose] = tuple(LinkPurpose)
) -> int:
    """End the live links of a subject that is settled; return how many."""
    ended = session.execute(
        sa.update(AnswerLink)
        .where(
            AnswerLink.subject_kind == subject[0],
            AnswerLink.subject_id == subject[1],
            AnswerLink.purpose.in_(purposes),
            AnswerLink.used_at.is_(None),
            AnswerLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(AnswerLink.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def revoke_all(session: Session, graduate_id: int) -> int:
    """End every live link of a person whose data is only stored any more, or gone; return how many."""
    ended = session.execute(
        sa.update(AnswerLink)
        .where(
            AnswerLink.graduate_id == graduate_id,
            AnswerLink.used_at.is_(None),
            AnswerLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(AnswerLink.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def _hash(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _usable() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AnswerLink.used_at.is_(None),
        AnswerLink.revoked_at.is_(None),
        AnswerLink.expires_at > clock.now(),
    )


def _last_day(purpose: LinkPurpose, region: str | None) -> dt.date:
    today = clock.today()
    return get_deadline(f"answer_link.{purpose.value}", region, today).after(today)


def _end_of(day: dt.date) -> dt.datetime:
    """Return the end of a day in China."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=clock.CHINA)


def _unusable() -> NotFoundError:
    return NotFoundError(
        "link_unusable",
        "这个链接不能用了：可能已经答复过，过了期限，或者地址没有复制全。请联系工会工作人员。",
    )
