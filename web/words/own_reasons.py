"""Why a posting fits, said to the graduate: short sentences, best first, nothing of anybody else."""

from dataclasses import dataclass
from typing import Any

from matcher.kinds import Verdict
from matcher.ranking.explain import Explanation, Part
from matcher.services.own_matches import OwnMatch
from web.filters import figure
from web.i18n import gettext, label
from web.words import parts, places, rules


@dataclass(frozen=True)
class Reason:
    """One sentence; `kind` is empty for what speaks for it, less for what does not, ask for what is open."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class ShownMatch:
    """A posting of the own list as the page writes it."""

    public_id: str
    title: str
    employer: str
    place: str
    pay_low_fen: int | None
    pay_high_fen: int | None
    education: str
    fit: int
    bars: list[tuple[str, str, int]]
    reasons: list[Reason]
    is_maybe: bool
    duties: str


_FEN = 100


def shown_match(match: OwnMatch) -> ShownMatch:
    """Return a posting of the own list in words."""
    posting, explanation = match.posting, match.explanation
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    offer_text = f"{posting.title} {posting.duties or ''}"
    level = posting.education_min
    return ShownMatch(
        public_id=posting.public_id,
        title=posting.title,
        employer=match.employer.name,
        place=places.region(posting.region_code) or posting.place_text or "",
        pay_low_fen=low * _FEN if low else None,
        pay_high_fen=high * _FEN if high else None,
        education=gettext("%(level)s及以上", level=label(level)) if level else "",
        fit=explanation.fit,
        bars=parts.bars(explanation),
        reasons=reasons(explanation, offer_text),
        is_maybe=explanation.verdict is Verdict.MAYBE,
        duties=posting.duties or "",
    )


def reasons(explanation: Explanation, offer_text: str) -> list[Reason]:
    """Return the sentences of an explanation: what is open, what fits, what fits less."""
    found = [_open(flag, explanation) for flag in explanation.flags]
    for part in explanation.parts:
        one = _said(part, offer_text)
        if one is not None:
            found.append(one)
    order = {"ask": 0, "": 1, "less": 2}
    return sorted(found, key=lambda reason: order[reason.kind])


def _open(flag: str, explanation: Explanation) -> Reason:
    if flag == "major_maybe":
        part = next(part for part in explanation.parts if part.name == "major")
        return Reason(rules.doubtful(part.params["rule"]), "ask")
    said = {
        "place_unknown": gettext("岗位没有写明地点，工作人员会问清楚"),
        "places_not_stated": gettext("你还没有填想去的地方"),
        "education_unknown": gettext("岗位没有写明学历，工作人员会问清楚"),
    }
    return Reason(said[flag], "ask")


def _said(part: Part, offer_text: str) -> Reason | None:
    said = {
        "major": _major,
        "place": _place,
        "occupation": _occupation,
        "pay": _pay,
    }.get(part.name)
    if said is not None:
        return said(part.code, part.params)
    if part.code == "text_match":
        if not part.params["terms"]:
            near = "、".join(part.params["near"][:2])
            return Reason(gettext("你写的和岗位写的都接近%(occupations)s", occupations=near))
        words = "、".join(parts.shared_phrases(part.params["terms"], offer_text)[:5])
        return Reason(gettext("你写到的%(words)s，岗位也写到", words=words))
    simple = {
        "industry_match": gettext("行业是你想去的"),
        "unit_match": gettext("单位类型是你想去的"),
    }
    return Reason(simple[part.code]) if part.code in simple else None


def _major(code: str, params: dict[str, Any]) -> Reason | None:
    if code != "major_yes":
        return None  # what is open is said by its flag
    rule = rules.certain(params["rule"])
    if params["second"]:
        return Reason(gettext("第二专业%(major)s：%(rule)s", major=params["major"], rule=rule))
    return Reason(gettext("%(major)s：%(rule)s", major=params["major"], rule=rule))


def _place(code: str, params: dict[str, Any]) -> Reason | None:
    place = places.region(params["place"])
    if code == "place_choice":
        return Reason(gettext("地点是你的第 %(choice)s 志愿", choice=params["choice"]))
    if code == "place_province":
        return Reason(gettext("%(place)s，在你所填地方的本省", place=place))
    if code == "place_elsewhere":
        return Reason(gettext("%(place)s，不在你所填的地方", place=place), "less")
    return None


def _occupation(code: str, params: dict[str, Any]) -> Reason | None:
    if code == "occupation_choice":
        return Reason(gettext("职业是你的第 %(choice)s 志愿", choice=params["choice"]))
    if code == "occupation_group":
        return Reason(gettext("职业和你的志愿相近"))
    if code == "occupation_none":
        return Reason(gettext("不是你填的职业"), "less")
    return None


def _pay(code: str, params: dict[str, Any]) -> Reason | None:
    if code == "pay_reached":
        return Reason(gettext("薪酬够得上你的期望"))
    if code == "pay_short":
        short = figure(params["wanted_yuan"] - params["offered_yuan"])
        return Reason(gettext("薪酬比你的期望少 %(short)s 元", short=short), "less")
    return None
