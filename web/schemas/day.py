"""Inputs of the caseworker's day: putting off, calls, batches, hand-overs, notes, reminders."""

import datetime as dt

from pydantic import Field

from matcher.kinds.day import CallOutcome
from web.forms import Form
from web.i18n import msg


class Deferral(Form):
    """A task put off."""

    to: dt.date = Field(title=msg("改到哪一天"), description=msg("今天以后、60 天以内"))
    reason: str = Field(
        title=msg("原因"),
        description=msg("至少 4 个字，例如：约好周五上门。不写病情和家庭收入"),
        max_length=200,
    )


class CallTap(Form):
    """The result of a call."""

    person: str = Field(title=msg("通话对象"), max_length=60)
    outcome: CallOutcome = Field(title=msg("结果"))
    follow_up_on: dt.date | None = Field(default=None, title=msg("改天再打的日期"))


class Revealed(Form):
    """Whose number is to be shown."""

    person: str = Field(title=msg("通话对象"), max_length=60)
