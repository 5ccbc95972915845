"""A training referral goes from the proposal to the certificate, the job or its end; silence never approves."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import ServiceKind
from matcher.kinds.referrals import ReferralVia
from matcher.kinds.training import (
    DaySession,
    DropReason,
    TrainingRefusal,
    TrainingState,
)
from matcher.models.graduate_cases import ServiceAct
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.people_rights import Disclosure
from matcher.models.tasks import Task
from matcher.models.training import Course, TrainingReferral, TrainingStep
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.training import (
    answers,
    attendance,
    certificates,
    lists,
    proposing,
    sight,
    silence,
)
from matcher.services.training.certificates import CertificateInput
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.training import begin_today, make_course, make_training

_T = TrainingState


def provider_of(course: Course) -> Actor:
    return Actor(account_id=None, role=None, provider_id=course.provider_id)


def _paper(number: str = "A1234567", **changes: object) -> CertificateInput:
    return CertificateInput(number=number, issued_on=clock.today(), **changes)  # type: ignore[arg-type]  # by name


def _tasks(session: Session, referral: TrainingReferral) -> set[str]:
    found = sa.select(Task.rule).where(
        Task.subject_kind == sight.SUBJECT,
        Task.subject_id == referral.id,
        Task.state == TaskState.OPEN,
    )
    return set(session.scalars(found))


def test_from_the_proposal_to_the_certificate(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    graduate = make_graduate(session, union)
    case = make_case(session, graduate)
    referral = make_training(session, worker, course, graduate)
    provider = provider_of(course)

    answers.accept(session, provider, referral.id)
    begin_today(session, course)
    attendance.note_day(
        session, provider, course.id, on=clock.today(), part=DaySession.MORNING,
        hours={referral.id: 4},
    )  # fmt: skip
    answers.finish(session, provider, referral.id)
    certificates.certify(session, provider, referral.id, _paper())

    assert referral.state is _T.CERTIFIED
    steps = session.scalars(sa.select(TrainingStep).order_by(TrainingStep.id)).all()
    assert [step.after for step in steps if step.before is not step.after] == [
        _T.PROPOSED, _T.ACCEPTED, _T.ATTENDING, _T.FINISHED, _T.CERTIFIED,
    ]  # fmt: skip
    assert {step.via for step in steps} == {ReferralVia.STAFF, ReferralVia.LINK}
    acts = session.scalars(sa.select(ServiceAct).where(ServiceAct.case_id == case.id)).all()
    assert [act.kind for act in acts] == [ServiceKind.TRAINING]
    assert "电工证" in graduate.certificates


def test_a_provider_learns_of_nobody_who_has_not_agreed_and_a_disclosure_says_who_did(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    graduate = make_graduate(session, union)
    referral = make_training(session, worker, course, graduate, agreed=False)
    provider = provider_of(course)

    assert lists.list_people(session, provider, course_id=course.id).rows == []
    with pytest.raises(NotFoundError):
        answers.accept(session, provider, referral.id)
    with pytest.raises(RuleBrokenError, match="同意"):
        answers.accept(session, worker, referral.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(Disclosure)) == 0

    person = Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate.id)
    proposing.agree(session, person, referral.id)

    assert [row.graduate.id for row in lists.list_people(session, provider).rows] == [graduate.id]
    disclosed = session.scalars(sa.select(Disclosure)).one()
    assert (disclosed.subject_kind, disclosed.subject_id) == ("graduate", graduate.id)
    sent = session.scalars(sa.select(OutboxMessage.template).order_by(OutboxMessage.id)).all()
    assert sent == ["training_asked", "training_link"]


def test_a_provider_acts_on_its_own_courses_and_on_nothing_else(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    referral = make_training(session, worker, course, make_graduate(session, union))
    other = provider_of(make_course(session, union))

    with pytest.raises(NotFoundError):
        answers.accept(session, other, referral.id)
    with pytest.raises(NotAllowedError):
        proposing.drop(session, provider_of(course), referral.id, DropReason.OTHER)
    with pytest.raises(NotAllowedError):
        certificates.claim_subsidy(
            session, provider_of(course), referral.id, own_cost_fen=1, amount_fen=1
        )


def test_a_person_is_in_a_course_once_and_may_come_again_after_an_end(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    graduate = make_graduate(session, union)
    first = make_training(session, worker, course, graduate)

    with pytest.raises(RuleBrokenError) as refused:
        make_training(session, worker, course, graduate)
    assert refused.value.code == "training_live_already"
    proposing.drop(session, worker, first.id, DropReason.TIME)
    again = make_training(session, worker, course, graduate)

    assert again.state is _T.PROPOSED
    session.refresh(course)
    assert course.places_taken == 1


def test_a_full_course_has_a_waiting_list_and_a_freed_place_goes_to_the_next(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    people = [make_graduate(session, union) for _ in range(5)]
    rows = [
        make_training(session, worker, course, person, agreed=number != 2)
        for number, person in enumerate(people)
    ]
    assert [row.state for row in rows] == [_T.PROPOSED] * 2 + [_T.WAITING] * 3

    answers.refuse(session, provider_of(course), rows[0].id, TrainingRefusal.CONDITIONS)

    assert [row.state for row in rows[:4]] == [_T.REFUSED, _T.PROPOSED, _T.PROPOSED, _T.WAITING]
    assert rows[2].decide_by_on == clock.today() + dt.timedelta(days=3)
    assert _tasks(session, rows[2]) == {"training.freed_place"}
    session.refresh(course)
    assert course.places_taken == 2
    assert silence.run_night(session, SYSTEM)["n_promoted"] == 0
    proposing.agree(session, worker, rows[2].id)
    assert rows[2].decide_by_on == clock.today() + dt.timedelta(days=30)
    assert _tasks(session, rows[2]) == set()
    proposing.drop(session, worker, rows[1].id, DropReason.WORK)
    assert rows[3].state is _T.PROPOSED
    assert rows[3].decide_by_on == clock.today() + dt.timedelta(days=30)


def test_a_freed_place_nobody_takes_goes_on(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    rows = [make_training(session, worker, course, make_graduate(session, union)) for _ in range(4)]
    proposing.drop(session, worker, rows[0].id, DropReason.NO_WISH)
    rows[2].decide_by_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    done = silence.run_night(session, SYSTEM)

    assert done["n_expired"] == 1
    assert (rows[2].state, rows[3].state) == (_T.EXPIRED, _T.PROPOSED)
    assert _tasks(session, rows[2]) == {"training.expired"}


def test_silence_is_reminded_of_every_ten_days_and_ends_at_thirty(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    course.starts_on = course.ends_on = clock.today() + dt.timedelta(days=60)
    referral = make_training(session, worker, course, make_graduate(session, union))
    asked = referral.asked_at
    reminded = {}
    for day in (9, 10, 11, 20, 25, 29, 30):
        referral.asked_at = asked - dt.timedelta(days=day)
        assert referral.decide_by_on is not None
        session.flush()
        reminded[day] = silence.remind_due(session, SYSTEM)
        assert silence.remind_due(session, SYSTEM) == 0

    assert reminded == {9: 0, 10: 1, 11: 0, 20: 1, 25: 0, 29: 0, 30: 1}
    assert referral.decide_by_on == clock.today() + dt.timedelta(days=30)
    assert silence.expire_due(session, SYSTEM) == 0
    referral.decide_by_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    assert silence.expire_due(session, SYSTEM) == 1
    assert referral.state is _T.EXPIRED
    assert silence.expire_due(session, SYSTEM) == 0


def test_an_answer_that_came_just_before_the_night_stands(
    session: Session,
    union: Union,
    worker: Actor,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        make_training(session, worker, course, make_graduate(session, union), agreed=False)
        for _ in range(2)
    ]
    for row in rows:
        row.decide_by_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    def answered_meanwhile(
        database: Session, by: Actor, referral_id: int
    ) -> tuple[Course, TrainingReferral]:
        if referral_id == rows[0].id:
            proposing.agree(database, worker, referral_id)
        return sight.lock_referral(database, by, referral_id)

    monkeypatch.setattr(silence, "lock_referral", answered_meanwhile)

    assert silence.expire_due(session, SYSTEM) == 1
    assert [row.state for row in rows] == [_T.PROPOSED, _T.EXPIRED]


def test_whoever_waits_for_a_course_that_takes_nobody_is_told_to_somebody(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    rows = [make_training(session, worker, course, make_graduate(session, union)) for _ in range(3)]
    assert rows[2].state is _T.WAITING
    assert silence.end_waiting(session, SYSTEM) == 0

    begin_today(session, course, days_ago=1)

    assert [silence.end_waiting(session, SYSTEM) for _ in range(2)] == [1, 0]
    assert rows[2].state is _T.DROPPED
    assert _tasks(session, rows[2]) == {"training.waited_in_vain"}
    assert course.places_taken == 2


def test_a_course_that_is_over_is_asked_about_until_everybody_has_a_result(
    session: Session, union: Union, worker: Actor, course: Course
) -> None:
    row = make_training(session, worker, course, make_graduate(session, union))
    answers.accept(session, worker, row.id)
    assert silence.ask_for_results(session, SYSTEM) == 0
    course.starts_on = clock.today() - dt.timedelta(days=30)
    course.ends_on = clock.today() - dt.timedelta(days=1)
    session.flush()

    assert [silence.ask_for_results(session, SYSTEM) for _ in range(2)] == [1, 0]
    proposing.drop(session, worker, row.id, DropReason.TIME)
    assert silence.ask_for_results(session, SYSTEM) == 0
    found = sa.select(Task.state).where(Task.rule == silence.RESULT_RULE)
    assert list(session.scalars(found)) == [TaskState.DROPPED]
