"""Inputs about placements (去向): recording, evidence, checking, the person's answer, anomalies."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.placements import (
    AlertFinding,
    DoubtReason,
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PersonAnswer,
    PlacementEnd,
    RevocationReason,
)
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=1000)]
_Short = Annotated[str, StringConstraints(max_length=100)]


class PlacementForm(Form):
    """Where somebody went."""

    destination: str = Field(title=msg("毕业去向"), max_length=60)
    started_on: dt.date = Field(
        title=msg("开始日期"), description=msg("报到、入职、入学、开业的第一天")
    )
    employer_name: _Short | None = Field(
        default=None,
        title=msg("单位名称"),
        description=msg("照合同或营业执照写全称；升学、出国写学校"),
    )
    credit_code: _Short | None = Field(
        default=None,
        title=msg("统一社会信用代码"),
        description=msg("18 位；校验不通过也能登记，要写明理由"),
    )
    unit_nature: str | None = Field(default=None, title=msg("单位性质"), max_length=40)
    job_title: _Short | None = Field(
        default=None, title=msg("岗位或工作内容"), description=msg("灵活就业写明做什么")
    )
    place: _Short | None = Field(
        default=None, title=msg("工作地点"), description=msg("县、区，或六位代码")
    )
    pay_yuan: Decimal | None = Field(
        default=None,
        title=msg("月收入（元）"),
        description=msg("税前"),
        le=1_000_000,
    )
    signed_on: dt.date | None = Field(default=None, title=msg("签约日期"))
    contract_from_on: dt.date | None = Field(default=None, title=msg("合同开始"))
    contract_until_on: dt.date | None = Field(
        default=None, title=msg("合同终止"), description=msg("无固定期限的不填")
    )
    is_helped: bool = Field(
        default=False,
        title=msg("是工会帮助实现的"),
        description=msg("本人自己找到的不勾；推荐后报到的自动算"),
    )
    is_public_welfare: bool = Field(
        default=False, title=msg("公益性岗位"), description=msg("有期限的安置岗位，统计时另列")
    )
    reason: _Words | None = Field(
        default=None,
        title=msg("有提示仍要登记的理由"),
        description=msg("没有提示的不用写"),
    )


class EvidenceForm(Form):
    """A piece of evidence; the file comes beside it."""

    kind: EvidenceKind = Field(title=msg("是什么材料"))
    number: _Short | None = Field(
        default=None,
        title=msg("编号"),
        description=msg("核验编号照登记信息表填写；存入后只显示末四位"),
    )
    issued_on: dt.date | None = Field(default=None, title=msg("出具日期"))
    content: str | None = Field(
        default=None, title=msg("扫描件或照片"), description=msg("PDF、JPG、PNG，10 MB 以内")
    )


class SubmitForm(Form):
    """Sending a placement to be checked."""

    reason: _Words | None = Field(
        default=None,
        title=msg("有提示仍要送核的理由"),
        description=msg("没有新的提示不用写"),
    )
    words: _Words | None = Field(
        default=None, title=msg("怎么查清的"), description=msg("存疑的去向再送核时写")
    )


class JudgeForm(Form):
    """What a piece of evidence was found to be."""

    verdict: EvidenceVerdict = Field(title=msg("结论"))
    method: EvidenceMethod = Field(default=EvidenceMethod.ORIGINAL, title=msg("怎么核的"))
    words: _Words | None = Field(default=None, title=msg("说明"))


class VerifyForm(Form):
    """Finding a placement true."""

    close_case: bool = Field(
        default=False,
        title=msg("同时结案"),
        description=msg("按去向写结案原因；以后只登记回访"),
    )
    words: _Words | None = Field(default=None, title=msg("说明"))


class SendBackForm(Form):
    """Sending a placement back for papers."""

    words: _Words = Field(title=msg("缺什么，怎么补"))


class DoubtForm(Form):
    """Doubting a placement."""

    reason: DoubtReason = Field(title=msg("原因"))
    words: _Words = Field(title=msg("说明"))


class RevokeForm(Form):
    """Revoking a placement."""

    reason: RevocationReason = Field(title=msg("原因"))
    words: _Words = Field(title=msg("说明"))


class EndForm(Form):
    """The last day of a placement."""

    on: dt.date = Field(title=msg("最后一天"))
    reason: PlacementEnd = Field(title=msg("原因"))
    words: _Words | None = Field(default=None, title=msg("说明"))


class ConfirmForm(Form):
    """The graduate's word on a recorded destination."""

    said: PersonAnswer = Field(title=msg("登记的对不对"))
    words: _Words | None = Field(
        default=None, title=msg("哪里不对"), description=msg("不属实的写一句，工会会核查")
    )
    version: int | None = None


class SettleForm(Form):
    """What looking at an anomaly showed."""

    finding: AlertFinding = Field(title=msg("结论"))
    note: _Words = Field(title=msg("查看了什么，结果怎样"))
