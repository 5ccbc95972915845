"""Working days (工作日): our own table that an administrator can correct, seeded from the notice."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from matcher.db.base import Base


class CalendarDay(Base):
    """A day of a known year; years without rows are Monday to Friday, and pages say so."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    source: Mapped[str]
    """The notice, or who corrected it."""
