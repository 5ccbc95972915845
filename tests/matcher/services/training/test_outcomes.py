"""What comes of a training: certificate, subsidy, service, figures; a job only by a record of one."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.casework import ServiceKind
from matcher.kinds.training import (
    CourseKind,
    DaySession,
    DropReason,
    SupportKind,
    TrainingState,
)
from matcher.models.graduate_cases import ServiceAct
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.training import Course, TrainingReferral
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import (
    answers,
    attendance,
    certificates,
    courses,
    figures,
    proposing,
    silence,
    support,
)
from matcher.services.training.certificates import CertificateInput
from matcher.services.training.figures import Period, Sum
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.training import begin_today, make_course, make_training

_T = TrainingState


def _today() -> Period:
    return Period(clock.today(), clock.today())


def provider_of(course: Course) -> Actor:
    return Actor(account_id=None, role=None, provider_id=course.provider_id)


def _paper(number: str = "A1234567", **changes: object) -> CertificateInput:
    return CertificateInput(number=number, issued_on=clock.today(), **changes)  # type: ignore[arg-type]  # by name


def test_no_subsidy_before_the_certificate_above_the_own_cost_or_above_the_year(
    session: Session, union: Union, worker: Actor
) -> None:
    graduate = make_graduate(session, union)
    certified = []
    for number in range(2):
        course = make_course(session, union)
        begin_today(session, course)
        referral = make_training(session, worker, course, graduate)
        answers.accept(session, worker, referral.id)
        answers.start(session, worker, referral.id)
        answers.finish(session, worker, referral.id)
        with pytest.raises(RuleBrokenError) as early:
            _claim(session, worker, referral, 100_000)
        assert early.value.code == "subsidy_needs_certificate"
        certificates.certify(session, worker, referral.id, _paper(f"B{number}123456"))
        certified.append(referral)
    with pytest.raises(InvalidInputError):
        _claim(session, worker, certified[0], 270_000, own=260_000)
    with pytest.raises(InvalidInputError):
        _claim(session, worker, certified[0], 290_000, own=290_000)

    _claim(session, worker, certified[0], 200_000)
    with pytest.raises(RuleBrokenError) as above:
        _claim(session, worker, certified[1], 100_001)
    assert above.value.code == "subsidy_above_limit"
    _claim(session, worker, certified[1], 100_000)
    with pytest.raises(RuleBrokenError) as twice:
        certificates.claim_subsidy(session, worker, certified[0].id, own_cost_fen=1, amount_fen=1)
    assert twice.value.code in {"subsidy_claimed", "subsidy_above_limit"}


def _claim(
    session: Session, by: Actor, referral: TrainingReferral, amount: int, own: int = 280_000
) -> None:
    certificates.claim_subsidy(session, by, referral.id, own_cost_fen=own, amount_fen=amount)


def test_one_paper_never_certifies_two_people(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    begin_today(session, course)
    rows = [make_training(session, worker, course, make_graduate(session, union)) for _ in range(2)]
    for row in rows:
        answers.accept(session, worker, row.id)
        answers.start(session, worker, row.id)
        answers.finish(session, worker, row.id)
    certificates.certify(session, worker, rows[0].id, _paper("c 7654321"))

    with pytest.raises(RuleBrokenError) as known:
        certificates.certify(session, worker, rows[1].id, _paper("C7654321"))

    assert known.value.code == "certificate_known"


def test_an_internship_lasts_three_to_twelve_months_gives_no_certificate_and_is_no_job(
    session: Session, union: Union, worker: Actor
) -> None:
    course = make_course(session, union, kind=CourseKind.INTERNSHIP)
    facts = courses.CourseInput(
        provider_id=course.provider_id,
        kind=CourseKind.INTERNSHIP,
        title="软件见习",
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2027, 3, 30),
        places=2,
        payer=course.payer,
    )
    with pytest.raises(InvalidInputError) as short:
        courses.add_course(session, worker, facts)
    assert "ends_on" in short.value.details["fields"]  # type: ignore[operator]  # a dict

    begin_today(session, course)
    graduate = make_graduate(session, union)
    make_case(session, graduate)
    referral = make_training(session, worker, course, graduate)
    answers.accept(session, worker, referral.id)
    answers.start(session, worker, referral.id)
    answers.finish(session, worker, referral.id)
    with pytest.raises(RuleBrokenError):
        certificates.certify(session, worker, referral.id, _paper())
    silence.run_night(session, SYSTEM)

    assert session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 0
    sums = figures.figures(session, worker, _today()).sums
    assert (sums["finished"].times, sums["hired"].times) == (1, 0)
    assert session.scalars(sa.select(ServiceAct.kind)).all() == [ServiceKind.INTERNSHIP]


def test_nobody_is_hired_without_a_record_of_the_job(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    referral = make_training(session, worker, course, make_graduate(session, union))
    referral.state = _T.HIRED
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_people_and_enrolments_both_fall_out_of_the_rows(
    session: Session, union: Union, worker: Actor
) -> None:
    people = [make_graduate(session, union) for _ in range(2)]
    first, second = make_course(session, union), make_course(session, union)
    for course, who in ((first, people), (second, people[:1])):
        begin_today(session, course)
        for person in who:
            referral = make_training(session, worker, course, person)
            answers.accept(session, worker, referral.id)
            answers.start(session, worker, referral.id)
            if course is second:
                proposing.drop(session, worker, referral.id, DropReason.WORK)

    sums = figures.figures(session, worker, _today()).sums

    assert sums["began"] == Sum(times=3, people=2)
    other = make_actor(session, Role.CASEWORKER, union=make_union(session))
    assert figures.figures(session, other, _today()).sums["began"] == Sum()


def test_a_day_entered_again_is_corrected(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    begin_today(session, course)
    row = make_training(session, worker, course, make_graduate(session, union))
    answers.accept(session, worker, row.id)
    for hours in (4, 3, 0):
        attendance.note_day(
            session, worker, course.id, on=clock.today(), part=DaySession.EVENING,
            hours={row.id: hours},
        )  # fmt: skip
    sums = attendance.presence_of(session, worker, course.id)[row.id]

    assert (sums.n_present, sums.n_sessions, sums.hours) == (0, 1, 0)
    with pytest.raises(InvalidInputError):
        attendance.note_day(
            session, worker, course.id, on=clock.today() + dt.timedelta(days=1),
            part=DaySession.EVENING, hours={row.id: 1},
        )  # fmt: skip


def test_steps_of_start_up_support_are_services_and_a_licence_is_none_of_them(
    session: Session, union: Union, worker: Actor
) -> None:
    course = make_course(session, union, kind=CourseKind.START_UP)
    begin_today(session, course)
    graduate = make_graduate(session, union)
    make_case(session, graduate)
    referral = make_training(session, worker, course, graduate)
    answers.accept(session, worker, referral.id)

    for kind in SupportKind:
        support.record_step(session, worker, referral.id, kind)

    kinds = session.scalars(sa.select(ServiceAct.kind).order_by(ServiceAct.id)).all()
    assert kinds == [
        ServiceKind.BUSINESS_GUIDANCE,
        ServiceKind.BUSINESS_TRAINING,
        ServiceKind.POLICY,
    ]
    assert {one.value for one in SupportKind} == {"guidance", "training", "loan"}
