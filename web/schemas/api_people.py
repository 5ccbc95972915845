"""Bodies, queries and answers of the JSON API about people referred (推荐来的人): strict, numbers masked."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from matcher.kinds import EducationLevel
from matcher.kinds.referrals import (
    DisclosurePart,
    FallThroughReason,
    ReferralState,
    RefusalReason,
)
from matcher.services.referrals.shown_people import PeopleGroup
from web.schemas.api import PageQuery, PublicId, Strict

_Words = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class PeopleQuery(PageQuery):
    """Which people: of one posting, of one group of states."""

    posting: PublicId | None = None
    group: PeopleGroup | None = None


class FitPart(BaseModel):
    """Points of one part of the fit."""

    name: str
    points: int


class PersonOut(BaseModel):
    """One person referred, as much as the person agreed to show at this moment."""

    id: str
    posting: str = Field(description="岗位的公开编号")
    posting_title: str
    state: ReferralState
    code: str = Field(description="没有姓名时的代称")
    name: str | None
    phone: str | None = Field(description="打码")
    school: str | None
    education: EducationLevel | None
    majors: list[str]
    about: str | None
    shown: list[DisclosurePart] = Field(description="现在可以看的内容")
    fit: int
    parts: list[FitPart] = Field(description="专业、意向、文本各项得分")
    answer_by: dt.date | None = Field(description="请在这一天前答复")
    interview_on: dt.date | None
    interview_words: str | None
    has_attended: bool | None
    is_coming: bool | None = Field(description="本人答复来不来面试；没有答复为空")
    refusal_reason: RefusalReason | None
    reports_on: dt.date | None
    reported_on: dt.date | None
    left_on: dt.date | None


class PeoplePage(BaseModel):
    """A slice of the people referred, by fit, then lottery."""

    items: list[PersonOut]
    total: int
    limit: int
    offset: int
    next: str | None


class Answer(Strict):
    """An answer to one referral; each act takes the fields it needs.

    约面试 invite: on, note；到场 attendance: attended；录用 offer: reports_on；不合适 refuse: reason, words, note；
    暂缓 hold: decide_on；接着考虑 resume；报到 report: on；在岗 stay: on；
    没有来报到 missing: fall_reason；离职 left: on。
    """

    act: Literal[
        "invite",
        "attendance",
        "offer",
        "refuse",
        "hold",
        "resume",
        "report",
        "stay",
        "missing",
        "left",
    ]
    seen: ReferralState = Field(description="读到的状态；已经变了就不办")
    on: dt.date | None = None
    note: _Words | None = Field(default=None, description="invite：给本人；refuse：给工会")
    attended: bool | None = None
    reports_on: dt.date | None = None
    reason: RefusalReason | None = None
    fall_reason: FallThroughReason | None = None
    words: _Words | None = Field(default=None, description="给本人的话")
    decide_on: dt.date | None = None
