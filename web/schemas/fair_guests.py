"""Inputs of visitors of fairs and of those who invite and prepare them."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matcher.kinds.day import CallOutcome
from matcher.kinds.fair_guests import ShownField
from web.forms import Form
from web.i18n import msg

_PublicId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ComeForm(Form):
    """Whether one comes, and to which sessions."""

    coming: Literal["yes", "no"]
    sessions: list[_PublicId] = Field(default=[], title=msg("来哪一场"))


class ShowForm(Form):
    """What booths may read."""

    fields: list[ShownField] = Field(
        default=[],
        title=msg("扫了你的入场码，展位能看到"),
        description=msg("都不选，展位只看到打了星号的姓。随时可以改"),
    )


class InviteForm(Form):
    """Whom a round of invitations is for."""

    whom: Literal["fitting", "everybody"] = Field(default="fitting", title=msg("请谁来"))


class CallForm(Form):
    """What a call before the fair came to."""

    outcome: CallOutcome = Field(title=msg("电话结果"))
    follow_up_on: dt.date | None = Field(default=None, title=msg("改天再打的日期"))
    answer: Literal["", "come", "decline"] = Field(default="", title=msg("来不来"))
    sessions: list[_PublicId] = Field(default=[], title=msg("来哪一场"))
