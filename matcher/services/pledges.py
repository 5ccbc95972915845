"""Pledged seats (爱心岗位): how many seats an employer offers to those whom the union names, and until when.

The advert stays neutral and the employer never reads a seat class (domain.md §8.4): it pledges a number.
A new pledge becomes seats of the class HARDSHIP; whether some are kept for zero-employment households
the union decides, and a later change of the number takes from the others first. All a pledge shows the
employer is its total and its last day, and no answer to a change tells more.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import SeatClass, SeatState
from matcher.models.drives import Drive
from matcher.models.postings import Posting, Seat
from matcher.services import audit, ranking_changes, tasks
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posting_drafts import PostingInput, create_posting, update_posting
from matcher.services.posting_gate import PostingOutcome
from matcher.services.postings import get_editable_posting
from matcher.services.rows import expect_version, touch
from matcher.services.seats import SeatCounts, counted, locked_seats, reshape


@dataclass(frozen=True)
class Pledge:
    """How many seats are pledged, and the last day they are kept; None means without an end."""

    count: int = 0
    until: dt.date | None = None


NO_PLEDGE = Pledge()

LOWERED = "pledge_lowered"
"""Rule of the task a drive's union gets when an employer lowers a pledge it had already divided."""


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
    # A smaller pledge comes first, so that the headcount may follow it down.
    if pledge.count < counted(locked_seats(session, posting_id)).reserved:
        set_pledge(session, by, posting_id, pledge)
    outcome = update_posting(session, by, posting_id, facts)
    set_pledge(session, by, posting_id, pledge)
    return outcome


def set_pledge(session: Session, by: Actor, posting_id: int, pledge: Pledge) -> None:
    """Make as many seats of a posting pledged ones as asked; the headcount stays.

    Raises
    ------
    InvalidInputError
        More pledged than there are seats.
    RuleBrokenError
        Seats that would have to go are in use.
    """
    posting = get_editable_posting(session, by, posting_id)
    _check(pledge, posting.headcount)
    seats = locked_seats(session, posting_id)
    now = counted(seats)
    release_on = pledge.until + dt.timedelta(days=1) if pledge.until else None
    pledged = [seat for seat in seats if _is_pledged(seat)]
    if len(pledged) == pledge.count and all(seat.release_on == release_on for seat in pledged):
        return
    # A refusal here would tell the employer how many are kept for whom: the offer is the employer's to
    # lower, and the union learns of it by a task.
    kept = min(now.zero_employment, pledge.count)
    if kept < now.zero_employment:
        _tell_union(session, posting, before=now.zero_employment, after=kept)
    wanted = SeatCounts(now.total - pledge.count, pledge.count - kept, kept)
    reshape(session, posting_id, seats, wanted)
    for seat in locked_seats(session, posting_id):
        seat.release_on = None if seat.seat_class is SeatClass.ORDINARY else release_on
    touch(posting)
    audit.record(
        session,
        by,
        "posting.pledged",
        subject=("posting", posting_id),
        before=now.reserved,
        after=pledge.count,
        release_on=release_on,
    )
    session.flush()
    ranking_changes.note_posting(session, posting_id)


def _tell_union(session: Session, posting: Posting, *, before: int, after: int) -> None:
    """Open a task for the drive's union: fewer seats are left than it had set apart."""
    tasks.open_task(
        session,
        union_id=session.get_one(Drive, posting.drive_id).union_id,
        rule=LOWERED,
        subject=("posting", posting.id),
        due_on=clock.today(),
        facts={"before": before, "after": after},
    )


def _is_pledged(seat: Seat) -> bool:
    return seat.seat_class is not SeatClass.ORDINARY and seat.state is not SeatState.CLOSED


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
    seats = (
        sa.select(Seat.posting_id, sa.func.count(), sa.func.max(Seat.release_on))
        .join(Posting, Posting.id == Seat.posting_id)
        .where(Seat.posting_id.in_(posting_ids), Seat.seat_class != SeatClass.ORDINARY)
        .where(Seat.state != SeatState.CLOSED)
        .group_by(Seat.posting_id)
        .order_by(Seat.posting_id)
    )
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        seats = seats.where(Posting.employer_id == by.employer_id)
    else:
        require(by, Permission.VIEW_HARDSHIP)
        drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
        seats = seats.where(Posting.drive_id.in_(drives))
    day = dt.timedelta(days=1)
    return {
        posting_id: Pledge(count, release_on - day if release_on else None)
        for posting_id, count, release_on in session.execute(seats)
    }
