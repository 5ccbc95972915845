"""The people a booth met (接触名单): the list, one person, numbers and résumés opened, the list taken along.

What is read of each is decided by `shown`; every number, résumé and list is written into the trail.
"""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.referrals import DisclosurePart
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairPosting
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services import audit, sealing
from matcher.services.fair_hall import shown
from matcher.services.fair_hall.shown import MetPerson
from matcher.services.fair_hall.sight import OwnPlace, own_place
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import resumes
from matcher.services.rows import not_found

MOST = 2_000
"""Rows of one workbook."""

_PHONE_FIELD = "fair_visitor.phone"
_PARTS = {
    ShownField.NAME: DisclosurePart.NAME,
    ShownField.PHONE: DisclosurePart.PHONE,
    ShownField.SCHOOL: DisclosurePart.SCHOOL,
}


@dataclass(frozen=True)
class MetPeople:
    """A slice of the people met, the last first, with how many there are in each state."""

    rows: list[MetPerson]
    total: int
    counts: dict[ContactState, int]


def list_met(
    session: Session,
    by: Actor,
    public_id: str,
    state: ContactState | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
) -> MetPeople:
    """Return whom the employer met at a fair; four queries however many there are."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = own_place(session, by, public_id)
    where = [FairContact.fair_employer_id == place.id]
    counted = (
        sa.select(FairContact.state, sa.func.count().label("n"))
        .where(*where)
        .group_by(FairContact.state)
        .order_by(FairContact.state)
    )
    counts = Counter({row.state: row.n for row in session.execute(counted)})
    if state is not None:
        where.append(FairContact.state == state)
    found = shown.people(where).order_by(FairContact.met_at.desc(), FairContact.id.desc())
    rows = session.execute(found.limit(limit).offset(offset)).all()
    total = counts[state] if state is not None else sum(counts.values())
    return MetPeople(shown.read(session, rows), total, dict(counts))


def find_met(session: Session, by: Actor, public_id: str, contact_public_id: str) -> MetPerson:
    """Return one person the employer met."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    return _one(session, own_place(session, by, public_id), contact_public_id)


def _one(session: Session, place: OwnPlace, contact_public_id: str) -> MetPerson:
    where = [
        FairContact.fair_employer_id == place.id,
        FairContact.public_id == contact_public_id,
    ]
    rows = session.execute(shown.people(where)).all()
    if not rows:
        raise not_found()
    return shown.read(session, rows)[0]


def postings_of(session: Session, place: OwnPlace) -> list[tuple[str, str]]:
    """Return number and title of the postings an employer shows at the fair."""
    found = (
        sa.select(Posting.public_id, Posting.title)
        .join(FairPosting, FairPosting.posting_id == Posting.id)
        .where(FairPosting.fair_employer_id == place.id)
        .order_by(Posting.title, Posting.id)
    )
    return [(public_id, title) for public_id, title in session.execute(found)]


def reveal_phone(session: Session, by: Actor, public_id: str, contact_public_id: str) -> str:
    """Return the number of somebody who lets booths see it, and write down who opened it.

    Raises
    ------
    NotFoundError
        Not met here, or not agreed to, or no longer shown.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    person = find_met(session, by, public_id, contact_public_id)
    number = _phone(session, person.id) if ShownField.PHONE in person.shown else None
    if number is None:
        raise NotFoundError("phone_not_agreed", "本人没有同意展位看手机号，可以请本人自己留。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=("fair_contact", person.id),
        field="phone",
        reason="联系本人",
    )
    session.flush()
    return number


def _phone(session: Session, contact_id: int) -> str | None:
    found = (
        sa.select(FairVisitor.phone_cipher, Graduate)
        .select_from(FairContact)
        .join(FairVisitor, FairVisitor.id == FairContact.visitor_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairContact.id == contact_id)
    )
    cipher, graduate = session.execute(found).one()
    if cipher is not None:
        return ring_of(session).decrypt(cipher, _PHONE_FIELD)
    if graduate is None:  # an outer join finds none, which its type does not say
        return None  # type: ignore[unreachable] # as above
    return sealing.open_sealed(session, graduate, "phone")


def resume_of(session: Session, by: Actor, public_id: str, contact_public_id: str) -> bytes:
    """Return the résumé of somebody who lets booths see it as PDF, and write down who opened it.

    Raises
    ------
    NotFoundError
        Not met here, or not agreed to, or no longer shown, or no graduate of the drive.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    person = find_met(session, by, public_id, contact_public_id)
    if not person.has_resume_file:
        raise NotFoundError("resume_not_agreed", "本人没有同意展位看简历，可以请本人递纸质简历。")
    graduate_id = session.scalars(
        sa.select(FairVisitor.graduate_id)
        .join(FairContact, FairContact.visitor_id == FairVisitor.id)
        .where(FairContact.id == person.id)
    ).one()
    parts = frozenset(_PARTS[one] for one in person.shown if one in _PARTS)
    content = resumes.page_at_fair(
        session,
        graduate_id or 0,
        parts | {DisclosurePart.RESUME, DisclosurePart.ABOUT},
        code=person.code,
    )
    audit.record(session, by, "fair_resume.opened", subject=("fair_contact", person.id))
    session.flush()
    return content


@dataclass(frozen=True)
class TakenContact:
    """One row of a list taken along; the phone in full where it is shown."""

    person: MetPerson
    phone: str | None


def take_list(
    session: Session, by: Actor, public_id: str, state: ContactState | None = None
) -> list[TakenContact]:
    """Return the people met to take along as a file; whom it names is written down.

    Raises
    ------
    RuleBrokenError
        More people than one file holds.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    found = list_met(session, by, public_id, state, limit=MOST + 1)
    if len(found.rows) > MOST:
        raise RuleBrokenError("contacts_too_many", f"一份名单最多 {MOST} 人，请先按结果筛选。")
    audit.record(session, by, "fair_contacts.taken", contacts=[one.id for one in found.rows])
    session.flush()
    return [
        TakenContact(one, _phone(session, one.id) if ShownField.PHONE in one.shown else None)
        for one in found.rows
    ]
