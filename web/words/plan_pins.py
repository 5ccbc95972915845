"""What pins cost (指定的代价) in words: who would have a seat without one of them, those it is about first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from matcher.kinds.plans import PlanRule
from matcher.services.plans.pin_lines import PinLine
from web.filters import figure
from web.i18n import gettext, label

_PEOPLE = re.compile(r"毕业生 (\d+(?:、\d+)*)")
_OFFERS = re.compile(r"岗位[ （](\d+(?:、\d+)*)")


def cost_words(cost: Mapping[str, int] | None) -> str:
    """Say what a pin costs by one rule; a pin may also seat more people than there would be without it."""
    if cost is None:
        return gettext("没有算")
    zero, guaranteed, seats = cost["zero_employment"], cost["guaranteed"], cost["seats"]
    parts = []
    if zero:
        parts.append(
            _less(zero, gettext("零就业少安置 %(n)s 人"), gettext("零就业多安置 %(n)s 人"))
        )
    if guaranteed not in (0, zero):
        fewer = gettext("应保证的人少安置 %(n)s 人")
        parts.append(_less(guaranteed, fewer, gettext("应保证的人多安置 %(n)s 人")))
    if seats:
        parts.append(_less(seats, gettext("共少安置 %(n)s 人"), gettext("共多安置 %(n)s 人")))
    else:
        parts.append(gettext("安置的总人数不变"))
    if cost["moved"]:
        parts.append(gettext("%(n)s 人的去向不同", n=figure(cost["moved"])))
    return gettext("，").join(parts)


def _less(number: int, fewer: str, more: str) -> str:
    return (fewer if number > 0 else more) % {"n": figure(abs(number))}


def left_out_words(pins: Sequence[PinLine], n_pins: int, n_edges: int) -> str:
    """Say by which rules the costs were not worked out, and why; nothing if all were."""
    rules = [rule for rule in PlanRule if any(one.costs[rule] is None for one in pins)]
    if not rules:
        return ""
    return gettext(
        "%(rules)s的代价没有算：这次有 %(pins)s 条指定、%(edges)s 个组合，每一条都要重新求解一次，时间太长。",
        rules=gettext("和").join(label(rule) for rule in rules),
        pins=figure(n_pins),
        edges=figure(n_edges),
    )


def proof_words(figures: Mapping[str, Any], rule: str) -> list[str]:
    """Say how many of the guaranteed can be seated at once, how many never, and how many for pins alone lost a seat."""
    proof, n_guaranteed = figures["certificate"], figures["market"]["guaranteed"]
    without, short = figures[rule]["uncovered"], proof["short"]
    if not n_guaranteed:
        return [gettext("这次没有设应保证的类别，或没有这样的人。")]
    if not without:
        return [gettext("应保证的 %(n)s 人都有席位。", n=figure(n_guaranteed))]
    told = [
        gettext(
            "应保证 %(people)s 人，最多能同时安置 %(most)s 人，这个方案安置 %(seated)s 人。",
            people=figure(n_guaranteed),
            most=figure(n_guaranteed - short),
            seated=figure(n_guaranteed - without),
        )
    ]
    if short:
        told.append(
            gettext(
                "无论怎么安排，其中至少 %(n)s 人没有席位；是谁，由公布的次序定。", n=figure(short)
            )
        )
    lost = proof["by_pins"]
    if lost:
        told.append(
            gettext(
                "因为固定与禁止，有 %(n)s 人没有了本来可以有的席位；解除下面这几条就都能安置：",
                n=figure(lost),
            )
        )
    elif lost is None and without > short:
        told.append(
            gettext(
                "另有 %(n)s 人只因固定与禁止而没有席位；指定太多，没有找出是哪几条。",
                n=figure(without - short),
            )
        )
    return told


def named_in(sentence: str) -> tuple[list[int], list[int]]:
    """Return the graduates and the postings a sentence about pins names by number, to be shown by name beside it."""
    people, offers = (
        {int(number) for found in pattern.findall(sentence) for number in found.split("、")}
        for pattern in (_PEOPLE, _OFFERS)
    )
    return sorted(people), sorted(offers)
