"""Inputs about entitlements (政策待遇): beginning, steps, papers, decisions, what was asked."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.money import DuplicateAnswer
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=500)]
_Short = Annotated[str, StringConstraints(max_length=100)]
_Code = Annotated[str, StringConstraints(max_length=60)]
_Yuan = Annotated[Decimal, Field(ge=0, le=10_000_000, decimal_places=2)]


def fen_of(amount_yuan: Decimal | None) -> int | None:
    """Return a sum as the house keeps it."""
    return None if amount_yuan is None else int(amount_yuan * 100)


class StartForm(Form):
    """That an application is begun."""

    code: _Code
    as_clue: bool = False
    words: _Words | None = Field(
        default=None,
        title=msg("为什么仍要办理"),
        description=msg("测算为不可享时要写，例如经办人答复可以受理"),
    )


class StepForm(Form):
    """One step of an application."""

    to: EntitlementState = Field(title=msg("办到哪一步"))
    happened_on: dt.date | None = Field(
        default=None, title=msg("哪天"), description=msg("不填就是今天")
    )
    amount_yuan: _Yuan | None = Field(
        default=None, title=msg("金额（元）"), description=msg("发放时填实际到账的金额")
    )
    words: _Words | None = Field(
        default=None, title=msg("说明"), description=msg("未获批、不办理、追回、退回补材料要写原因")
    )
    version: int | None = None


class TakeBackForm(Form):
    """That the last step was a mistake."""

    words: _Words | None = Field(default=None, title=msg("撤回原因"))
    version: int | None = None


class PaperForm(Form):
    """That a paper is there or is not any more."""

    paper: _Code
    is_held: bool = False
    note: _Short | None = Field(default=None, title=msg("备注"))


class GiveForm(Form):
    """Who follows an application, and its last day."""

    owner_id: int = Field(title=msg("跟进人"))
    due_on: dt.date | None = Field(
        default=None, title=msg("最后一天"), description=msg("照当地公告；没有就不填")
    )
    version: int | None = None


class SameAidForm(Form):
    """What is decided on equal aid from another hand."""

    answer: DuplicateAnswer = Field(title=msg("怎么办"))
    reason: _Words = Field(title=msg("理由"), min_length=1)


class ListForm(Form):
    """On which payment list an application is put, and with how much."""

    list_id: int = Field(title=msg("发放清单"))
    amount_yuan: _Yuan = Field(title=msg("金额（元）"))


class AskedForm(Form):
    """When and by whom facts were asked; the facts themselves are fields of their own."""

    basis: _Short | None = Field(
        default=None, title=msg("依据"), description=msg("谁说的，或看了什么证件")
    )
    asked_on: dt.date | None = Field(default=None, title=msg("哪天问的"))
