"""Inputs about reporting (上报): periods, comments, sending up, returning, typed figures."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.sheets import PeriodKind
from web.forms import Form
from web.i18n import msg

_Name = Annotated[str, StringConstraints(max_length=40)]
_Words = Annotated[str, StringConstraints(max_length=500)]


class PeriodForm(Form):
    """A reporting period."""

    name: _Name = Field(title=msg("报告期名称"))
    kind: PeriodKind = Field(title=msg("类别"))
    from_on: dt.date = Field(title=msg("起始日"))
    until_on: dt.date = Field(title=msg("截止日"), description=msg("数字截至这一天"))
    due_on: dt.date = Field(title=msg("报送期限"), description=msg("最迟这一天报到上级"))
    locks_on: dt.date = Field(
        title=msg("封存日"), description=msg("过了这一天夜里自动封存，不再接收和退回")
    )
    version: int | None = None


class CommentForm(Form):
    """A word about a line of a sheet, or about the whole."""

    code: _Name | None = None
    words: _Words = Field(title=msg("意见"))


class SubmitForm(Form):
    """Sending a sheet up."""

    led_by: _Name = Field(
        title=msg("负责人"), description=msg("在纸质表上签字的负责人，一般是工会主席或分管领导")
    )
    version: int | None = None


class BackForm(Form):
    """Sending a sheet back inside the union."""

    words: _Words = Field(title=msg("要改什么"))
    version: int | None = None


class ReturnForm(Form):
    """Returning a sheet to the unit below."""

    words: _Words | None = Field(
        default=None,
        title=msg("退回意见"),
        description=msg("各行的意见可以先写在行内；这里写对整张表的意见"),
    )
    version: int | None = None


class BasisForm(Form):
    """On what paper typed figures stand."""

    basis: Annotated[str, StringConstraints(max_length=200)] = Field(
        title=msg("数字来源"), description=msg("例如：传真报表 8 月 29 日")
    )
