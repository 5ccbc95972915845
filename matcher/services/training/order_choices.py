"""What the forms of a course offer: employers for its order, their postings, certificates that are asked for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import DriveState, EmployerState, PostingState, SeatState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.training import CourseSeat
from matcher.services.permissions import Actor, scope_of
from matcher.services.training.orders import standing_seat
from matcher.services.training.sight import get_course, require_staff

_MOST = 500


def list_employers(session: Session, by: Actor) -> list[tuple[int, str]]:
    """Return the verified employers of the district, by name."""
    require_staff(by)
    found = (
        sa.select(Employer.id, Employer.name)
        .where(
            Employer.union_id.in_(scope_of(by).unions()), Employer.state == EmployerState.VERIFIED
        )
        .order_by(Employer.name, Employer.id)
        .limit(_MOST)
    )
    return list(session.execute(found))


def list_postings(session: Session, by: Actor, course_id: int) -> list[tuple[int, str, int, int]]:
    """Return the published postings of a course's order employer: number, title, free seats, tied seats."""
    require_staff(by)
    course = get_course(session, by, course_id)
    if course.employer_id is None:
        return []
    is_free = sa.and_(CourseSeat.seat_id.is_(None), Seat.state == SeatState.OPEN)
    tied = sa.case((CourseSeat.course_id == course.id, 1))
    found = (
        sa.select(
            Posting.id,
            Posting.title,
            sa.func.count(sa.case((is_free, 1))),
            sa.func.count(tied),
        )
        .join(Seat, Seat.posting_id == Posting.id)
        .outerjoin(CourseSeat, CourseSeat.seat_id == Seat.id)
        .where(
            Posting.employer_id == course.employer_id,
            Posting.state == PostingState.PUBLISHED,
            standing_seat(clock.today()),
        )
        .group_by(Posting.id, Posting.title)
        .order_by(Posting.id)
    )
    return list(session.execute(found))


def asked_names(session: Session, by: Actor) -> list[str]:
    """Return the certificates the published postings of the district's open drives ask for, by name."""
    require_staff(by)
    rows = session.scalars(
        sa.select(Posting.certificates)
        .join(Drive, Drive.id == Posting.drive_id)
        .where(
            Drive.union_id.in_(scope_of(by).unions()),
            Drive.state == DriveState.OPEN,
            Posting.state == PostingState.PUBLISHED,
            sa.cast(Posting.certificates, sa.Text()) != "[]",
        )
        .distinct()
    )
    return sorted({name for names in rows for name in names})
