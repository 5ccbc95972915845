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


class DriveNames(Form):
    """What the outside reads of a drive."""

    neutral_name: str = Field(
        title=msg("对外名称"),
        description=msg("单位、现场和手机上看到的名称，不能透露求职者的家庭情况"),
        max_length=80,
    )
    neutral_sender: str | None = Field(
        default=None,
        title=msg("对外署名"),
        description=msg("短信、邮件和名单末尾的落款，不填就用对外名称"),
        max_length=80,
    )
    neutral_contact: str | None = Field(
        default=None,
        title=msg("对外联系方式"),
        description=msg("单位有事问谁，例如：政务大厅 3 号窗口 0951-5550100"),
        max_length=80,
    )
    is_blind: bool = Field(
        default=False,
        title=msg("盲选"),
        description=msg("约定面试之前，单位看不到姓名、手机号和简历"),
    )
    version: int | None = None
