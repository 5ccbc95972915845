"""Inputs about requests for help (求助)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.casework import NeedKind, RequestSource
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=1000)]


class RequestForm(Form):
    """A request taken down by phone in half a minute: four fields are enough."""

    words: _Words = Field(title=msg("对方要什么"))
    phone: str | None = Field(default=None, title=msg("回电号码"), max_length=30)
    person_name: str | None = Field(default=None, title=msg("姓名"), max_length=40)
    kind: NeedKind = Field(default=NeedKind.JOB, title=msg("哪一类"))
    source: RequestSource = Field(default=RequestSource.HOTLINE, title=msg("从哪里来"))
    received_on: dt.date | None = Field(
        default=None, title=msg("哪天收到"), description=msg("不填就是现在")
    )
    owner_id: int | None = Field(
        default=None, title=msg("谁来答复"), description=msg("不选就是登记的人")
    )


class Answer(Form):
    """The answer given."""

    answer: _Words = Field(title=msg("怎么答复的"))
