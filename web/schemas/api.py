"""Bodies, queries and answers of the JSON API: strict, nothing unknown is taken, no plain numbers come out."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from matcher.kinds import EducationLevel, Mobility, PostingState, UnitKind

_NO_NUL = r"^[^\x00]*$"
"""Databases refuse the character NUL in a text."""

PublicId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_NO_NUL)
]
Text = Annotated[str, StringConstraints(max_length=4_000, pattern=_NO_NUL)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Yuan = Annotated[int, Field(ge=1, le=1_000_000)]
Version = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Strict(BaseModel):
    """Base of all models of the API."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Problem(BaseModel):
    """What every refusal looks like (RFC 9457); `fields` says which and why, never what was sent."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: dict[str, str] = Field(default_factory=dict)


class PageQuery(BaseModel):
    """Which slice of a list."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=1_000_000)


class PostingQuery(PageQuery):
    """Which postings."""

    state: PostingState | None = None
    words: Annotated[str, StringConstraints(max_length=60, pattern=_NO_NUL)] = ""
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] = ""


class GraduateQuery(PageQuery):
    """Which graduates; `drive` keeps those who take part in it."""

    drive: PublicId | None = None
    name: Annotated[str, StringConstraints(max_length=60, pattern=_NO_NUL)] = ""
    education: EducationLevel | None = None
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] = ""
    is_confirmed: bool | None = None


class RequirementIn(Strict):
    """专业要求 as written: one text for all levels, or one a level."""

    any_level: Text | None = Field(default=None, description="混合")
    college: Text | None = Field(default=None, description="专科")
    bachelor: Text | None = Field(default=None, description="本科")
    graduate: Text | None = Field(default=None, description="研究生")


class PostingFields(Strict):
    """What a posting says; the six required elements may lack in a draft."""

    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_NO_NUL)
    ] = Field(description="岗位名称")
    headcount: int = Field(default=1, ge=1, le=10_000, description="招聘人数")
    pledged: int = Field(default=0, ge=0, le=10_000, description="其中爱心岗位")
    pledged_until: dt.date | None = Field(default=None, description="爱心岗位留到哪天")
    duties: Text | None = Field(default=None, description="工作内容")
    conditions: Text | None = Field(default=None, description="其他条件")
    region_code: RegionCode | None = Field(default=None, description="工作地点，六位行政区划代码")
    place_text: Line | None = Field(default=None, description="详细地址")
    pay_text: Line | None = Field(default=None, description="薪酬说明")
    pay_low_yuan: Yuan | None = Field(default=None, description="月薪最低")
    pay_high_yuan: Yuan | None = Field(default=None, description="月薪最高")
    valid_from: dt.date | None = Field(default=None, description="从哪天起招")
    closes_on: dt.date | None = Field(default=None, description="招到哪天（有效期限）")
    education_min: EducationLevel | None = Field(default=None, description="最低学历")
    requirement: RequirementIn = Field(default_factory=RequirementIn, description="专业要求")
    certificates: list[Line] = Field(
        default_factory=list, max_length=10, description="必须有的证书，名称"
    )
    occupation_code: (
        Annotated[str, StringConstraints(pattern=r"^[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}$")] | None
    ) = Field(default=None, description="职业，职业分类大典代码")
    work_form: Line | None = Field(default=None, description="用工形式")


class NewPosting(PostingFields):
    """A posting to draft; a drive manager names the employer."""

    drive: PublicId = Field(description="活动的公开编号")
    employer: PublicId | None = Field(default=None, description="单位的公开编号，单位令牌不填")


class PostingChange(PostingFields):
    """A posting as it shall be; `version` is the one that was read."""

    version: Version


class Act(Strict):
    """An act upon what was read."""

    version: Version | None = None


class ClosingAct(Act):
    """Taking a posting offline for good."""

    reason: Line


class Finding(BaseModel):
    """What the words of a posting break or leave doubtful."""

    code: str
    severity: Literal["block", "warn", "flag"]
    words: str
    article: str
    suggestion: str


class EmployerOut(BaseModel):
    """The employer of a posting."""

    id: str
    name: str


class PostingOut(BaseModel):
    """A posting with what keeps it from being published or ranked; seats as a total."""

    id: str
    drive: str
    employer: EmployerOut
    state: PostingState
    version: int
    title: str
    seats: int
    pledged: int = Field(description="爱心岗位数")
    pledged_until: dt.date | None
    duties: str | None
    conditions: str | None
    region_code: str | None
    place_text: str | None
    pay_text: str | None
    pay_low_yuan: int | None
    pay_high_yuan: int | None
    valid_from: dt.date | None
    closes_on: dt.date | None
    education_min: EducationLevel | None
    requirement: dict[str, str] = Field(description="专业要求，按层次列")
    certificates: list[str]
    occupation_code: str | None
    work_form: str | None
    missing: list[str] = Field(description="还缺的法定要素")
    findings: list[Finding]
    not_ranked: list[str] = Field(description="没有参加排序的原因代码")


class PostingPage(BaseModel):
    """A slice of postings; `next` is the address of the next one."""

    items: list[PostingOut]
    total: int
    limit: int
    offset: int
    next: str | None


class MajorIn(Strict):
    """One of one or two majors."""

    name: Line
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}[TKHtkh]{0,3}$")] | None = None


class IntentFields(Strict):
    """What is wanted, each list in order of preference."""

    places: list[RegionCode] = Field(default_factory=list, max_length=3)
    occupations: list[Line] = Field(default_factory=list, max_length=3)
    industries: list[Line] = Field(default_factory=list, max_length=3)
    unit_kinds: list[UnitKind] = Field(default_factory=list, max_length=6)
    wanted_pay_yuan: Yuan | None = None
    mobility: Mobility = Mobility.LISTED
    text: Text | None = None


class GraduateFields(Strict):
    """A graduate entered on behalf; numbers go in and never come out."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_NO_NUL)
    ]
    education: EducationLevel
    majors: list[MajorIn] = Field(min_length=1, max_length=2)
    school: Line | None = None
    student_number: Line | None = None
    graduates_on: dt.date | None = None
    origin_region: RegionCode | None = None
    certificates: list[Line] = Field(default_factory=list, max_length=10, description="证书，名称")
    about: Text | None = None
    id_number: Line | None = Field(default=None, json_schema_extra={"writeOnly": True})
    phone: Line | None = Field(default=None, json_schema_extra={"writeOnly": True})
    intent: IntentFields = Field(default_factory=IntentFields)


class NewGraduate(GraduateFields):
    """A graduate to enter, in a drive if one is named."""

    drive: PublicId | None = None


class GraduateChange(GraduateFields):
    """A graduate as the record shall be; numbers left out stay."""

    version: Version


class MajorOut(BaseModel):
    """A major with the code of its catalogue."""

    name: str
    code: str
    level: str


class GraduateRowOut(BaseModel):
    """A graduate in a list, masked."""

    id: str
    name: str
    phone: str | None
    id_number: str | None
    education: EducationLevel
    majors: list[str]
    school: str | None
    origin_region: str | None
    is_confirmed: bool


class GraduateOut(BaseModel):
    """A graduate's record, masked."""

    id: str
    version: int
    name: str
    phone: str | None
    id_number: str | None
    education: EducationLevel
    majors: list[MajorOut]
    school: str | None
    graduates_on: dt.date | None
    origin_region: str | None
    certificates: list[str]
    about: str | None
    intent: IntentFields | None
    entered_through: str
    is_confirmed: bool


class GraduatePage(BaseModel):
    """A slice of graduates; `next` is the address of the next one."""

    items: list[GraduateRowOut]
    total: int
    limit: int
    offset: int
    next: str | None
