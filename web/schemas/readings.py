"""Inputs about how requirements are read: a correction of a text, an entry of an alias list, a reason."""

import datetime as dt
from typing import Literal

from pydantic import Field

from matcher.kinds import MajorLevel
from web.forms import Form
from web.i18n import msg

_REASON = 200

MeaningName = Literal["major", "condition", "exclusion", "unlimited", "nothing"]


class Said(Form):
    """What words mean."""

    words: str = Field(title=msg("哪几个字"), max_length=60)
    meaning: MeaningName = Field(title=msg("意思是"), default="major")
    target: str | None = Field(
        title=msg("哪个专业或专业类"),
        description=msg("打几个字，从列出的里面选，可以选整个类；目录里没有的，照写专业名"),
        default=None,
        max_length=60,
    )
    level: MajorLevel | None = Field(title=msg("对哪个层次"), default=None)
    unsure: bool = Field(
        title=msg("拿不准"), description=msg("有关的人只列为待确认"), default=False
    )
    reason: str = Field(
        title=msg("为什么"), description=msg("以后别人看得懂：依据什么，问了谁"), max_length=_REASON
    )
    act: Literal["preview", "save"] = "preview"


class Correction(Said):
    """A correction, of one text or of everything its issuer writes."""

    words: str = Field(
        title=msg("哪几个字"),
        description=msg("要是原文里连着的一段，可以改长改短"),
        max_length=60,
    )
    scope: Literal["text", "issuer"] = Field(title=msg("管到哪里"), default="text")


class AliasEntry(Said):
    """An entry of an alias list; `replaces` is the id of the one it takes the place of."""

    issuer: str | None = Field(
        title=msg("哪个发布机构"),
        description=msg("照岗位表上的名称写；不填就对所有发布机构有效"),
        default=None,
        max_length=100,
    )
    valid_from: dt.date | None = Field(
        title=msg("从哪天起"), description=msg("不填就从今天起"), default=None
    )
    valid_to: dt.date | None = Field(
        title=msg("到哪天止"), description=msg("不填就一直有效"), default=None
    )
    replaces: int | None = None
    version: int | None = None


class CorrectionTried(Correction):
    """A correction looked at before it is saved: why may still be open."""

    reason: str = Field(title=msg("为什么"), default="", max_length=_REASON)


class AliasTried(AliasEntry):
    """An entry looked at before it is saved: why may still be open."""

    reason: str = Field(title=msg("为什么"), default="", max_length=_REASON)


class Ending(Form):
    """Why an entry ends."""

    reason: str = Field(title=msg("为什么"), max_length=_REASON)
    version: int | None = None


class MajorDecision(Form):
    """An answer about majors a text leaves open: one by its leaf, or all."""

    issuer: str
    text: str
    answer: str
    reason: str | None = Field(title=msg("理由"), default=None, max_length=_REASON)
    back: str | None = None
