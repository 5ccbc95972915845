"""Plans in words and bars (安置方案): two results side by side, what a figure is of, what became of a publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.kinds import RunState
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.models.plans import PlanRun
from web.filters import figure, per_cent
from web.i18n import gettext, msg
from web.words.quality import rank_name

_AIMS: Mapping[PlanRule, str] = {
    PlanRule.FAIR: msg("先保证该保证的人有席位，再按公布的次序。"),
    PlanRule.MOST: msg("先看能安置多少人，再看合不合适。"),
}

KIND_LETTERS: Mapping[str, SeatedAs] = dict(zip("abcd", SeatedAs, strict=True))
"""Kinds of seat as an address names them: it tells nobody's status."""

STATE_CHIPS = {"done": "done", "failed": "stop", "running": "on", "queued": "on"}

_NOTHING = "—"


@dataclass(frozen=True)
class Compared:
    """A figure of both results, as words, and the second less the first."""

    words: str
    fair: str
    most: str
    gap: str


@dataclass(frozen=True)
class Pair:
    """A line of a picture: two bars between 0 and 100, and what they say."""

    words: str
    fair: str
    most: str
    fair_width: float
    most_width: float


def compared(figures: Mapping[str, Any]) -> list[Compared]:
    """Return the figures of a plan's two results side by side."""
    fair, most = figures["fair"], figures["most"]
    one, other = fair["total"], most["total"]
    zero, other_zero = fair["by_class"][-1], most["by_class"][-1]
    return [
        _whole(gettext("安置总人数"), one["seated"], other["seated"], of=one["people"]),
        _whole(gettext("零就业安置"), zero["seated"], other_zero["seated"], of=zero["people"]),
        _whole(gettext("应保证而没有席位的人"), int(fair["uncovered"]), int(most["uncovered"])),
        _mean(gettext("平均契合分"), one, other, "fit_sum", 0),
        _mean(gettext("平均志愿名次"), one, other, "place_sum", 2),
        _share(gettext("得第 1 志愿"), one, other),
        *(
            _whole(words, one[name], other[name])
            for words, name in (
                (gettext("按公布的规则可提异议的组合"), "published_pairs"),
                (gettext("按公布的规则可提异议的人"), "published_objectors"),
                (gettext("若不设预留和保底，可提异议的组合"), "objecting_pairs"),
                (gettext("若不设预留和保底，可提异议的人"), "objectors"),
            )
        ),
        _seconds(fair, most),
    ]


def rule_words(rule: str, figures: Mapping[str, Any]) -> str:
    """Say what a result aims at, and whether anybody may object to it by the published rules."""
    total = figures[rule]["total"]
    aim = gettext(_AIMS[PlanRule(rule)])
    if not total["published_pairs"]:
        return aim + gettext("按公布的规则，没有人能指出“比我靠后的人坐了我的席位”。")
    count = figure(total["published_objectors"])
    if rule == PlanRule.FAIR:
        return aim + gettext("因为有固定或禁止，按公布的规则有 %(count)s 人可提异议。", count=count)
    return aim + gettext(
        "按公布的规则，有 %(count)s 人能指出“比我靠后的人坐了我的席位”。", count=count
    )


def _whole(words: str, one: int, other: int, of: int | None = None) -> Compared:
    tail = f" / {figure(of)}" if of is not None else ""
    gap = gettext("相同") if one == other else f"{other - one:+,}".replace("-", "−")
    return Compared(words, figure(one) + tail, figure(other) + tail, gap)


def _mean(
    words: str, one: Mapping[str, int], other: Mapping[str, int], name: str, digits: int
) -> Compared:
    if not one["seated"] or not other["seated"]:
        return Compared(words, _NOTHING, _NOTHING, _NOTHING)
    first, second = one[name] / one["seated"], other[name] / other["seated"]
    one_words, other_words = f"{first:,.{digits}f}", f"{second:,.{digits}f}"
    gap = f"{second - first:+,.{digits}f}".replace("-", "−")
    return Compared(
        words, one_words, other_words, gettext("相同") if one_words == other_words else gap
    )


def _share(words: str, one: Mapping[str, int], other: Mapping[str, int]) -> Compared:
    shares = [100 * each["first_wishes"] / (each["seated"] or 1) for each in (one, other)]
    gap = gettext("%(n)s 个百分点", n=f"{shares[1] - shares[0]:+.0f}".replace("-", "−"))
    told = [per_cent(each["first_wishes"], each["seated"]) for each in (one, other)]
    return Compared(words, told[0], told[1], gettext("相同") if told[0] == told[1] else gap)


def _seconds(fair: Mapping[str, Any], most: Mapping[str, Any]) -> Compared:
    told = [gettext("%(n)s 秒", n=one["seconds"]) for one in (fair, most)]
    return Compared(gettext("求解用时"), told[0], told[1], _NOTHING)


def classes(figures: Mapping[str, Any]) -> list[tuple[str, Mapping[str, int], Mapping[str, int]]]:
    """Return classes that have people, the highest first, with the figures of both results."""
    pairs = zip(figures["fair"]["by_class"], figures["most"]["by_class"], strict=True)
    found = [(rank_name(rank), fair, most) for rank, (fair, most) in enumerate(pairs)]
    return [one for one in reversed(found) if one[1]["people"]]


def seated_bars(figures: Mapping[str, Any]) -> list[Pair]:
    """Return how many of each class sit, against the people of the class."""
    return [
        Pair(
            words,
            _of(fair["seated"], fair["people"]),
            _of(most["seated"], most["people"]),
            _width(fair["seated"], fair["people"]),
            _width(most["seated"], most["people"]),
        )
        for words, fair, most in classes(figures)
    ]


def first_wish_bars(figures: Mapping[str, Any]) -> list[Pair]:
    """Return which share of those who sit got their first wish."""
    return [
        Pair(
            words,
            per_cent(fair["first_wishes"], fair["seated"]),
            per_cent(most["first_wishes"], most["seated"]),
            _width(fair["first_wishes"], fair["seated"]),
            _width(most["first_wishes"], most["seated"]),
        )
        for words, fair, most in classes(figures)
    ]


def fit_bars(figures: Mapping[str, Any]) -> list[Pair]:
    """Return the mean fit of those who sit, against the best of all classes."""
    found = [(words, _mean_fit(fair), _mean_fit(other)) for words, fair, other in classes(figures)]
    most = max((max(one, other) for _, one, other in found), default=0) or 1
    return [
        Pair(words, f"{one:,.0f}", f"{other:,.0f}", _width(one, most), _width(other, most))
        for words, one, other in found
    ]


def place_bars(figures: Mapping[str, Any]) -> list[Pair]:
    """Return the mean place of the seats in the wishes of those who sit, against the worst of all classes."""
    found = [
        (words, _mean_place(fair), _mean_place(other)) for words, fair, other in classes(figures)
    ]
    most = max((max(one, other) for _, one, other in found), default=0) or 1
    return [
        Pair(words, _place(one), _place(other), _width(one, most), _width(other, most))
        for words, one, other in found
    ]


def _mean_place(price: Mapping[str, int]) -> float:
    return price["place_sum"] / price["seated"] if price["seated"] else 0.0


def _place(mean: float) -> str:
    return f"{mean:,.2f}" if mean else _NOTHING


def _mean_fit(price: Mapping[str, int]) -> float:
    return price["fit_sum"] / price["seated"] if price["seated"] else 0.0


def objection_bars(figures: Mapping[str, Any], *, name: str = "published_pairs") -> list[Pair]:
    """Return how many pairs would rather have each other: by the published choice, unless another figure is named."""
    found = classes(figures)
    counts = [(fair[name], other[name]) for _, fair, other in found]
    most = max((max(pair) for pair in counts), default=0) or 1
    return [
        Pair(words, figure(one), figure(other), _width(one, most), _width(other, most))
        for (words, _, _), (one, other) in zip(found, counts, strict=True)
    ]


def _of(part: int, whole: int) -> str:
    return f"{figure(part)} / {figure(whole)}"


def _width(part: float, whole: float) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def price_words(figures: Mapping[str, Any]) -> str:
    """Return in a sentence what the most-placements plan gains and costs."""
    one, other = figures["fair"]["total"], figures["most"]["total"]
    more = other["seated"] - one["seated"]
    seats = (
        gettext("最多方案比公平方案多安置 %(more)s 人", more=figure(more))
        if more > 0
        else gettext("两个方案安置的人一样多")
        if not more
        else gettext("最多方案比公平方案少安置 %(fewer)s 人", fewer=figure(-more))
    )
    return gettext("%(seats)s；%(pairs)s。", seats=seats, pairs=_more_pairs(one, other))


def _more_pairs(one: Mapping[str, int], other: Mapping[str, int]) -> str:
    more = other["published_pairs"] - one["published_pairs"]
    if not more:
        return gettext("按公布的规则，可提异议的组合一样多")
    if more < 0:
        return gettext("按公布的规则，可提异议的组合少 %(pairs)s 个", pairs=figure(-more))
    return gettext("按公布的规则，可提异议的组合多 %(pairs)s 个", pairs=figure(more))


def kind_counts(kinds: Mapping[str, int]) -> Sequence[tuple[str, SeatedAs, int]]:
    """Return seats by kind with the letter of each, in the order of the list."""
    return [(letter, kind, kinds[kind.value]) for letter, kind in KIND_LETTERS.items()]


def why_failed(plan: PlanRun) -> str:
    """Return why a plan failed, in words; empty if it did not."""
    if plan.state is not RunState.FAILED:
        return ""
    return str(plan.figures.get("error_message") or gettext("后台程序中断，请重新做一次方案。"))
