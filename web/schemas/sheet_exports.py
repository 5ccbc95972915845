"""Inputs of templates of the sheet (表样) and of files made of sheets."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.sheet_exports import SheetFileKind
from web.forms import Form
from web.i18n import msg


class TemplateForm(Form):
    """A template to upload; the file itself comes beside it."""

    name: Annotated[str, StringConstraints(max_length=60)] = Field(
        title=msg("表样名称"),
        description=msg("同名再传一次就是新版，已绑定的单元格会带过来"),
    )
    file: str | None = Field(
        default=None,
        title=msg("表样文件"),
        description=msg("上级下发的 xlsx 空表，不超过 5 MB；不能含宏、外部链接"),
    )
    issuer: Annotated[str, StringConstraints(max_length=120)] | None = Field(
        default=None,
        title=msg("下发单位和文号"),
        description=msg("上级正式下发的写明，例如：市总工会，〔2026〕12 号；自制的不填"),
    )


class BindingForm(Form):
    """What one cell is to hold."""

    sheet: str
    cell: str
    code: str = Field(title=msg("填什么"))
    part: str = Field(default="value", title=msg("取哪个数"))
    union_id: int | None = Field(default=None, title=msg("哪个单位"))
    in_wan: bool = Field(
        default=False, title=msg("以万计"), description=msg("金额按万元、人数按万人写入")
    )
    version: int | None = None


class SheetFileForm(Form):
    """A file of a sheet."""

    drive: int = Field(title=msg("活动"))
    union: int = Field(title=msg("单位"))
    kind: SheetFileKind = Field(title=msg("做成什么文件"))
    template: str | None = Field(
        default=None, title=msg("表样"), description=msg("做成上级表样时选")
    )
    as_of: dt.date | None = Field(
        default=None, title=msg("截至"), description=msg("不填就是现在；只算到这一天结束时已录入的")
    )
    sheet: str | None = None
