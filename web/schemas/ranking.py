"""Inputs of the ranking pages: parameters of an order, and the reason of a reveal."""

from typing import Literal

from pydantic import Field

from matcher.kinds import PriorityMode
from matcher.ranking.parameters import POINTS_LIMIT
from web.forms import Form
from web.i18n import msg

_LONGEST_LIST = 1000
"""Places a list may hold: five times what a coordinator reads."""


class OrderParameters(Form):
    """How hardship enters the order, and the points of the parts."""

    ordinary_mode: PriorityMode = Field(title=msg("普通席位"))
    reserved_mode: PriorityMode = Field(title=msg("预留席位"))
    equal_width: int = Field(
        title=msg("同等条件的分差"),
        description=msg("契合分相差不到这么多，算同等条件；0 是同分才算"),
        ge=0,
        le=POINTS_LIMIT,
    )
    major_leaf: int = Field(title=msg("专业：写明该专业"), ge=0, le=POINTS_LIMIT)
    major_class: int = Field(title=msg("专业：在专业类之内"), ge=0, le=POINTS_LIMIT)
    major_group: int = Field(title=msg("专业：在门类之内"), ge=0, le=POINTS_LIMIT)
    major_any: int = Field(title=msg("专业：不限专业"), ge=0, le=POINTS_LIMIT)
    text: int = Field(
        title=msg("文本"), description=msg("技能说明与岗位写到同样的词"), ge=0, le=POINTS_LIMIT
    )
    industry: int = Field(title=msg("意向：行业相符"), ge=0, le=POINTS_LIMIT)
    pay: int = Field(title=msg("意向：薪酬够期望"), ge=0, le=POINTS_LIMIT)
    unit: int = Field(title=msg("意向：单位类型相符"), ge=0, le=POINTS_LIMIT)
    rank_1: int = Field(title=msg("辅助档案"), ge=0, le=POINTS_LIMIT)
    rank_2: int = Field(title=msg("意外致困"), ge=0, le=POINTS_LIMIT)
    rank_3: int = Field(title=msg("相对困难"), ge=0, le=POINTS_LIMIT)
    rank_4: int = Field(title=msg("深度困难"), ge=0, le=POINTS_LIMIT)
    rank_5: int = Field(title=msg("零就业家庭"), ge=0, le=POINTS_LIMIT)
    postings_length: int = Field(title=msg("每个岗位名单留多少人"), ge=1, le=_LONGEST_LIST)
    graduates_length: int = Field(title=msg("每人名单留多少个岗位"), ge=1, le=_LONGEST_LIST)
    cap_per_seat: int = Field(
        default=0,
        title=msg("每个席位最多进多少人的名单"),
        description=msg("0 是不限；限了以后热门岗位只给更合适的人看"),
        ge=0,
        le=_LONGEST_LIST,
    )
    floor_per_graduate: int = Field(
        default=5,
        title=msg("每人名单至少留前几个岗位"),
        description=msg("这几个岗位不受上面的限制"),
        ge=1,
        le=_LONGEST_LIST,
    )
    version: int | None = None


class Reveal(Form):
    """Which number to show in full, and why."""

    field: Literal["phone", "id_number"] = Field(title=msg("要看的号码"))
    reason: str = Field(
        title=msg("原因"), description=msg("至少 4 个字，会写进操作记录"), max_length=200
    )
