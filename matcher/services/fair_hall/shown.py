"""What a booth may read of a visitor (展位所见): by what the visitor agreed to, as it stands at this moment.

Without any agreement a booth reads a masked name and a code. Nothing is told once the visitor was refused, hid from
this employer, was forgotten, or the agreed days after the fair are over; whoever reads cannot tell these apart.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.identity import mask_name
from matcher.kinds import EducationLevel
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer
from matcher.policy.limits import get_limit
from matcher.services.fair_reports.rows import FORGOTTEN

_F = ShownField
NAME_FIELD = "fair_visitor.name"
"""What a visitor's encrypted name is bound to."""


@dataclass(frozen=True)
class MetPerson:
    """A visitor a booth met, as much of them as it may know.

    Attributes
    ----------
    name : in full only if agreed; else masked
    code : letters that stand for the person, which nothing follows from
    shown : parts that may be read now
    """

    id: int
    public_id: str
    code: str
    state: ContactState
    shown: frozenset[ShownField]
    name: str
    phone_masked: str | None
    school: str | None
    education: EducationLevel | None
    majors: str | None
    has_resume_file: bool
    posting: str | None
    posting_title: str | None
    reason: RefusalReason | None
    has_note: bool
    met_at: dt.datetime
    resume_at: dt.datetime | None
    interviewed_at: dt.datetime | None
    intent_at: dt.datetime | None
    version_id: int


def agreed_parts(
    shown: Sequence[str],
    state: ContactState,
    *,
    is_hidden: bool,
    is_forgotten: bool,
    last_on: dt.date,
) -> frozenset[ShownField]:
    """Return the parts a booth may read today."""
    days = get_limit("fair.contact_days", None, last_on).value
    is_over = clock.today() > last_on + dt.timedelta(days=days)
    if is_hidden or is_forgotten or is_over or state is ContactState.REFUSED:
        return frozenset()
    return frozenset(part for part in ShownField if part.value in shown)


_COLUMNS: tuple[Any, ...] = (
    FairContact.id,
    FairContact.public_id,
    FairContact.state,
    FairContact.refusal_reason,
    FairContact.note_cipher.is_not(None).label("has_note"),
    FairContact.met_at,
    FairContact.resume_at,
    FairContact.interviewed_at,
    FairContact.intent_at,
    FairContact.version_id,
    Posting.public_id.label("posting"),
    Posting.title.label("posting_title"),
    FairVisitor.shown,
    FairVisitor.name_cipher,
    FairVisitor.name_masked,
    FairVisitor.phone_masked.label("own_phone"),
    FairVisitor.school.label("own_school"),
    FairVisitor.education.label("own_education"),
    FairVisitor.major_text,
    FairVisitor.forgotten_at,
    Graduate.id.label("graduate_id"),
    Graduate.name.label("graduate_name"),
    Graduate.phone_masked.label("graduate_phone"),
    Graduate.school.label("graduate_school"),
    Graduate.education.label("graduate_education"),
    HiddenEmployer.employer_id.is_not(None).label("is_hidden"),
    Fair.last_on,
)
"""All that is read of a person here: nothing of a household, a list, an invitation or its time."""


def people(where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Return the select of contacts with their people; the caller orders and limits it."""
    return (
        sa.select(*_COLUMNS)
        .select_from(FairContact)
        .join(Fair, Fair.id == FairContact.fair_id)
        .join(FairEmployer, FairEmployer.id == FairContact.fair_employer_id)
        .join(FairVisitor, FairVisitor.id == FairContact.visitor_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .outerjoin(Posting, Posting.id == FairContact.posting_id)
        .outerjoin(
            HiddenEmployer,
            sa.and_(
                HiddenEmployer.graduate_id == FairVisitor.graduate_id,
                HiddenEmployer.employer_id == FairEmployer.employer_id,
            ),
        )
        .where(*where)
    )


def read(session: Session, rows: Sequence[Any]) -> list[MetPerson]:
    """Return rows of `people` as they are told."""
    majors = _majors(session, [row.graduate_id for row in rows if row.graduate_id is not None])
    return [_told(session, row, majors) for row in rows]


def _told(session: Session, row: Any, majors: dict[int, str]) -> MetPerson:
    shown = agreed_parts(
        row.shown,
        row.state,
        is_hidden=row.is_hidden,
        is_forgotten=row.forgotten_at is not None,
        last_on=row.last_on,
    )
    is_graduate = row.graduate_id is not None
    school = row.graduate_school if is_graduate else row.own_school
    education = row.graduate_education if is_graduate else row.own_education
    majors_text = majors.get(row.graduate_id) if is_graduate else row.major_text
    return MetPerson(
        id=row.id,
        public_id=row.public_id,
        code=code_of(row.public_id),
        state=row.state,
        shown=shown,
        name=_name(session, row, is_full=_F.NAME in shown),
        phone_masked=(row.graduate_phone if is_graduate else row.own_phone)
        if _F.PHONE in shown
        else None,
        school=school if _F.SCHOOL in shown else None,
        education=education if _F.EDUCATION in shown else None,
        majors=majors_text if _F.MAJOR in shown else None,
        has_resume_file=is_graduate and _F.RESUME in shown,
        posting=row.posting,
        posting_title=row.posting_title,
        reason=row.refusal_reason,
        has_note=row.has_note,
        met_at=row.met_at,
        resume_at=row.resume_at,
        interviewed_at=row.interviewed_at,
        intent_at=row.intent_at,
        version_id=row.version_id,
    )


def _name(session: Session, row: Any, *, is_full: bool) -> str:
    if row.graduate_name is not None:
        return row.graduate_name if is_full else mask_name(row.graduate_name)
    if is_full and row.name_cipher is not None:
        return ring_of(session).decrypt(row.name_cipher, NAME_FIELD)
    return row.name_masked or FORGOTTEN


def _majors(session: Session, graduate_ids: Sequence[int]) -> dict[int, str]:
    found = (
        sa.select(GraduateMajor.graduate_id, GraduateMajor.name)
        .where(GraduateMajor.graduate_id.in_(graduate_ids))
        .order_by(GraduateMajor.graduate_id, GraduateMajor.position)
    )
    majors: dict[int, list[str]] = {}
    for graduate_id, name in session.execute(found):
        majors.setdefault(graduate_id, []).append(name)
    return {graduate_id: "、".join(names) for graduate_id, names in majors.items()}


def code_of(public_id: str) -> str:
    """Return what stands for a person: the beginning of the contact's random number."""
    return public_id[:6].upper()
