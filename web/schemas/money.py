"""Inputs about money (资金): recording and reversing entries, payment lists and their lines."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.money import DuplicateAnswer, ReversalReason
from web.forms import Form
from web.i18n import msg

_Short = Annotated[str, StringConstraints(max_length=80)]
_Long = Annotated[str, StringConstraints(max_length=200)]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_Yuan = Annotated[Decimal, Field(gt=0, le=10_000_000, decimal_places=2)]
_Year = Annotated[int, Field(ge=1990, le=2100)]


class EntryForm(Form):
    """Aid given without a payment list."""

    programme: _Code = Field(title=msg("资助项目"))
    payee: _Code = Field(title=msg("给谁"))
    amount: _Yuan = Field(title=msg("金额（元）"))
    year: _Year = Field(title=msg("年度"), description=msg("资助所属的年度，合计按它算"))
    happened_on: dt.date = Field(title=msg("发放日期"))
    payer_name: _Short | None = Field(
        default=None, title=msg("发放单位"), description=msg("不是工会发的，写明哪个单位")
    )
    note: _Long | None = Field(
        default=None, title=msg("凭证、说明"), description=msg("不写姓名和号码")
    )
    once: _Code = Field(title=msg("防重复"))


class ReversalForm(Form):
    """Why an entry is taken back."""

    reason: ReversalReason = Field(title=msg("冲销原因"))
    happened_on: dt.date | None = Field(default=None, title=msg("冲销日期"))
    note: _Long | None = Field(default=None, title=msg("说明"))


class ListForm(Form):
    """A payment list."""

    programme: _Code = Field(title=msg("资助项目"))
    title: _Short = Field(title=msg("清单名称"))
    year: _Year = Field(title=msg("年度"))


class LineForm(Form):
    """Somebody's sum on a list."""

    payee: _Code = Field(title=msg("给谁"))
    amount: _Yuan = Field(title=msg("金额（元）"))
    card: _Short | None = Field(
        default=None,
        title=msg("本人银行卡号"),
        description=msg("档案里登记过的不用填"),
    )
    bank_name: _Short | None = Field(default=None, title=msg("开户银行、支行"))


class ApplicationsForm(Form):
    """Approved applications for tuition aid, to be put on a list."""

    application: list[int] = Field(default_factory=list, title=msg("助学申请"))


class DuplicateForm(Form):
    """What was decided on equal aid."""

    answer: DuplicateAnswer = Field(title=msg("决定"))
    reason: _Long = Field(title=msg("理由"))


class VersionForm(Form):
    """An act on a list as it was seen."""

    version: int | None = None


class ReturnForm(VersionForm):
    """Sending a list back."""

    reason: _Long = Field(title=msg("退回原因"))


class PaidForm(Form):
    """Marking a list paid."""

    paid_on: dt.date = Field(title=msg("发放日期"))


class RevealForm(Form):
    """Seeing or exporting cards in full."""

    reason: _Long = Field(title=msg("原因"), description=msg("至少 4 个字，写进操作记录"))
