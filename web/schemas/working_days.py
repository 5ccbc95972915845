"""Inputs about working days (工作日)."""

import datetime as dt
from typing import Literal

from pydantic import Field

from web.forms import Form
from web.i18n import msg


class DayCorrection(Form):
    """A day set by hand."""

    day: dt.date = Field(title=msg("日期"))
    is_working: Literal["yes", "no"] = Field(title=msg("这一天"))
    source: str = Field(
        title=msg("依据"),
        description=msg("通知名称或文号，例如：省政府办公厅放假通知"),
        max_length=200,
    )
