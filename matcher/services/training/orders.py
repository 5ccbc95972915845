"""Orders (订单): what an employer promised the people of a course, and telling both sides when it becomes less.

An order has a number of promised posts and may have seats (席位) tied to it. A seat that is withdrawn, or whose
posting closes, is noticed when it happens and every night; each drop is a row, a task of the union, and a notice on
the course's page, the provider's and the employer's.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState, SeatState
from matcher.kinds.training import CourseState, OrderPart, TrainingState
from matcher.models.postings import Posting, Seat
from matcher.models.training import Course, CourseSeat, OrderDrop, TrainingReferral
from matcher.services import audit, tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import unique_or
from matcher.services.training import messages
from matcher.services.training.sight import (
    COURSE,
    courses_in_sight,
    get_course,
    get_own_course,
    require_staff,
)

LESS_RULE = "training.order_less"


def standing_seat(today: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on Seat joined to Posting for seats that still stand behind an order."""
    return sa.and_(
        Seat.state != SeatState.CLOSED,
        Posting.state == PostingState.PUBLISHED,
        Posting.closes_on.is_(None) | (Posting.closes_on >= today),
    )


def tie_seats(session: Session, by: Actor, course_id: int, posting_id: int, count: int) -> int:
    """Tie open seats of a posting of the order's employer to a course, untying the rest; return how many are tied.

    Raises
    ------
    RuleBrokenError
        The posting is not the order's employer's, or has not so many seats free for this.
    """
    require_staff(by)
    course = get_own_course(session, by, course_id)
    posting = session.get(Posting, posting_id)
    if posting is None or course.employer_id is None or posting.employer_id != course.employer_id:
        raise RuleBrokenError("order_seats_elsewhere", "只能挂钩订单单位自己的岗位席位。")
    free = _take_own(session, course, posting, count)
    if len(free) < count:
        raise RuleBrokenError(
            "order_seats_missing", f"这个岗位只有 {len(free)} 个席位可以挂钩，请减少数量。"
        )
    with unique_or(session, RuleBrokenError("order_seats_taken", "席位刚被别的订单挂钩。")):
        session.add_all(
            CourseSeat(seat_id=number, course_id=course.id, tied_at=clock.now()) for number in free
        )
    course.told_seats = count_standing(session, course.id)
    audit.record(
        session, by, "course.seats_tied", subject=(COURSE, course.id), posting=posting.id, n=count
    )
    session.flush()
    return len(free)


def _take_own(session: Session, course: Course, posting: Posting, count: int) -> Sequence[int]:
    """Untie a course's seats of a posting; return those it may have: its own in use first, then open ones."""
    tied = sa.select(CourseSeat.seat_id)
    own = tied.join(Seat, Seat.id == CourseSeat.seat_id).where(
        CourseSeat.course_id == course.id, Seat.posting_id == posting.id
    )
    before = session.scalars(own).all()
    session.execute(sa.delete(CourseSeat).where(CourseSeat.seat_id.in_(before)))
    session.flush()
    return session.scalars(
        sa.select(Seat.id)
        .join(Posting, Posting.id == Seat.posting_id)
        .where(
            Seat.posting_id == posting.id,
            standing_seat(clock.today()),
            sa.or_(Seat.state == SeatState.OPEN, Seat.id.in_(before)),
            Seat.id.not_in(tied),
        )
        .order_by(Seat.state == SeatState.OPEN, Seat.number)
        .limit(count)
    ).all()


def leave_firm(session: Session, by: Actor, course: Course) -> None:
    """Untie the seats of the employer an order was with before; what it dropped is not the next one's to read."""
    require_staff(by)
    session.execute(sa.delete(CourseSeat).where(CourseSeat.course_id == course.id))
    course.told_seats = 0
    if course.employer_id is not None:
        session.execute(sa.delete(OrderDrop).where(OrderDrop.course_id == course.id))
    audit.record(session, by, "course.firm_left", subject=(COURSE, course.id))
    session.flush()


def count_standing(session: Session, course_id: int) -> int:
    """Count the tied seats that stand today; callers have checked who asks."""
    found = (
        sa.select(sa.func.count())
        .select_from(CourseSeat)
        .join(Seat, Seat.id == CourseSeat.seat_id)
        .join(Posting, Posting.id == Seat.posting_id)
        .where(CourseSeat.course_id == course_id, standing_seat(clock.today()))
    )
    return session.scalar(found) or 0


def note_posts(session: Session, by: Actor, course: Course, before: int) -> None:
    """Tell both sides that an employer promises fewer posts than before."""
    require_staff(by)
    if course.promised_posts < before:
        _tell(session, by, course, OrderPart.POSTS, before, course.promised_posts)


def look_again(session: Session, course_id: int) -> bool:
    """Compare the tied seats with what both sides were told; True if they became fewer. Safe to run again."""
    course = session.get_one(Course, course_id, with_for_update=True, populate_existing=True)
    now = count_standing(session, course_id)
    before, course.told_seats = course.told_seats, now
    if now < before:
        _tell(session, SYSTEM, course, OrderPart.SEATS, before, now)
    session.flush()
    return now < before


def look_again_at(session: Session, posting_id: int) -> None:
    """Look again at the orders of a posting's employer, after the posting or its seats changed."""
    session.flush()
    employer = sa.select(Posting.employer_id).where(Posting.id == posting_id).scalar_subquery()
    found = sa.select(Course.id).where(Course.employer_id == employer, _has_seats())
    for course_id in session.scalars(found.order_by(Course.id)).all():
        look_again(session, course_id)


def ordered_courses(session: Session) -> Sequence[int]:
    """Return the open courses with tied seats, for the night."""
    found = sa.select(Course.id).where(Course.state == CourseState.OPEN, _has_seats())
    return session.scalars(found.order_by(Course.id)).all()


def _has_seats() -> sa.ColumnElement[bool]:
    """Return the condition for courses seats are tied to, or were when last told; a posting may come back."""
    tied = sa.exists().where(CourseSeat.course_id == Course.id)
    return sa.or_(Course.told_seats > 0, tied)


def _tell(
    session: Session, by: Actor, course: Course, part: OrderPart, before: int, after: int
) -> None:
    session.add(
        OrderDrop(
            course_id=course.id, part=part, before=before, after=after, dropped_at=clock.now()
        )
    )
    tasks.open_task(
        session,
        union_id=course.union_id,
        rule=LESS_RULE,
        subject=(COURSE, course.id),
        due_on=due_after(session, LESS_RULE, course.union_id, clock.today()).day,
        facts={"part": part.value, "before": before, "after": after},
    )
    audit.record(
        session,
        by,
        "course.order_less",
        subject=(COURSE, course.id),
        part=part,
        before=before,
        after=after,
    )
    messages.ask_provider(session, course)
    session.flush()


@dataclass(frozen=True)
class OrderView:
    """An order as both sides see it: numbers only."""

    promised_posts: int
    tied_seats: int
    drops: list[OrderDrop]


def view_order(session: Session, by: Actor, course_id: int) -> OrderView:
    """Return what is promised, which seats stand, and what became less, newest first."""
    course = get_course(session, by, course_id)
    found = sa.select(OrderDrop).where(OrderDrop.course_id == course.id)
    return OrderView(
        promised_posts=course.promised_posts,
        tied_seats=count_standing(session, course.id),
        drops=list(session.scalars(found.order_by(OrderDrop.id.desc()))),
    )


@dataclass(frozen=True)
class OrderCounts:
    """An order of an employer in numbers: tied seats, people by state, what became less."""

    tied_seats: int
    states: dict[TrainingState, int]
    drops: list[OrderDrop]


def view_orders(session: Session, by: Actor) -> dict[int, OrderCounts]:
    """Return the orders in sight by course, three queries; nobody is named."""
    seen = sa.select(Course.id).where(courses_in_sight(by), Course.employer_id.is_not(None))
    standing = (
        sa.select(CourseSeat.course_id, sa.func.count())
        .join(Seat, Seat.id == CourseSeat.seat_id)
        .join(Posting, Posting.id == Seat.posting_id)
        .where(CourseSeat.course_id.in_(seen), standing_seat(clock.today()))
        .group_by(CourseSeat.course_id)
    )
    seats = dict(session.execute(standing).all())
    counted = (
        sa.select(TrainingReferral.course_id, TrainingReferral.state, sa.func.count())
        .where(TrainingReferral.course_id.in_(seen))
        .group_by(TrainingReferral.course_id, TrainingReferral.state)
    )
    states: dict[int, dict[TrainingState, int]] = {}
    for course_id, state, count in session.execute(counted):
        states.setdefault(course_id, {})[state] = count
    dropped: dict[int, list[OrderDrop]] = {}
    found = sa.select(OrderDrop).where(OrderDrop.course_id.in_(seen))
    for drop in session.scalars(found.order_by(OrderDrop.id.desc())):
        dropped.setdefault(drop.course_id, []).append(drop)
    return {
        course_id: OrderCounts(
            seats.get(course_id, 0), states.get(course_id, {}), dropped.get(course_id, [])
        )
        for course_id in session.scalars(seen.order_by(Course.id))
    }
