"""Inputs of a file (档案): its head, members, and each of its parts."""

import datetime as dt

from pydantic import Field

from matcher.kinds.household_facts import (
    PoliticalStatus,
)
from matcher.kinds.households import (
    FileLevel,
    HardshipCause,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
)
from web.forms import Form
from web.i18n import msg

_SHORT = 80
_LONG = 400


class HeadForm(Form):
    """The head of a file; an empty address or contact keeps the one that stands."""

    file_number: str | None = Field(
        default=None,
        title=msg("档案编号"),
        description=msg("没有就空着，先用系统的临时编号"),
        max_length=40,
    )
    applied_on: dt.date | None = Field(default=None, title=msg("申请日期"))
    level: FileLevel | None = Field(default=None, title=msg("档案级别"))
    unit_name: str | None = Field(default=None, title=msg("工作单位"), max_length=_SHORT)
    unit_nature: str | None = Field(default=None, title=msg("单位性质"), max_length=_SHORT)
    unit_condition: str | None = Field(default=None, title=msg("企业状况"), max_length=_SHORT)
    industry: str | None = Field(default=None, title=msg("所属行业"), max_length=_SHORT)
    region_code: str | None = Field(
        default=None, title=msg("居住地区划代码"), description=msg("6 位"), pattern=r"^\d{6}$"
    )
    hukou_region_code: str | None = Field(
        default=None, title=msg("户口所在地区划代码"), description=msg("6 位"), pattern=r"^\d{6}$"
    )
    address: str | None = Field(
        default=None, title=msg("家庭住址"), description=msg("不填就保留已登记的"), max_length=200
    )
    postcode: str | None = Field(default=None, title=msg("邮编"), pattern=r"^\d{6}$")
    contact: str | None = Field(
        default=None,
        title=msg("其他联系方式"),
        description=msg("不填就保留已登记的"),
        max_length=_SHORT,
    )
    housing: HousingKind | None = Field(default=None, title=msg("住房类型"))
    floor_area_m2: int | None = Field(default=None, title=msg("建筑面积（平方米）"), ge=0, le=2_000)
    is_single_parent: bool = Field(default=False, title=msg("单亲家庭"))
    has_self_help: bool | None = Field(default=None, title=msg("有一定自救能力"))


class PersonForm(Form):
    """A member while a file is being opened: what tells people apart, and the health that needs care."""

    name: str = Field(title=msg("姓名"), max_length=40)
    relation: str = Field(title=msg("与户主关系"), max_length=20)
    id_number: str | None = Field(default=None, title=msg("身份证号"), max_length=24)
    birth_on: dt.date | None = Field(
        default=None, title=msg("出生日期"), description=msg("填了身份证号就不用填")
    )
    phone: str | None = Field(default=None, title=msg("手机"), max_length=20)
    health: HealthState | None = Field(default=None, title=msg("健康状况"))
    employment_state: str | None = Field(
        default=None,
        title=msg("工作状态"),
        description=msg("例如：在岗、失业、退休、在校"),
        max_length=40,
    )


class HolderForm(PersonForm):
    """The holder and the head, the first step of opening a file."""

    relation: str = Field(default="本人", title=msg("与户主关系"), max_length=20)
    id_number: str = Field(title=msg("身份证号"), max_length=24)
    file_number: str | None = Field(
        default=None,
        title=msg("档案编号"),
        description=msg("没有就空着，先用系统的临时编号"),
        max_length=40,
    )
    applied_on: dt.date | None = Field(default=None, title=msg("申请日期"))
    unit_name: str | None = Field(default=None, title=msg("工作单位"), max_length=_SHORT)
    region_code: str | None = Field(
        default=None, title=msg("居住地区划代码"), description=msg("6 位"), pattern=r"^\d{6}$"
    )
    address: str | None = Field(default=None, title=msg("家庭住址"), max_length=200)


class MemberForm(Form):
    """What stands of a member; an empty number keeps the one that stands."""

    name: str = Field(title=msg("姓名"), max_length=40)
    relation: str = Field(title=msg("与户主关系"), max_length=20)
    id_number: str | None = Field(
        default=None, title=msg("身份证号"), description=msg("不填就保留已登记的"), max_length=24
    )
    birth_on: dt.date | None = Field(default=None, title=msg("出生日期"))
    phone: str | None = Field(
        default=None, title=msg("手机"), description=msg("不填就保留已登记的"), max_length=20
    )
    card: str | None = Field(
        default=None, title=msg("银行卡号"), description=msg("不填就保留已登记的"), max_length=30
    )
    bank_name: str | None = Field(default=None, title=msg("开户银行、支行"), max_length=_SHORT)
    sex: Sex | None = Field(default=None, title=msg("性别"))
    ethnicity: str | None = Field(default=None, title=msg("民族"), max_length=20)
    politics: PoliticalStatus | None = Field(default=None, title=msg("政治面貌"))
    marital: MaritalStatus | None = Field(default=None, title=msg("婚姻状况"))
    hukou: HukouKind | None = Field(default=None, title=msg("户口类型"))
    health: HealthState | None = Field(default=None, title=msg("健康状况"))
    illness: str | None = Field(
        default=None,
        title=msg("疾病、残疾类别和等级"),
        description=msg("加密保存，查看须写原因；不填就保留已登记的"),
        max_length=_LONG,
    )
    medical_insurance: str | None = Field(default=None, title=msg("医保状况"), max_length=_SHORT)
    model_worker: str | None = Field(default=None, title=msg("劳模类型"), max_length=_SHORT)
    education: str | None = Field(default=None, title=msg("当前学历"), max_length=_SHORT)
    employment_state: str | None = Field(
        default=None,
        title=msg("工作状态"),
        description=msg("名册上的写法；起止日期和依据在“就业状况”里登记"),
        max_length=40,
    )
    work_since_on: dt.date | None = Field(default=None, title=msg("参加工作时间"))
    is_migrant_worker: bool = Field(default=False, title=msg("农民工"))
    is_living_together: bool = Field(
        default=False, title=msg("共同生活"), description=msg("计算人均收入时算在家庭人口里")
    )
    clears: list[str] = Field(default=[], title=msg("清除已登记的"))


class Leaving(Form):
    """Why and since when a member belongs to the household no longer."""

    on: dt.date = Field(title=msg("离户日期"))
    reason: str = Field(
        title=msg("离户原因"), description=msg("例如：婚嫁、迁出、去世"), max_length=_LONG
    )


class CausesForm(Form):
    """The causes of a file."""

    main: HardshipCause = Field(title=msg("主要致困原因"))
    secondary: list[HardshipCause] = Field(
        default=[], title=msg("次要致困原因"), description=msg("最多三项")
    )
    detail: str | None = Field(
        default=None,
        title=msg("其他原因的说明"),
        description=msg("选了“其他”才填；不写病名"),
        max_length=_LONG,
    )


class DatedForm(Form):
    """A day."""

    on: dt.date = Field(title=msg("日期"))


class ReasonForm(Form):
    """A typed reason."""

    reason: str = Field(title=msg("原因"), max_length=_LONG)


class FileReveal(Form):
    """Which sealed value to show, and why."""

    what: str = Field(title=msg("要看什么"), pattern=r"^(member|household|visit):\d+:[a-z_]+$")
    reason: str = Field(
        title=msg("原因"), description=msg("至少 4 个字，会写进操作记录"), max_length=200
    )
