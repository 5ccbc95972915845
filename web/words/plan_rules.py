"""Rules of a drive's plans and lists as anybody may read them (公布的规则): no word tells what a class is of."""

import datetime as dt
from collections.abc import Sequence

from matcher import clock
from matcher.kinds import PriorityMode
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from matcher.ranking.parameters import DriveParameters
from matcher.services.plans.parameters import PlanParameters
from web.filters import figure
from web.i18n import gettext, msg

_MODES = {
    PriorityMode.EQUAL_CONDITIONS: msg("契合分相差不到 %(width)s 分的，级别高的在前；其余按契合分"),
    PriorityMode.BAND: msg("先按级别，级别相同的按契合分"),
    PriorityMode.POINTS: msg("级别折成分，加在契合分上"),
}

_ORDERS = {
    ReserveOrder.MINIMUM_GUARANTEE: msg("先用专设席位，再用普通席位"),
    ReserveOrder.OVER_AND_ABOVE: msg("先用普通席位，再用专设席位"),
}

_UNFILLED = {
    UnfilledReserve.RELEASE: msg("没有用上的专设席位向所有人开放"),
    UnfilledReserve.HOLD: msg("没有用上的专设席位继续空着"),
}


LOT_PROGRAM = """import hashlib

def lot(key, number, side="graduates"):
    long_key = hashlib.sha256(bytes.fromhex(key)).digest()
    left, right = number >> 16, number & 0xFFFF
    for step in range(6):
        name = f"yangguang lottery 1 {side} {step}".encode()
        seed = hashlib.blake2b(name, key=long_key, digest_size=32).digest()
        table = hashlib.shake_256(seed).digest(131072)
        part = table[2 * right : 2 * right + 2]
        left, right = right, left ^ int.from_bytes(part, "little")
    return left << 16 | right
"""
"""How a lot comes from the key and a number (`matcher.ranking.lottery`), for whoever checks it: Python alone."""


def day_of(moment: dt.datetime) -> str:
    """Return the day of a revision with its year: what is printed is read later."""
    return clock.in_china(moment).date().isoformat()


def plan_lines(rules: PlanParameters) -> Sequence[tuple[str, str]]:
    """Return what plans go by, as (what, how)."""
    least = rules.rules.guarantee_class
    weights = rules.wish
    return (
        (
            gettext("一定安置"),
            gettext("第 %(n)s 级及以上的人，只要有席位可坐", n=least)
            if least is not None
            else gettext("不设"),
        ),
        (gettext("席位的次序"), gettext(_ORDERS[rules.rules.reserves])),
        (gettext("专设席位"), gettext(_UNFILLED[rules.rules.unfilled])),
        (
            gettext("志愿的算法"),
            gettext(
                "意向 %(intent)s%%，技能说明 %(about)s%%，专业 %(major)s%%",
                intent=weights.intent,
                about=weights.text,
                major=weights.major,
            ),
        ),
        (
            gettext("沿用上次席位"),
            gettext("加 %(n)s 分", n=figure(rules.rules.stickiness))
            if rules.rules.stickiness
            else gettext("不加分"),
        ),
        (
            gettext("参加求解的名单"),
            gettext("每份名单的前 %(n)s 名；一定安置的人带上全部合格岗位", n=rules.list_length),
        ),
    )


def list_lines(rules: DriveParameters) -> Sequence[tuple[str, str]]:
    """Return what lists go by, as (what, how)."""
    lengths = gettext(
        "每个岗位 %(people)s 人，每人 %(postings)s 个岗位",
        people=figure(rules.postings_length),
        postings=figure(rules.graduates_length),
    )
    lines = [
        (gettext("普通席位的名单"), _mode(rules, rules.ordinary_mode)),
        (gettext("专设席位的名单"), _mode(rules, rules.reserved_mode)),
        (gettext("契合分满分"), figure(rules.points.max_fit())),
        (gettext("名单长度"), lengths),
    ]
    if PriorityMode.POINTS in (rules.ordinary_mode, rules.reserved_mode):
        told = "、".join(
            gettext("第 %(n)s 级 %(points)s 分", n=rank, points=figure(points))
            for rank, points in enumerate(rules.hardship_points)
            if points
        )
        lines.append((gettext("级别折成的分"), told or gettext("不加分")))
    lines.append((gettext("关注度均衡"), _cap(rules)))
    return lines


def _mode(rules: DriveParameters, mode: PriorityMode) -> str:
    words = gettext(_MODES[mode])
    return words % {"width": figure(rules.equal_width)} if "%(" in words else words


def _cap(rules: DriveParameters) -> str:
    if not rules.cap_per_seat:
        return gettext("不限")
    return gettext(
        "每个席位最多进 %(cap)s 人的名单，每人前 %(floor)s 个岗位不受限",
        cap=figure(rules.cap_per_seat),
        floor=figure(rules.floor_per_graduate),
    )
