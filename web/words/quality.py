"""Figures of a ranking in words and bars (排序质量): what is drawn is what the table beside it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcher.kinds import HardshipTier
from matcher.ranking.parameters import N_RANKS, DriveParameters
from matcher.ranking.quality import HISTOGRAM_EDGES
from web.filters import figure
from web.i18n import gettext, label, msg
from web.words.parts import NAMES

BIASED = msg(
    "只有推荐过的人才有结果，而推荐谁多半由名单决定：这些指标偏向现在的排序，只能用来比较，不能当作真实水平。"
)

WHY_NOT = {
    "too_few": msg("有结果的推荐还太少，偶然的成分太大，先不报。"),
    "too_few_postings": msg("能互相比较的岗位还太少，先不提建议。"),
    "snapshot_gone": msg("当时的排序快照已经清理，算不了；新推荐有结果后再算。"),
    "rules_broken": msg("算出的分值不合排序规则，不提建议。"),
}


@dataclass(frozen=True)
class Bar:
    """A line of a picture: words, the value as text, and where the bar lies between 0 and 100."""

    words: str
    text: str
    start: float
    width: float
    is_below: bool = False


def histogram(counts: Sequence[int]) -> list[Bar]:
    """Return postings by lists per seat."""
    most = max(counts, default=0) or 1
    return [
        Bar(_bin(number), figure(count), 0, round(100 * count / most, 1))
        for number, count in enumerate(counts)
    ]


def _bin(number: int) -> str:
    if number == 0:
        return gettext("没有人看到")
    if number == len(HISTOGRAM_EDGES) - 1:
        return gettext("%(n)s 份及以上", n=figure(HISTOGRAM_EDGES[number]))
    if number == 1:
        return gettext("不到 %(n)s 份", n=HISTOGRAM_EDGES[2])
    return gettext(
        "%(low)s 至不到 %(high)s 份",
        low=figure(HISTOGRAM_EDGES[number]),
        high=figure(HISTOGRAM_EDGES[number + 1]),
    )


def left_out(rows: Sequence[dict[str, Any]], side: str) -> list[Bar]:
    """Return how nDCG@10 changes without each part: bars left of the middle mean that the part helps."""
    values = [(row["part"], row[side]) for row in rows if row[side] is not None]
    most = max((abs(value) for _, value in values), default=0) or 1
    return [
        Bar(
            gettext(NAMES[part]),
            signed(value),
            round(50 + min(0.0, 50 * value / most), 1),
            round(abs(50 * value / most), 1),
            value < 0,
        )
        for part, value in values
    ]


def share(value: float | None) -> str:
    """Return a share in per cent, a dash where there is none."""
    return "—" if value is None else f"{100 * value:.1f}%"


def measure(value: float | None) -> str:
    """Return a measure with three digits, a dash where there is none."""
    return "—" if value is None else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a change with three digits and its sign; nothing has none."""
    shown = f"{value:+.3f}"
    return shown if float(shown) else "0.000"


def amount(value: float) -> str:
    """Return a count, or a mean with at most two digits: 18, 1,838.5, 0.72."""
    return figure(value if isinstance(value, int) else float(f"{value:.2f}")).removesuffix(".0")


def share_bar(words: str, value: float | None) -> Bar:
    """Return a bar of a share."""
    return Bar(words, measure(value), 0, round(100 * (value or 0), 1))


def part_name(part: str) -> str:
    """Return the name of a part."""
    return gettext(NAMES[part])


def rank_name(rank: int) -> str:
    """Return the name of a priority rank; for who may see hardship."""
    if rank == N_RANKS - 1:
        return gettext("零就业家庭")
    return label(list(HardshipTier)[rank]) if rank else gettext("其他毕业生")


_NAMES = {
    "ordinary_mode": msg("普通席位"),
    "reserved_mode": msg("预留席位"),
    "equal_width": msg("同等条件的分差"),
    "hardship_points": msg("加分各档加多少"),
    "postings_length": msg("每个岗位名单留多少人"),
    "graduates_length": msg("每人名单留多少个岗位"),
    "place_rule": msg("地点"),
    "education_rule": msg("学历"),
    "counts_second_major": msg("辅修、第二专业也算"),
    "cap_per_seat": msg("每个席位最多进多少人的名单"),
    "floor_per_graduate": msg("每人名单至少留前几个岗位"),
    "text_terms": msg("词表"),
    "major_leaf": msg("专业：写明该专业"),
    "major_class": msg("专业：在专业类之内"),
    "major_group": msg("专业：在门类之内"),
    "major_any": msg("专业：不限专业"),
    "major_maybe": msg("专业：待确认"),
    "second_major": msg("专业：辅修、第二专业少多少"),
    "place_choices": msg("地点：第一、二、三志愿"),
    "place_province": msg("地点：同省"),
    "occupation_choices": msg("职业：第一、二、三志愿"),
    "occupation_group": msg("职业：同一中类"),
    "industry": msg("意向：行业相符"),
    "pay": msg("意向：薪酬够期望"),
    "pay_step_yuan": msg("薪酬每差多少元少 1 分"),
    "unit": msg("意向：单位类型相符"),
    "text": msg("文本"),
}
"""Names of the parameters, as the forms call them."""


def differences(now: DriveParameters, then: DriveParameters) -> list[tuple[str, str, str]]:
    """Return what two sets of rules differ in: name, before, after."""
    pairs = [(name, getattr(now, name), getattr(then, name)) for name in now.__slots__]
    pairs = [pair for pair in pairs if pair[0] != "points"]
    pairs += [
        (name, getattr(now.points, name), getattr(then.points, name))
        for name in now.points.__slots__
    ]
    return [
        (gettext(_NAMES[name]), _said(name, before), _said(name, after))
        for name, before, after in pairs
        if before != after
    ]


def _said(name: str, value: Any) -> str:
    if name == "cap_per_seat" and not value:
        return gettext("没有上限")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, tuple):
        return "、".join(figure(one) for one in value)
    return label(value) if hasattr(value, "label") else figure(value)
