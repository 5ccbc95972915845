"""Referrals (推荐) in words: whose answer is awaited, the next act, the groups of the list, who took a step."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.kinds.day import CallOutcome
from matcher.kinds.referrals import ContactedSide, DisclosurePart, ReferralState, ReferralVia
from matcher.models.referrals import Referral
from matcher.services.referrals.groups import ReferralGroup
from matcher.services.referrals.lists import StepLine
from matcher.services.referrals.silence_rules import UNCONFIRMED
from web.filters import day
from web.i18n import gettext, label, msg

_S = ReferralState

GROUP_WORDS: Mapping[ReferralGroup, str] = {
    ReferralGroup.PERSON: msg("待本人同意"),
    ReferralGroup.EMPLOYER: msg("待单位答复"),
    ReferralGroup.INTERVIEW: msg("面试"),
    ReferralGroup.OFFER: msg("录用待答"),
    ReferralGroup.ACCEPTED: msg("已接受待报到"),
    ReferralGroup.IN_POST: msg("在岗"),
    ReferralGroup.ENDED: msg("已结束"),
}
"""Tabs of the list, in the order of the way."""

DUE_WORDS: Mapping[str, str] = {
    "over": msg("已超期"),
    "today": msg("今天到期"),
    "week": msg("七天之内"),
}

AWAITED: Mapping[ReferralState, str] = {
    _S.PROPOSED: msg("等本人同意"),
    _S.SENT: msg("等单位答复"),
    _S.INTERVIEW: msg("面试后等单位定结果"),
    _S.OFFERED: msg("等本人答复录用"),
    _S.ON_HOLD: msg("单位暂缓，到日子再定"),
    _S.ACCEPTED: msg("等本人报到"),
    _S.REPORTED: msg("等确认在岗"),
}
"""State → whose answer is awaited."""

CHIPS: Mapping[ReferralState, str] = {
    _S.PROPOSED: "",
    _S.SENT: "",
    _S.INTERVIEW: "on",
    _S.OFFERED: "on",
    _S.ON_HOLD: "hold",
    _S.ACCEPTED: "on",
    _S.REPORTED: "done",
    _S.IN_POST: "done",
}
"""State → look of its chip; ends are `stop`, but for those nobody decided against."""


@dataclass(frozen=True)
class StateWords:
    """A referral's state as a list shows it."""

    words: str
    chip: str
    awaited: str


def state_words(referral: Referral, *, is_unconfirmed: bool = False) -> StateWords:
    """Return a state in words; an ended job is told as such.

    Parameters
    ----------
    is_unconfirmed : a plan proposed it, and nobody of the staff has let the person be asked
    """
    if referral.left_on is not None:
        left = gettext("%(day)s 离职", day=day(referral.left_on))
        return StateWords(left, "", "")
    state = referral.state
    awaited = msg("待专干确认，还没有征询本人") if is_unconfirmed else AWAITED.get(state, "")
    chip = CHIPS.get(state, "stop" if state is _S.REFUSED else "")
    return StateWords(label(state), chip, gettext(awaited) if awaited else "")


def end_words(referral: Referral) -> str:
    """Return why it ended, empty while it goes on."""
    reason = (
        referral.refusal_reason
        or referral.decline_reason
        or referral.withdrawal_reason
        or referral.fall_through_reason
    )
    is_over = not referral.state.is_live
    return label(reason) if is_over and reason is not None else ""


def disclosed_words(disclosed: Sequence[str]) -> str:
    """Return the parts an employer may see, empty for none."""
    known = {part.value for part in DisclosurePart}
    return "、".join(label(DisclosurePart(one)) for one in disclosed if one in known)


_DATED = {
    "on": msg("日期 %(day)s"),
    "decide_on": msg("%(day)s 再定"),
    "reports_on": msg("约定 %(day)s 报到"),
    "until_on": msg("到 %(day)s"),
}


@dataclass(frozen=True)
class StepWords:
    """One step of the timeline."""

    what: str
    who: str
    details: str
    line: StepLine


def step_words(line: StepLine) -> StepWords:
    """Return a step in words: what, who and through what, and the facts it kept."""
    step = line.step
    if step.before is None:
        what = gettext("提出推荐")
    elif step.before is step.after:
        what = _noted(step.facts)
    else:
        what = label(step.after)
    who = line.who if line.who and step.via is not ReferralVia.SYSTEM else ""
    told = "，".join(text for text in (who, label(step.via)) if text)
    return StepWords(what, told, "，".join(_facts(step.facts)), line)


def _noted(facts: Mapping[str, Any]) -> str:
    """Return what a step that changed no state is called."""
    if "silence" in facts:
        is_asked = facts["silence"] != UNCONFIRMED
        return gettext("到期没有答复") if is_asked else gettext("方案推荐逾期未确认")
    return gettext("登记联系") if "attempt" in facts else gettext("记录情况")


def _facts(facts: Mapping[str, Any]) -> list[str]:
    said = []
    if "attempt" in facts:
        side, outcome = ContactedSide(facts["attempt"]), CallOutcome(facts["outcome"])
        said.append(f"{label(side)} {label(outcome)}")
    for name, words in _DATED.items():
        value = facts.get(name)
        if isinstance(value, str) and value:
            said.append(gettext(words, day=_day(value)))
    if "attended" in facts:
        said.append(gettext("到场") if facts["attended"] else gettext("未到"))
    if isinstance(facts.get("disclosed"), list) and facts["disclosed"]:
        said.append(gettext("提供：%(parts)s", parts=disclosed_words(facts["disclosed"])))
    return said


def _day(text: str) -> str:
    """Return a day kept as text in words; what is no day as it stands."""
    try:
        return day(dt.date.fromisoformat(text))
    except ValueError:
        return text
