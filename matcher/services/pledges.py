"""Pledged seats (爱心岗位): how many seats an employer offers to those whom the union names, and until when.

The advert stays neutral and the employer never reads a seat class (domain.md §8.4): it pledges a number, which stands
at the posting as it was said. A new pledge becomes seats of the class HARDSHIP; whether some are kept for
zero-employment households the union decides, and a later change of the number takes from the others first. No answer
to a change depends on who sits on which seat, or on what was opened since (`seat_fitting`).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.services import audit, posting_steps, ranking_changes
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posting_drafts import PostingInput, create_posting, update_posting
from matcher.services.posting_gate import PostingOutcome
from matcher.services.postings import get_editable_posting
from matcher.services.rows import expect_version
from matcher.services.seat_fitting import Pledge, fit_seats, pledge_of, write_pledge

NO_PLEDGE = Pledge()


def create_with_pledge(
    session: Session,
    by: Actor,
    facts: PostingInput,
    pledge: Pledge,
    *,
    drive_id: int,
    employer_id: int | None = None,
) -> PostingOutcome:
    """Draft a posting with its pledged seats; see `posting_drafts.create_posting`."""
    _check(pledge, facts.headcount)
    outcome = create_posting(session, by, facts, drive_id=drive_id, employer_id=employer_id)
    if pledge.count:
        set_pledge(session, by, outcome.posting.id, pledge)
    return outcome


def update_with_pledge(
    session: Session,
    by: Actor,
    posting_id: int,
    facts: PostingInput,
    pledge: Pledge,
    *,
    expected_version: int | None = None,
) -> PostingOutcome:
    """Change a posting and its pledge together; see `posting_drafts.update_posting`."""
    _check(pledge, facts.headcount)
    posting = get_editable_posting(session, by, posting_id)
    expect_version(posting, expected_version)
    was = pledge_of(posting)
    outcome = update_posting(session, by, posting_id, facts, pledge=pledge)
    _record(session, by, posting, was)
    return outcome


def set_pledge(session: Session, by: Actor, posting_id: int, pledge: Pledge) -> None:
    """Make as many free seats of a posting pledged ones as asked; the headcount stays.

    Raises
    ------
    InvalidInputError
        More pledged than there are seats.
    """
    posting = get_editable_posting(session, by, posting_id)
    _check(pledge, posting.headcount)
    was = pledge_of(posting)
    fit_seats(session, posting, is_new_day=write_pledge(posting, pledge))
    _record(session, by, posting, was)
    ranking_changes.note_posting(session, posting.id)


def _record(session: Session, by: Actor, posting: Posting, was: Pledge) -> None:
    """Write the trail of a pledge, if it changed."""
    now = pledge_of(posting)
    if now != was:
        audit.record(
            session,
            by,
            "posting.pledged",
            subject=("posting", posting.id),
            before=was.count,
            after=now.count,
            until=now.until,
        )
    posting_steps.note(session, by, [posting.id], "pledged")


def _check(pledge: Pledge, headcount: int) -> None:
    fields: dict[str, str] = {}
    if pledge.count < 0:
        fields["pledged"] = "爱心岗位数不能为负。"
    elif pledge.count > headcount:
        fields["pledged"] = "爱心岗位数不能超过招聘人数。"
    if fields:
        raise InvalidInputError("pledge_input", "爱心岗位数有误，请修改。", fields=fields)


def list_pledges(session: Session, by: Actor, posting_ids: Sequence[int]) -> dict[int, Pledge]:
    """Return the pledges of an employer's own postings, or of those of a manager's scope; one query.

    Postings without one, and others' postings, are left out.
    """
    found = (
        sa.select(Posting)
        .where(Posting.id.in_(posting_ids), Posting.pledged > 0)
        .order_by(Posting.id)
    )
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        found = found.where(Posting.employer_id == by.employer_id)
    else:
        require(by, Permission.VIEW_HARDSHIP)
        drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
        found = found.where(Posting.drive_id.in_(drives))
    return {posting.id: pledge_of(posting) for posting in session.scalars(found)}
