"""The figures of a drive's home page (活动首页): how many postings, seats, graduates; ranked when.

Eight queries, however large the drive. Who may not see hardship gets the seats as one number.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import EmployerState, PostingState, SeatClass, SeatState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingRun
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, may, scope_of
from matcher.services.seats import SeatCounts


@dataclass(frozen=True)
class DriveHome:
    """A drive in figures, as of the moment they were counted."""

    drive: Drive
    postings: dict[PostingState, int]
    n_rankable: int
    """Postings that a run today would rank."""
    n_incomplete: int
    """Postings that lack a legally required element, closed ones left out."""
    n_seats: int
    seats: SeatCounts | None
    """None for who may not see hardship."""
    n_graduates: int
    n_unconfirmed: int
    n_left: int
    n_zero_employment: int | None
    """Graduates of zero-employment households; None for who may not see hardship."""
    employers: dict[EmployerState, int]
    n_checks_expired: int
    last_run: RankingRun | None


def drive_home(session: Session, by: Actor, drive_id: int) -> DriveHome:
    """Count a drive for its home page.

    Graduates and employers are those of the actor's scope: a county sees its own of a city's drive.
    """
    drive = get_drive(session, by, drive_id)
    today = clock.today()
    postings, n_incomplete, n_rankable = _postings(session, drive_id, today)
    seats = _seats(session, drive_id)
    n_graduates, n_unconfirmed, n_left = _graduates(session, by, drive_id)
    employers, n_expired = _employers(session, by, drive_id, today)
    return DriveHome(
        drive=drive,
        postings=postings,
        n_rankable=n_rankable,
        n_incomplete=n_incomplete,
        n_seats=seats.total,
        seats=seats if may(by, Permission.VIEW_HARDSHIP) else None,
        n_graduates=n_graduates,
        n_unconfirmed=n_unconfirmed,
        n_left=n_left,
        employers=employers,
        n_checks_expired=n_expired,
        n_zero_employment=_zero_employment(session, by, drive_id),
        last_run=session.scalar(
            sa.select(RankingRun)
            .where(RankingRun.drive_id == drive_id)
            .order_by(RankingRun.number.desc())
            .limit(1)
        ),
    )


def _postings(
    session: Session, drive_id: int, today: dt.date
) -> tuple[dict[PostingState, int], int, int]:
    """Count postings by state, incomplete ones, and those a run today would rank."""
    # JSON compares as text on both databases once cast; "[]" is how both write the empty list.
    lacks = sa.cast(Posting.incomplete, sa.Text) != "[]"
    ready = sa.and_(
        Posting.closes_on.is_(None) | (Posting.closes_on >= today),
        Employer.state == EmployerState.VERIFIED,
        Employer.recheck_due_on >= today,
    )
    rows = session.execute(
        sa.select(
            Posting.state,
            sa.func.count(),
            sa.func.sum(sa.case((lacks, 1), else_=0)),
            sa.func.sum(sa.case((ready, 1), else_=0)),
        )
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.drive_id == drive_id)
        .group_by(Posting.state)
        .order_by(Posting.state)
    ).all()
    counts = {state: count for state, count, _, _ in rows}
    lacking = sum(n for state, _, n, _ in rows if state is not PostingState.CLOSED)
    rankable = sum(n for state, _, _, n in rows if state is PostingState.PUBLISHED)
    return counts, int(lacking), int(rankable)


def _seats(session: Session, drive_id: int) -> SeatCounts:
    """Count the seats of published postings by class."""
    rows = session.execute(
        sa.select(Seat.seat_class, sa.func.count())
        .join(Posting, Posting.id == Seat.posting_id)
        .where(Posting.drive_id == drive_id, Posting.state == PostingState.PUBLISHED)
        .where(Seat.state != SeatState.CLOSED)
        .group_by(Seat.seat_class)
        .order_by(Seat.seat_class)
    )
    counts = dict(rows.all())
    return SeatCounts(*(counts.get(kind, 0) for kind in SeatClass))


def _graduates(session: Session, by: Actor, drive_id: int) -> tuple[int, int, int]:
    """Count graduates in the drive, those not confirmed among them, and those who left."""
    inside = DriveEntry.left_at.is_(None)
    row = session.execute(
        sa.select(
            sa.func.count(sa.case((inside, 1))),
            sa.func.count(sa.case((inside & ~Graduate.is_confirmed, 1))),
            sa.func.count(sa.case((~inside, 1))),
        )
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .where(DriveEntry.drive_id == drive_id, Graduate.union_id.in_(scope_of(by).unions()))
    ).one()
    return row[0], row[1], row[2]


def _zero_employment(session: Session, by: Actor, drive_id: int) -> int | None:
    """Count graduates in the drive whose open household file carries the flag."""
    if not may(by, Permission.VIEW_HARDSHIP):
        return None
    return session.scalar(
        sa.select(sa.func.count())
        .select_from(DriveEntry)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .join(Household, Household.id == Graduate.household_id)
        .where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.left_at.is_(None),
            Graduate.union_id.in_(scope_of(by).unions()),
            Household.is_open,
            Household.is_zero_employment,
        )
    )


def _employers(
    session: Session, by: Actor, drive_id: int, today: dt.date
) -> tuple[dict[EmployerState, int], int]:
    """Count the scope's employers with a posting in the drive by state, and lapsed checks among them."""
    taking_part = sa.select(Posting.employer_id).where(
        Posting.drive_id == drive_id, Posting.state != PostingState.CLOSED
    )
    lapsed = sa.case((Employer.recheck_due_on < today, 1))
    rows = session.execute(
        sa.select(Employer.state, sa.func.count(), sa.func.count(lapsed))
        .where(Employer.id.in_(taking_part), Employer.union_id.in_(scope_of(by).unions()))
        .group_by(Employer.state)
        .order_by(Employer.state)
    ).all()
    expired = sum(n for state, _, n in rows if state is EmployerState.VERIFIED)
    return {state: count for state, count, _ in rows}, expired
