"""Inputs of the import wizard (导入)."""

from typing import Literal

from pydantic import Field

from web.forms import Form
from web.i18n import msg


class NewImport(Form):
    """What is to be taken in, and for which drive; the file itself comes beside it."""

    drive: int = Field(title=msg("活动"))
    kind: Literal["auto", "postings", "employers", "graduates", "households"] = Field(
        title=msg("表格内容")
    )
    file: str | None = Field(
        default=None,
        title=msg("表格文件"),
        description=msg("xlsx、xls、csv 或 JSON，不超过 64 MB；表头不用改，列会先给您核对"),
    )
