"""Inputs of the caseworker's day: putting off, calls, batches, hand-overs, notes, reminders."""

import datetime as dt

from pydantic import Field

from matcher.kinds import MessageChannel
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.day import CallOutcome, NoteLevel, ReminderKind
from web.forms import Form
from web.i18n import msg


class Deferral(Form):
    """A task put off."""

    to: dt.date = Field(title=msg("改到哪一天"), description=msg("今天以后、60 天以内"))
    reason: str = Field(
        title=msg("原因"),
        description=msg("至少 4 个字，例如：约好周五上门。不写病情和家庭收入"),
        max_length=200,
    )


class CallTap(Form):
    """The result of a call."""

    person: str = Field(title=msg("通话对象"), max_length=60)
    outcome: CallOutcome = Field(title=msg("结果"))
    follow_up_on: dt.date | None = Field(default=None, title=msg("改天再打的日期"))


class Revealed(Form):
    """Whose number is to be shown."""

    person: str = Field(title=msg("通话对象"), max_length=60)


class HandOverOffer(Form):
    """A caseload or a part of it offered."""

    to: str = Field(title=msg("交给谁"), max_length=40)
    subjects: list[str] = Field(default_factory=list, title=msg("交哪些"))
    note: str | None = Field(
        default=None,
        title=msg("交代"),
        description=msg("对方接收前能看到，例如：哪几户最急、约了什么"),
        max_length=1000,
    )


class HandOverAnswer(Form):
    """The receiver's answer."""

    items: list[int] = Field(default_factory=list, title=msg("接收的项"))
    reason: str | None = Field(
        default=None,
        title=msg("不接收的原因"),
        description=msg("有没勾的才填，对方好另作安排"),
        max_length=300,
    )
    version: int | None = None


class BatchActs(Form):
    """One service for many."""

    case: list[str] = Field(default_factory=list, title=msg("哪些人"))
    kind: ServiceKind = Field(title=msg("服务"))
    happened_on: dt.date = Field(title=msg("哪一天"))
    outcome: ActOutcome = Field(default=ActOutcome.DONE, title=msg("结果"))
    note: str | None = Field(
        default=None, title=msg("说明"), description=msg("记在每个人的服务记录里"), max_length=500
    )


class Note(Form):
    """A note on a household or a case."""

    words: str = Field(title=msg("备注"), max_length=2000)
    level: NoteLevel = Field(default=NoteLevel.TEAM, title=msg("谁能看"))


class Reminders(Form):
    """One's own reminders."""

    hour: int = Field(title=msg("每天几点提醒"), ge=0, le=23)
    kinds: list[ReminderKind] = Field(default_factory=list, title=msg("提醒哪些"))
    channel: MessageChannel = Field(default=MessageChannel.SITE, title=msg("除站内信外，还发到"))
    address: str | None = Field(
        default=None,
        title=msg("手机号或邮箱"),
        description=msg("只发件数，不写任何人的情况；不改就不填"),
        max_length=120,
    )
    quiet_from_hour: int | None = Field(
        default=None,
        title=msg("免打扰从几点"),
        description=msg("夜间本来就不发，这里另加一段"),
        ge=0,
        le=23,
    )
    quiet_to_hour: int | None = Field(default=None, title=msg("到几点"), ge=0, le=23)
