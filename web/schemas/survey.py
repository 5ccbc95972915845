"""Inputs about the survey (摸底)."""

import datetime as dt

from pydantic import Field

from matcher.kinds.casework import SurveyState
from web.forms import Form
from web.i18n import msg


class RoundForm(Form):
    """A round of the survey."""

    year: int = Field(title=msg("哪一届"), ge=2000, le=2100)
    from_on: dt.date = Field(title=msg("开始日期"))
    to_on: dt.date = Field(title=msg("结束日期"))


class VisitForm(Form):
    """What came of one household; the people's answers are read beside it."""

    state: SurveyState = Field(title=msg("走访结果"))
    visited_on: dt.date | None = Field(
        default=None, title=msg("走访日期"), description=msg("不填就是今天")
    )
