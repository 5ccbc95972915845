"""How each rule of jobs, call-backs and courses is broken by hand; each tells whose rows it touched."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState
from matcher.kinds.households import WorkStatus
from matcher.kinds.placements import EvidenceVerdict, PlacementEnd, PlacementState
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.kinds.training import CertificateKind, TrainingState
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberEmployment
from matcher.models.placements import Placement
from matcher.models.training import Course, TrainingReferral
from matcher.models.training_records import TrainingCertificate, TrainingSubsidy
from matcher.services.permissions import SYSTEM
from matcher.services.placements.stepping import note
from seeds.simulator.invariants import Touched
from tests.factories.accounts import make_union
from tests.factories.follow_ups import make_call_back
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.placements import make_evidence, make_placement
from tests.factories.referrals import make_referral
from tests.factories.training import make_course, make_training
from tests.seeds.breaking_referrals import without, write

Break = Callable[[Session], Touched]
_DAY = dt.timedelta(days=1)


def _of(placement: Placement) -> Touched:
    return Touched(graduate_id=placement.graduate_id)


def _ended(session: Session, **changes: object) -> Placement:
    last = {"ended_on": clock.today() - 2 * _DAY, "end_reason": PlacementEnd.QUIT}
    return make_placement(session, **(last | changes))


def _two_placements(session: Session) -> Touched:
    without(session, "uq_placement_live_graduate")
    first, second = make_placement(session), make_placement(session)
    second.graduate_id = first.graduate_id
    return _of(first)


def _left_but_placed(session: Session) -> Touched:
    left = make_referral(session, state=ReferralState.IN_POST, left_on=clock.today())
    return _of(
        make_placement(session, session.get_one(Graduate, left.graduate_id), referral_id=left.id)
    )


def _ends_tomorrow(session: Session) -> Touched:
    return _of(_ended(session, ended_on=clock.today() + _DAY))


def _checked_by_nobody_else(session: Session) -> Touched:
    placement = make_placement(session, state=PlacementState.VERIFIED)
    make_evidence(session, placement, verdict=EvidenceVerdict.FALSE, checked_at=clock.now())
    return _of(placement)


def _no_case(session: Session) -> Touched:
    placement = _ended(session, state=PlacementState.VERIFIED)
    for act in ("verified", "ended"):
        note(session, SYSTEM, placement, act)
    return _of(placement)


def _call_without_task(session: Session) -> Touched:
    placement = make_placement(session)
    make_call_back(session, placement)
    return _of(placement)


def _left_but_there(session: Session) -> Touched:
    placement = make_placement(session)
    make_call_back(
        session,
        placement,
        state=CallBackState.ANSWERED,
        answer=CallBackAnswer.LEFT,
        left_on=clock.today(),
        settled_at=clock.now(),
    )
    return _of(placement)


def _work_goes_on(session: Session) -> Touched:
    placement = _ended(session)
    household = make_household(session)
    member = make_member(session, household, graduate_id=placement.graduate_id)
    row = MemberEmployment(
        member_id=member.id,
        from_on=placement.started_on,
        status=WorkStatus.EMPLOYED,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    placement.member_employment_id = row.id
    return _of(placement)


WORK_BREAKS: dict[str, Break] = {
    "nobody has two live placements": _two_placements,
    "a placement goes on as long as its referral": _left_but_placed,
    "no placement is over whose last day is to come": _ends_tomorrow,
    "what counts was found good by another than who recorded it": _checked_by_nobody_else,
    "who lost a job that counted has an open case": _no_case,
    "a call-back that is due has its task": _call_without_task,
    "a job that was said to be left is over": _left_but_there,
    "the household's work is over the day after a job's last": _work_goes_on,
}


def _in_course(session: Session, places: int = 1, people: int = 1) -> list[TrainingReferral]:
    union = make_union(session)
    course = make_course(session, union, places=places)
    return [
        make_training(session, SYSTEM, course, make_graduate(session, union)) for _ in range(people)
    ]


def _course(one: TrainingReferral) -> Touched:
    return Touched(course_id=one.course_id)


def _place_for_nobody(session: Session) -> Touched:
    (one,) = _in_course(session, places=2)
    session.get_one(Course, one.course_id).places_taken = 2
    return _course(one)


def _free_but_waiting(session: Session) -> Touched:
    one, _ = _in_course(session, people=2)
    session.get_one(Course, one.course_id).places = 2
    return _course(one)


def _passed_over(session: Session) -> Touched:
    _one, _waiting, last = _in_course(session, people=3)
    write(
        session, "UPDATE training_step SET after = 'proposed' WHERE referral_id = :one", one=last.id
    )
    return _course(last)


def _certified(session: Session, **changes: object) -> tuple[TrainingReferral, TrainingCertificate]:
    (one,) = _in_course(session)
    fields: dict[str, object] = {
        "state": TrainingState.CERTIFIED,
        "attending_on": clock.today(),
        "finished_on": clock.today(),
    }
    for name, value in (fields | changes).items():
        setattr(one, name, value)
    paper = TrainingCertificate(
        referral_id=one.id,
        kind=CertificateKind.COMPLETION,
        name="电工证",
        number_cipher=b"-",
        number_index=f"made-up {one.id}",
        number_masked="****0001",
        issued_on=clock.today(),
        entered_at=clock.now(),
        via=ReferralVia.STAFF,
    )
    session.add(paper)
    session.flush()
    return one, paper


def _certified_unfinished(session: Session) -> Touched:
    one, _ = _certified(session, state=TrainingState.ATTENDING, finished_on=None)
    return _course(one)


def _subsidy_first(session: Session) -> Touched:
    one, paper = _certified(session)
    session.add(
        TrainingSubsidy(
            certificate_id=paper.id,
            graduate_id=one.graduate_id,
            union_id=one.union_id,
            year=2026,
            own_cost_fen=2,
            amount_fen=1,
            limit_source="made up",
            claimed_on=clock.today() - _DAY,
            entered_at=clock.now(),
        )
    )
    return _course(one)


def _hired_before(session: Session) -> Touched:
    one, _ = _certified(session)
    job = make_placement(
        session, session.get_one(Graduate, one.graduate_id), started_on=clock.today() - _DAY
    )
    one.placement_id, one.state = job.id, TrainingState.HIRED
    return _course(one)


def _other_step(session: Session) -> Touched:
    (one,) = _in_course(session)
    write(session, "UPDATE training_step SET after = 'attending'")
    return _course(one)


def _silent(session: Session) -> Touched:
    (one,) = _in_course(session)
    one.state, one.ended_at = TrainingState.EXPIRED, clock.now()
    session.execute(sa.text("DELETE FROM task"))
    return _course(one)


COURSE_BREAKS: dict[str, Break] = {
    "places taken are people who hold one": _place_for_nobody,
    "nobody waits while a place is free": _free_but_waiting,
    "nobody is passed over who waits longer": _passed_over,
    "a certificate is of somebody who finished": _certified_unfinished,
    "a certificate comes before its subsidy": _subsidy_first,
    "who was hired after training has a job of one's own that began after it": _hired_before,
    "a training's last step is its state": _other_step,
    "a training nobody answered has its task": _silent,
}
