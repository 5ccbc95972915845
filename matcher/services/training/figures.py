"""Figures of training (培训数字): people (人) and enrolments (人次) both fall out of the same rows.

An enrolment is a training referral whose person began to take part, also if it was dropped later; people are the
distinct persons of those. A job after training is counted apart, and a finished internship is none.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.training import CourseKind, TrainingState
from matcher.models.training import Course, TrainingReferral
from matcher.models.training_records import TrainingCertificate, TrainingSubsidy
from matcher.services.permissions import Actor, scope_of
from matcher.services.training.sight import require_staff


@dataclass(frozen=True)
class TrainingFigures:
    """Sums over a period, of one kind of course or of all.

    Parameters
    ----------
    n_people, n_enrolments : 人 and 人次 of those who began in the period
    n_ordered : of the enrolments, in courses with an order (订单定向)
    n_finished, n_certified : certificates by the day they were issued
    n_hired : distinct people with a job after it; those of an internship are kept (留用)
    """

    n_people: int
    n_enrolments: int
    n_ordered: int
    n_finished: int
    n_certified: int
    n_hired: int
    subsidy_fen: int


def figures(
    session: Session,
    by: Actor,
    since: dt.date,
    until: dt.date,
    *,
    kind: CourseKind | None = None,
) -> TrainingFigures:
    """Return the sums of a period over the actor's part of the tree; three queries."""
    require_staff(by)
    period = (since, until)
    rows: list[sa.ColumnElement[bool]] = [TrainingReferral.union_id.in_(scope_of(by).unions())]
    if kind is not None:
        rows.append(Course.kind == kind)
    people, enrolments, ordered, finished, hired = session.execute(
        _counts(period).where(*rows)
    ).one()
    papers = _of_papers(sa.func.count()).where(
        *rows, TrainingCertificate.issued_on.between(*period)
    )
    paid = _of_papers(sa.func.coalesce(sa.func.sum(TrainingSubsidy.amount_fen), 0)).where(
        *rows, TrainingSubsidy.claimed_on.between(*period)
    )
    return TrainingFigures(
        n_people=people,
        n_enrolments=enrolments,
        n_ordered=ordered,
        n_finished=finished,
        n_certified=session.scalar(papers) or 0,
        n_hired=hired,
        subsidy_fen=session.scalar(paid) or 0,
    )


def _counts(period: tuple[dt.date, dt.date]) -> sa.Select[int, int, int, int, int]:
    """Select people, enrolments, those of orders, finished, and people with a job."""
    person = TrainingReferral.graduate_id
    began = TrainingReferral.attending_on.between(*period)
    ordered = sa.and_(began, Course.employer_id.is_not(None))
    finished = TrainingReferral.finished_on.between(*period)
    in_work = TrainingReferral.state == TrainingState.HIRED
    hired = sa.and_(in_work, TrainingReferral.hired_on.between(*period))
    return sa.select(
        sa.func.count(sa.distinct(sa.case((began, person)))),
        sa.func.count(sa.case((began, 1))),
        sa.func.count(sa.case((ordered, 1))),
        sa.func.count(sa.case((finished, 1))),
        sa.func.count(sa.distinct(sa.case((hired, person)))),
    ).join(Course, Course.id == TrainingReferral.course_id)


def _of_papers(what: sa.ColumnElement[int]) -> sa.Select[int]:
    """Select a sum over certificates, with the subsidies claimed for them."""
    return (
        sa.select(what)
        .select_from(TrainingCertificate)
        .join(TrainingReferral, TrainingReferral.id == TrainingCertificate.referral_id)
        .join(Course, Course.id == TrainingReferral.course_id)
        .outerjoin(TrainingSubsidy, TrainingSubsidy.certificate_id == TrainingCertificate.id)
    )
