"""Figures of training (培训数字): people (人) and enrolments (人次) both fall out of the same rows.

An enrolment is a training referral whose person began to take part, also if it was dropped later; people are the
distinct persons of those; in all and by course. A certificate counts by its paper, whatever the state, a job after
training by its checked placement, and a finished internship is none. `among` is the condition of the list behind each
number.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.training import CourseKind
from matcher.models.placements import Placement
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.models.training_records import TrainingCertificate, TrainingSubsidy
from matcher.services.permissions import Actor, scope_of
from matcher.services.training.hiring import counted_after
from matcher.services.training.sight import require_staff

What = Literal["began", "ordered", "finished", "certified", "hired"]
"""What is counted of a period; `ordered` are those who began in a course with an order (订单定向)."""

WHATS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True)
class Period:
    """Days the figures are of, both included, and the kind of course; None is every kind."""

    since: dt.date
    until: dt.date
    kind: CourseKind | None = None


@dataclass(frozen=True)
class Sum:
    """How many training referrals (人次), and of how many people (人)."""

    times: int = 0
    people: int = 0


@dataclass(frozen=True)
class TrainingFigures:
    """Sums over a period, of one kind of course or of all.

    Parameters
    ----------
    sums : both numbers of everything counted; certificates by the day they were issued, jobs by their first day
    subsidy_fen : claimed in the period
    """

    sums: dict[What, Sum]
    subsidy_fen: int


@dataclass(frozen=True)
class CourseFigures:
    """The sums of one course."""

    course: Course
    provider: str
    sums: dict[What, Sum]


@dataclass(frozen=True)
class CourseFiguresPage:
    """A slice of the courses of which anything is counted, and how many there are."""

    rows: list[CourseFigures]
    total: int


def among(by: Actor, period: Period, what: What) -> sa.ColumnElement[bool]:
    """Return the condition on `TrainingReferral` joined to `Course` for the rows a number is of."""
    return sa.and_(*_inside(by, period), _counts_as(period)[what])


def figures(session: Session, by: Actor, period: Period) -> TrainingFigures:
    """Return the sums of a period over the actor's part of the tree; two queries."""
    inside = _inside(by, period)
    joined = sa.select(*_columns(period)).join(Course, Course.id == TrainingReferral.course_id)
    sums = _sums(session.execute(joined.where(*inside)).one())
    paid = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(TrainingSubsidy.amount_fen), 0))
        .join(TrainingCertificate, TrainingCertificate.id == TrainingSubsidy.certificate_id)
        .join(TrainingReferral, TrainingReferral.id == TrainingCertificate.referral_id)
        .join(Course, Course.id == TrainingReferral.course_id)
        .where(*inside, TrainingSubsidy.claimed_on.between(period.since, period.until))
    )
    return TrainingFigures(sums, subsidy_fen=paid or 0)


def by_course(
    session: Session, by: Actor, period: Period, *, limit: int = 50, offset: int = 0
) -> CourseFiguresPage:
    """Return the sums of each course with something to count, those that began last first; two queries."""
    inside, anything = _inside(by, period), sa.or_(*_counts_as(period).values())
    grouped = (
        sa.select(TrainingReferral.course_id.label("course_id"), *_columns(period))
        .join(Course, Course.id == TrainingReferral.course_id)
        .where(*inside, anything)
        .group_by(TrainingReferral.course_id)
        .subquery()
    )
    found = (
        sa.select(Course, TrainingProvider.name, *[grouped.c[name] for name in _names()])
        .join(grouped, grouped.c.course_id == Course.id)
        .join(TrainingProvider, TrainingProvider.id == Course.provider_id)
        .order_by(Course.starts_on.desc(), Course.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = [CourseFigures(row[0], row[1], _sums(row[2:])) for row in session.execute(found)]
    counted = (
        sa.select(sa.func.count(sa.distinct(TrainingReferral.course_id)))
        .join(Course, Course.id == TrainingReferral.course_id)
        .where(*inside, anything)
    )
    return CourseFiguresPage(rows, session.scalar(counted) or 0)


def _inside(by: Actor, period: Period) -> list[sa.ColumnElement[bool]]:
    require_staff(by)
    inside: list[sa.ColumnElement[bool]] = [TrainingReferral.union_id.in_(scope_of(by).unions())]
    if period.kind is not None:
        inside.append(Course.kind == period.kind)
    return inside


def _counts_as(period: Period) -> dict[What, sa.ColumnElement[bool]]:
    """Return the condition of each number, on `TrainingReferral` joined to `Course`."""
    days = (period.since, period.until)
    began = TrainingReferral.attending_on.between(*days)
    paper = sa.exists().where(
        TrainingCertificate.referral_id == TrainingReferral.id,
        TrainingCertificate.issued_on.between(*days),
    )
    job = sa.exists().where(
        Placement.id == TrainingReferral.placement_id,
        Placement.started_on.between(*days),
        counted_after(),
    )
    return {
        "began": began,
        "ordered": sa.and_(began, Course.employer_id.is_not(None)),
        "finished": TrainingReferral.finished_on.between(*days),
        "certified": paper.correlate(TrainingReferral, Course),
        "hired": job.correlate(TrainingReferral, Course),
    }


def _names() -> list[str]:
    return [f"{what}_{part}" for what in WHATS for part in ("times", "people")]


def _columns(period: Period) -> list[sa.ColumnElement[int]]:
    """Return both numbers of everything counted, by the names of `_names`."""
    person = TrainingReferral.graduate_id
    columns: list[sa.ColumnElement[int]] = []
    for what, condition in _counts_as(period).items():
        times = sa.func.count(sa.case((condition, 1)))
        people = sa.func.count(sa.distinct(sa.case((condition, person))))
        columns += [times.label(f"{what}_times"), people.label(f"{what}_people")]
    return columns


def _sums(told: Sequence[int]) -> dict[What, Sum]:
    """Read both numbers of everything counted, in the order of `_columns`."""
    return {
        what: Sum(*both)
        for what, both in zip(WHATS, zip(told[::2], told[1::2], strict=True), strict=True)
    }
