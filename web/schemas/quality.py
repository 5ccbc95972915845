"""Inputs about the quality of a ranking: rules to compare with, and why a proposal is turned down."""

from pydantic import Field

from matcher.kinds.ranking_studies import EducationRule, PlaceRule
from matcher.ranking.parameters import POINTS_LIMIT
from web.forms import Form
from web.i18n import msg
from web.schemas.ranking import OrderParameters


class DeclineStudy(Form):
    """Why a proposal is not taken over."""

    words: str = Field(
        title=msg("为什么不采用"), description=msg("至少 4 个字，同事也会看到"), max_length=200
    )


class ComparedRules(OrderParameters):
    """All rules of an order and of admission that a comparison may change."""

    place_rule: PlaceRule = Field(title=msg("地点"))
    education_rule: EducationRule = Field(title=msg("学历"))
    counts_second_major: bool = Field(default=False, title=msg("辅修、第二专业也算"))
    major_maybe: int = Field(title=msg("专业：待确认"), ge=0, le=POINTS_LIMIT)
    second_major: int = Field(title=msg("专业：辅修、第二专业少多少"), ge=0, le=POINTS_LIMIT)
    place_1: int = Field(title=msg("地点：第一志愿"), ge=0, le=POINTS_LIMIT)
    place_2: int = Field(title=msg("地点：第二志愿"), ge=0, le=POINTS_LIMIT)
    place_3: int = Field(title=msg("地点：第三志愿"), ge=0, le=POINTS_LIMIT)
    place_province: int = Field(title=msg("地点：同省"), ge=0, le=POINTS_LIMIT)
    occupation_1: int = Field(title=msg("职业：第一志愿"), ge=0, le=POINTS_LIMIT)
    occupation_2: int = Field(title=msg("职业：第二志愿"), ge=0, le=POINTS_LIMIT)
    occupation_3: int = Field(title=msg("职业：第三志愿"), ge=0, le=POINTS_LIMIT)
    occupation_group: int = Field(title=msg("职业：同一中类"), ge=0, le=POINTS_LIMIT)
