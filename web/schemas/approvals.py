"""Inputs about approval, publicity, objections, chains and interests (审批、公示、异议、审批链、利益关系)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds import HardshipTier
from matcher.kinds.approvals import (
    Decision,
    InterestKind,
    ObjectionChannel,
    ObjectionOutcome,
)
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=1000)]
_Line = Annotated[str, StringConstraints(max_length=120)]


class SubmitForm(Form):
    """Sending a file on its way."""

    tier: HardshipTier = Field(title=msg("申请的困难类别"))


class VisitForm(Form):
    """The end of the visits."""

    happened_on: dt.date | None = Field(default=None, title=msg("完成日期"))
    comment: _Words | None = Field(default=None, title=msg("走访意见"))


class DecisionForm(Form):
    """What somebody decides at a step."""

    decision: Decision = Field(title=msg("意见"))
    comment: _Words | None = Field(
        default=None,
        title=msg("说明"),
        description=msg("退回须写明补正内容，不予通过须写明原因"),
    )


class ReasonForm(Form):
    """Why something is withdrawn or taken down."""

    reason: _Words = Field(title=msg("原因"))


class PublishForm(Form):
    """How a publicity is done."""

    from_on: dt.date = Field(title=msg("公示起始日"))
    contact: _Line = Field(title=msg("异议监督电话"), description=msg("工会的办公电话"))
    place: _Line | None = Field(default=None, title=msg("张贴地点"))
    hide_tier: bool = Field(
        default=False,
        title=msg("不写困难类别"),
        description=msg("人少的单位由基层工会主席决定"),
    )
    with_page: bool = Field(
        default=False,
        title=msg("另外生成一个链接页面"),
        description=msg("默认只打印张贴；链接不被搜索收录，期满自动失效"),
    )


class ObjectionForm(Form):
    """An objection that came in."""

    received_on: dt.date = Field(title=msg("收到日期"))
    channel: ObjectionChannel = Field(title=msg("反映方式"))
    is_anonymous: bool = Field(default=False, title=msg("匿名反映"))
    statement: _Words = Field(title=msg("异议内容"), description=msg("加密保存"))


class RecheckForm(Form):
    """What a re-check found."""

    outcome: ObjectionOutcome = Field(title=msg("复核结论"))
    findings: _Words = Field(title=msg("核查情况"), description=msg("加密保存"))


class ChainForm(Form):
    """A union's own chain: a row of the form a step."""

    kinds: list[str] = Field(default_factory=list, title=msg("步骤"))
    levels: list[str] = Field(default_factory=list, title=msg("层级"))
    limits: list[str] = Field(default_factory=list, title=msg("办理期限"))
    source: _Words = Field(title=msg("依据"), description=msg("例如某通知的文号"))


class InterestForm(Form):
    """An enterprise one must not certify for."""

    unit_name: _Line = Field(title=msg("单位名称"))
    credit_code: _Line | None = Field(default=None, title=msg("统一社会信用代码"))
    kind: InterestKind = Field(title=msg("利益关系"))
