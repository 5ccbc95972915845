"""What counts after a training: the certificate whenever it comes, and checked jobs alone."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import PlacementState, RevocationReason
from matcher.kinds.training import CourseKind, TrainingState
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.training import TrainingReferral
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import answers, certificates, figures, hiring, lists
from matcher.services.training.certificates import CertificateInput
from matcher.services.training.figures import Period, Sum
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement
from tests.factories.postings import make_employer
from tests.factories.training import begin_today, make_course, make_training

_T = TrainingState


def _finished(
    session: Session, by: Actor, graduate: Graduate, **changes: object
) -> TrainingReferral:
    """Bring somebody to the end of a course of their union."""
    course = make_course(session, session.get_one(Union, graduate.union_id), **changes)
    begin_today(session, course)
    referral = make_training(session, by, course, graduate)
    for step in (answers.accept, answers.start, answers.finish):
        step(session, by, referral.id)
    return referral


def _job(session: Session, graduate: Graduate, **changes: object) -> Placement:
    return make_placement(session, graduate, started_on=clock.today(), **changes)


def _hired(session: Session, by: Actor) -> int:
    return figures.figures(session, by, Period(clock.today(), clock.today())).sums["hired"].people


def _paper(number: str) -> CertificateInput:
    return CertificateInput(number=number, issued_on=clock.today())


def test_a_certificate_after_the_job_is_entered_and_the_subsidy_follows(
    session: Session, worker: Actor, graduate: Graduate
) -> None:
    referral = _finished(session, worker, graduate)
    _job(session, graduate)
    assert hiring.link_found(session, SYSTEM) == 1
    with pytest.raises(RuleBrokenError) as early:
        certificates.claim_subsidy(session, worker, referral.id, own_cost_fen=9, amount_fen=9)
    assert early.value.code == "subsidy_needs_certificate"

    certificates.certify(session, worker, referral.id, _paper("H1234567"))
    certificates.claim_subsidy(session, worker, referral.id, own_cost_fen=9, amount_fen=9)

    assert referral.state is _T.HIRED
    assert "电工证" in graduate.certificates
    found = figures.figures(session, worker, Period(clock.today(), clock.today()))
    assert (found.sums["certified"], found.subsidy_fen) == (Sum(1, 1), 9)
    with pytest.raises(RuleBrokenError) as twice:
        certificates.certify(session, worker, referral.id, _paper("H7654321"))
    assert twice.value.code == "training_step_wrong"


def test_an_intern_who_was_kept_gets_no_certificate_either(
    session: Session, worker: Actor, graduate: Graduate
) -> None:
    referral = _finished(session, worker, graduate, kind=CourseKind.INTERNSHIP)
    _job(session, graduate)
    hiring.link_found(session, SYSTEM)

    with pytest.raises(RuleBrokenError):
        certificates.certify(session, worker, referral.id, _paper("H1234567"))


def test_only_a_checked_job_is_one_after_a_training(
    session: Session, worker: Actor, graduate: Graduate
) -> None:
    _finished(session, worker, graduate)
    job = _job(session, graduate)
    assert hiring.link_found(session, SYSTEM) == 1
    assert _hired(session, worker) == 0

    job.state, job.verified_at = PlacementState.VERIFIED, clock.now()
    session.flush()
    assert _hired(session, worker) == 1

    job.state, job.revocation_reason = PlacementState.REVOKED, next(iter(RevocationReason))
    session.flush()
    assert _hired(session, worker) == 0


def test_a_revoked_job_gives_way_to_the_next_one(
    session: Session, worker: Actor, graduate: Graduate
) -> None:
    referral = _finished(session, worker, graduate)
    first = _job(session, graduate)
    assert hiring.link_found(session, SYSTEM) == 1
    first.state, first.revocation_reason = PlacementState.REVOKED, next(iter(RevocationReason))
    session.flush()
    assert hiring.link_found(session, SYSTEM) == 0
    second = _job(session, graduate, state=PlacementState.VERIFIED)

    assert [hiring.link_found(session, SYSTEM) for _ in range(2)] == [1, 0]
    assert (referral.state, referral.placement_id) == (_T.HIRED, second.id)
    assert _hired(session, worker) == 1
    with pytest.raises(RuleBrokenError):
        hiring.link_placement(session, worker, referral.id, second.id)


@pytest.mark.parametrize("code", ["80", "85", "46", "70"])
def test_study_service_and_waiting_are_no_job_after_a_training(
    session: Session, worker: Actor, graduate: Graduate, code: str
) -> None:
    referral = _finished(session, worker, graduate)
    _job(
        session, graduate, destination_code=code, is_outcome=code != "70",
        state=PlacementState.VERIFIED,
    )  # fmt: skip

    assert hiring.link_found(session, SYSTEM) == 0
    assert referral.state is _T.FINISHED
    referral.placement_id = session.scalars(sa.select(Placement.id)).one()
    referral.state = _T.HIRED
    session.flush()
    assert _hired(session, worker) == 0


@pytest.mark.parametrize("stays", [True, False])
def test_after_an_internship_only_who_is_kept_there_counts(
    session: Session, worker: Actor, graduate: Graduate, employer: Employer, stays: bool
) -> None:
    _finished(session, worker, graduate, kind=CourseKind.INTERNSHIP, employer_id=employer.id)
    where = employer if stays else make_employer(session, session.get_one(Union, employer.union_id))
    _job(session, graduate, employer_id=where.id, state=PlacementState.VERIFIED)
    hiring.link_found(session, SYSTEM)

    assert _hired(session, worker) == int(stays)


def test_people_and_person_times_stand_apart_in_all_and_by_course_and_the_lists_agree(
    session: Session, worker: Actor, graduate: Graduate, union: Union, employer: Employer
) -> None:
    other = make_graduate(session, union)
    rows = [
        _finished(session, worker, graduate),
        _finished(session, worker, graduate, employer_id=employer.id),
        _finished(session, worker, other, kind=CourseKind.INTERNSHIP),
    ]
    certificates.certify(session, worker, rows[0].id, _paper("Z1234567"))
    _job(session, graduate, state=PlacementState.VERIFIED)
    hiring.link_found(session, SYSTEM)
    today = clock.today()
    period = Period(today, today)

    sums = figures.figures(session, worker, Period(today, today)).sums

    assert sums == {
        "began": Sum(3, 2),
        "ordered": Sum(1, 1),
        "finished": Sum(3, 2),
        "certified": Sum(1, 1),
        "hired": Sum(2, 1),
    }
    for what, told in sums.items():
        found = lists.list_people(session, worker, counted=(period, what))
        assert (found.total, found.n_people) == (told.times, told.people)
    page = figures.by_course(session, worker, period)
    assert page.total == len(page.rows) == 3
    assert {row.course.id for row in page.rows} == {row.course_id for row in rows}
    assert {row.sums["began"] for row in page.rows} == {Sum(1, 1)}
    interns = Period(today, today, CourseKind.INTERNSHIP)
    assert figures.by_course(session, worker, interns).total == 1
    before = Period(today - dt.timedelta(days=9), today - dt.timedelta(days=1))
    assert figures.by_course(session, worker, before).total == 0
    stranger = make_actor(session, Role.CASEWORKER, union=make_union(session))
    assert figures.by_course(session, stranger, period).total == 0
