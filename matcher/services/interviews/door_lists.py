"""Lists with full names (带姓名的名单) for the door of an interview day: shown to be printed, and logged."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.graduates import Graduate
from matcher.services import audit
from matcher.services.interviews import views
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class NamedSheet:
    """A day with the full names of those the reader sees, by graduate id."""

    sheet: views.DaySheet
    names: dict[int, str]


def open_names(session: Session, by: Actor, public_id: str) -> NamedSheet:
    """Return a day with full names and log whose were shown; not for a read-only session.

    Two people of one surname look alike under the mask, and a list at the door must tell them apart.
    """
    require(by, Permission.REFER)
    sheet = views.read_day(session, by, public_id)
    shown = sorted({one.graduate_id for one in sheet.appointments})
    rows = session.execute(sa.select(Graduate.id, Graduate.name).where(Graduate.id.in_(shown)))
    audit.record(
        session,
        by,
        "interview_day.names_shown",
        subject=("interview_day", sheet.day.id),
        graduates=shown,
    )
    return NamedSheet(sheet, {row.id: row.name for row in rows})
