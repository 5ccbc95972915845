"""Places of a course (培训名额): taken and given back by conditional updates, so that no two take the last one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.training import Course


def take(session: Session, course: Course) -> bool:
    """Take a place of a course; False if there is none."""
    return _changed(session, course, Course.places_taken < Course.places, 1)


def give_back(session: Session, course: Course) -> None:
    """Give a place back."""
    _changed(session, course, Course.places_taken > 0, -1)


def _changed(session: Session, course: Course, condition: sa.ColumnElement[bool], by: int) -> bool:
    session.flush()
    changed = session.execute(
        sa.update(Course)
        .where(Course.id == course.id, condition)
        .values(places_taken=Course.places_taken + by)
        .returning(Course.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(course, ["places_taken"])
    return changed is not None
