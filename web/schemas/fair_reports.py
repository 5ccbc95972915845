"""Inputs after a fair (会后): the summary, handing in, what became of an intent, which sheets to print."""

import datetime as dt

from pydantic import Field

from matcher.kinds.fair_reports import OutcomeSaid
from web.forms import Form
from web.i18n import msg


class CloseFairForm(Form):
    """Who of the confirmed employers stayed away."""

    stayed_away: list[str] = Field(default_factory=list, title=msg("没有到会的单位"))
    version: int | None = None


class PresenceForm(Form):
    """Whether one employer came."""

    place: str
    came: bool = False


class SummaryForm(Form):
    """What stands below the figures."""

    words: str | None = Field(
        default=None,
        title=msg("工作小结"),
        description=msg("写在报告表下面；不要写到个人"),
        max_length=1000,
    )
    version: int | None = None


class HandInForm(Form):
    """That the report was handed in."""

    handed_in_on: dt.date = Field(title=msg("报送日期"))
    handed_to: str = Field(title=msg("报给哪个部门"), max_length=80)
    receipt: str | None = Field(
        default=None, title=msg("回执"), description=msg("收件人或编号"), max_length=80
    )
    version: int | None = None


class OutcomeForm(Form):
    """What became of an intent."""

    said: OutcomeSaid = Field(title=msg("结果"))
    happened_on: dt.date | None = Field(
        default=None, title=msg("哪一天"), description=msg("不填就是今天")
    )
    version: int | None = None


class OwnOutcomeForm(OutcomeForm):
    """The same, told by the employer or the person."""

    follow: str


class SurveyWordsForm(Form):
    """What somebody writes below the questions."""

    words: str | None = Field(
        default=None,
        title=msg("还想说的"),
        description=msg("不记名，请不要写姓名和电话"),
        max_length=500,
    )


class PrintLinesForm(Form):
    """How many lines to print."""

    sign_in: int = Field(default=100, title=msg("签到表每场"), ge=1, le=2000)
    each_booth: int = Field(default=20, title=msg("洽谈表每家"), ge=1, le=100)
    survey: int = Field(default=20, title=msg("问卷每种"), ge=1, le=500)
