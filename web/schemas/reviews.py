"""Inputs about yearly reviews and the national register (年度复核、全国系统)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.approvals import ReviewOutcome
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=1000)]


class DrawForm(Form):
    """Drawing the sample of a year."""

    year: int = Field(title=msg("年度"), ge=2016, le=2100)


class ResultForm(Form):
    """What the review of one file found."""

    outcome: ReviewOutcome = Field(title=msg("复核结果"))
    reviewed_on: dt.date = Field(title=msg("复核日期"))
    note: _Words | None = Field(
        default=None, title=msg("说明"), description=msg("有变化的须写明，加密保存")
    )


class TickForm(Form):
    """The day something was keyed or put on paper."""

    on: dt.date = Field(title=msg("日期"))
