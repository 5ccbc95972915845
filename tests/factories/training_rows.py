"""Rows of training (培训) of a place: a provider, its course of the place's employer, the graduate in it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.training import make_course, make_provider, make_training


@dataclass(frozen=True)
class TrainingRows:
    """What stands in the addresses of training."""

    provider: str
    course: str
    referral: str


def make_training_rows(
    session: Session, union: Union, by: Actor, employer: Employer, graduate: Graduate
) -> TrainingRows:
    """Insert one of each; the person has not answered yet."""
    provider = make_provider(session, union)
    course = make_course(session, union, provider, employer_id=employer.id, promised_posts=2)
    referral = make_training(session, by, course, graduate, agreed=False)
    return TrainingRows(provider.public_id, course.public_id, referral.public_id)
