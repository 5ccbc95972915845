"""Proposing a course to somebody (培训转介), and the person's yes or no.

A full course takes the person onto its waiting list (候补). The provider learns of nobody before the person has
agreed; that it then does is written down as a disclosure (对外提供). Not wishing to take part is never a refusal in
the sense of a regulation (拒绝培训): nothing counts it and nobody is told.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.people_rights import DataKind, DisclosureBasis
from matcher.kinds.training import DropReason, TrainingState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.policy.training_steps import ENDS
from matcher.services import tasks
from matcher.services.people_rights import disclosures
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import get_in_scope, unique_or
from matcher.services.training import messages, places
from matcher.services.training.sight import (
    SUBJECT,
    get_course,
    lock_course,
    require_person_side,
    require_staff,
)
from matcher.services.training.stepping import (
    ANSWER_RULE,
    FREED_RULE,
    begin,
    is_open,
    last_day,
    note,
    step,
    via_of,
    wrong_step,
)

_T = TrainingState


def propose(
    session: Session, by: Actor, *, course_id: int, graduate_id: int, agreed: bool = False
) -> TrainingReferral:
    """Propose a course to a graduate of the scope; onto the waiting list if it is full.

    Parameters
    ----------
    agreed : whether the person has said yes already, on paper or by telephone

    Raises
    ------
    RuleBrokenError
        The course takes nobody now, or the person is in it or waits for it.
    """
    require_staff(by)
    graduate = get_in_scope(session, by, Graduate, graduate_id)
    get_course(session, by, course_id)
    course = lock_course(session, course_id)
    if not is_open(course):
        raise RuleBrokenError("course_not_open", "这个班已经开课、结束或取消，不能再转介。")
    refuse_taken(session, course_id, graduate_id)
    has_place = places.take(session, course)
    now = clock.now()
    referral = TrainingReferral(
        course_id=course.id,
        graduate_id=graduate.id,
        union_id=graduate.union_id,
        case_id=_open_case(session, graduate.id),
        state=_T.PROPOSED if has_place else _T.WAITING,
        proposed_at=now,
        proposed_by_id=by.account_id,
        queued_at=None if has_place else now,
        asked_at=now,
    )
    if has_place:
        referral.decide_by_on = last_day(course, ANSWER_RULE)
    with unique_or(session, already_there()):
        session.add(referral)
    note(session, by, referral, before=None)
    messages.ask_person(session, referral)
    if agreed:
        agree(session, by, referral.id)
    session.flush()
    return referral


def already_there() -> RuleBrokenError:
    """Say that somebody is in a course already."""
    return RuleBrokenError("training_live_already", "这位毕业生已经在这个班的名单或候补里。")


def refuse_taken(session: Session, course_id: int, graduate_id: int) -> None:
    """Raise if a person is in a course or waits for it; the index holds it against two at once."""
    standing = sa.select(TrainingReferral.id).where(
        TrainingReferral.course_id == course_id,
        TrainingReferral.graduate_id == graduate_id,
        TrainingReferral.state.not_in(ENDS),
    )
    if session.scalar(standing) is not None:
        raise already_there()


def _open_case(session: Session, graduate_id: int) -> int | None:
    return session.scalar(
        sa.select(GraduateCase.id).where(
            GraduateCase.graduate_id == graduate_id, GraduateCase.closed_on.is_(None)
        )
    )


def agree(
    session: Session, by: Actor, referral_id: int, *, expected_version: int | None = None
) -> TrainingReferral:
    """Take the person's yes: the provider may know name, telephone, school and major from now on."""
    require_person_side(by)
    course, referral = begin(session, by, referral_id, expected_version=expected_version)
    if referral.state not in (_T.WAITING, _T.PROPOSED):
        raise wrong_step(referral)
    if referral.agreed_at is None:
        referral.agreed_at, referral.agreed_via = clock.now(), via_of(by)
        note(session, by, referral, before=referral.state, facts={"agreed": True})
        _disclose(session, by, course, referral)
        if referral.state is _T.PROPOSED:
            _now_the_provider(session, course, referral)
    session.flush()
    return referral


def _now_the_provider(session: Session, course: Course, referral: TrainingReferral) -> None:
    """Let the provider's days begin: it learns of the person only now."""
    referral.asked_at, referral.n_reminders, referral.reminded_on = clock.now(), 0, None
    referral.decide_by_on = last_day(course, ANSWER_RULE)
    tasks.drop_task(session, FREED_RULE, (SUBJECT, referral.id))
    session.flush()
    messages.ask_provider(session, course)


def _disclose(session: Session, by: Actor, course: Course, referral: TrainingReferral) -> None:
    provider = session.get_one(TrainingProvider, course.provider_id)
    disclosures.note(
        session,
        SYSTEM,
        subject=("graduate", referral.graduate_id),
        union_id=referral.union_id,
        passed=disclosures.Passed(
            recipient=provider.name,
            contact=provider.contact_phone_masked or provider.address or provider.name,
            purpose="报名培训",
            kinds=(DataKind.IDENTITY, DataKind.CONTACT, DataKind.STUDY),
            basis=DisclosureBasis.CONSENT,
            consent=(SUBJECT, referral.id),
        ),
    )


def drop(
    session: Session,
    by: Actor,
    referral_id: int,
    reason: DropReason,
    *,
    expected_version: int | None = None,
) -> TrainingReferral:
    """Take somebody out who does not take part or left; the place goes to the next who waits."""
    require_person_side(by)
    course, referral = begin(session, by, referral_id, expected_version=expected_version)
    referral.drop_reason = reason
    step(session, by, course, referral, _T.DROPPED, facts={"reason": reason.value})
    return referral
