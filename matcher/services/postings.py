"""Postings (岗位): publishing, closing, finding; drafting and changing are in `posting_drafts`.

Publishing answers with everything that lacks or offends at once. An employer that is not verified may
publish; its postings are then not ranked, and the answer says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.services import audit
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posting_gate import (
    FORM,
    PostingOutcome,
    pass_gate,
    settle,
    why_posting_not_ranked,
)
from matcher.services.referrals import looks
from matcher.services.rows import expect_version, first_or_missing


def get_editable_posting(session: Session, by: Actor, posting_id: int) -> Posting:
    """Return a posting locked: an employer's own, or one of a drive in a manager's scope."""
    found = sa.select(Posting).where(Posting.id == posting_id)
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        found = found.where(Posting.employer_id == by.employer_id)
    else:
        require(by, Permission.MANAGE_DRIVE)
        drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
        found = found.where(Posting.drive_id.in_(drives))
    return first_or_missing(session, found, lock=True)


def publish_posting(
    session: Session, by: Actor, posting_id: int, *, expected_version: int | None = None
) -> PostingOutcome:
    """Publish a posting, or say everything that stands against it.

    Words the law forbids make it BLOCKED; a missing element leaves it a draft.
    """
    posting = get_editable_posting(session, by, posting_id)
    expect_version(posting, expected_version)
    if posting.state is PostingState.CLOSED:
        raise RuleBrokenError("posting_closed", "岗位已关闭，不能再发布。")
    if posting.closes_on is not None and posting.closes_on < clock.today():
        raise RuleBrokenError("posting_past_validity", "有效期限已过，请先修改截止日期。")
    employer = session.get_one(Employer, posting.employer_id)
    pass_gate(posting, employer)
    return settle(session, by, posting, employer, "posting.publication_asked")


def close_posting(
    session: Session,
    by: Actor,
    posting_id: int,
    *,
    reason: str,
    expected_version: int | None = None,
) -> PostingOutcome:
    """Take a posting offline for good; its lists go with it."""
    posting = get_editable_posting(session, by, posting_id)
    expect_version(posting, expected_version)
    employer = session.get_one(Employer, posting.employer_id)
    if posting.state is PostingState.CLOSED:
        return PostingOutcome(posting, (), ("not_published",))
    posting.state = PostingState.CLOSED
    if posting.source == FORM:
        # Frees the words for a new posting; an imported one keeps them, to be known again.
        posting.fingerprint = f"{posting.fingerprint}:closed:{posting.id}"
    audit.record(
        session, by, "posting.closing_reason", subject=("posting", posting_id), reason=reason
    )
    looks.ask_for_departures(session, posting_id=posting_id)
    return settle(session, by, posting, employer, "posting.closed")


@dataclass(frozen=True)
class PostingRow:
    """A posting in a list: what all who see postings may see."""

    posting: Posting
    employer: Employer
    not_ranked: tuple[str, ...]

    @property
    def n_seats(self) -> int:
        """How many people are wanted; rows of seats in use may be more, which their employer is not told."""
        return self.posting.headcount


@dataclass(frozen=True)
class PostingPage:
    """A slice of postings and how many there are in all."""

    rows: list[PostingRow]
    total: int


def _seen(by: Actor) -> sa.ColumnElement[bool]:
    """Condition on Posting: an employer's own, or those of the drives the actor sees."""
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        return Posting.employer_id == by.employer_id
    require(by, Permission.VIEW_POSTINGS)
    return Posting.drive_id.in_(seen_drives(by))


def get_posting(session: Session, by: Actor, posting_id: int) -> PostingRow:
    """Return a posting the actor may see, with its employer."""
    found = sa.select(Posting).where(Posting.id == posting_id, _seen(by))
    posting = first_or_missing(session, found, lock=False)
    return _rows(session, [posting])[0]


def list_postings(
    session: Session,
    by: Actor,
    *,
    drive_id: int | None = None,
    employer_id: int | None = None,
    state: PostingState | None = None,
    words: str = "",
    region: str = "",
    limit: int = 50,
    offset: int = 0,
) -> PostingPage:
    """Return postings by title; three queries however many there are.

    Parameters
    ----------
    words : part of the title
    region : first digits of a region code
    """
    kept = [_seen(by)]
    if drive_id is not None:
        kept.append(Posting.drive_id == drive_id)
    if employer_id is not None:
        kept.append(Posting.employer_id == employer_id)
    if state is not None:
        kept.append(Posting.state == state)
    if words.strip():
        kept.append(Posting.title.contains(words.strip(), autoescape=True))
    if region:
        kept.append(Posting.region_code.startswith(region, autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(Posting).where(*kept)) or 0
    found = sa.select(Posting).where(*kept).order_by(Posting.title, Posting.id)
    postings = session.scalars(found.limit(limit).offset(offset)).all()
    return PostingPage(_rows(session, postings), total)


def _rows(session: Session, postings: Sequence[Posting]) -> list[PostingRow]:
    """Add the employers, one query for all."""
    today = clock.today()
    wanted = {posting.employer_id for posting in postings}
    found = sa.select(Employer).where(Employer.id.in_(wanted)).order_by(Employer.id)
    employers = {employer.id: employer for employer in session.scalars(found)}
    return [
        PostingRow(
            posting,
            employers[posting.employer_id],
            tuple(why_posting_not_ranked(posting, employers[posting.employer_id], today)),
        )
        for posting in postings
    ]
