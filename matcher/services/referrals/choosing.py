"""Finding a posting for a person, or a person for a posting, by hand (人工推荐): what may be looked through.

Nothing is judged here: whether a pair may be referred says `proposing` alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds import DriveState, PostingState, SeatState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting, Seat
from matcher.services.drives import seen_drives
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posting_lists import find_posting

_MOST = 30
"""Rows offered at once; more words narrow them."""


@dataclass(frozen=True)
class PostingChoice:
    """A posting that may be looked at for a person."""

    public_id: str
    title: str
    employer: str
    region_code: str | None
    n_free: int


def postings_for(
    session: Session, by: Actor, graduate_public_id: str, words: str
) -> Sequence[PostingChoice]:
    """Return published postings of the open drives a person takes part in, by title; three queries."""
    require(by, Permission.REFER)
    graduate = find_graduate(session, by, graduate_public_id)
    taking_part = sa.select(DriveEntry.drive_id).where(
        DriveEntry.graduate_id == graduate.id, DriveEntry.left_at.is_(None)
    )
    free = (
        sa.select(sa.func.count(Seat.id))
        .where(Seat.posting_id == Posting.id, Seat.state == SeatState.OPEN)
        .scalar_subquery()
    )
    found = (
        sa.select(Posting, Employer.name, free)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Drive, Drive.id == Posting.drive_id)
        .where(
            Posting.drive_id.in_(seen_drives(by)),
            Posting.drive_id.in_(taking_part),
            Drive.state == DriveState.OPEN,
            Posting.state == PostingState.PUBLISHED,
            sa.or_(Posting.closes_on.is_(None), Posting.closes_on >= clock.today()),
        )
        .order_by(Posting.title, Posting.id)
        .limit(_MOST)
    )
    if words.strip():
        named = (Posting.title, Employer.name)
        found = found.where(
            sa.or_(*(column.contains(words.strip(), autoescape=True) for column in named))
        )
    return [
        PostingChoice(posting.public_id, posting.title, employer, posting.region_code, n_free)
        for posting, employer, n_free in session.execute(found)
    ]


@dataclass(frozen=True)
class PersonChoice:
    """A person who may be looked at for a posting, the name masked."""

    public_id: str
    name_masked: str
    school: str | None


def people_for(
    session: Session, by: Actor, posting_public_id: str, words: str
) -> Sequence[PersonChoice]:
    """Return graduates of the actor's scope who take part in a posting's drive, by name; nobody without words."""
    require(by, Permission.REFER)
    posting = find_posting(session, by, posting_public_id).posting
    if not words.strip():
        return []
    found = (
        sa.select(Graduate)
        .join(DriveEntry, DriveEntry.graduate_id == Graduate.id)
        .where(
            DriveEntry.drive_id == posting.drive_id,
            DriveEntry.left_at.is_(None),
            Graduate.union_id.in_(scope_of(by).unions()),
            sa.or_(
                Graduate.name.contains(words.strip(), autoescape=True),
                Graduate.student_number == words.strip(),
            ),
        )
        .order_by(Graduate.name, Graduate.id)
        .limit(_MOST)
    )
    return [
        PersonChoice(one.public_id, mask_name(one.name), one.school)
        for one in session.scalars(found)
    ]
