"""Inputs about courses (培训班), training referrals (培训转介) and start-up support (创业扶持)."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CoursePayer,
    DaySession,
    DropReason,
    SupportKind,
    TradeLevel,
    TrainingRefusal,
)
from web.forms import Form
from web.i18n import msg

_Short = Annotated[str, StringConstraints(max_length=80)]
_PublicId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Yuan = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=2)]
_Count = Annotated[int, Field(ge=0, le=100_000)]


class ProviderForm(Form):
    """A training provider."""

    name: _Short = Field(title=msg("机构名称"))
    licence_number: _Short | None = Field(
        default=None, title=msg("许可证号"), description=msg("办学许可证，或见习基地的备案号")
    )
    licence_valid_to: dt.date | None = Field(default=None, title=msg("许可证有效期至"))
    address: _Short | None = Field(default=None, title=msg("地址"))
    contact_name: _Short | None = Field(default=None, title=msg("联系人"))
    contact_phone: _Short | None = Field(
        default=None, title=msg("联系电话"), description=msg("答复链接发到这里；不改就不填")
    )
    contact_mail: _Short | None = Field(
        default=None, title=msg("邮箱"), description=msg("没有手机号时发邮件；不改就不填")
    )
    version: int | None = None


class CourseForm(Form):
    """A course."""

    kind: CourseKind = Field(title=msg("类别"))
    title: _Short = Field(title=msg("班名"))
    provider_id: int = Field(title=msg("培训机构"))
    trade: _Short | None = Field(default=None, title=msg("职业、工种"))
    occupation_code: _Short | None = Field(default=None, title=msg("职业代码"))
    level: TradeLevel | None = Field(default=None, title=msg("等级"))
    certificate: _Short | None = Field(
        default=None,
        title=msg("取得的证书"),
        description=msg("写岗位要求里的名称，才能算出能多出多少席位"),
    )
    certificate_kind: CertificateKind | None = Field(default=None, title=msg("证书类别"))
    starts_on: dt.date = Field(title=msg("开始日期"))
    ends_on: dt.date = Field(title=msg("结束日期"))
    planned_hours: _Count | None = Field(default=None, title=msg("计划课时"))
    actual_hours: _Count | None = Field(default=None, title=msg("实际课时"))
    place_text: _Short | None = Field(default=None, title=msg("地点"))
    places: Annotated[int, Field(ge=1, le=10_000)] = Field(title=msg("名额"))
    cost_yuan: _Yuan = Field(default=Decimal(0), title=msg("每人费用（元）"))
    payer: CoursePayer = Field(title=msg("费用谁出"))
    employer_id: int | None = Field(default=None, title=msg("订单单位"))
    promised_posts: _Count = Field(default=0, title=msg("承诺岗位"))
    version: int | None = None


class SeatsForm(Form):
    """Seats tied to an order."""

    posting_id: int = Field(title=msg("岗位"))
    count: _Count = Field(title=msg("挂钩几个席位"))


class ReferForm(Form):
    """Somebody proposed for a course."""

    graduate: _PublicId = Field(title=msg("毕业生"))
    course: _PublicId = Field(title=msg("班次"))
    agreed: bool = Field(
        default=False,
        title=msg("本人已同意报名，并同意把姓名、电话、学校和专业告诉培训机构"),
    )


class DayForm(Form):
    """One part of one day."""

    on: dt.date = Field(title=msg("日期"))
    part: DaySession = Field(title=msg("时段"))


class StepForm(Form):
    """A step with its day."""

    on: dt.date | None = Field(default=None, title=msg("日期"), description=msg("不填就是今天"))
    version: int | None = None


class RefusalForm(Form):
    """A provider's refusal."""

    reason: TrainingRefusal = Field(title=msg("原因"))
    version: int | None = None


class DropForm(Form):
    """Not taking part, or leaving."""

    reason: DropReason = Field(
        title=msg("原因"), description=msg("只用来改进安排，不影响以后得到的服务")
    )
    version: int | None = None


class CertificateForm(Form):
    """A certificate."""

    number: _Short = Field(title=msg("证书编号"))
    issued_on: dt.date = Field(title=msg("发证日期"))
    kind: CertificateKind | None = Field(default=None, title=msg("证书类别"))
    level: TradeLevel | None = Field(default=None, title=msg("等级"))
    version: int | None = None


class SubsidyForm(Form):
    """A claim of the training subsidy."""

    own_cost: _Yuan = Field(title=msg("本人实际支出（元）"))
    amount: _Yuan = Field(title=msg("申领补贴（元）"))


class SupportForm(Form):
    """A step of start-up support."""

    kind: SupportKind = Field(title=msg("步骤"))
    on: dt.date | None = Field(default=None, title=msg("日期"), description=msg("不填就是今天"))


class ProviderStep(StepForm):
    """A provider's step by its link, for one of its people."""

    person: _PublicId


class ProviderRefusal(RefusalForm):
    """A provider's refusal by its link."""

    person: _PublicId


class ProviderCertificate(CertificateForm):
    """A certificate by the provider's link."""

    person: _PublicId


class ProviderDay(DayForm):
    """Attendance by the provider's link: hours of each person, in the order shown."""

    person: list[_PublicId] = Field(default=[])
    hours: list[_Count] = Field(default=[])
