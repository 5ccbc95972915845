"""Inputs about referrals (推荐): every step staff record for the person or the employer, and batches."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import (
    ContactedSide,
    DeclineReason,
    DisclosurePart,
    FallThroughReason,
    RefusalReason,
    WithdrawalReason,
)
from web.forms import Form
from web.i18n import gettext, msg

_Words = Annotated[str, StringConstraints(max_length=500)]


class PlainStep(Form):
    """A step that asks for nothing."""


class AgreeForm(Form):
    """The person agreed to be shown to this employer, and what of."""

    disclosed: list[DisclosurePart] = Field(
        default_factory=list,
        title=msg("向这家单位提供"),
        description=msg("只勾本人同意的；一项不勾，单位只知道有一名推荐的人"),
    )
    agreed: bool = Field(
        default=False,
        validate_default=True,
        title=msg("已把上面的话读给本人听，本人同意"),
    )
    on_paper: bool = Field(
        default=False,
        title=msg("有本人签字的书面同意"),
        description=msg("原件在本会；当面或电话里说的，不勾"),
    )

    @field_validator("agreed")
    @classmethod
    def _must_agree(cls, agreed: bool) -> bool:
        """Refuse without the person's agreement."""
        if not agreed:
            raise ValueError(gettext("请先征得本人同意，再勾上这一项"))
        return agreed


class InviteForm(Form):
    """The employer asked the person to an interview."""

    on: dt.date = Field(title=msg("哪天面试"))
    note: _Words | None = Field(
        default=None, title=msg("时间和地点"), description=msg("本人会读到这几句")
    )


class AttendanceForm(Form):
    """Whether the person came to the interview."""

    attended: bool = Field(title=msg("到场没有"))


class OfferForm(Form):
    """The employer offers the post."""

    reports_on: dt.date | None = Field(default=None, title=msg("约定哪天报到"))


class RefuseForm(Form):
    """The employer does not take the person: one text for the person, one for the caseworker."""

    reason: RefusalReason = Field(title=msg("原因"))
    words: _Words | None = Field(
        default=None, title=msg("告诉本人的话"), description=msg("本人会读到")
    )
    note: _Words | None = Field(
        default=None, title=msg("只给工会看的话"), description=msg("加密保存，本人和单位都读不到")
    )


class HoldForm(Form):
    """The employer decides later."""

    decide_on: dt.date = Field(title=msg("哪天再定"), description=msg("到这一天会列进待办"))


class DeclineForm(Form):
    """The person does not want the post."""

    reason: DeclineReason = Field(title=msg("原因"))
    words: _Words | None = Field(
        default=None, title=msg("本人的话"), description=msg("加密保存，单位读不到")
    )


class ContactForm(Form):
    """Somebody called the person or the employer about the referral."""

    side: ContactedSide = Field(title=msg("联系了谁"))
    outcome: CallOutcome = Field(title=msg("结果"))
    follow_up_on: dt.date | None = Field(default=None, title=msg("改天再打的日期"))
    note: _Words | None = Field(
        default=None, title=msg("备注"), description=msg("联系本人的，记入个案的服务记录，加密保存")
    )


class WithdrawForm(Form):
    """The referral is taken back."""

    reason: WithdrawalReason = Field(title=msg("原因"))


class ReportForm(Form):
    """The person reported for work."""

    on: dt.date = Field(title=msg("哪天报到"))


class InPostForm(Form):
    """The person is at work."""

    on: dt.date = Field(title=msg("哪天确认在岗"))


class FellThroughForm(Form):
    """The person did not begin after all."""

    reason: FallThroughReason = Field(title=msg("原因"))


class JobEndForm(Form):
    """The job ended."""

    on: dt.date = Field(title=msg("在岗最后一天"))


class ProposeForm(Form):
    """Proposing one or many pairs, each `posting:graduate` by public numbers."""

    pair: list[str] = Field(title=msg("推荐给谁"), min_length=1, max_length=200)
    hold: bool = Field(
        default=False,
        title=msg("同时保留席位"),
        description=msg("有可用的空席位就给这个人留着，过了期限放回"),
    )
    drive: int | None = None


class BatchForm(Form):
    """Sending many at once."""

    r: list[str] = Field(title=msg("哪些推荐"), min_length=1, max_length=200)


class WithdrawalBatchForm(BatchForm):
    """Withdrawing many at once, all for one reason."""

    reason: WithdrawalReason = Field(title=msg("撤回原因"))
