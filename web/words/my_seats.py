"""A person's seat in the published plan in words (方案席位): what may be read out, and what comes next if it ended.

Own facts and the published order only: nothing of a class, of what kind of seat it was, or of anybody else.
"""

from collections.abc import Mapping

from matcher.kinds.referrals import ReferralState
from matcher.services.plans.my_seats import MySeat
from web.i18n import gettext, msg
from web.words.referrals import StateWords, end_words, state_words

_S = ReferralState

_ENDED: Mapping[ReferralState, str] = {
    _S.DECLINED: msg(
        "%(employer)s，%(title)s：您没有接受。下次再排时您照常参加，这个岗位不会再安排给您；也可以一起看看还能做什么。"
    ),
    _S.REFUSED: msg(
        "%(employer)s，%(title)s：单位没有录用。下次再排时您照常参加，这个岗位不会再安排给您；也可以一起看看还能做什么。"
    ),
    _S.FELL_THROUGH: msg(
        "%(employer)s，%(title)s：没有报到。下次再排时您照常参加，这个岗位不会再安排给您；也可以一起看看还能做什么。"
    ),
    _S.EXPIRED: msg(
        "%(employer)s，%(title)s：到期没有答复，席位已经放回。下次再排时您照常参加；还想去的话，请现在说。"
    ),
    _S.WITHDRAWN: msg("%(employer)s，%(title)s：推荐已撤回。下次再排时您照常参加。"),
}


def seat_state(one: MySeat) -> StateWords:
    """Return how somebody stands in words: to be confirmed, under way, ended and why, or without a seat."""
    if one.waits:
        return StateWords(gettext("待确认"), "hold", gettext("还没有问本人"))
    if one.refusal_code:
        return StateWords(
            gettext("没有生成推荐"), "stop", gettext("席位现在不能给，请和活动主管核对")
        )
    if not one.took_part and one.referral is None:
        return StateWords(gettext("没有参加"), "", gettext("方案里没有这个人"))
    if one.referral is None:
        return StateWords(gettext("没有席位"), "stop", "")
    told = state_words(one.referral)
    if not one.is_over:
        return told
    why = end_words(one.referral)
    return StateWords(told.words, told.chip or "stop", why or gettext("现在没有席位"))


def said(one: MySeat) -> str:
    """Return words for the person: own facts and the published order, nothing of anybody else."""
    if one.place is not None and one.is_over and one.referral is not None:
        words = _ENDED.get(one.referral.state, _ENDED[_S.WITHDRAWN])
        return gettext(words, employer=one.place.employer, title=one.place.title)
    if not one.took_part and not one.has_seat:
        return absent(one)
    if one.place is None or not one.has_seat:
        return gettext(
            "按本次活动公布的次序，这次还没有轮到；有新的席位会再排，也可以一起看看还能做什么。"
        )
    told = gettext(
        "按本次活动公布的次序，您有一个席位：%(title)s，%(employer)s，按您填的意向排第 %(n)s。",
        title=one.place.title,
        employer=one.place.employer,
        n=one.wish_place,
    )
    return gettext("确认以后再念：%(said)s", said=told) if one.waits else told


def absent(one: MySeat | None) -> str:
    """Say why a published plan has nothing for a person."""
    if one is None:
        return gettext("还没有发布方案。")
    if one.is_busy:
        return gettext("您已有着落，或有推荐正在办，照常办理，没有参加这次安排。")
    return gettext(
        "您没有参加这次安排：方案做好以后才加入，或当时还缺资料、同意。下次安排照常参加。"
    )
