"""Inputs of a file (档案): its head, members, and each of its parts."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from matcher.kinds.household_facts import (
    ExpenseKind,
    IncomeKind,
    PaperKind,
    PoliticalStatus,
    SchoolLevel,
    VisitOutcome,
)
from matcher.kinds.households import (
    FileLevel,
    HardshipCause,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
    WorkStatus,
)
from web.forms import Form
from web.i18n import msg

_SHORT = 80
_LONG = 400
_Yuan = Annotated[Decimal, Field(max_digits=12, decimal_places=2, ge=0)]


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


class Attribution(Form):
    """Whose work it was, apart from who typed it."""

    credited_to_id: int | None = Field(
        default=None, title=msg("实际办理人"), description=msg("不选就是录入人自己")
    )
    on_behalf_of_id: int | None = Field(
        default=None, title=msg("代谁录入"), description=msg("不选就是自己的工作")
    )


class IncomeForm(Attribution):
    """An income of a year."""

    member_id: int | None = Field(default=None, title=msg("成员"), description=msg("不选就是全家"))
    year: int = Field(title=msg("年度"), ge=1990, le=2100)
    kind: IncomeKind = Field(title=msg("收入类别"))
    amount: _Yuan = Field(title=msg("全年金额（元）"))
    basis: str | None = Field(
        default=None,
        title=msg("依据"),
        description=msg("例如：单位收入证明、养老金流水"),
        max_length=_LONG,
    )


class ExpenseForm(Attribution):
    """A rigid expense of a year."""

    member_id: int | None = Field(default=None, title=msg("成员"), description=msg("不选就是全家"))
    year: int = Field(title=msg("年度"), ge=1990, le=2100)
    kind: ExpenseKind = Field(title=msg("支出类别"))
    amount: _Yuan = Field(
        title=msg("自己负担的金额（元）"), description=msg("扣除医保报销、赔偿和救助以后")
    )
    gross: _Yuan | None = Field(default=None, title=msg("总费用（元）"))
    basis: str | None = Field(
        default=None,
        title=msg("依据"),
        description=msg("例如：学费收据、医保结算单"),
        max_length=_LONG,
    )


class WorkForm(Attribution):
    """A stretch of a member's working life."""

    member_id: int = Field(title=msg("成员"))
    status: WorkStatus = Field(title=msg("就业状况"))
    from_on: dt.date = Field(title=msg("从哪天起"))
    to_on: dt.date | None = Field(
        default=None, title=msg("到哪天为止"), description=msg("还在进行就空着")
    )
    unit: str | None = Field(default=None, title=msg("单位"), max_length=_SHORT)
    contract_until_on: dt.date | None = Field(default=None, title=msg("劳动合同到期"))
    is_registered_unemployed: bool = Field(default=False, title=msg("已办失业登记"))
    registered_on: dt.date | None = Field(default=None, title=msg("失业登记日期"))
    is_able: bool | None = Field(default=None, title=msg("有劳动能力"))
    is_willing: bool | None = Field(default=None, title=msg("有就业意愿"))
    evidence: str | None = Field(
        default=None, title=msg("依据"), description=msg("看过什么材料，或谁说的"), max_length=_LONG
    )
    evidence_document_id: int | None = Field(default=None, title=msg("依据的材料"))


class SchoolingForm(Attribution):
    """A schooling of a member."""

    member_id: int = Field(title=msg("成员"))
    school: str = Field(title=msg("学校"), max_length=_SHORT)
    level: SchoolLevel = Field(title=msg("就学层次"))
    major: str | None = Field(default=None, title=msg("专业"), max_length=_SHORT)
    region_code: str | None = Field(
        default=None, title=msg("学校所在地区划代码"), description=msg("6 位"), pattern=r"^\d{6}$"
    )
    entered_on: dt.date | None = Field(default=None, title=msg("入学日期"))
    expected_graduation_on: dt.date | None = Field(default=None, title=msg("预计毕业日期"))
    ended_on: dt.date | None = Field(
        default=None, title=msg("已毕业或离校日期"), description=msg("还在读就空着")
    )
    fee: _Yuan | None = Field(default=None, title=msg("每年学费（元）"))
    is_regular_admission: bool | None = Field(default=None, title=msg("国家统招"))
    is_military: bool = Field(default=False, title=msg("军队院校"))


class VisitForm(Attribution):
    """A home visit."""

    visited_on: dt.date = Field(title=msg("走访日期"))
    outcome: VisitOutcome = Field(title=msg("走访结果"))
    visitors: str = Field(
        title=msg("走访人"), description=msg("写全，一般不少于两人"), max_length=_SHORT
    )
    findings: str | None = Field(
        default=None,
        title=msg("走访情况"),
        description=msg("加密保存，查看须写原因；不填就保留已登记的"),
        max_length=4_000,
    )
    application_signed_on: dt.date | None = Field(
        default=None, title=msg("《困难职工帮扶申请书》签字日期")
    )
    application_signer_id: int | None = Field(
        default=None, title=msg("《困难职工帮扶申请书》签字人")
    )
    authorisation_signed_on: dt.date | None = Field(
        default=None, title=msg("《家庭经济状况核对授权委托书》签字日期")
    )
    authorisation_signer_id: int | None = Field(
        default=None, title=msg("《家庭经济状况核对授权委托书》签字人")
    )


class DocumentForm(Attribution):
    """A paper; the scan comes beside it."""

    kind: PaperKind = Field(title=msg("材料"))
    member_id: int | None = Field(default=None, title=msg("谁的"), description=msg("不选就是全家"))
    issuer: str | None = Field(default=None, title=msg("出具单位"), max_length=_SHORT)
    issued_on: dt.date | None = Field(default=None, title=msg("出具日期"))
    valid_until: dt.date | None = Field(
        default=None, title=msg("有效期至"), description=msg("长期有效就空着")
    )
    is_original_seen: bool = Field(default=False, title=msg("看过原件"))
    note: str | None = Field(default=None, title=msg("备注"), max_length=_LONG)
    scan: str | None = Field(
        default=None, title=msg("扫描件"), description=msg("PDF、JPG 或 PNG，加密保存")
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
