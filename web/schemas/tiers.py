"""Inputs about assessments, standard lines, exits and returns (测算、标准线、退出、返困)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds import HardshipTier
from matcher.kinds.tiers import (
    ExitKind,
    ExitReason,
    FactGrade,
    ReturnFinding,
    ReturnOutcome,
    StandardKind,
)
from web.forms import Form
from web.i18n import msg

_Text = Annotated[str, StringConstraints(max_length=500)]


class Adoption(Form):
    """The tier a person gives by an assessment."""

    tier: HardshipTier = Field(title=msg("认定的类别"))
    reason: _Text | None = Field(
        default=None, title=msg("理由"), description=msg("接近标准线时必填，写明看了什么、为什么")
    )


class Declining(Form):
    """Why an assessment is put aside."""

    reason: _Text = Field(title=msg("不采用的理由"))


class Asking(Form):
    """Until when the family is asked for what lacks."""

    due_on: dt.date = Field(title=msg("最迟哪天问到"))


class LineForm(Form):
    """A standard line with its source."""

    kind: StandardKind = Field(title=msg("标准"))
    region_code: str = Field(
        title=msg("地区代码"), description=msg("六位行政区划代码，例如 640100"), max_length=6
    )
    monthly: str = Field(title=msg("每人每月（元）"), max_length=20)
    valid_from: dt.date = Field(title=msg("从哪天起"))
    valid_to: dt.date | None = Field(default=None, title=msg("到哪天止"))
    source: _Text = Field(title=msg("依据"), description=msg("文件名称和文号"))
    grade: FactGrade = Field(default=FactGrade.A, title=msg("依据等级"))


class ExitForm(Form):
    """How and why a household leaves, with the evidence of each guarantee."""

    kind: ExitKind = Field(title=msg("退出类型"))
    reason: ExitReason = Field(title=msg("原因"))
    left_on: dt.date = Field(title=msg("退出日期"))
    guarantee_medical: _Text | None = Field(
        default=None, title=msg("医：医疗保障的依据"), description=msg("例如：已参加医保，报销单")
    )
    guarantee_work: _Text | None = Field(
        default=None, title=msg("业：就业的依据"), description=msg("例如：劳动合同、社保缴费")
    )
    guarantee_schooling: _Text | None = Field(
        default=None, title=msg("学：就学的依据"), description=msg("例如：已毕业，或助学金已落实")
    )
    guarantee_housing: _Text | None = Field(
        default=None, title=msg("房：住房的依据"), description=msg("例如：公租房合同、自有住房")
    )
    guarantee_insurance: _Text | None = Field(
        default=None, title=msg("保：社会保障的依据"), description=msg("例如：养老保险缴费记录")
    )
    note: _Text | None = Field(
        default=None, title=msg("其他说明"), description=msg("其他原因退出时必填")
    )


class ExitAnswer(Form):
    """The second person's answer."""

    answer: str = Field(title=msg("复核结果"), pattern="^(agree|refuse)$")
    note: _Text | None = Field(default=None, title=msg("说明"), description=msg("不同意时写明原因"))


class ReturnForm(Form):
    """Hardship found again."""

    found_on: dt.date = Field(title=msg("哪天发现"))
    found_by: ReturnFinding = Field(title=msg("怎样发现"))
    evidence: _Text = Field(title=msg("发现了什么"), description=msg("加密保存"))
    outcome: ReturnOutcome = Field(title=msg("接下来"))
