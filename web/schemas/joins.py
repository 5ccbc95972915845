"""Inputs about files that are merged or move, and about cooperation between unions."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.joins import CooperationActKind, CooperationKind, CooperationScope
from web.forms import Form
from web.i18n import msg

_Text = Annotated[str, StringConstraints(max_length=1000)]


class MergeForm(Form):
    """Why two files are one household; the fields' sides are read apart."""

    reason: _Text = Field(
        title=msg("为什么是同一户"), description=msg("例如：两次建档，户主相同；写入操作记录")
    )


class TransferForm(Form):
    """To which union a file goes, and why."""

    to_union_code: str = Field(
        title=msg("接收的工会"), description=msg("填工会代码；先按名称查找"), max_length=40
    )
    reason: _Text = Field(title=msg("转移的原因"), description=msg("例如：户口迁移、单位改隶"))


class TransferAnswer(Form):
    """A number for the file at the new union, or why it goes back."""

    file_number: str | None = Field(
        default=None,
        title=msg("在本工会的档案编号"),
        description=msg("不填就沿用原编号"),
        max_length=40,
    )
    answer: _Text | None = Field(default=None, title=msg("退回的原因"))


class CooperationForm(Form):
    """What is asked of another union for one person."""

    person: str = Field(title=msg("需要协作的人"))
    """g<graduate id> or m<member id>."""
    kind: CooperationKind = Field(title=msg("请哪里的工会协作"))
    scope: list[CooperationScope] = Field(default_factory=list, title=msg("请对方做什么"))
    partner_code: str | None = Field(
        default=None,
        title=msg("对方工会的代码"),
        description=msg("对方在本系统内时填；先按名称查找"),
        max_length=40,
    )
    partner_name: _Text | None = Field(
        default=None,
        title=msg("对方工会的名称"),
        description=msg("对方不在本系统时填，之后打印协作函"),
    )
    partner_address: _Text | None = Field(default=None, title=msg("对方的邮寄地址"))
    school: _Text | None = Field(
        default=None, title=msg("学校或意向地"), description=msg("对方据此安排，例如学校和院系")
    )
    expires_on: dt.date = Field(
        title=msg("截止日期"), description=msg("过了这一天对方什么也看不到")
    )
    paper_consent_on: dt.date | None = Field(
        default=None,
        title=msg("书面同意的日期"),
        description=msg("本人在系统里同意过的不用填"),
    )
    paper_consent_by: str | None = Field(
        default=None, title=msg("签字人"), description=msg("本人或监护人"), max_length=40
    )


class CooperationAnswer(Form):
    """The other union's answer; a refusal says why."""

    accept: bool = Field(default=False, title=msg("接受"))
    answer: _Text | None = Field(default=None, title=msg("说明"))


class CooperationReply(Form):
    """The reply to a letter, as it came."""

    accept: bool = Field(default=False, title=msg("对方同意协作"))
    text: _Text = Field(title=msg("复函内容"))
    replied_on: dt.date = Field(title=msg("复函日期"))


class CooperationNote(Form):
    """A service done or news."""

    kind: CooperationActKind = Field(title=msg("记录什么"))
    scope: CooperationScope | None = Field(default=None, title=msg("属于哪一项"))
    happened_on: dt.date = Field(title=msg("日期"))
    text: _Text = Field(title=msg("情况"))


class CooperationEnd(Form):
    """Why a cooperation ends."""

    reason: _Text = Field(title=msg("结束的原因"))
    consent_withdrawn: bool = Field(default=False, title=msg("本人撤回了书面同意"))
