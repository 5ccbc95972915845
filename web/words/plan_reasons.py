"""Reasons of a plan (方案理由) in sentences: all of it for who makes plans, and what may be read out to a person.

Sentences to be read out name own facts and the published order of the drive (本活动公布的次序), and never what kind
of seat it is, anybody's class or that somebody was guaranteed one.
"""

from matcher.allocation.reasons import Refusal, SeatReason
from matcher.allocation.spoken_reasons import SpokenLine
from matcher.kinds import HardshipTier
from matcher.kinds.plan_reasons import NoSeat
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.policy.seat_admission import ZERO_EMPLOYMENT_RANK
from matcher.ranking.order import ORDER_SHIFT, DecodedKey
from matcher.services.plans.explanations import FullReasons, ReadAloud
from web.filters import figure
from web.i18n import gettext, label, msg

_WHY = {
    NoSeat.FOR_GUARANTEE: msg("这里的席位须用于保底"),
    NoSeat.PINNED: msg("这里的席位由人工固定给他人"),
    NoSeat.NOT_OPEN: msg("这里没有向本人开放的席位"),
    NoSeat.MORE_SEATED: msg("席位给了他人，总共能安置更多人"),
    NoSeat.FORBIDDEN: msg("这一组合已被人工禁止"),
}


def posting_of(told: FullReasons | ReadAloud, posting: int) -> str:
    """Return a posting as sentences name it."""
    name = told.names.get(posting)
    if name is None:
        return gettext("岗位 %(number)s", number=posting)
    return gettext("%(employer)s，%(title)s", employer=name.employer, title=name.title)


def seat_sentences(told: FullReasons) -> list[str]:
    """Say why a person sits where it does; for who makes plans."""
    seat = told.reasons.seat
    if seat is None:
        count = figure(told.reasons.n_better)
        return [gettext("没有席位；可安置的 %(count)s 个岗位都没有轮到。", count=count)]
    found = [
        gettext(
            "%(kind)s，第 %(place)s 志愿：%(posting)s。",
            kind=label(seat.kind),
            place=seat.wish_place,
            posting=posting_of(told, seat.posting),
        ),
        _keys(told, seat),
    ]
    if seat.moved:
        found.append(gettext("为此有 %(count)s 人由这里移到别处。", count=len(seat.moved)))
    if seat.gave_up is not None:
        posting = posting_of(told, seat.gave_up)
        found.append(gettext("为让保底的人入座，由 %(posting)s 移到这里。", posting=posting))
    return found


def _keys(told: FullReasons, seat: SeatReason) -> str:
    # A released seat is given out in the ordinary order, whatever group it was kept in.
    heap = 0 if seat.kind is SeatedAs.RELEASED else seat.group
    own = _key(told.decoded(seat.own_key, heap))
    if seat.is_pinned:
        return gettext("由人工固定在这里，不看分数线；本人 %(own)s。", own=own)
    if not seat.is_full and seat.kind is not SeatedAs.FALLBACK:
        return gettext("席位未满，不设分数线；本人 %(own)s。", own=own)
    if seat.cutoff_key is None:
        return _without_cutoff(told, seat, own)
    cutoff = _key(told.decoded(seat.cutoff_key, heap))
    if seat.own_key < seat.cutoff_key:
        return gettext(
            "分数线 %(cutoff)s，本人 %(own)s，在分数线之后：按次序轮不到，只因保底规则才有这个席位。",
            cutoff=cutoff,
            own=own,
        )
    if told.is_seat_by_lot:
        return gettext(
            "分数线 %(cutoff)s，本人 %(own)s；有人次序相同而没有轮到，由抽签决定，本人的签在前。",
            cutoff=cutoff,
            own=own,
        )
    return gettext("分数线 %(cutoff)s，本人 %(own)s。", cutoff=cutoff, own=own)


def _without_cutoff(told: FullReasons, seat: SeatReason, own: str) -> str:
    """Say by what somebody sits where nobody won a seat by the key."""
    if seat.kind is SeatedAs.FALLBACK:
        return gettext("次序之内没有空席，按保底规则入座；本人 %(own)s。", own=own)
    if told.is_seat_by_lot:
        return gettext("本人 %(own)s；有人次序相同而没有轮到，由抽签决定，本人的签在前。", own=own)
    return gettext("这里的席位都保证给了入座的人，没有分数线；本人 %(own)s。", own=own)


def _key(key: DecodedKey) -> str:
    if key.rank:
        return gettext("%(fit)s（%(rank)s）", fit=figure(key.fit), rank=_rank(key.rank))
    return figure(key.fit)


def _rank(rank: int) -> str:
    return (
        gettext("零就业家庭") if rank == ZERO_EMPLOYMENT_RANK else label(list(HardshipTier)[rank])
    )


def better_sentences(told: FullReasons) -> list[str]:
    """Say for each better-liked posting what decided; for who makes plans."""
    return [_better(told, one) for one in told.reasons.better]


def _better(told: FullReasons, one: Refusal) -> str:
    posting = posting_of(told, one.posting)
    if one.why is NoSeat.OUTRANKED and None not in (one.own_key, one.cutoff_key, one.heap):
        return _outranked(told, one, posting)
    return gettext(
        "第 %(place)s 志愿 %(posting)s：%(why)s。",
        place=one.wish_place,
        posting=posting,
        why=gettext(_WHY.get(one.why, msg("次序在分数线之后"))),
    )


def _outranked(told: FullReasons, one: Refusal, posting: str) -> str:
    heap, own, cutoff = one.heap or 0, one.own_key or 0, one.cutoff_key or 0
    own_words = _key(told.decoded(own, heap))
    if own >> ORDER_SHIFT == cutoff >> ORDER_SHIFT:
        return gettext(
            "第 %(place)s 志愿 %(posting)s：分数线 %(own)s，本人与它相同，由抽签决定，本人的签在后。",
            place=one.wish_place,
            posting=posting,
            own=own_words,
        )
    return gettext(
        "第 %(place)s 志愿 %(posting)s：分数线 %(cutoff)s，本人 %(own)s。",
        place=one.wish_place,
        posting=posting,
        cutoff=_key(told.decoded(cutoff, heap)),
        own=own_words,
    )


def spoken_sentences(told: ReadAloud) -> list[str]:
    """Say what may be read out to a person, or shown to it."""
    return [_spoken_head(told), *(_spoken(told, line) for line in told.reasons.better)]


def _spoken_head(told: ReadAloud) -> str:
    reasons, is_fair = told.reasons, told.rule is PlanRule.FAIR
    if reasons.posting is not None:
        words = (
            msg("按本活动公布的次序，您安排在 %(posting)s，按您填的意向排第 %(place)s。")
            if is_fair
            else msg("按本活动公布的总安排，您安排在 %(posting)s，按您填的意向排第 %(place)s。")
        )
        posting = posting_of(told, reasons.posting)
        return gettext(words, posting=posting, place=reasons.wish_place)
    if not reasons.n_open:
        return gettext("这次参加安排的空席里，没有您名单上的岗位。")
    if is_fair:
        return gettext("按本活动公布的次序，这一次还没有轮到您的席位。")
    return gettext("按本活动公布的总安排，这一次还没有排到您的席位。")


def _spoken(told: ReadAloud, line: SpokenLine) -> str:
    posting = posting_of(told, line.posting)
    if line.is_ruled_out:
        return gettext("%(posting)s：工作人员另有安排，可以询问。", posting=posting)
    if line.cutoff_fit is not None:
        return gettext(
            "%(posting)s：您的契合分 %(own)s，入座的最低 %(cutoff)s。",
            posting=posting,
            own=figure(line.own_fit),
            cutoff=figure(line.cutoff_fit),
        )
    # A seat may stand empty here: held for others, or given up for the most placements.
    if told.rule is PlanRule.FAIR:
        return gettext("%(posting)s：按本活动公布的次序，没有轮到您。", posting=posting)
    return gettext("%(posting)s：在这次总的安排里没有排到您。", posting=posting)
