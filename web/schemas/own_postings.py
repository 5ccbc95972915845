"""Inputs of an employer: its postings, their closing, and its own data."""

import datetime as dt
from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from matcher.kinds import EducationLevel, UnitKind
from web.forms import Form
from web.i18n import msg

_LONG_TEXT = 4_000
_WANTED: JsonDict = {"wanted": True}
"""A legally required element: a draft may lack it, a published posting may not."""

_REQUIREMENT = 3_000
"""Longest requirement the reader takes (`requirements.reader.LONGEST_TEXT`)."""


class OwnPosting(Form):
    """A posting as its employer writes it; only the title is needed for a draft."""

    title: str = Field(title=msg("岗位名称"), max_length=60)
    headcount: int = Field(title=msg("招聘人数"), ge=1, le=10_000)
    pledged: int = Field(
        title=msg("其中爱心岗位"),
        description=msg("愿意拿出来、由工会推荐人选的人数，没有就填 0"),
        default=0,
        ge=0,
        le=10_000,
    )
    pledged_until: dt.date | None = Field(
        title=msg("爱心岗位留到哪天"),
        description=msg("过了这天还没有合适的人，就和其他名额一样招。不填就一直留着"),
        default=None,
    )
    duties: str | None = Field(
        json_schema_extra=_WANTED,
        title=msg("工作内容"),
        description=msg("每天做什么，用什么工具，和谁一起做。写得越具体，推荐越准"),
        default=None,
        max_length=_LONG_TEXT,
    )
    occupation: str | None = Field(
        title=msg("职业"),
        description=msg("打几个字，从列出的里面选"),
        default=None,
        max_length=80,
    )
    place: str | None = Field(
        json_schema_extra=_WANTED,
        title=msg("工作地点"),
        description=msg("写到区县，如：银川市兴庆区"),
        default=None,
        max_length=80,
    )
    place_text: str | None = Field(title=msg("详细地址"), default=None, max_length=120)
    pay_low_yuan: int | None = Field(
        json_schema_extra=_WANTED, title=msg("月薪最低（元）"), default=None, ge=1, le=1_000_000
    )
    pay_high_yuan: int | None = Field(title=msg("月薪最高（元）"), default=None, ge=1, le=1_000_000)
    pay_text: str | None = Field(
        title=msg("薪酬说明"),
        description=msg("如：试用期月薪、奖金、几薪"),
        default=None,
        max_length=200,
    )
    education_min: EducationLevel | None = Field(
        json_schema_extra=_WANTED, title=msg("最低学历"), default=None
    )
    requirement: str | None = Field(
        title=msg("专业要求"),
        description=msg("如：会计学、财务管理，工商管理类。不写就是专业不限"),
        default=None,
        max_length=_REQUIREMENT,
    )
    certificates: list[str] = Field(title=msg("必须有的证书"), default_factory=list, max_length=3)
    conditions: str | None = Field(
        title=msg("其他条件"),
        description=msg("不能限定性别、婚育、民族，不能收取任何费用"),
        default=None,
        max_length=_LONG_TEXT,
    )
    work_form: str | None = Field(title=msg("用工形式"), default=None, max_length=20)
    valid_from: dt.date | None = Field(title=msg("从哪天起招"), default=None)
    closes_on: dt.date | None = Field(
        json_schema_extra=_WANTED,
        title=msg("招到哪天"),
        description=msg("有效期限，过了这天自动停止推荐"),
        default=None,
    )
    drive: str | None = None
    version: int | None = None
    act: Literal["save", "publish"] = "save"


class PostingWords(Form):
    """The words of a posting, to be read while they are typed."""

    title: str | None = None
    duties: str | None = None
    conditions: str | None = None
    pay_text: str | None = None
    requirement: str | None = None


class Closing(Form):
    """Why a posting is closed."""

    reason: Literal["filled", "cancelled", "other"] = Field(title=msg("为什么关闭"))
    version: int | None = None


class OwnUnit(Form):
    """An employer's own data."""

    name: str = Field(
        title=msg("单位名称"),
        description=msg("与营业执照一致。改了要重新核验"),
        max_length=100,
    )
    credit_code: str | None = Field(
        title=msg("统一社会信用代码"),
        description=msg("18 位。改了要重新核验"),
        default=None,
        max_length=18,
    )
    credit_code_override: str | None = Field(
        title=msg("代码校验不符的理由"),
        description=msg("代码确实是这样，才需要写"),
        default=None,
        max_length=200,
    )
    unit_kind: UnitKind | None = Field(title=msg("单位性质"), default=None)
    industry: str | None = Field(
        title=msg("行业"), description=msg("打几个字，从列出的里面选"), default=None, max_length=80
    )
    place: str | None = Field(
        title=msg("所在地区"), description=msg("写到区县"), default=None, max_length=80
    )
    address: str | None = Field(title=msg("单位地址"), default=None, max_length=120)
    size_text: str | None = Field(title=msg("单位规模"), default=None, max_length=40)
    about: str | None = Field(title=msg("单位介绍"), default=None, max_length=_LONG_TEXT)
    contact_name: str | None = Field(title=msg("联系人"), default=None, max_length=40)
    contact_phone: str | None = Field(
        title=msg("联系电话"),
        description=msg("只在要换号码时填"),
        default=None,
        max_length=20,
    )
    is_labour_dispatch: bool = Field(
        title=msg("本单位是劳务派遣单位"),
        description=msg("岗位页面会写明“劳务派遣”"),
        default=False,
    )
    version: int | None = None
