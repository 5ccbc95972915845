"""Inputs about fairs (招聘会): the fair itself, its sessions, filings, the safety plan, and anybody's registration."""

import datetime as dt

from pydantic import Field

from matcher.kinds import EducationLevel
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_paperwork import FilingOutcome
from web.forms import Form
from web.i18n import msg


class FairForm(Form):
    """A fair."""

    title: str = Field(title=msg("招聘会名称"), description=msg("对外公开"), max_length=80)
    channel: EventChannel = Field(title=msg("举办方式"))
    first_on: dt.date = Field(title=msg("开始日期"))
    last_on: dt.date | None = Field(
        default=None, title=msg("结束日期"), description=msg("只有一天的不填")
    )
    venue_name: str | None = Field(
        default=None, title=msg("场馆"), description=msg("有现场的要填"), max_length=80
    )
    venue_address: str | None = Field(
        default=None, title=msg("场馆地址"), description=msg("写到门牌号"), max_length=160
    )
    venue_region: str | None = Field(
        default=None,
        title=msg("场馆所在县区"),
        description=msg("报批规则按所在地算"),
        max_length=80,
    )
    venue_capacity: int | None = Field(
        default=None,
        title=msg("场馆可容纳人数"),
        description=msg("消防或场馆核定的同时容纳人数"),
        ge=1,
        le=1_000_000,
    )
    expected_people: int = Field(
        default=0,
        title=msg("预计参加人数"),
        description=msg("有现场的要填；人最多的那一场，要不要公安机关许可按它算"),
        ge=0,
        le=1_000_000,
    )
    online_address: str | None = Field(default=None, title=msg("线上网址"), max_length=300)
    co_organisers: str | None = Field(default=None, title=msg("协办、承办单位"), max_length=200)
    enquiries: str | None = Field(
        default=None,
        title=msg("咨询电话"),
        description=msg("写办公电话，不写个人手机；公布前要填"),
        max_length=60,
    )
    about: str | None = Field(default=None, title=msg("给参会人的说明"), max_length=2000)
    version: int | None = None


class CopyForm(Form):
    """A new fair like an earlier one."""

    title: str = Field(title=msg("招聘会名称"), max_length=80)
    first_on: dt.date = Field(title=msg("新的开始日期"))


class CancelForm(Form):
    """Why a fair is cancelled; everybody reads it."""

    reason: str = Field(
        title=msg("取消原因"), description=msg("会发给参会单位和报名的人"), max_length=200
    )
    version: int | None = None


class StepForm(Form):
    """A step of a fair as it stood before the reader's eyes."""

    version: int | None = None


class SessionForm(Form):
    """A session of a fair."""

    name: str = Field(title=msg("场次名称"), max_length=30)
    held_on: dt.date = Field(title=msg("日期"))
    begins: dt.time = Field(title=msg("开始"))
    ends: dt.time = Field(title=msg("结束"))
    opens_minutes_before: int = Field(default=30, title=msg("提前几分钟放人"), ge=0, le=180)
    approved_number: int | None = Field(
        default=None,
        title=msg("核准人数"),
        description=msg("验票到这个数就停；取得许可的，登记许可时会自动填"),
        ge=1,
        le=1_000_000,
    )


class FilingForm(Form):
    """Something was handed in to an authority."""

    rule: str = Field(title=msg("报什么"), max_length=40)
    authority: str = Field(
        title=msg("受理单位"), description=msg("写全称，例如滨城区公安局"), max_length=80
    )
    filed_on: dt.date = Field(title=msg("报送日期"))


class DecisionForm(Form):
    """The answer of an authority."""

    outcome: FilingOutcome = Field(title=msg("办理结果"))
    decided_on: dt.date = Field(title=msg("答复日期"))
    document_number: str | None = Field(default=None, title=msg("文号"), max_length=80)
    reason: str | None = Field(default=None, title=msg("说明"), max_length=300)
    version: int | None = None


class FilingBackForm(Form):
    """A filing is taken back."""

    reason: str = Field(title=msg("撤回原因"), max_length=200)
    version: int | None = None


class DocumentForm(Form):
    """A scan beside a part of the plan or a filing."""

    name: str = Field(title=msg("是什么材料"), max_length=60)
    content: str | None = Field(
        default=None, title=msg("扫描件或照片"), description=msg("PDF、JPG 或 PNG")
    )
    part: str | None = None
    filing: str | None = None


class PlanPartForm(Form):
    """One of the nine parts of a safety plan."""

    text: str = Field(default="", title=msg("内容"), max_length=4000)
    who: str = Field(default="", title=msg("谁负责"), max_length=60)
    is_done: bool = Field(default=False, title=msg("已落实"))
    version: int | None = None


class VisitForm(Form):
    """Anybody registers for a fair on its public page."""

    name: str = Field(title=msg("姓名"), max_length=40)
    phone: str = Field(
        title=msg("手机号"),
        description=msg("只用来通知场次变化；不经你同意，展位看不到"),
        max_length=20,
    )
    education: EducationLevel | None = Field(default=None, title=msg("学历"))
    major_text: str | None = Field(default=None, title=msg("专业"), max_length=60)
    school: str | None = Field(default=None, title=msg("学校"), max_length=60)
    sessions: list[str] = Field(title=msg("来哪一场"), min_length=1)
    consent: bool = Field(default=False, title=msg("我已经看过，同意"))
    consent_text: int | None = None
