"""Points and their grounds (得分与依据): parts, shared words, flags of an explanation in words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.ranking.explain import Explanation, Part
from matcher.ranking.parameters import PartPoints
from web.filters import figure
from web.i18n import gettext, msg
from web.words import places, rules

NAMES = {
    "major": msg("专业"),
    "place": msg("意向，地点"),
    "occupation": msg("意向，职业"),
    "industry": msg("意向，行业"),
    "pay": msg("意向，薪酬"),
    "unit": msg("意向，单位类型"),
    "text": msg("文本"),
}

GROUPS = (
    ("k1", msg("专业"), frozenset({"major"})),
    ("k2", msg("意向"), frozenset({"place", "occupation", "industry", "pay", "unit"})),
    ("k3", msg("文本"), frozenset({"text"})),
)
"""Bars: class, name, parts; the order is fixed (ui.md, tokens)."""

_SAID = {
    "major_none": msg("所学专业不在要求之内"),
    "place_unknown": msg("岗位没有写明地点"),
    "place_not_stated": msg("本人没有填地点"),
    "place_elsewhere": msg("不在所填地区，本人愿去外地"),
    "occupation_unknown": msg("岗位的职业没有认出"),
    "occupation_none": msg("不是所填职业"),
    "industry_match": msg("行业与所填相符"),
    "industry_none": msg("行业与所填不符或没有填"),
    "pay_unknown": msg("岗位没有写明薪酬"),
    "pay_not_stated": msg("本人没有填期望薪酬"),
    "unit_match": msg("单位类型与所填相符"),
    "unit_none": msg("单位类型与所填不符或没有填"),
    "text_none": msg("没有共同的词"),
}
"""Codes that need no values."""

_MOST_NEAR = 2
_MOST_PHRASES = 6
_JOINTS = re.compile(r"[和并及、，,。；;：:（）()\s]|(?<!参)与")
"""One character each, so that positions stay."""
_COVERED = re.compile(rb"\x01{2,}")


@dataclass(frozen=True)
class Ground:
    """One line of the reasons."""

    item: str
    words: str
    points: int


def bars(explanation: Explanation) -> list[tuple[str, str, int]]:
    """Return the points of an explanation by bar: class, name, points."""
    return [
        (kind, gettext(name), sum(p.points for p in explanation.parts if p.name in members))
        for kind, name, members in GROUPS
    ]


def bar_limits(points: PartPoints) -> list[tuple[str, str, int]]:
    """Return the most points of each bar."""
    intent = points.place_choices[0] + points.occupation_choices[0]
    intent += points.industry + points.pay + points.unit
    most = {"k1": points.major_leaf, "k2": intent, "k3": points.text}
    return [(kind, gettext(name), most[kind]) for kind, name, _ in GROUPS]


def grounds(explanation: Explanation, offer_text: str) -> list[Ground]:
    """Return all parts of an explanation as lines of a table.

    Parameters
    ----------
    offer_text : title and duties of the posting; shared words are shown as they stand there
    """
    return [
        Ground(gettext(NAMES[part.name]), ground(part, offer_text), part.points)
        for part in explanation.parts
    ]


def ground(part: Part, offer_text: str) -> str:
    """Return why a part has its points."""
    if part.code in _SAID:
        return gettext(_SAID[part.code])
    said = {
        "major": _major,
        "place": _place,
        "occupation": _occupation,
        "pay": _pay,
    }.get(part.name)
    if said is not None:
        return said(part.code, part.params)
    return _text(part.params["terms"], part.params["near"], offer_text)


def _major(code: str, params: dict[str, Any]) -> str:
    rule = rules.certain(params["rule"]) if code == "major_yes" else rules.doubtful(params["rule"])
    if params["second"]:
        return gettext("第二专业%(major)s：%(rule)s", major=params["major"], rule=rule)
    return gettext("%(major)s：%(rule)s", major=params["major"], rule=rule)


def _place(code: str, params: dict[str, Any]) -> str:
    place = places.region(params["place"])
    if code == "place_choice":
        return gettext("%(place)s，第 %(choice)s 志愿", place=place, choice=params["choice"])
    return gettext("%(place)s，在所填地区的本省", place=place)


def _occupation(code: str, params: dict[str, Any]) -> str:
    name = places.occupation(params["occupation"])
    if code == "occupation_choice":
        return gettext("%(name)s，第 %(choice)s 志愿", name=name, choice=params["choice"])
    return gettext("%(name)s，与所填职业同一中类", name=name)


def _pay(code: str, params: dict[str, Any]) -> str:
    wanted, offered = figure(params["wanted_yuan"]), figure(params["offered_yuan"])
    if code == "pay_reached":
        return gettext(
            "期望 %(wanted)s 元，岗位至多 %(offered)s 元", wanted=wanted, offered=offered
        )
    short = figure(params["wanted_yuan"] - params["offered_yuan"])
    return gettext(
        "期望 %(wanted)s 元，岗位至多 %(offered)s 元，差 %(short)s 元",
        wanted=wanted,
        offered=offered,
        short=short,
    )


def _text(terms: Sequence[str], near: Sequence[str], offer_text: str) -> str:
    words = "、".join(shared_phrases(terms, offer_text)[:_MOST_PHRASES])
    occupations = "、".join(near[:_MOST_NEAR])
    if not near:
        return gettext("同时写到：%(words)s", words=words)
    if not terms:
        return gettext("都接近职业：%(occupations)s", occupations=occupations)
    return gettext(
        "同时写到：%(words)s；都接近职业：%(occupations)s", words=words, occupations=occupations
    )


def shared_phrases(terms: Iterable[str], offer_text: str) -> list[str]:
    """Return what both texts say, in whole phrases of the offer.

    Joining words (和, 并, 及, 与) and signs part the offer into phrases. Those that shared pairs of
    characters cover from end to end are shown; the vector keeps the heaviest terms only, so a
    phrase may be covered in part, and its middle is no word: such stretches stand in only where no
    whole phrase is shared, the longest first.
    """
    wanted = [term for term in terms if len(term) > 1]
    low = offer_text.lower()
    covered = bytearray(len(low))
    for term in wanted:
        at = low.find(term)
        while at >= 0:
            covered[at : at + len(term)] = b"\1" * len(term)
            at = low.find(term, at + 1)
    whole: dict[str, None] = {}
    parts: dict[str, None] = {}
    start = 0
    for piece in _JOINTS.split(offer_text):
        for stretch in _COVERED.finditer(bytes(covered[start : start + len(piece)])):
            words = piece[stretch.start() : stretch.end()]
            (whole if len(words) == len(piece) else parts)[words] = None
        start += len(piece) + 1
    return sorted(whole or parts, key=len, reverse=True) or wanted or list(terms)


def flags(explanation: Explanation) -> list[str]:
    """Return what is to be confirmed about a pair."""
    said = {
        "place_unknown": gettext("岗位地点不明"),
        "places_not_stated": gettext("本人没有填地点"),
        "education_unknown": gettext("岗位没有写明学历"),
    }
    major = next(part for part in explanation.parts if part.name == "major")
    return [
        rules.doubtful(major.params["rule"]) if flag == "major_maybe" else said[flag]
        for flag in explanation.flags
    ]


def wish(explanation: Explanation) -> str:
    """Return in a few words which wish the posting's place meets."""
    part = next(part for part in explanation.parts if part.name == "place")
    place = places.short_region(part.params["place"])
    short = {
        "place_province": gettext("%(place)s 本省", place=place),
        "place_elsewhere": gettext("%(place)s 愿去外地", place=place),
        "place_not_stated": gettext("没有填地点"),
        "place_unknown": gettext("岗位地点不明"),
    }
    if part.code == "place_choice":
        return gettext("%(place)s 第%(choice)s志愿", place=place, choice=part.params["choice"])
    return short[part.code]
