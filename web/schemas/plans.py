"""Inputs of the pages about plans: which result, a pinned pair with its reason, what plans of a drive go by."""

from pydantic import Field

from matcher.kinds.plans import PinKind, PlanRule, ReserveOrder, UnfilledReserve
from matcher.ranking.parameters import POINTS_LIMIT
from web.forms import Form
from web.i18n import msg

_MOST_WEIGHT = 1_000
_MOST_LISTED = 1_000
_HIGHEST = 5


class ChooseRule(Form):
    """Which of a plan's two results is taken."""

    rule: PlanRule = Field(title=msg("选用哪个方案"))
    version: int | None = None


class PublishPlan(Form):
    """That a plan is published, or taken back, as it was read."""

    version: int | None = None


class PinPair(Form):
    """A pair that is fixed or ruled out, and why."""

    posting: str = Field(title=msg("岗位"), max_length=40)
    kind: PinKind = Field(title=msg("怎样指定"))
    reason: str = Field(
        title=msg("原因"),
        description=msg("至少 4 个字，和这一对一起保存；只有管理本活动的人看得到"),
        max_length=200,
    )


class PlanRulesForm(Form):
    """What plans of a drive go by."""

    guarantee_class: int | None = Field(
        default=None,
        title=msg("保证有席位的类别"),
        description=msg("这一类及以上的人，只要席位够就一定安置"),
        ge=1,
        le=_HIGHEST,
    )
    reserves: ReserveOrder = Field(title=msg("预留席位怎样用"))
    unfilled: UnfilledReserve = Field(title=msg("没人用的预留席位"))
    intent: int = Field(title=msg("志愿权重：意向，百分之"), ge=0, le=_MOST_WEIGHT)
    text: int = Field(title=msg("志愿权重：技能说明，百分之"), ge=0, le=_MOST_WEIGHT)
    major: int = Field(title=msg("志愿权重：专业，百分之"), ge=0, le=_MOST_WEIGHT)
    stickiness: int = Field(
        title=msg("沿用上次席位加多少分"),
        description=msg("0 是不加；加得多，重新求解时变动的人就少"),
        ge=0,
        le=POINTS_LIMIT,
    )
    list_length: int = Field(
        title=msg("每份名单取前几名"),
        description=msg("两边名单的前几名才参加求解；保证有席位的人带上全部合格岗位"),
        ge=1,
        le=_MOST_LISTED,
    )
    version: int | None = None


class ConfirmSeats(Form):
    """Which proposals of a plan people may be asked about."""

    r: list[str] = Field(title=msg("要确认的推荐"), min_length=1, max_length=200)


class EmployerCalled(Form):
    """What an employer said to what it was asked for."""

    agreed: bool = Field(default=False, title=msg("单位答应了"))


class CourseReferral(Form):
    """A course of those that would seat a person."""

    course: str = Field(max_length=40)
