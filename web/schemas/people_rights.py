"""Inputs of exports, requests of persons, publicity, and the holder's own access."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.kinds.people_rights import DisclosureBasis, ExportField, ExportKind, RightsKind
from matcher.kinds.sheet_exports import NameField
from web.forms import Form
from web.i18n import msg

_Line = Annotated[str, StringConstraints(max_length=120)]
_Words = Annotated[str, StringConstraints(max_length=2000)]


class ExportForm(Form):
    """What is to be exported, and what for."""

    state: FileState | None = Field(default=None, title=msg("档案状态"))
    tier: HardshipTier | None = Field(default=None, title=msg("类别"))
    fields: list[ExportField] = Field(
        title=msg("要导出的列"),
        description=msg("只选用途需要的。银行卡号和病情不能导出"),
        min_length=1,
    )
    purpose: Annotated[str, StringConstraints(max_length=200)] = Field(
        title=msg("用途"), description=msg("例如：向市总工会报送年度名册。审批人据此判断")
    )
    recipient: _Line | None = Field(
        default=None, title=msg("交给哪个单位"), description=msg("只在本工会使用就不填")
    )
    recipient_contact: _Line | None = Field(default=None, title=msg("接收人和联系方式"))
    basis: DisclosureBasis | None = Field(default=None, title=msg("对外提供的依据"))


class PeopleExportForm(Form):
    """A list of people to export, and what for."""

    kind: ExportKind = Field(default=ExportKind.NAME_LIST, title=msg("导出什么"))
    drive: int = Field(title=msg("活动"))
    union: int = Field(title=msg("单位"), description=msg("连同所有下级"))
    as_of: dt.date | None = Field(
        default=None, title=msg("截至"), description=msg("不填就是申请时的统计人群")
    )
    fields: list[NameField] = Field(
        default_factory=list,
        title=msg("要导出的列"),
        description=msg("只选用途需要的。学校报送表的列是固定的，不用选"),
    )
    purpose: Annotated[str, StringConstraints(max_length=200)] = Field(
        title=msg("用途"), description=msg("例如：向市总工会报送活动名单附件。审批人据此判断")
    )
    recipient: _Line | None = Field(
        default=None, title=msg("交给哪个单位"), description=msg("只在本工会使用就不填")
    )
    recipient_contact: _Line | None = Field(default=None, title=msg("接收人和联系方式"))
    basis: DisclosureBasis | None = Field(default=None, title=msg("对外提供的依据"))


class ExportDecision(Form):
    """Approving or refusing an export."""

    decision: Literal["approve", "refuse"]
    comment: Annotated[str, StringConstraints(max_length=400)] | None = Field(
        default=None, title=msg("意见"), description=msg("不批准时必须写明理由")
    )
    version: int | None = None


class RightsForm(Form):
    """What somebody asked at the counter, by letter or by phone."""

    kind: RightsKind = Field(title=msg("申请事项"))
    received_on: dt.date = Field(title=msg("收到日期"))
    words: _Words = Field(
        title=msg("本人要求"), description=msg("照本人的话写：要看什么、改什么、删什么")
    )


class OwnRightsForm(Form):
    """What a person asks online."""

    kind: RightsKind = Field(title=msg("申请事项"))
    words: _Words = Field(
        title=msg("具体要求"), description=msg("写清楚要看什么、改成什么、删除什么")
    )


class RightsAnswer(Form):
    """The answer to a request."""

    decision: Literal["grant", "refuse"] = Field(title=msg("办理意见"))
    result: _Words = Field(
        title=msg("答复"), description=msg("本人会看到这段话；不予办理的写明理由")
    )
    version: int | None = None


class StoryForm(Form):
    """A consent to one text for publicity."""

    text: Annotated[str, StringConstraints(max_length=20_000)] = Field(
        title=msg("将要发布的全文"), description=msg("与本人签字的那份一字不差")
    )
    media: _Line = Field(title=msg("在哪里发布"), description=msg("几处用顿号隔开"))
    names_person: bool = Field(default=False, title=msg("文中出现真实姓名"))
    answered_on: dt.date = Field(title=msg("本人答复日期"))
    answer: Literal["given", "refused"] = Field(title=msg("本人意见"))


class StoryRelease(Form):
    """What is to leave now."""

    text: Annotated[str, StringConstraints(max_length=20_000)] = Field(
        title=msg("这次要发布的全文"), description=msg("系统与同意书逐字比对，不一致不能发布")
    )
    medium: _Line = Field(title=msg("在哪里发布"))
    names_person: bool = Field(default=False, title=msg("文中出现真实姓名"))


class HolderAccess(Form):
    """Letting a holder read the own file by phone."""

    phone: Annotated[str, StringConstraints(max_length=30)] = Field(
        title=msg("本人的手机号码"), description=msg("本人自己的号码，不要用家人的")
    )
    document_seen: bool = Field(default=False, title=msg("已当面核对本人身份证件"))
