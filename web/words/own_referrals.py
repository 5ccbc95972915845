"""A person's own referrals in plain words (我的推荐): states, facts of the post, what an employer would see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.identity import mask_name
from matcher.kinds.referrals import (
    DeclineReason,
    DisclosurePart,
    ReferralState,
    ReferralVia,
)
from matcher.models.graduates import Graduate
from matcher.policy.own_words import OwnWords, for_employers
from matcher.services.referrals.own_lists import OwnReferral, OwnStep
from web.filters import day, pay
from web.i18n import gettext, label, msg
from web.words import places

_S = ReferralState
_P = DisclosurePart
_FEN = 100

_STATES: Mapping[ReferralState, tuple[str, str]] = {
    _S.PROPOSED: (msg("等你答复"), "hold"),
    _S.SENT: (msg("已推荐，等单位答复"), "on"),
    _S.INTERVIEW: (msg("约了面试"), "on"),
    _S.OFFERED: (msg("单位想录用你，等你答复"), "hold"),
    _S.ACCEPTED: (msg("你已接受，等报到"), "done"),
    _S.REPORTED: (msg("已报到"), "done"),
    _S.IN_POST: (msg("在岗"), "done"),
    _S.ON_HOLD: (msg("单位要晚些决定"), "on"),
    _S.REFUSED: (msg("这次没有录用"), "stop"),
    _S.DECLINED: (msg("你没有接受"), "stop"),
    _S.WITHDRAWN: (msg("推荐已撤回"), "stop"),
    _S.EXPIRED: (msg("过了答复的日子"), "stop"),
    _S.FELL_THROUGH: (msg("没有报到"), "stop"),
}
"""State → words and look of its chip."""

_NEXT: Mapping[ReferralState, str] = {
    _S.PROPOSED: msg("愿意的话，勾选给单位看什么，再同意推荐；不合适就说一声，没有任何影响。"),
    _S.SENT: msg("单位已经收到推荐，有答复会显示在这里。"),
    _S.INTERVIEW: msg("看清时间和地点，说一声来不来。"),
    _S.OFFERED: msg("想去就接受；不想去也没有任何影响。"),
    _S.ACCEPTED: msg("按约定的日子去报到。去不了请马上告诉工作人员。"),
    _S.REPORTED: msg("祝工作顺利。有问题随时找工作人员。"),
    _S.IN_POST: msg("祝工作顺利。有问题随时找工作人员。"),
    _S.ON_HOLD: msg("单位要晚些决定，有结果会告诉你。"),
    _S.EXPIRED: msg("还想去的话，现在答复也行：还有名额就接着办。"),
}
"""State → what comes next, for who reads it."""

_STEPS: Mapping[ReferralState, str] = {
    _S.PROPOSED: msg("工作人员想推荐你"),
    _S.SENT: msg("推荐给单位"),
    _S.INTERVIEW: msg("约定面试"),
    _S.OFFERED: msg("单位想录用你"),
    _S.ACCEPTED: msg("你接受了录用"),
    _S.REPORTED: msg("报到"),
    _S.IN_POST: msg("单位确认在岗"),
    _S.ON_HOLD: msg("单位暂缓决定"),
    _S.REFUSED: msg("单位这次没有录用"),
    _S.DECLINED: msg("你没有接受"),
    _S.WITHDRAWN: msg("推荐撤回"),
    _S.EXPIRED: msg("过了答复的日子"),
    _S.FELL_THROUGH: msg("没有报到"),
}

_BY: Mapping[ReferralVia, str] = {
    ReferralVia.SELF: msg("你"),
    ReferralVia.LINK: msg("通过短信链接"),
    ReferralVia.EMPLOYER: msg("单位"),
    ReferralVia.STAFF: msg("工作人员"),
    ReferralVia.SYSTEM: "",
}

_PART_HELP: Mapping[DisclosurePart, str] = {
    _P.NAME: msg("不选就只给一个代号"),
    _P.PHONE: msg("不选的话，单位通过工作人员找你"),
    _P.SCHOOL: "",
    _P.ABOUT: msg("你写的技能和实践、证书；提到家人、住址、证件号码的句子不给"),
    _P.RESUME: msg("一页 PDF，按上面选的内容做成；都选了才给你自己上传的那份"),
}


@dataclass(frozen=True)
class ShownStep:
    """A line of the history."""

    words: str
    step: OwnStep


@dataclass(frozen=True)
class ShownPart:
    """What an employer would see of one part; empty words mean there is nothing to show."""

    name: str
    words: str


def state_of(own: OwnReferral) -> tuple[str, str]:
    """Return words and look of where a referral stands."""
    if own.referral.left_on is not None:
        return gettext("已离职"), "stop"
    words, look = _STATES[own.referral.state]
    return gettext(words), look


def standing_of(own: OwnReferral) -> ReferralState:
    """Return where a referral stands; one that only ran out of days stands where it was: a late answer counts."""
    referral = own.referral
    if referral.state is _S.EXPIRED and referral.ended_state is not None:
        return referral.ended_state
    return referral.state


def next_of(own: OwnReferral) -> str:
    """Return what comes next, empty at an end."""
    referral = own.referral
    if referral.state is _S.INTERVIEW and referral.interview_on is None:
        return gettext("原来约的面试取消了，定了新的时间会告诉你。")
    said = _NEXT.get(referral.state) if referral.left_on is None else None
    return gettext(said) if said else ""


def offer_line(own: OwnReferral) -> str:
    """Return place and pay in one line."""
    posting = own.posting
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    place = places.region(posting.region_code) or posting.place_text or ""
    paid = pay(low * _FEN if low else None, high * _FEN if high else None)
    return "，".join(word for word in (place, paid) if word)


def offer_facts(own: OwnReferral) -> list[tuple[str, str]]:
    """Return the facts of the post and the unit, as every posting shows them."""
    posting, employer = own.posting, own.employer
    facts = [
        (gettext("做什么"), posting.duties or ""),
        (gettext("要求"), posting.conditions or ""),
        (gettext("地点"), posting.place_text or places.region(posting.region_code)),
        (gettext("单位地址"), employer.address or ""),
        (gettext("用工形式"), gettext("劳务派遣") if employer.is_labour_dispatch else ""),
        (gettext("单位介绍"), employer.about or ""),
    ]
    return [(term, words) for term, words in facts if words]


def part_options() -> list[tuple[str, str, str]]:
    """Return what a person may let an employer see: value, words, help."""
    return [
        (one.value, label(one), gettext(_PART_HELP[one]) if _PART_HELP[one] else "")
        for one in DisclosurePart
    ]


def own_words_of(graduate: Graduate) -> OwnWords:
    """Return the person's own words as employers read them, and what is left out."""
    return for_employers(graduate.about)


def preview(
    graduate: Graduate, chosen: Sequence[DisclosurePart], *, is_blind: bool
) -> list[ShownPart]:
    """Return exactly what an employer sees with some parts chosen, part by part."""
    majors = "、".join(one.name for one in graduate.majors)
    told = {
        _P.NAME: graduate.name,
        _P.PHONE: graduate.phone_masked or "",
        _P.SCHOOL: graduate.school or "",
        _P.ABOUT: own_words_of(graduate).kept,
        _P.RESUME: gettext("一页简历"),
    }
    waits = {_P.NAME, _P.PHONE, _P.RESUME} if is_blind else set()
    rows = [
        ShownPart(gettext("学历"), label(graduate.education)),
        ShownPart(gettext("专业"), majors),
    ]
    for part in DisclosurePart:
        if part in chosen and told[part]:
            later = gettext("（约了面试才给）") if part in waits else ""
            rows.append(ShownPart(label(part), told[part] + later))
    return rows


def decline_options() -> list[tuple[str, str]]:
    """Return the reasons for not taking a post."""
    return [(one.value, label(one)) for one in DeclineReason]


def steps(found: Sequence[OwnStep]) -> list[ShownStep]:
    """Return the history in words, newest first; notes between states are left out."""
    return [ShownStep(_step_words(one), one) for one in found if one.before is not one.after]


def _step_words(step: OwnStep) -> str:
    words, by = gettext(_STEPS[step.after]), _BY[step.via]
    return gettext("%(what)s（%(who)s）", what=words, who=gettext(by)) if by else words


def greeting(graduate: Graduate) -> str:
    """Return the masked name a page without an account greets by."""
    return mask_name(graduate.name)


def name_of(own: OwnReferral) -> str:
    """Return post and unit in one line."""
    return gettext("%(title)s，%(unit)s", title=own.posting.title, unit=own.employer.name)


def until(own: OwnReferral) -> str:
    """Return by when an answer is waited for, empty if none is."""
    last = own.referral.decide_by_on
    return day(last) if own.is_asked and last else ""
