"""Inputs about cases (个案): acts, needs, measures, obstacles, owners, package, closing."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.casework import (
    ActOutcome,
    CaseClosing,
    ContactChannel,
    MeasureState,
    NeedKind,
    ObstacleKind,
    ServiceKind,
)
from web.forms import Form
from web.i18n import msg

_Words = Annotated[str, StringConstraints(max_length=1000)]


class CaseOpening(Form):
    """Opening the case of a graduate."""

    graduate: str = Field(title=msg("毕业生"), max_length=40)
    owner_id: int | None = Field(
        default=None, title=msg("责任人"), description=msg("不选就留给本会的人来领")
    )
    package: str | None = Field(default=None, title=msg("服务包"), max_length=20)


class ActForm(Form):
    """One service done."""

    kind: ServiceKind = Field(title=msg("做了什么"))
    happened_on: dt.date = Field(title=msg("哪一天"))
    outcome: ActOutcome = Field(title=msg("结果"))
    channel: ContactChannel | None = Field(default=None, title=msg("方式"))
    next_on: dt.date | None = Field(
        default=None, title=msg("下次日期"), description=msg("到这一天会出现在待办里")
    )
    credited_to_id: int | None = Field(
        default=None, title=msg("服务人"), description=msg("不选就是登记的人自己")
    )
    on_behalf_of_id: int | None = Field(
        default=None, title=msg("代谁登记"), description=msg("替同事补记时选")
    )
    note: _Words | None = Field(
        default=None, title=msg("情况"), description=msg("加密保存，只有经办人和主管看得到")
    )


class Correction(Form):
    """A corrected service, in place of the one that was entered."""

    kind: ServiceKind = Field(title=msg("做了什么"))
    happened_on: dt.date = Field(title=msg("哪一天"))
    outcome: ActOutcome = Field(title=msg("结果"))
    channel: ContactChannel | None = Field(default=None, title=msg("方式"))
    next_on: dt.date | None = Field(default=None, title=msg("下次日期"))
    note: _Words | None = Field(default=None, title=msg("情况"))


class Voiding(Form):
    """Why an entry is taken back."""

    void_reason: _Words = Field(title=msg("作废原因"))


class NeedForm(Form):
    """What the person needs."""

    kind: NeedKind = Field(
        title=msg("需要什么"),
        description=msg("心理、法律、托管、医疗、欠薪、生活不由就业专员办，记下后转给对口单位"),
    )
    words: _Words | None = Field(default=None, title=msg("本人怎么说"))
    stated_on: dt.date | None = Field(default=None, title=msg("哪天说的"))


class PassOn(Form):
    """Passing on to the body that can help."""

    body: str = Field(
        title=msg("转给哪个单位"), description=msg("写全称，例如：区法律援助中心"), max_length=80
    )
    reply_due_on: dt.date | None = Field(
        default=None, title=msg("请对方回复的日期"), description=msg("不填就按规定的时限")
    )


class Reply(Form):
    """What the other body answered."""

    reply: _Words = Field(title=msg("对方怎么回复"))
    on: dt.date | None = Field(default=None, title=msg("哪天回复的"))


class MeasureForm(Form):
    """A measure of the plan."""

    kind: ServiceKind = Field(title=msg("哪一类"))
    words: str = Field(title=msg("做什么"), max_length=200)
    due_on: dt.date = Field(title=msg("完成期限"))
    owner_id: int | None = Field(
        default=None, title=msg("谁来做"), description=msg("不选就是责任人")
    )


class MeasureResult(Form):
    """What came of a measure."""

    state: MeasureState = Field(title=msg("结果"))
    result: str | None = Field(default=None, title=msg("说明"), max_length=400)


class ObstacleForm(Form):
    """What stands in the way."""

    kind: ObstacleKind = Field(title=msg("什么难处"))
    words: _Words | None = Field(default=None, title=msg("具体情况"))


class OwnersForm(Form):
    """Who answers and who stands in."""

    owner_id: int | None = Field(default=None, title=msg("责任人"))
    second_owner_id: int | None = Field(default=None, title=msg("协办人"))


class PackageForm(Form):
    """The package promised."""

    package: str | None = Field(default=None, title=msg("服务包"), max_length=20)
    from_on: dt.date | None = Field(
        default=None, title=msg("从哪天算起"), description=msg("不填就是今天；以前的服务不算")
    )


class ClosingForm(Form):
    """Why a case is closed."""

    reason: CaseClosing = Field(title=msg("结案原因"))
    on: dt.date | None = Field(default=None, title=msg("结案日期"))
    note: _Words | None = Field(default=None, title=msg("说明"))


class PairingForm(Form):
    """Who helps, with what."""

    partner_id: int | None = Field(
        default=None, title=msg("结对人"), description=msg("有“结对帮扶人”账号的人")
    )
    partner_unit: str | None = Field(
        default=None,
        title=msg("或者结对单位"),
        description=msg("没有账号的单位写名称"),
        max_length=80,
    )
    employer_id: int | None = Field(
        default=None,
        title=msg("所在用人单位"),
        description=msg("选了以后，结对人不参加该单位对这名毕业生的选拔"),
    )
    agreed_help: str = Field(
        title=msg("约定帮什么"),
        description=msg("结对人看得到这句话，不要写家庭情况"),
        max_length=200,
    )
    rhythm_days: int | None = Field(
        default=None, title=msg("几天联系一次"), ge=1, le=365, description=msg("不填按规定")
    )


class PairingConsent(Form):
    """The person agrees to be paired."""

    text_id: int = Field(title=msg("同意书"))
    agreed: bool = Field(default=False, title=msg("已把上面的话读给本人听，本人同意"))
    on_paper: bool = Field(default=False, title=msg("有本人签字的纸质同意书"))


class ContactForm(Form):
    """A contact of a partner with the graduate."""

    happened_on: dt.date = Field(title=msg("哪天联系的"))
    channel: ContactChannel = Field(title=msg("方式"))
    note: str | None = Field(default=None, title=msg("说了什么"), max_length=400)


class PairingEnd(Form):
    """Why a pairing ends."""

    reason: str = Field(title=msg("结束原因"), max_length=200)
