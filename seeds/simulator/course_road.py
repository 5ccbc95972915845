"""The road of a course (培训班): published, filled beyond its places, held, over; one in several is cancelled."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.referrals import LIVE
from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CoursePayer,
    CourseState,
    DaySession,
    TrainingState,
)
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.training import Course, TrainingReferral
from matcher.policy.training_steps import ENDS
from matcher.services.permissions import Actor
from matcher.services.training import attendance, courses, proposing
from matcher.services.training.courses import CourseInput
from seeds.simulator.invariants import Touched
from seeds.simulator.turns import Players, Taken, Turn

_PLACES, _ASKED = 4, 7
"""Places of a course, and how many are referred to it: some wait."""

_BEGINS_IN, _LASTS = 8, 10
_INTERNSHIP = dt.timedelta(days=100)
_ABSENT, _PAPER = 0.1, 0.25
"""Shares: absent on a day; agreed on paper when referred."""

_KINDS = (
    CourseKind.SKILL,
    CourseKind.SKILL,
    CourseKind.BUSINESS,
    CourseKind.SKILL,
    CourseKind.INTERNSHIP,
)
_CANCELLED_EVERY = 6
_HOURS = 4


def turn_of(session: Session, kind: str, number: int, players: Players) -> Taken | None:
    """Return what is done about a course now: its number in the plan when it is published, else its id."""
    if kind == "publish":
        return Taken(_publish(session, number, players), Touched())
    course = session.get_one(Course, number)
    if course.state is not CourseState.OPEN:
        return None
    return TURNS[kind](session, course, players)


def _publish(session: Session, number: int, players: Players) -> Turn:
    town, starts_on = players.town, clock.today() + dt.timedelta(days=_BEGINS_IN)
    kind = _KINDS[number % len(_KINDS)]
    ends_on = starts_on + (
        _INTERNSHIP if kind is CourseKind.INTERNSHIP else dt.timedelta(days=_LASTS)
    )
    name = _wanted_certificate(session, number) if kind.gives_certificate else None
    facts = CourseInput(
        provider_id=town.providers[number % len(town.providers)],
        kind=kind,
        title=f"{kind.label}第{number + 1}期",
        starts_on=starts_on,
        ends_on=ends_on,
        places=_PLACES,
        payer=CoursePayer.PERSON if number % 2 else CoursePayer.UNION,
        cost_fen=120_000,
        certificate=name,
        certificate_kind=CertificateKind.SKILL_LEVEL if name else None,
    )
    return Turn(
        "publish_course",
        lambda s: courses.add_course(s, town.manager, facts),
        _life(number, kind),
        True,
    )


def _life(number: int, kind: CourseKind) -> tuple[tuple[str, int], ...]:
    asked = tuple(("refer_to_course", day % 4) for day in range(_ASKED))
    if number % _CANCELLED_EVERY == _CANCELLED_EVERY - 1:
        return (*asked, ("course_cancelled", _BEGINS_IN - 2))
    days = tuple(("class", _BEGINS_IN + day) for day in (0, 1, 5))
    if kind is CourseKind.INTERNSHIP:
        return (*asked, *days)
    return (*asked, *days, ("course_over", _BEGINS_IN + _LASTS + 1))


def _wanted_certificate(session: Session, number: int) -> str | None:
    """Return a certificate that postings ask for."""
    found = sa.select(Posting.certificates).order_by(Posting.id)
    names = sorted({name for row in session.scalars(found) for name in row})
    return names[number % len(names)] if names else None


def _refer(session: Session, course: Course, players: Players) -> Taken | None:
    graduate_id = _somebody(session, course, players)
    if graduate_id is None:
        return None
    clerk = players.clerk_of(graduate_id)
    agreed = players.random.random() < _PAPER
    follows = (
        ("provider_about_person", 2)
        if agreed
        else ("person_about_course", players.person(graduate_id).days)
    )
    turn = Turn(
        "training_propose",
        lambda s: proposing.propose(
            s, clerk, course_id=course.id, graduate_id=graduate_id, agreed=agreed
        ),
        (follows,),
        begins=True,
    )
    return Taken(turn, Touched(graduate_id=graduate_id, course_id=course.id))


def _somebody(session: Session, course: Course, players: Players) -> int | None:
    """Return somebody of the files without work, answer or course."""
    town = players.town
    taken = [
        sa.select(Referral.graduate_id).where(Referral.state.in_(LIVE)),
        sa.select(Placement.graduate_id).where(Placement.ended_on.is_(None)),
        sa.select(TrainingReferral.graduate_id).where(TrainingReferral.state.not_in(ENDS)),
    ]
    busy = set(session.scalars(sa.union(*taken)))
    idle = sorted(town.supported - busy)
    return players.random.choice(idle) if idle else None


def _class(session: Session, course: Course, players: Players) -> Taken | None:
    """The provider enters who was there."""
    found = sa.select(TrainingReferral.id).where(
        TrainingReferral.course_id == course.id,
        TrainingReferral.state.in_((TrainingState.ACCEPTED, TrainingState.ATTENDING)),
    )
    numbers = session.scalars(found.order_by(TrainingReferral.id)).all()
    if not numbers:
        return None
    hours = {one: 0 if players.random.random() < _ABSENT else _HOURS for one in numbers}
    by, today = Actor(account_id=None, role=None, provider_id=course.provider_id), clock.today()
    turn = Turn(
        "attendance_of_class",
        lambda s: attendance.note_day(
            s, by, course.id, on=today, part=DaySession.MORNING, hours=hours
        ),
    )
    return Taken(turn, Touched(course_id=course.id))


def _over(_session: Session, course: Course, players: Players) -> Taken:
    manager = players.town.manager
    turn = Turn("course_over", lambda s: courses.close_course(s, manager, course.id))
    return Taken(turn, Touched(course_id=course.id))


def _cancelled(_session: Session, course: Course, players: Players) -> Taken:
    manager = players.town.manager
    turn = Turn("course_cancelled", lambda s: courses.cancel_course(s, manager, course.id))
    return Taken(turn, Touched(course_id=course.id))


TURNS: dict[str, Callable[[Session, Course, Players], Taken | None]] = {
    "refer_to_course": _refer,
    "class": _class,
    "course_over": _over,
    "course_cancelled": _cancelled,
}
"""Event → what is done about a course."""

EVENTS = frozenset({"publish", *TURNS})
