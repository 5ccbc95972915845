"""Inputs about interview days (面试日)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from web.forms import Form
from web.i18n import msg

_Place = Annotated[str, StringConstraints(max_length=120)]
_MINUTES = 60


class DayForm(Form):
    """A new interview day: when, where, how long each takes."""

    drive_id: int = Field(title=msg("活动"))
    held_on: dt.date = Field(title=msg("哪天"))
    place: _Place = Field(title=msg("地点"), description=msg("会印在名单上，也会让本人看到"))
    first_time: dt.time = Field(default=dt.time(9), title=msg("第一场几点开始"))
    slot_minutes: int = Field(default=20, ge=5, le=240, title=msg("每场多少分钟"))
    slots_each: int = Field(default=16, ge=1, le=100, title=msg("每间安排多少场"))
    break_from: dt.time | None = Field(default=None, title=msg("休息从几点"))
    break_to: dt.time | None = Field(default=None, title=msg("休息到几点"))

    @property
    def first_minute(self) -> int:
        """Return the first time in minutes of the day."""
        return _minute(self.first_time)

    @property
    def breaks(self) -> list[tuple[int, int]]:
        """Return the break, if both its ends are told."""
        if self.break_from is None or self.break_to is None:
            return []
        return [(_minute(self.break_from), _minute(self.break_to))]


def _minute(time: dt.time) -> int:
    return time.hour * _MINUTES + time.minute


class EmployersForm(Form):
    """Employers that come to a day."""

    employers: list[str] = Field(default_factory=list, title=msg("到场单位"))
    rooms: int = Field(default=1, ge=1, le=20, title=msg("每家几间同时面试"))
