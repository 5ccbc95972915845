"""What an employer answers about people referred (单位答复): each act with what it needs."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.referrals import FallThroughReason, ReferralState, RefusalReason
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=500)]


class SeenForm(Form):
    """An answer; `seen` is the state the page showed, so that two who answer at once notice."""

    seen: ReferralState | None = Field(default=None, title=msg("状态"))


class InviteForm(SeenForm):
    """An invitation to an interview."""

    on: dt.date = Field(title=msg("哪天面试"))
    note: _Words | None = Field(
        default=None, title=msg("时间和地点"), description=msg("会原样发给本人")
    )


class AttendanceForm(SeenForm):
    """Whether the person came."""

    attended: bool = Field(title=msg("本人到场了吗"))


class OfferForm(SeenForm):
    """An offer."""

    reports_on: dt.date | None = Field(
        default=None, title=msg("约定哪天报到"), description=msg("还没定可以不填")
    )


class RefuseForm(SeenForm):
    """A refusal: one text for the person, one for the union."""

    reason: RefusalReason = Field(title=msg("原因"))
    words: _Words | None = Field(
        default=None, title=msg("给本人的话"), description=msg("会原样发给本人")
    )
    note: _Words | None = Field(
        default=None, title=msg("给工会的话"), description=msg("只有工会工作人员看得到")
    )


class HoldForm(SeenForm):
    """A decision put off."""

    decide_on: dt.date = Field(title=msg("哪天再定"), description=msg("到这一天会提醒您"))


class ResumeForm(SeenForm):
    """A person is considered again."""


class ReportForm(SeenForm):
    """The person began."""

    on: dt.date = Field(title=msg("哪天报到的"))


class StayForm(SeenForm):
    """The person is at work for good."""

    on: dt.date = Field(title=msg("从哪天起在岗"))


class MissingForm(SeenForm):
    """The person did not begin."""

    reason: FallThroughReason = Field(title=msg("原因"))


class LeftForm(SeenForm):
    """The job ended."""

    on: dt.date = Field(title=msg("最后一天是哪天"))


FORMS: dict[str, type[SeenForm]] = {
    "invite": InviteForm,
    "attendance": AttendanceForm,
    "offer": OfferForm,
    "refuse": RefuseForm,
    "hold": HoldForm,
    "resume": ResumeForm,
    "report": ReportForm,
    "stay": StayForm,
    "missing": MissingForm,
    "left": LeftForm,
}
"""By the act's name in the address."""
