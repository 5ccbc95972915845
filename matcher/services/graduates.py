"""Graduates (毕业生): registering, profile, majors, household, and who sees whom.

A caseworker enters on behalf; a graduate who registers on a phone does so through the system
(`SYSTEM`) and stays unconfirmed, unranked and without a household until a caseworker has looked: a phone
is no identity. A known identity number is then kept without its index, so that nothing tells that
somebody is on file; a task asks a caseworker to correct it or attach the registration.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import id_number_problem, phone_problem
from matcher.kinds import Channel, EducationLevel, MajorLevel
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.services import audit, ranking_changes, sealing, tasks
from matcher.services.graduate_majors import read_major
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, touch, unique_or

CONFIRM_RULE = "graduate_confirm"
"""Rule of the task that asks a caseworker to look at a self-registration (自助登记待确认)."""

_N_MAJORS = 2


@dataclass(frozen=True, kw_only=True)
class GraduateInput:
    """Profile of a graduate; None for a number keeps the one that stands."""

    name: str
    education: EducationLevel
    school: str | None = None
    student_number: str | None = None
    graduates_on: dt.date | None = None
    origin_region: str | None = None
    certificates: tuple[str, ...] = ()
    about: str | None = None
    id_number: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class MajorInput:
    """A major by the name of the enrolment year's catalogue; the level follows the education if None."""

    name: str
    code: str | None = None
    level: MajorLevel | None = None


_PROFILE = (
    "name",
    "education",
    "school",
    "student_number",
    "graduates_on",
    "origin_region",
    "about",
)
_LEVEL_OF_EDUCATION = {
    EducationLevel.SECONDARY: MajorLevel.COLLEGE,
    EducationLevel.COLLEGE: MajorLevel.COLLEGE,
    EducationLevel.BACHELOR: MajorLevel.BACHELOR,
    EducationLevel.MASTER: MajorLevel.GRADUATE,
    EducationLevel.DOCTOR: MajorLevel.GRADUATE,
}


def register_graduate(
    session: Session,
    by: Actor,
    facts: GraduateInput,
    majors: Sequence[MajorInput],
    *,
    union_id: int,
) -> Graduate:
    """Enter a graduate on behalf (代办), confirmed by the one who enters.

    Raises
    ------
    InvalidInputError
        Name, a number or the majors are missing or wrong.
    RuleBrokenError
        The identity number is on file already (where is not told).
    """
    require(by, Permission.EDIT_GRADUATES)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    graduate = _new(facts, union_id, Channel.ON_BEHALF)
    graduate.entered_by_id = by.account_id
    _check(facts)
    graduate.majors = _majors(facts.education, majors)
    with unique_or(session, known_error()):
        _fill(session, graduate, facts)
        session.add(graduate)
    audit.record(
        session,
        by,
        "graduate.registered",
        subject=("graduate", graduate.id),
        on_behalf_of=graduate.id,
    )
    session.flush()
    return graduate


def register_self(
    session: Session, facts: GraduateInput, majors: Sequence[MajorInput], *, union_id: int
) -> Graduate:
    """Register a graduate by themselves: a phone is enough; unconfirmed until a caseworker has looked.

    The answer is the same whether or not somebody of that number is on file.
    """
    require(SYSTEM, Permission.EDIT_GRADUATES)
    graduate = _new(facts, union_id, Channel.SELF)
    graduate.is_confirmed = False
    _check(facts, needs_phone=True)
    _fill(session, graduate, facts)
    graduate.majors = _majors(facts.education, majors)
    known = graduate.id_number_index is not None and (
        session.scalar(
            sa.select(Graduate.id).where(Graduate.id_number_index == graduate.id_number_index)
        )
        is not None
    )
    if known:
        graduate.id_number_index = None
    session.add(graduate)
    session.flush()
    tasks.open_task(
        session,
        union_id=union_id,
        rule=CONFIRM_RULE,
        subject=("graduate", graduate.id),
        facts={"number_on_file": known},
    )
    audit.record(session, SYSTEM, "graduate.registered_self", subject=("graduate", graduate.id))
    session.flush()
    return graduate


def _new(facts: GraduateInput, union_id: int, channel: Channel) -> Graduate:
    return Graduate(
        union_id=union_id,
        name=facts.name.strip(),
        education=facts.education,
        entered_through=channel,
        is_confirmed=True,
        created_at=clock.now(),
    )


def _check(facts: GraduateInput, *, needs_phone: bool = False) -> None:
    """Refuse a profile without a name, and numbers that cannot be."""
    fields: dict[str, str] = {}
    if not facts.name.strip():
        fields["name"] = "请填写姓名。"
    if facts.id_number and id_number_problem(facts.id_number, clock.today()):
        fields["id_number"] = "身份证号不正确，请核对。"
    if needs_phone and not facts.phone:
        fields["phone"] = "请填写手机号。"
    elif facts.phone and phone_problem(facts.phone):
        fields["phone"] = "电话号码不正确，请填手机号或带区号的座机。"
    if fields:
        raise InvalidInputError("graduate_input", "登记信息有误，请修改标出的项目。", fields=fields)


def _fill(session: Session, graduate: Graduate, facts: GraduateInput) -> None:
    for name in _PROFILE:
        setattr(graduate, name, getattr(facts, name))
    graduate.name = facts.name.strip()
    graduate.certificates = list(facts.certificates)
    if facts.id_number:
        sealing.seal_id_number(session, graduate, facts.id_number)
    if facts.phone:
        sealing.seal_phone(session, graduate, facts.phone)


def _majors(education: EducationLevel, majors: Sequence[MajorInput]) -> list[GraduateMajor]:
    """Return one or two majors, with code and edition where a catalogue knows the name."""
    if not 1 <= len(majors) <= _N_MAJORS or any(not major.name.strip() for major in majors):
        raise InvalidInputError(
            "majors_input", "请填写一个或两个专业。", fields={"majors": "请填写一个或两个专业。"}
        )
    level = _LEVEL_OF_EDUCATION[education]
    return [
        read_major(position, major.level or level, major.name.strip(), major.code)
        for position, major in enumerate(majors, 1)
    ]


def known_error() -> RuleBrokenError:
    """Say that an identity number is on file, and nothing of where."""
    return RuleBrokenError(
        "graduate_known", "这个身份证号已有毕业生记录，请先查找；不在本辖区的请联系上级工会。"
    )


def get_editable(session: Session, by: Actor, graduate_id: int) -> Graduate:
    """Return a graduate locked for changing: the actor's own record, or one of the scope."""
    found = sa.select(Graduate).where(Graduate.id == graduate_id)
    if by.graduate_id is not None:
        require(by, Permission.EDIT_OWN_PROFILE)
        found = found.where(Graduate.id == by.graduate_id)
    else:
        require(by, Permission.EDIT_GRADUATES)
        found = found.where(Graduate.union_id.in_(scope_of(by).unions()))
    found = found.options(selectinload(Graduate.majors), selectinload(Graduate.intent))
    return first_or_missing(session, found, lock=True)


def update_profile(
    session: Session,
    by: Actor,
    graduate_id: int,
    facts: GraduateInput,
    *,
    expected_version: int | None = None,
) -> Graduate:
    """Change a profile; a graduate changes all but name and numbers, which a caseworker verifies.

    Raises
    ------
    RuleBrokenError
        The graduate changes a verified name or number, or the identity number is on file elsewhere.
    """
    graduate = get_editable(session, by, graduate_id)
    expect_version(graduate, expected_version)
    _check(facts)
    changes_person = facts.name.strip() != graduate.name or bool(facts.id_number or facts.phone)
    if by.graduate_id is not None and changes_person:
        raise RuleBrokenError(
            "person_verified_by_union", "姓名、身份证号和手机号的变更请联系工会工作人员办理。"
        )
    before = {name: getattr(graduate, name) for name in _PROFILE}
    with unique_or(session, known_error()):
        _fill(session, graduate, facts)
    changed = [name for name in _PROFILE if getattr(graduate, name) != before[name]]
    audit.record(
        session,
        by,
        "graduate.profile_updated",
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
        fields=changed,
    )
    ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return graduate


def set_majors(
    session: Session,
    by: Actor,
    graduate_id: int,
    majors: Sequence[MajorInput],
    *,
    expected_version: int | None = None,
) -> Graduate:
    """Replace the one or two majors (专业) of a graduate."""
    graduate = get_editable(session, by, graduate_id)
    expect_version(graduate, expected_version)
    wanted = _majors(graduate.education, majors)
    graduate.majors = []
    session.flush()
    graduate.majors = wanted
    touch(graduate)
    audit.record(
        session,
        by,
        "graduate.majors_set",
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
    )
    ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return graduate
