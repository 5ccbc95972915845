"""Inputs of the import wizard (导入)."""

from typing import Literal

from pydantic import Field

from web.forms import Form
from web.i18n import msg

_LONGEST = 100


class NewImport(Form):
    """What is to be taken in, and for which drive; the file itself comes beside it.

    Issuer and directory are said of postings only; with any other table they do nothing.
    """

    drive: int = Field(title=msg("活动"))
    kind: Literal["auto", "postings", "employers", "graduates", "households"] = Field(
        title=msg("表格内容")
    )
    file: str | None = Field(
        default=None,
        title=msg("表格文件"),
        description=msg("xlsx、xls、csv 或 JSON，不超过 64 MB；表头不用改，列会先给您核对"),
    )
    issuer: str = Field(
        default="",
        title=msg("发布机构"),
        description=msg("同一机构写的同一段专业要求只需确认一次；不填就按各用人单位算"),
        max_length=_LONGEST,
    )
    directory: str = Field(
        default="",
        title=msg("专业目录"),
        description=msg("岗位表里的专业按哪本目录读；不填就按教育部目录"),
        max_length=_LONGEST,
    )
