"""Inputs about phases (活动阶段), the cohort (统计人群), service events (服务活动) and marks (单位标识)."""

import datetime as dt

from pydantic import Field

from matcher.kinds import HardshipTier
from matcher.kinds.cohorts import (
    CohortStanding,
    EventChannel,
    EventKind,
    LeaveReason,
    MarkKind,
)
from web.forms import Form
from web.i18n import msg

_LOCKS = msg("过了这一天，这一阶段的报表锁定；不填就不锁")


class PhasesForm(Form):
    """The days of the three phases and the census day."""

    survey_from: dt.date = Field(title=msg("摸底开始"))
    survey_until: dt.date = Field(title=msg("摸底结束"))
    survey_locks: dt.date | None = Field(default=None, title=msg("摸底锁定"), description=_LOCKS)
    carry_out_from: dt.date = Field(title=msg("实施开始"))
    carry_out_until: dt.date = Field(title=msg("实施结束"))
    carry_out_locks: dt.date | None = Field(default=None, title=msg("实施锁定"), description=_LOCKS)
    summing_up_from: dt.date = Field(title=msg("总结开始"))
    summing_up_until: dt.date = Field(title=msg("总结结束"))
    summing_up_locks: dt.date | None = Field(
        default=None, title=msg("总结锁定"), description=_LOCKS
    )
    census_on: dt.date | None = Field(
        default=None,
        title=msg("统计时点"),
        description=msg("这天夜里固定统计人群：困难类别、零就业、所属工会都以当天为准"),
    )
    version: int | None = None


class LeaveForm(Form):
    """Somebody leaves a drive."""

    reason: LeaveReason = Field(title=msg("离开原因"))
    left_on: dt.date | None = Field(
        default=None, title=msg("离开日期"), description=msg("不填就是今天")
    )
    words: str | None = Field(
        default=None,
        title=msg("情况说明"),
        description=msg("加密保存，只有办理的人看得到"),
        max_length=500,
    )


class CorrectionForm(Form):
    """How somebody stood in truth when counted."""

    standing: CohortStanding = Field(title=msg("列入时状态"))
    tier: HardshipTier = Field(title=msg("困难类别"))
    is_zero_employment: bool = Field(default=False, title=msg("零就业家庭"))
    is_earlier_year: bool = Field(default=False, title=msg("往届"))
    union_id: int = Field(title=msg("所属工会"))
    words: str = Field(
        title=msg("更正依据"), description=msg("写明看了什么材料；加密保存"), max_length=500
    )
    row: int | None = None


class EventForm(Form):
    """A service event; an empty count is not known."""

    kind: EventKind = Field(title=msg("活动类别"))
    channel: EventChannel = Field(title=msg("举办方式"))
    title: str = Field(title=msg("活动名称"), max_length=120)
    happened_on: dt.date = Field(title=msg("开始日期"))
    until_on: dt.date | None = Field(
        default=None, title=msg("结束日期"), description=msg("只有一天的不填")
    )
    place: str | None = Field(default=None, title=msg("地点或平台"), max_length=120)
    n_employers: int | None = Field(default=None, title=msg("参会单位"), ge=0, le=1_000_000)
    n_posts: int | None = Field(
        default=None, title=msg("展示岗位"), description=msg("招聘人数合计"), ge=0, le=10_000_000
    )
    n_distinct_posts: int | None = Field(
        default=None,
        title=msg("其中首次展示"),
        description=msg("没有在本系统登记、也没有在以前活动里展示过的；提供岗位数只加这些"),
        ge=0,
        le=10_000_000,
    )
    n_visitors: int | None = Field(default=None, title=msg("进场人次"), ge=0, le=10_000_000)
    n_intents: int | None = Field(default=None, title=msg("达成意向人数"), ge=0, le=10_000_000)


class EventCorrection(EventForm):
    """A correction of an event, with its reason."""

    why: str = Field(title=msg("更正原因"), max_length=200)
    row: int | None = None


class VoidEvent(Form):
    """An event is withdrawn."""

    why: str = Field(title=msg("作废原因"), max_length=200)
    row: int | None = None


class MarkForm(Form):
    """An employer is a firm of a model worker or a caring firm."""

    kind: MarkKind = Field(title=msg("标识"))
    from_on: dt.date = Field(title=msg("从哪天起"))
    until_on: dt.date | None = Field(
        default=None, title=msg("到哪天止"), description=msg("还在有效期的不填")
    )
    source: str = Field(
        title=msg("依据"), description=msg("例如：2024 年自治区劳模创新企业名单"), max_length=200
    )


class EffectForm(Form):
    """How many people a start-up gives work to."""

    n_jobs: int = Field(
        title=msg("带动就业人数"), description=msg("创业者本人不算"), ge=0, le=5_000
    )
    seen_on: dt.date = Field(title=msg("截至哪天"))
    evidence: str = Field(
        title=msg("依据"),
        description=msg("例如：社保缴费名单、劳动合同；不要写姓名"),
        max_length=200,
    )
