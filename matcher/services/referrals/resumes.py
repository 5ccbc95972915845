"""The résumé an employer opens (简历): one page, the person's own PDF or made from the profile, by what was agreed.

Neither tells of hardship, an identity number, parents or an address: the made one has no such field, and sentences
of the own words that do are left out. An own PDF cannot be shortened, so it is shown only where everything is.
"""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.documents.resumes import ResumeSheet, compile_resume
from matcher.errors import NotFoundError
from matcher.kinds.referrals import LIVE, DisclosurePart
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.resumes import OwnResume
from matcher.policy.own_words import for_employers
from matcher.services import audit, sealing
from matcher.services.files import read_content
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals.shown_people import code_of, shown_parts
from matcher.services.rows import first_or_missing, not_found
from matcher.vocabulary.certificates import name_of

PDF = "application/pdf"
ALL_PARTS = frozenset(DisclosurePart)

_P = DisclosurePart


@dataclass(frozen=True)
class _For:
    """What a made résumé is for: the posting it answers and what stands for a name that is not told."""

    posting_title: str = ""
    code: str = ""
    stranger: str = "推荐"


def page_for(session: Session, by: Actor, referral: Referral) -> tuple[bytes, str]:
    """Return a referred person's résumé as the actor may see it, and log who opened it.

    An employer gets the parts agreed to, at this stage of a blind drive; the person and the union see what it gets
    once everything agreed is shown. Not for a read-only session.

    Raises
    ------
    NotFoundError
        Not in sight, or the résumé is no part of what is shown at this moment.
    """
    parts = _parts(session, by, referral)
    if _P.RESUME not in parts:
        raise NotFoundError(
            "resume_not_shown", "现在不能看这份简历：本人没有选择提供，或者还没到约定面试这一步。"
        )
    content = _made_or_own(session, referral, parts)
    audit.record(
        session,
        by,
        "resume.opened",
        subject=("referral", referral.id),
        parts=sorted(one.value for one in parts),
    )
    session.flush()
    return content, PDF


def _parts(session: Session, by: Actor, referral: Referral) -> frozenset[DisclosurePart]:
    """Return what may be seen by an actor in whose sight the referral lies."""
    agreed = frozenset(_P(one) for one in referral.disclosed)
    if by.employer_id is not None:
        require(by, Permission.ANSWER_REFERRALS)
        if referral.employer_id != by.employer_id or referral.sent_at is None:
            raise not_found()
        return shown_parts(
            state=referral.state,
            held_state=referral.held_state,
            is_agreed=_is_agreed(session, referral),
            is_blind=session.get_one(Drive, referral.drive_id).is_blind,
            disclosed=referral.disclosed,
            has_left=referral.left_on is not None,
        )
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        if referral.graduate_id != by.graduate_id:
            raise not_found()
        return agreed or ALL_PARTS
    require(by, Permission.VIEW_REFERRALS)
    if not scope_of(by).admits(session, referral.union_id):
        raise not_found()
    return agreed or ALL_PARTS


def _is_agreed(session: Session, referral: Referral) -> bool:
    if referral.consent_id is None or referral.state not in LIVE:
        return False
    live = sa.select(Consent.id).where(
        Consent.id == referral.consent_id, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(live) is not None


def preview(
    session: Session, by: Actor, referral: Referral | None, parts: frozenset[DisclosurePart]
) -> bytes:
    """Return the person's own résumé as an employer would get it with some parts ticked; nothing is logged."""
    graduate = get_own(session, by)
    if referral is None:
        return _of(session, graduate, parts, _For())
    if referral.graduate_id != graduate.id:
        raise not_found()
    return _made_or_own(session, referral, parts)


def page_at_fair(
    session: Session, graduate_id: int, parts: frozenset[DisclosurePart], *, code: str
) -> bytes:
    """Return a graduate's résumé for a booth of a fair, by what was agreed; the caller has checked, and logs it."""
    found = (
        sa.select(Graduate)
        .where(Graduate.id == graduate_id)
        .options(selectinload(Graduate.majors), selectinload(Graduate.intent))
    )
    graduate = first_or_missing(session, found, lock=False)
    return _of(session, graduate, parts, _For(code=code, stranger="求职者"))


def _made_or_own(session: Session, referral: Referral, parts: frozenset[DisclosurePart]) -> bytes:
    found = (
        sa.select(Graduate)
        .where(Graduate.id == referral.graduate_id)
        .options(selectinload(Graduate.majors), selectinload(Graduate.intent))
    )
    graduate = first_or_missing(session, found, lock=False)
    title = session.scalars(sa.select(Posting.title).where(Posting.id == referral.posting_id)).one()
    return _of(session, graduate, parts, _For(title, code_of(referral.public_id)))


def _of(
    session: Session, graduate: Graduate, parts: frozenset[DisclosurePart], wanted: _For
) -> bytes:
    own = _own_file(session, graduate.id) if parts >= ALL_PARTS else None
    if own is not None:
        return read_content(session, own)
    return compile_resume(_sheet(session, graduate, parts, wanted))


def _own_file(session: Session, graduate_id: int) -> StoredFile | None:
    return session.scalar(
        sa.select(StoredFile)
        .join(OwnResume, OwnResume.file_id == StoredFile.id)
        .where(OwnResume.graduate_id == graduate_id, OwnResume.is_used)
    )


def _sheet(
    session: Session, graduate: Graduate, parts: frozenset[DisclosurePart], wanted: _For
) -> ResumeSheet:
    """Fill the page: what a referral tells anyway, and the parts beside."""
    year = f"{graduate.graduates_on.year} 年毕业" if graduate.graduates_on else ""
    line = [graduate.education.label, year]
    if _P.SCHOOL in parts:
        line.insert(0, graduate.school or "")
    majors = "、".join(major.name for major in graduate.majors)
    phone = sealing.open_sealed(session, graduate, "phone") if _P.PHONE in parts else None
    facts = [("应聘岗位", wanted.posting_title), ("专业", majors), ("联系电话", phone or "")]
    about, certificates = "", ""
    if _P.ABOUT in parts:
        about = for_employers(graduate.about).kept
        certificates = "、".join(name_of(code) for code in graduate.certificates)
    sections = [("证书", certificates), ("技能和实践", about)]
    return ResumeSheet(
        title="简历",
        heading=_one_line(graduate.name)
        if _P.NAME in parts
        else f"{wanted.stranger} {wanted.code}".strip(),
        line="，".join(word for word in line if word),
        facts=[(term, words) for term, words in facts if words],
        sections=[(term, words) for term, words in sections if words],
    )


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
