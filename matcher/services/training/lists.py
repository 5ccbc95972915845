"""Lists of courses (培训班) and of the people referred to them; a constant number of queries whatever their length."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.training import CourseKind, CourseState, TrainingState
from matcher.models.accounts import Account
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.training import (
    Course,
    OrderDrop,
    TrainingProvider,
    TrainingReferral,
    TrainingStep,
)
from matcher.models.training_records import TrainingCertificate, TrainingSubsidy
from matcher.policy.training_steps import ENDS
from matcher.services.permissions import Actor, Permission, may, scope_of
from matcher.services.rows import not_found
from matcher.services.training.figures import Period, What, among
from matcher.services.training.sight import (
    courses_in_sight,
    get_course,
    referrals_in_sight,
    require_party,
)

_OF_ONE = 50
"""Trainings of one person on a page about the person."""


@dataclass(frozen=True)
class CourseRow:
    """A course in a list."""

    course: Course
    provider: str
    employer: str | None
    n_waiting: int
    n_dropped_orders: int


@dataclass(frozen=True)
class CoursePage:
    """A slice of courses and how many there are in all."""

    rows: list[CourseRow]
    total: int


def list_courses(
    session: Session,
    by: Actor,
    *,
    kind: CourseKind | None = None,
    state: CourseState | None = None,
    with_room: bool = False,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> CoursePage:
    """Return the courses in sight, those that begin next first; two queries."""
    wanted = [courses_in_sight(by)]
    if kind is not None:
        wanted.append(Course.kind == kind)
    if state is not None:
        wanted.append(Course.state == state)
    if with_room:
        wanted.append(Course.places_taken < Course.places)
        wanted.append(Course.ends_on >= clock.today())
    if search.strip():
        words = f"%{search.strip()}%"
        wanted.append(sa.or_(Course.title.like(words), Course.certificate.like(words)))
    total = session.scalar(sa.select(sa.func.count()).select_from(Course).where(*wanted)) or 0
    found = (
        _courses()
        .where(*wanted)
        .order_by(Course.state != CourseState.OPEN, Course.starts_on, Course.id)
        .limit(limit)
        .offset(offset)
    )
    return CoursePage([CourseRow(*row) for row in session.execute(found)], total)


def _courses() -> sa.Select[Course, str, str, int, int]:
    waiting = (
        sa.select(sa.func.count())
        .where(
            TrainingReferral.course_id == Course.id,
            TrainingReferral.state == TrainingState.WAITING,
        )
        .scalar_subquery()
    )
    drops = sa.select(sa.func.count()).where(OrderDrop.course_id == Course.id).scalar_subquery()
    return (
        sa.select(Course, TrainingProvider.name, Employer.name, waiting, drops)
        .join(TrainingProvider, TrainingProvider.id == Course.provider_id)
        .outerjoin(Employer, Employer.id == Course.employer_id)
    )


@dataclass(frozen=True)
class PersonRow:
    """Somebody referred to a course."""

    referral: TrainingReferral
    course: Course
    graduate: Graduate
    provider: str
    certificate: TrainingCertificate | None
    subsidy_fen: int | None
    owner: str | None


@dataclass(frozen=True)
class PersonPage:
    """A slice of training referrals and how many there are in all."""

    rows: list[PersonRow]
    total: int
    n_people: int
    """The distinct people of all rows (人), who may be in several courses (人次)."""


_SOONEST = (
    TrainingReferral.state.in_(ENDS),
    TrainingReferral.decide_by_on.is_(None),
    TrainingReferral.decide_by_on,
    TrainingReferral.queued_at,
    TrainingReferral.id,
)
"""Order of lists of people: those to be answered soonest first, what is over last."""


def list_people(
    session: Session,
    by: Actor,
    *,
    course_id: int | None = None,
    graduate_id: int | None = None,
    state: TrainingState | None = None,
    overdue: bool = False,
    kind: CourseKind | None = None,
    counted: tuple[Period, What] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> PersonPage:
    """Return the training referrals in sight, those to be answered soonest first; two queries.

    Parameters
    ----------
    counted : only those a number of the figures is of
    """
    require_party(by)
    equal = (
        (TrainingReferral.course_id, course_id),
        (TrainingReferral.graduate_id, graduate_id),
        (TrainingReferral.state, state),
        (Course.kind, kind),
    )
    wanted = [referrals_in_sight(by), *(column == one for column, one in equal if one is not None)]
    if overdue:
        wanted.append(TrainingReferral.decide_by_on < clock.today())
    if counted is not None:
        wanted.append(among(by, *counted))
    both = sa.func.count(), sa.func.count(sa.distinct(TrainingReferral.graduate_id))
    joined = sa.select(*both).join(Course, Course.id == TrainingReferral.course_id)
    total, n_people = session.execute(joined.where(*wanted)).one()
    found = _people().where(*wanted).order_by(*_SOONEST).limit(limit).offset(offset)
    rows = [PersonRow(*row) for row in session.execute(found)]
    return PersonPage(rows, total, n_people)


def _people() -> sa.Select[TrainingReferral, Course, Graduate, str, TrainingCertificate, int, str]:
    return (
        sa.select(
            TrainingReferral,
            Course,
            Graduate,
            TrainingProvider.name,
            TrainingCertificate,
            TrainingSubsidy.amount_fen,
            Account.display_name,
        )
        .join(Course, Course.id == TrainingReferral.course_id)
        .join(Graduate, Graduate.id == TrainingReferral.graduate_id)
        .join(TrainingProvider, TrainingProvider.id == Course.provider_id)
        .outerjoin(TrainingCertificate, TrainingCertificate.referral_id == TrainingReferral.id)
        .outerjoin(TrainingSubsidy, TrainingSubsidy.certificate_id == TrainingCertificate.id)
        .outerjoin(Account, Account.id == TrainingReferral.proposed_by_id)
    )


def state_counts(session: Session, by: Actor, course_id: int) -> dict[TrainingState, int]:
    """Count the people of a course by state, without saying who; an employer of the order may ask."""
    get_course(session, by, course_id)
    rows = session.execute(
        sa.select(TrainingReferral.state, sa.func.count())
        .where(TrainingReferral.course_id == course_id)
        .group_by(TrainingReferral.state)
    )
    return dict(rows.all())


def waiting_numbers(people: Sequence[PersonRow]) -> dict[int, int]:
    """Return the place in the queue of those who wait, by training referral, the rows being in order."""
    waiting = [row for row in people if row.referral.state is TrainingState.WAITING]
    waiting.sort(key=lambda row: (row.referral.queued_at or clock.now(), row.referral.id))
    return {row.referral.id: number for number, row in enumerate(waiting, start=1)}


def get_row(session: Session, by: Actor, course_id: int) -> CourseRow:
    """Return one course as its list shows it."""
    course = get_course(session, by, course_id)
    provider = session.get_one(TrainingProvider, course.provider_id)
    employer = session.get(Employer, course.employer_id) if course.employer_id else None
    counts = state_counts(session, by, course_id)
    return CourseRow(
        course=course,
        provider=provider.name,
        employer=employer.name if employer else None,
        n_waiting=counts.get(TrainingState.WAITING, 0),
        n_dropped_orders=0,
    )


def may_change(session: Session, by: Actor, course: Course) -> bool:
    """Say whether a course is of the own district, or of a union above."""
    require_party(by)
    return scope_of(by).admits(session, course.union_id)


def find_person(session: Session, by: Actor, public_id: str) -> PersonRow:
    """Return one training referral in sight with all that is shown of it."""
    require_party(by)
    found = _people().where(TrainingReferral.public_id == public_id, referrals_in_sight(by))
    row = session.execute(found).first()
    if row is None:
        raise not_found()
    return PersonRow(*row)


def list_steps(session: Session, by: Actor, public_id: str) -> list[TrainingStep]:
    """Return the steps of a training referral, oldest first."""
    referral = find_person(session, by, public_id).referral
    found = sa.select(TrainingStep).where(TrainingStep.referral_id == referral.id)
    return list(session.scalars(found.order_by(TrainingStep.id)))


def lists_of_person(session: Session, by: Actor, graduate_id: int) -> list[PersonRow]:
    """Return the trainings of one person, for a page about the person; empty for who looks after none."""
    if not may(by, Permission.MANAGE_TRAINING):
        return []
    return list_people(session, by, graduate_id=graduate_id, limit=_OF_ONE).rows
