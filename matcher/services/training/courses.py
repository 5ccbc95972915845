"""Courses (培训班): entering and changing them, closing and cancelling.

Each kind has its rules: a training course (技能、创业培训) may name the certificate it leads to, an internship (见习)
lasts the months the regulation says, neither it nor start-up support (创业扶持) gives a certificate.
"""

import datetime as dt
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CoursePayer,
    CourseState,
    DropReason,
    TradeLevel,
    TrainingState,
)
from matcher.models.employers import Employer
from matcher.models.training import Course, TrainingReferral
from matcher.policy.deadlines import add_months
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, get_in_scope, not_found
from matcher.services.training import messages, orders, proposing
from matcher.services.training.providers import get_provider
from matcher.services.training.sight import COURSE, get_own_course, require_staff
from matcher.services.training.stepping import OVER_RULE, follow_up, promote
from matcher.vocabulary.certificates import find_certificates, get_certificate

_NOT_TAKEN = (TrainingState.WAITING, TrainingState.PROPOSED)
_BEFORE_CLASS = (*_NOT_TAKEN, TrainingState.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class CourseInput:
    """What a course is."""

    provider_id: int
    kind: CourseKind
    title: str
    starts_on: dt.date
    ends_on: dt.date
    places: int
    payer: CoursePayer
    cost_fen: int = 0
    trade: str | None = None
    occupation_code: str | None = None
    level: TradeLevel | None = None
    planned_hours: int | None = None
    actual_hours: int | None = None
    place_text: str | None = None
    region_code: str | None = None
    certificate: str | None = None
    certificate_kind: CertificateKind | None = None
    employer_id: int | None = None
    promised_posts: int = 0


def certificate_code(name: str) -> str:
    """Return the code postings require a certificate under; the name itself for one the table has not."""
    if get_certificate(name) is not None:
        return name
    codes = find_certificates(name)
    return codes[0] if len(codes) == 1 else name.strip()


def add_course(session: Session, by: Actor, facts: CourseInput) -> Course:
    """Enter a course of the own union."""
    require_staff(by)
    if by.union_id is None:
        raise not_found()
    _check(session, by, facts)
    course = Course(
        union_id=by.union_id, created_at=clock.now(), created_by_id=by.account_id, **asdict(facts)
    )
    session.add(course)
    session.flush()
    audit.record(session, by, "course.added", subject=(COURSE, course.id), kind=facts.kind)
    return course


def change_course(
    session: Session,
    by: Actor,
    course_id: int,
    facts: CourseInput,
    *,
    expected_version: int | None = None,
) -> Course:
    """Change a course; more places go to those who wait, fewer promised posts are told to both sides.

    Another employer of the order begins anew: neither the seats nor the numbers of the one before are its own.

    Raises
    ------
    RuleBrokenError
        It is over, its kind would change under people in it, or fewer places than people.
    """
    course = get_own_course(session, by, course_id)
    expect_version(course, expected_version)
    if course.state is not CourseState.OPEN:
        raise RuleBrokenError("course_over", "这个班已经结束或取消，不能再修改。")
    _check(session, by, facts)
    if course.places_taken and facts.kind is not course.kind:
        raise RuleBrokenError("course_kind_fixed", "班里已有人，不能改成另一类。请另建一个班。")
    if facts.places < course.places_taken:
        raise RuleBrokenError(
            "course_places_taken", f"已有 {course.places_taken} 人占用名额，名额不能再少。"
        )
    before, firm = course.promised_posts, course.employer_id
    for name, value in asdict(facts).items():
        setattr(course, name, value)
    session.flush()
    audit.record(session, by, "course.changed", subject=(COURSE, course.id))
    if firm is not None and course.employer_id != firm:
        orders.leave_firm(session, by, course)
    if course.employer_id in (firm, None):
        orders.note_posts(session, by, course, before)
    promote(session, course)
    session.flush()
    return course


def _check(session: Session, by: Actor, facts: CourseInput) -> None:
    get_provider(session, by, facts.provider_id)
    if facts.employer_id is not None:
        get_in_scope(session, by, Employer, facts.employer_id)
    fields = {}
    if not facts.title.strip():
        fields["title"] = "请填班名。"
    if facts.ends_on < facts.starts_on:
        fields["ends_on"] = "结束日期不能早于开始日期。"
    if facts.places < 1:
        fields["places"] = "名额至少 1 个。"
    if facts.cost_fen < 0:
        fields["cost"] = "费用不能为负。"
    if facts.certificate and not facts.kind.gives_certificate:
        fields["certificate"] = "见习和创业扶持不发证书。"
    if facts.promised_posts < 0 or (facts.promised_posts and facts.employer_id is None):
        fields["promised_posts"] = "有承诺岗位时请选订单单位。"
    if facts.kind is CourseKind.INTERNSHIP:
        fields |= _check_months(facts)
    if fields:
        raise InvalidInputError("course_input", "班次有误，请修改标出的项目。", fields=fields)


def _check_months(facts: CourseInput) -> dict[str, str]:
    """Hold an internship (见习) to the months the region has."""
    least, most = (
        get_limit(f"internship.months_{end}", facts.region_code, facts.starts_on).value
        for end in ("least", "most")
    )
    last = facts.ends_on + dt.timedelta(days=1)
    if add_months(facts.starts_on, least) <= last <= add_months(facts.starts_on, most):
        return {}
    return {"ends_on": f"见习期限为 {least} 至 {most} 个月，请核对起止日期。"}


def close_course(
    session: Session, by: Actor, course_id: int, *, expected_version: int | None = None
) -> Course:
    """Close a course that is over: those in it can still finish and be certified.

    Nobody new comes in: who waits or has not been taken yet is out of it and told so.
    """
    course = get_own_course(session, by, course_id)
    expect_version(course, expected_version)
    _leave_open(course, CourseState.CLOSED)
    _drop_all(session, by, course, _NOT_TAKEN, DropReason.OTHER)
    audit.record(session, by, "course.closed", subject=(COURSE, course.id))
    session.flush()
    return course


def cancel_course(
    session: Session, by: Actor, course_id: int, *, expected_version: int | None = None
) -> Course:
    """Cancel a course; who has not begun is out of it, with that reason, and told so."""
    course = get_own_course(session, by, course_id)
    expect_version(course, expected_version)
    _leave_open(course, CourseState.CANCELLED)
    _drop_all(session, by, course, _BEFORE_CLASS, DropReason.CANCELLED)
    audit.record(session, by, "course.cancelled", subject=(COURSE, course.id))
    session.flush()
    return course


def _leave_open(course: Course, state: CourseState) -> None:
    if course.state is not CourseState.OPEN:
        raise RuleBrokenError("course_over", "这个班已经结束或取消，不能再修改。")
    course.state = state


def _drop_all(
    session: Session,
    by: Actor,
    course: Course,
    states: tuple[TrainingState, ...],
    reason: DropReason,
) -> None:
    """Take out who is in some states: each is told, and the caseworker looks for another way."""
    session.flush()
    found = sa.select(TrainingReferral.id).where(
        TrainingReferral.course_id == course.id, TrainingReferral.state.in_(states)
    )
    for referral_id in session.scalars(found.order_by(TrainingReferral.id)).all():
        referral = proposing.drop(session, by, referral_id, reason)
        follow_up(session, course, referral, OVER_RULE)
        messages.tell_over(session, referral)
