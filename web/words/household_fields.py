"""What the fields of a file are called, and their values in words: for the history and for conflicts."""

import datetime as dt
import re
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from matcher.kinds import HardshipTier
from matcher.kinds.household_facts import (
    ExpenseKind,
    FileAct,
    IncomeKind,
    PaperKind,
    PoliticalStatus,
    SchoolLevel,
    VisitOutcome,
)
from matcher.kinds.households import (
    FileLevel,
    FileState,
    HardshipCause,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
    WorkStatus,
)
from matcher.services.hardship.changes import UNSHOWN
from web.filters import day, figure, yuan
from web.i18n import gettext, label, msg, translated

PARTS = MappingProxyType(
    {
        "household": msg("档案"),
        "household_member": msg("成员"),
        "household_income": msg("收入"),
        "household_expense": msg("支出"),
        "household_cause": msg("致困原因"),
        "household_document": msg("材料"),
        "home_visit": msg("走访"),
        "member_employment": msg("就业"),
        "member_schooling": msg("就学"),
    }
)
"""What the parts of a file are called, by table."""

FIELDS = MappingProxyType(
    {
        "file_number": msg("档案编号"),
        "level": msg("档案级别"),
        "state": msg("状态"),
        "tier": msg("困难类别"),
        "tier_on": msg("类别认定日期"),
        "is_zero_employment": msg("零就业"),
        "zero_employment_on": msg("零就业起始日期"),
        "unit_name": msg("工作单位"),
        "unit_nature": msg("单位性质"),
        "unit_condition": msg("企业状况"),
        "industry": msg("所属行业"),
        "region_code": msg("区划代码"),
        "hukou_region_code": msg("户口所在地区划代码"),
        "address_cipher": msg("家庭住址"),
        "postcode": msg("邮编"),
        "contact_cipher": msg("其他联系方式"),
        "housing": msg("住房类型"),
        "floor_area_m2": msg("建筑面积（平方米）"),
        "is_single_parent": msg("单亲家庭"),
        "has_self_help": msg("有一定自救能力"),
        "applied_on": msg("申请日期"),
        "approved_on": msg("批准日期"),
        "paper_on": msg("纸质档案同步日期"),
        "owner_id": msg("负责人"),
        "is_open": msg("有效档案"),
        "closed_on": msg("关闭日期"),
        "members": msg("成员人数"),
        "name": msg("姓名"),
        "relation": msg("与户主关系"),
        "is_holder": msg("户主"),
        "id_number_cipher": msg("身份证号"),
        "phone_cipher": msg("手机"),
        "card_cipher": msg("银行卡号"),
        "illness_cipher": msg("疾病、残疾类别和等级"),
        "bank_name": msg("开户银行、支行"),
        "birth_on": msg("出生日期"),
        "sex": msg("性别"),
        "ethnicity": msg("民族"),
        "politics": msg("政治面貌"),
        "marital": msg("婚姻状况"),
        "hukou": msg("户口类型"),
        "health": msg("健康状况"),
        "medical_insurance": msg("医保状况"),
        "model_worker": msg("劳模类型"),
        "education": msg("当前学历"),
        "work_since_on": msg("参加工作时间"),
        "employment_state": msg("工作状态"),
        "is_migrant_worker": msg("农民工"),
        "is_living_together": msg("共同生活"),
        "in_open_file": msg("在有效档案中"),
        "left_on": msg("离户日期"),
        "left_reason": msg("离户原因"),
        "member_id": msg("成员"),
        "year": msg("年度"),
        "kind": msg("类别"),
        "amount_fen": msg("金额（元）"),
        "gross_fen": msg("总费用（元）"),
        "basis": msg("依据"),
        "main": msg("主要致困原因"),
        "secondary": msg("次要致困原因"),
        "detail": msg("其他原因的说明"),
        "issuer": msg("出具单位"),
        "issued_on": msg("出具日期"),
        "valid_until": msg("有效期至"),
        "is_original_seen": msg("看过原件"),
        "note": msg("备注"),
        "file_id": msg("扫描件"),
        "visited_on": msg("走访日期"),
        "outcome": msg("走访结果"),
        "visitors": msg("走访人"),
        "credited_to_id": msg("实际办理人"),
        "findings_cipher": msg("走访情况"),
        "application_signed_on": msg("《困难职工帮扶申请书》签字日期"),
        "application_signer_id": msg("《困难职工帮扶申请书》签字人"),
        "authorisation_signed_on": msg("《家庭经济状况核对授权委托书》签字日期"),
        "authorisation_signer_id": msg("《家庭经济状况核对授权委托书》签字人"),
        "from_on": msg("从哪天起"),
        "to_on": msg("到哪天为止"),
        "status": msg("就业状况"),
        "unit": msg("单位"),
        "contract_until_on": msg("劳动合同到期"),
        "is_registered_unemployed": msg("已办失业登记"),
        "registered_on": msg("失业登记日期"),
        "is_able": msg("有劳动能力"),
        "is_willing": msg("有就业意愿"),
        "evidence": msg("依据"),
        "evidence_document_id": msg("依据的材料"),
        "school": msg("学校"),
        "major": msg("专业"),
        "entered_on": msg("入学日期"),
        "expected_graduation_on": msg("预计毕业日期"),
        "ended_on": msg("已毕业或离校日期"),
        "fee_fen": msg("每年学费（元）"),
        "is_regular_admission": msg("国家统招"),
        "is_military": msg("军队院校"),
    }
)
"""What the columns of a file are called."""

_KINDS: dict[str, type[StrEnum]] = {
    "state": FileState,
    "tier": HardshipTier,
    "housing": HousingKind,
    "sex": Sex,
    "politics": PoliticalStatus,
    "marital": MaritalStatus,
    "hukou": HukouKind,
    "health": HealthState,
    "status": WorkStatus,
    "outcome": VisitOutcome,
    "main": HardshipCause,
    "secondary": HardshipCause,
    "household_income.kind": IncomeKind,
    "household_expense.kind": ExpenseKind,
    "household_document.kind": PaperKind,
    "household.level": FileLevel,
    "member_schooling.level": SchoolLevel,
}
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PERSONS = frozenset({"name"})


def part_words(part: str) -> str:
    """Return what a part is called."""
    return translated(PARTS[part]) if part in PARTS else part


def field_words(field: str) -> str:
    """Return what a column is called."""
    return translated(FIELDS[field]) if field in FIELDS else field


def act_words(act: FileAct) -> str:
    """Return what was done."""
    return label(act)


def value_words(part: str, field: str, value: Any) -> str:
    """Return a value of the history in words; ids of rows only as that there is one."""
    if value is None or value == "":
        return gettext("空")
    if value == UNSHOWN or (field.endswith("_id") and field != "public_id"):
        return gettext("已登记")
    if isinstance(value, bool) or field.startswith(("is_", "has_", "in_")):
        return gettext("是") if value in (True, "true", "True") else gettext("否")
    kind = _KINDS.get(f"{part}.{field}") or _KINDS.get(field)
    if kind is not None:
        return _labels(kind, str(value))
    if field.endswith("_fen"):
        return yuan(int(value))
    if isinstance(value, str) and _ISO_DAY.match(value):
        return day(dt.date.fromisoformat(value))
    return figure(value) if isinstance(value, int) and field != "year" else str(value)


def _labels(kind: type[StrEnum], text: str) -> str:
    values = {member.value: member for member in kind}
    return "，".join(label(values[one]) for one in text.split("，") if one in values) or text
