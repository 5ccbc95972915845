"""Inputs of the hall (招聘会现场): scans and steps at a booth, queues, interview slots, announcements."""

import datetime as dt

from pydantic import Field

from matcher.kinds.fair_hall import Audience
from matcher.kinds.interviews import InterviewState
from matcher.kinds.referrals import RefusalReason
from web.forms import Form
from web.i18n import msg


class ScanForm(Form):
    """A ticket scanned or typed."""

    code: str = Field(
        title=msg("入场码"),
        description=msg("票上 F 开头的那串，输前 9 位就行"),
        max_length=200,
    )
    step: str = Field(title=msg("步骤编号"), max_length=64)
    scanned: bool = Field(default=False, title=msg("扫码"))


class StepForm(Form):
    """A step that needs nothing more."""

    step: str = Field(title=msg("步骤编号"), max_length=64)


class IntentForm(StepForm):
    """For which posting."""

    posting: str = Field(title=msg("意向岗位"), max_length=64)


class RefuseForm(StepForm):
    """Why not."""

    reason: RefusalReason = Field(title=msg("不合适的原因"))


class NoteForm(StepForm):
    """The booth's own note."""

    note: str | None = Field(
        default=None,
        title=msg("备注"),
        description=msg("只有本单位看得到；不记身份证号和家庭情况"),
        max_length=500,
    )


class SlotsForm(Form):
    """Slots of a session."""

    session: str = Field(title=msg("场次"), max_length=64)
    begins: dt.time = Field(title=msg("从"))
    ends: dt.time = Field(title=msg("到"))
    minutes: int = Field(title=msg("每人几分钟"), ge=5, le=120)
    n_tables: int = Field(title=msg("同时几桌"), ge=1, le=20)


class BookForm(Form):
    """Which slot."""

    slot: str = Field(title=msg("面试时段"), max_length=64)


class SettleForm(Form):
    """What became of an appointment."""

    to: InterviewState = Field(title=msg("结果"))


class AnnouncementForm(Form):
    """What is said to the hall."""

    body: str = Field(
        title=msg("公告内容"),
        description=msg("最多 200 字，大屏、手机、展位都看得到"),
        max_length=400,
    )
    audience: Audience = Field(default=Audience.EVERYBODY, title=msg("给谁看"))
    minutes: int = Field(default=30, title=msg("显示几分钟"), ge=1, le=720)
    is_urgent: bool = Field(default=False, title=msg("紧急，排在最前"))


class NumberForm(Form):
    """The ticket for which a number is taken; empty where the phone is known."""

    code: str | None = Field(
        default=None,
        title=msg("入场码"),
        description=msg("票上 F 开头的那串，输前 9 位就行；这台手机今天只问一次"),
        max_length=200,
    )


class TicketForm(Form):
    """The same where the phone is not known yet: then the code is needed."""

    code: str = Field(
        title=msg("入场码"),
        description=msg("票上 F 开头的那串，输前 9 位就行；这台手机今天只问一次"),
        max_length=200,
    )
