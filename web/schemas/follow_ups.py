"""Inputs of call-backs (就业回访) and of how seats were filled (招满情况)."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.follow_ups import CallBackAnswer, SeatOutcomeKind
from matcher.kinds.placements import PlacementEnd
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=500)]
_Count = Annotated[int, Field(ge=0, le=10_000)]


class CallBackForm(Form):
    """What came of a job."""

    answer: CallBackAnswer = Field(title=msg("现在的情况"))
    left_on: dt.date | None = Field(
        default=None, title=msg("最后一天"), description=msg("已离职的才填")
    )
    reason: PlacementEnd | None = Field(
        default=None, title=msg("离职原因"), description=msg("已离职的才选")
    )
    words: _Words | None = Field(default=None, title=msg("想补充的话"))
    version: int | None = None


class SeatsForm(Form):
    """How many seats of a posting went which way."""

    referred: _Count = Field(default=0, title=msg("录用了推荐的人"))
    other: _Count = Field(default=0, title=msg("录用了其他人"))
    not_filled: _Count = Field(default=0, title=msg("没有招到"))
    still_open: _Count = Field(default=0, title=msg("还在招"))
    survey: str = Field(default="", max_length=64)
    version: int | None = None

    @property
    def counts(self) -> dict[SeatOutcomeKind, int]:
        """Return the numbers by outcome."""
        return {kind: getattr(self, kind.value) for kind in SeatOutcomeKind}
