"""People referred in an employer's words (推荐来的人): states, groups, acts, the fit by parts, steps."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.identity import mask_name
from matcher.kinds.referrals import DisclosurePart, FallThroughReason, ReferralState, RefusalReason
from matcher.services.referrals.employer_people import ShownStep
from matcher.services.referrals.shown_people import PeopleGroup, ReferredPerson
from web.filters import day
from web.i18n import gettext, label, msg
from web.words.parts import GROUPS

_S = ReferralState

GROUP_NAMES: Mapping[PeopleGroup, str] = {
    PeopleGroup.WAITING: msg("等答复"),
    PeopleGroup.INTERVIEW: msg("面试"),
    PeopleGroup.HELD: msg("暂缓"),
    PeopleGroup.OFFERED: msg("等本人答复"),
    PeopleGroup.HIRED: msg("录用"),
    PeopleGroup.ENDED: msg("已结束"),
}

_STATES: Mapping[ReferralState, tuple[str, str]] = {
    _S.SENT: (msg("等您答复"), "hold"),
    _S.INTERVIEW: (msg("待面试"), "on"),
    _S.ON_HOLD: (msg("暂缓"), "hold"),
    _S.OFFERED: (msg("已发录用，等本人答复"), "on"),
    _S.ACCEPTED: (msg("已接受，等报到"), "done"),
    _S.REPORTED: (msg("已报到"), "done"),
    _S.IN_POST: (msg("在岗"), "done"),
    _S.REFUSED: (msg("不合适"), "stop"),
    _S.DECLINED: (msg("本人未接受"), "stop"),
    _S.WITHDRAWN: (msg("推荐已撤回"), "stop"),
    _S.EXPIRED: (msg("已过期"), "stop"),
    _S.FELL_THROUGH: (msg("未能报到"), "stop"),
}
"""State → words and look of its chip; nothing says why a person or the union ended it."""


@dataclass(frozen=True)
class Act:
    """Something an employer may do with one person: name in the address, words, look of its button."""

    name: str
    words: str
    look: str = ""


INVITE = Act("invite", msg("约面试"), "primary")
AGAIN = Act("invite", msg("改面试时间"))
ATTENDANCE = Act("attendance", msg("登记到场"), "primary")
OFFER = Act("offer", msg("录用"))
REFUSE = Act("refuse", msg("不合适"))
HOLD = Act("hold", msg("暂缓，到期再定"))
RESUME = Act("resume", msg("接着考虑"), "primary")
REPORT = Act("report", msg("登记报到"), "primary")
STAY = Act("stay", msg("确认在岗"), "primary")
TAKE_BACK = Act("refuse", msg("收回录用"))
MISSING = Act("missing", msg("没有来报到"))
LEFT = Act("left", msg("登记离职"))

ACTS: Mapping[ReferralState, tuple[Act, ...]] = {
    _S.SENT: (INVITE, OFFER, HOLD, REFUSE),
    _S.INTERVIEW: (ATTENDANCE, OFFER, AGAIN, HOLD, REFUSE),
    _S.ON_HOLD: (RESUME, INVITE, OFFER, REFUSE),
    _S.OFFERED: (TAKE_BACK,),
    _S.ACCEPTED: (REPORT, MISSING),
    _S.REPORTED: (STAY, MISSING, LEFT),
    _S.IN_POST: (LEFT,),
    _S.EXPIRED: (INVITE, OFFER, REFUSE),
}
"""What may be done in a state, the likeliest first; a late answer counts."""

MANY = (INVITE, OFFER, HOLD, REFUSE)
"""What may be done with many at once."""


def name_of(person: ReferredPerson) -> str:
    """Return the full name if the person lets it be seen, else what stands for it."""
    return person.name or gettext("推荐 %(code)s", code=person.code)


def short_name_of(person: ReferredPerson) -> str:
    """Return the masked name for lists, or what stands for it."""
    return mask_name(person.name) if person.name else gettext("推荐 %(code)s", code=person.code)


def parts_of(person: ReferredPerson) -> list[str]:
    """Return what of the person may be opened, in the order of the closed list."""
    told = (DisclosurePart.PHONE, DisclosurePart.ABOUT, DisclosurePart.RESUME)
    return [label(one) for one in told if one in person.shown]


_SENDS: Mapping[str, str] = {
    "invite": msg("约面试并通知本人"),
    "attendance": msg("登记到场情况"),
    "offer": msg("发录用并通知本人"),
    "refuse": msg("答复不合适"),
    "hold": msg("暂缓到这一天"),
    "resume": msg("接着考虑"),
    "report": msg("登记报到"),
    "stay": msg("确认在岗"),
    "missing": msg("登记没有来报到"),
    "left": msg("登记离职"),
}


def send_words(act: Act) -> str:
    """Return the words of the button that does it."""
    return gettext(_SENDS[act.name])


def state_of(person: ReferredPerson) -> tuple[str, str]:
    """Return words and look of a state."""
    words, look = _STATES[person.state]
    if person.left_on is not None:
        return gettext("已离职"), "stop"
    return gettext(words), look


def study_of(person: ReferredPerson) -> str:
    """Return school, level and majors, as far as they are told."""
    told = [person.school or "", label(person.education) if person.education else ""]
    return "，".join(one for one in [*told, "、".join(person.majors)] if one)


def bars_of(person: ReferredPerson) -> tuple[list[tuple[str, str, int]], int]:
    """Return the fit by bar (class, name, points), and what a full bar stands for."""
    kept = person.parts.get("parts")
    told: list[Mapping[str, Any]] = kept if isinstance(kept, list) else []
    bars = [
        (look, gettext(name), sum(int(p["points"]) for p in told if p["name"] in members))
        for look, name, members in GROUPS
    ]
    known = {name for _, _, members in GROUPS for name in members}
    most = sum(int(p.get("most", p["points"])) for p in told if p["name"] in known)
    return (bars if told else []), max(most, person.fit, 1)


_BAR_CODES = {"k1": "major", "k2": "intent", "k3": "text"}


def bars_of_names(person: ReferredPerson) -> list[tuple[str, int]]:
    """Return the points of the fit by part, as programs call them."""
    return [(_BAR_CODES[look], points) for look, _, points in bars_of(person)[0]]


def refusal_of(person: ReferredPerson) -> str:
    """Return the reason the employer gave."""
    if person.refusal_reason is None:
        return ""
    said = label(RefusalReason(person.refusal_reason))
    return f"{said}：{person.refusal_words}" if person.refusal_words else said


def acts_of(person: ReferredPerson) -> tuple[Act, ...]:
    """Return what may be done with a person now."""
    return () if person.left_on is not None else ACTS.get(person.state, ())


def fall_options() -> list[tuple[str, str]]:
    """Return why somebody who accepted did not begin."""
    return [(one.value, label(one)) for one in FallThroughReason]


def interview_of(person: ReferredPerson) -> str:
    """Return day, place and attendance of the interview agreed, before it whether the person comes."""
    if person.interview_on is None:
        return ""
    told = [day(person.interview_on)]
    if person.has_attended is not None:
        told.append(gettext("到场") if person.has_attended else gettext("未到"))
    elif person.is_coming is not None:
        told.append(gettext("本人会来") if person.is_coming else gettext("本人来不了"))
    return "，".join([*told, *([person.interview_words] if person.interview_words else [])])


def days_of(taken: float | None) -> str:
    """Return an answering time."""
    return gettext("还没有答复过") if taken is None else gettext("%(n)s 天", n=f"{taken:g}")


def step_words(step: ShownStep) -> str:
    """Return one line of what happened."""
    said = {
        _S.SENT: gettext("工会推荐给您"),
        _S.INTERVIEW: gettext("约了面试"),
        _S.ON_HOLD: gettext("您选择暂缓"),
        _S.OFFERED: gettext("您发了录用"),
        _S.ACCEPTED: gettext("本人接受录用"),
    }
    words = said.get(step.state) or gettext(_STATES[step.state][0])
    attended = step.facts.get("attended")
    if attended is not None:
        return gettext("面试到场") if attended else gettext("面试未到")
    left = step.facts.get("left_on")
    if left:
        return gettext("离职，%(day)s", day=_day(left))
    told = step.facts.get("on") or step.facts.get("reports_on") or step.facts.get("decide_on")
    return f"{words}，{_day(told)}" if told else words


def _day(told: object) -> str:
    return day(dt.date.fromisoformat(str(told)[:10]))


def refusal_options() -> list[tuple[str, str]]:
    """Return the reasons an employer may give."""
    return [(one.value, label(one)) for one in RefusalReason]
