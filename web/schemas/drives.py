"""Inputs about drives (活动)."""

import datetime as dt

from pydantic import Field

from web.forms import Form
from web.i18n import msg


class NewDrive(Form):
    """A drive to be prepared."""

    name: str = Field(
        title=msg("活动名称"), description=msg("工会内部用，例如：阳光就业 2027"), max_length=80
    )
    neutral_name: str = Field(
        title=msg("对外名称"),
        description=msg("单位、现场和手机上看到的名称，不能透露求职者的家庭情况"),
        max_length=80,
    )
    opens_on: dt.date = Field(title=msg("开始日期"))
    closes_on: dt.date = Field(title=msg("结束日期"))
    census_on: dt.date | None = Field(
        default=None, title=msg("统计时点"), description=msg("家庭情况以这一天为准，报表用")
    )
