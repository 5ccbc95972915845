"""Inputs of the parts of a file (档案): incomes, expenses, work, schooling, visits, papers, with whose work it was."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from matcher.kinds.household_facts import (
    ExpenseKind,
    IncomeKind,
    PaperKind,
    SchoolLevel,
    VisitOutcome,
)
from matcher.kinds.households import (
    WorkStatus,
)
from web.forms import Form
from web.i18n import msg

_SHORT = 80
_LONG = 400
_Yuan = Annotated[Decimal, Field(max_digits=12, decimal_places=2, ge=0)]


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
