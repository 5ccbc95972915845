"""Inputs on a household's way: steps, the decision, refusals and their check, side exit, another day."""

import datetime as dt

from pydantic import Field

from matcher.kinds.zero_employment import (
    RecognitionBody,
    SideExitReason,
    StatementForm,
    StatutoryRefusalReason,
)
from web.forms import Form
from web.i18n import msg

_LONG = 2000
_SHORT = 200


class ClueForm(Form):
    """Somebody said that nobody works."""

    note: str = Field(
        title=msg("线索"), description=msg("谁反映、什么情况，一两句话。"), max_length=_LONG
    )


class StepForm(Form):
    """One step on; who did it and for whom, if it was not who types."""

    happened_on: dt.date | None = Field(default=None, title=msg("办理日期"))
    note: str | None = Field(default=None, title=msg("说明"), max_length=_LONG)
    on_behalf_of_id: int | None = Field(default=None, title=msg("代谁登记"))
    credited_to_id: int | None = Field(default=None, title=msg("服务人"))


class DecisionForm(Form):
    """A decision on recognition as its paper says it."""

    answer: str = Field(title=msg("决定"))
    body: RecognitionBody = Field(title=msg("认定单位类别"))
    body_name: str = Field(title=msg("认定单位"), max_length=_SHORT)
    decided_on: dt.date = Field(title=msg("决定日期"))
    document_number: str | None = Field(
        default=None, title=msg("文书编号"), description=msg("予以认定时要填。"), max_length=_SHORT
    )
    reason: str | None = Field(default=None, title=msg("不予认定的原因"), max_length=_LONG)


class RefusalForm(Form):
    """A post that was refused."""

    member_id: int = Field(title=msg("谁拒绝"))
    post_title: str = Field(title=msg("岗位"), max_length=_SHORT)
    employer_name: str = Field(title=msg("单位"), max_length=_SHORT)
    referred_on: dt.date = Field(title=msg("推荐日期"))
    refused_on: dt.date = Field(title=msg("拒绝日期"))
    reason: StatutoryRefusalReason = Field(title=msg("拒绝原因"))
    words: str = Field(
        title=msg("本人原话"), description=msg("加密保存，只有办理人能看。"), max_length=_LONG
    )


class CheckForm(Form):
    """Whether the refused post was suitable, point by point."""

    points: list[str] = Field(default=[], title=msg("逐项核查，符合的打勾"))
    note: str = Field(title=msg("怎样核查的"), max_length=_LONG)


class SideExitForm(Form):
    """Leaving without work, with the person's statement."""

    reason: SideExitReason = Field(title=msg("退出原因"))
    statement_member_id: int = Field(
        title=msg("谁陈述"), description=msg("失去联系时由能联系上的成年家人陈述。")
    )
    statement_form: StatementForm = Field(title=msg("陈述方式"))
    stated_on: dt.date = Field(title=msg("陈述日期"))
    statement: str = Field(
        title=msg("本人陈述"), description=msg("加密保存，没有陈述不能提出。"), max_length=_LONG
    )


class MoveDueForm(Form):
    """Another last day of a clock."""

    due_on: dt.date = Field(title=msg("新的截止日"))
    reason: str = Field(title=msg("改期原因"), max_length=_LONG)


class OriginalAgeForm(Form):
    """The former retirement age of a woman's post."""

    member_id: int = Field(title=msg("成员"))
    original_age: int = Field(title=msg("原法定退休年龄"))
    basis: str = Field(title=msg("依据"), max_length=_SHORT)
