"""Hard conditions and places in words: each check, what decides about the end of a list, who is out."""

from dataclasses import dataclass
from typing import Any

from matcher.kinds import EducationLevel, Mobility, Verdict
from matcher.ranking.explain import Check
from matcher.ranking.why_not import WhyNot
from matcher.services.requirement_rules import requirement_of_key
from web.filters import figure
from web.i18n import gettext, label, msg
from web.words import places

NAMES = {
    "education": msg("学历"),
    "major": msg("专业"),
    "place": msg("地点"),
    "certificates": msg("证书"),
}

DECISIVE = {
    "confirmed": msg("待确认的人排在所有符合的人之后"),
    "points": msg("加上优先分，总分低于名单最后一名"),
    "rank": msg("优先档次低于名单最后一名"),
    "fit": msg("契合分低于名单最后一名"),
    "lottery": msg("与最后一名同分，抽签号在后"),
}

OUT = {
    "not_entered": msg("没有参加这次活动"),
    "left": msg("已退出这次活动"),
    "unconfirmed": msg("本人自行登记，还没有工作人员核对"),
    "no_major": msg("没有登记专业"),
    "withdrew": msg("本人撤回了参加排序的同意，由工作人员人工推荐"),
}

TO_DO = {
    "not_entered": msg("在毕业生资料里加入本活动"),
    "left": msg("需要继续服务的，重新加入活动"),
    "unconfirmed": msg("由帮扶专员核对身份后确认"),
    "no_major": msg("补登专业，保存后自动重排"),
    "withdrew": msg("人工推荐岗位，不再劝其同意"),
}


@dataclass(frozen=True)
class CheckWords:
    """One hard condition as a line of a table."""

    name: str
    required: str
    own: str
    verdict: Verdict


def check_words(check: Check) -> CheckWords:
    """Return a check with what is asked and what is there, in words."""
    required, own = {
        "education": _education,
        "major": _major,
        "place": _place,
        "certificates": _certificates,
    }[check.code](check.required, check.own)
    return CheckWords(gettext(NAMES[check.code]), required, own, check.verdict)


def _education(required: Any, own: Any) -> tuple[str, str]:
    asked = gettext("没有写明")
    if required is not None:
        asked = gettext("%(level)s及以上", level=label(EducationLevel(required)))
    return asked, label(EducationLevel(own))


def _major(required: Any, own: Any) -> tuple[str, str]:
    return requirement_words(requirement_of_key(required)[0]), "、".join(own)


def requirement_words(texts: dict[str, str]) -> str:
    """Return a requirement as written, by level if there are several columns."""
    filled = {level: text for level, text in texts.items() if text and text.strip()}
    if not filled:
        return gettext("没有写明")
    if len(filled) == 1:
        return next(iter(filled.values()))
    return "；".join(f"{level}：{text}" for level, text in filled.items())


def _place(required: Any, own: Any) -> tuple[str, str]:
    listed = "、".join(places.region(code) for code in own["places"]) or gettext("没有填")
    mobility = label(Mobility(own["mobility"]))
    asked = places.region(required) if required else gettext("没有写明")
    return asked, gettext("%(places)s，%(mobility)s", places=listed, mobility=mobility)


def _certificates(required: Any, own: Any) -> tuple[str, str]:
    if not required:
        return gettext("没有要求"), ""
    return places.certificates(required), places.certificates(own) or gettext("没有")


def summary(why: WhyNot) -> str:
    """Return in one sentence where somebody stands towards a list."""
    checks = [check_words(check) for check in why.explanation.checks]
    against = [check.name for check in checks if check.verdict is Verdict.NO]
    if why.state == "listed":
        return gettext("在名单里，第 %(place)s 名。", place=figure(why.position or 0))
    if why.state == "held_back":
        return gettext(
            "符合条件，可以排到第 %(place)s 名，但这个岗位已有更合适的人看到上限，没有显示。",
            place=figure(why.position or 0),
        )
    if why.state == "not_eligible":
        return gettext(
            "不在名单：%(names)s不符，其余 %(others)s 项没有不符。",
            names="、".join(against),
            others=len(checks) - len(against),
        )
    if why.state == "not_yet_listed":
        return gettext(
            "现在看可以排到第 %(place)s 名，名单还没有更新到这里。", place=figure(why.position or 0)
        )
    decisive: str = why.decisive or "fit"
    return gettext(
        "各项条件没有不符，排在第 %(place)s 名之后，名单没有排到。%(why)s。",
        place=figure((why.position or 1) - 1),
        why=gettext(DECISIVE[decisive]),
    )
