"""Factories of training providers, courses and people in them; people come by the use case, so that places agree."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.identity import mask_phone
from matcher.kinds.training import CertificateKind, CourseKind, CoursePayer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.training import proposing
from matcher.services.training.messages import PHONE
from tests.factories.accounts import numbers
from tests.factories.people import make_phone


def make_provider(session: Session, union: Union, **changes: object) -> TrainingProvider:
    """Insert a provider with a telephone."""
    n = next(numbers)
    phone = make_phone()
    fields: dict[str, object] = {
        "union_id": union.id,
        "name": f"第{n}职业培训学校",
        "licence_number": f"人社民6401{n:06d}号",
        "region_code": "640104",
        "address": "银川市兴庆区",
        "contact_name": "马老师",
        "contact_phone_cipher": ring_of(session).encrypt(phone, PHONE),
        "contact_phone_masked": mask_phone(phone),
        "created_at": clock.now(),
    }
    provider = TrainingProvider(**(fields | changes))
    session.add(provider)
    session.flush()
    return provider


def make_course(
    session: Session, union: Union, provider: TrainingProvider | None = None, **changes: object
) -> Course:
    """Insert an open course that begins in ten days, with two places."""
    n = next(numbers)
    kind = changes.get("kind", CourseKind.SKILL)
    certifies = CourseKind(str(kind)).gives_certificate
    fields: dict[str, object] = {
        "union_id": union.id,
        "provider_id": (provider or make_provider(session, union)).id,
        "kind": kind,
        "title": f"电工班{n}",
        "trade": "电工",
        "planned_hours": 80,
        "starts_on": clock.today() + dt.timedelta(days=10),
        "ends_on": clock.today() + dt.timedelta(days=40),
        "place_text": "银川市兴庆区",
        "region_code": "640104",
        "places": 2,
        "cost_fen": 280_000,
        "payer": CoursePayer.UNION,
        "certificate": "电工证" if certifies else None,
        "certificate_kind": CertificateKind.SKILL_LEVEL if certifies else None,
        "created_at": clock.now(),
    }
    course = Course(**(fields | changes))
    session.add(course)
    session.flush()
    return course


def begin_today(session: Session, course: Course, days_ago: int = 0) -> None:
    """Let a course begin some days ago, and go on for a month."""
    course.starts_on = clock.today() - dt.timedelta(days=days_ago)
    course.ends_on = clock.today() + dt.timedelta(days=30)
    session.flush()


def make_training(
    session: Session, by: Actor, course: Course, graduate: Graduate, *, agreed: bool = True
) -> TrainingReferral:
    """Propose a course to somebody who agrees."""
    return proposing.propose(
        session, by, course_id=course.id, graduate_id=graduate.id, agreed=agreed
    )
