"""Reasons of a plan (方案理由) in sentences: all of it for who makes plans, and what may be read out to a person.

Sentences to be read out name own facts and the published order of the drive (本活动公布的次序), and never what kind
of seat it is, anybody's class or that somebody was guaranteed one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.allocation.reason_shapes import Refusal, SeatReason
from matcher.allocation.spoken_reasons import SpokenLine
from matcher.kinds import HardshipTier
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.policy.seat_admission import ZERO_EMPLOYMENT_RANK
from matcher.ranking.order import ORDER_SHIFT, DecodedKey
from matcher.services.plans.explanations import FullReasons, ReadAloud
from matcher.services.ranked_people import Person
from web.filters import figure
from web.i18n import gettext, label, msg

_WHY = {
    NoSeat.PINNED: msg("这里的席位由人工固定给他人"),
    NoSeat.NOT_OPEN: msg("这里没有向本人开放的席位"),
    NoSeat.MORE_SEATED: msg("席位给了他人，这样各类安置的人数、总人数或合适程度更高"),
    NoSeat.FORBIDDEN: msg("这一组合已被人工禁止"),
}


_AHEAD = {
    Ahead.HIGHER_CLASS: msg("其中最后一名的类别也高于本人"),
    Ahead.FIRST_STEP: msg("其中最后一名不计保底也按次序有席位，本人没有"),
    Ahead.LOT: msg("其中最后一名与本人类别和条件相同，由抽签决定，本人的签在后"),
}

_MOST_NAMED = 3


@dataclass(frozen=True)
class GaveWay:
    """Who gave up seats at a posting for those on fallback seats.

    Parameters
    ----------
    rows : each with where it sits now; no person of unions outside the scope
    """

    words: str
    rows: Sequence[tuple[Person | None, str]]


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
        return [*_without_seat(told), *_gave_up(told)]
    found = [
        gettext(
            "%(kind)s，第 %(place)s 志愿：%(posting)s。",
            kind=label(seat.kind),
            place=seat.wish_place,
            posting=posting_of(told, seat.posting),
        ),
        _keys(told, seat),
    ]
    return found + _gave_up(told)


def _without_seat(told: FullReasons) -> list[str]:
    left_over, proof, n_better = told.reasons.left_over, told.proof, told.reasons.n_better
    if not n_better:
        return [gettext("没有席位：没有一个有空席的岗位条件相符。")]
    # Guaranteed and in no part of the certificate: pins did it, see `pin_lines.is_unseated_by_pins`.
    if left_over is None or proof is None:
        return [gettext("没有席位；可安置的 %(count)s 个岗位都没有轮到。", count=figure(n_better))]
    found = [
        gettext("应保证而没有席位：够得着的席位少于应保证的人。"),
        gettext(
            "证明第 %(part)s 组：%(people)s 人只有 %(seats)s 个席位。",
            part=proof.component,
            people=figure(proof.n_people),
            seats=figure(proof.n_seats),
        ),
    ]
    order = gettext(
        "保底次序：先看类别；同类的，先给不计保底也按次序有席位的人；再抽签。和本人争席位的 %(count)s 人都在本人之前，"
        "%(ahead)s。",
        count=figure(left_over.others),
        ahead=gettext(_AHEAD[left_over.ahead]),
    )
    return [*found, order]


def _gave_up(told: FullReasons) -> list[str]:
    if told.reasons.gave_up is None:
        return []
    posting = posting_of(told, told.reasons.gave_up)
    who = _names(told, told.reasons.made_way_for)
    if told.reasons.seat is None:
        return [
            gettext(
                "不计保底时坐在 %(posting)s；那里的席位给了保底的人（%(who)s），本人因此没有席位。",
                posting=posting,
                who=who,
            )
        ]
    return [
        gettext("为让保底的人（%(who)s）入座，由 %(posting)s 移到这里。", who=who, posting=posting)
    ]


def _names(told: FullReasons, people: Sequence[int]) -> str:
    """Name some people, masked; those of other unions are not named."""
    if not people:
        return gettext("经他人换位")
    shown = [
        told.people[one].name_masked if one in told.people else gettext("其他工会的人")
        for one in people[:_MOST_NAMED]
    ]
    named = "、".join(shown)
    if len(people) <= _MOST_NAMED:
        return named
    return gettext("%(names)s等 %(count)s 人", names=named, count=len(people))


def gave_way(told: FullReasons) -> GaveWay | None:
    """Say who gave up seats at the posting of somebody on a fallback seat; None if nobody did."""
    seat = told.reasons.seat
    if seat is None or not seat.moved:
        return None
    words = gettext(
        "这个岗位为 %(came)s 个保底席位，共有 %(moved)s 人让出：",
        came=len(seat.came),
        moved=len(seat.moved),
    )
    rows = [
        (
            told.people.get(who),
            gettext("现在没有席位")
            if posting is None
            else gettext("现在坐在 %(posting)s", posting=posting_of(told, posting)),
        )
        for who, posting in seat.moved
    ]
    return GaveWay(words, rows)


def _keys(told: FullReasons, seat: SeatReason) -> str:
    # A released seat is given out in the ordinary order, whatever group it was kept in.
    heap = 0 if seat.kind is SeatedAs.RELEASED else seat.group
    own = key_words(told.decoded(seat.own_key, heap))
    if seat.is_pinned:
        return gettext("由人工固定在这里，不看分数线；本人 %(own)s。", own=own)
    if not seat.is_full and seat.kind is not SeatedAs.FALLBACK:
        return gettext("席位未满，不设分数线；本人 %(own)s。", own=own)
    if seat.cutoff_key is None:
        return _without_cutoff(told, seat, own)
    cutoff = key_words(told.decoded(seat.cutoff_key, heap))
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


def key_words(key: DecodedKey) -> str:
    """Say a key of a posting's order: the points, and the class where it counts."""
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
    return gettext(
        "第 %(place)s 志愿 %(posting)s：%(why)s。",
        place=one.wish_place,
        posting=posting,
        why=_why(told, one),
    )


def _why(told: FullReasons, one: Refusal) -> str:
    if one.ahead is not None:
        words = gettext(
            "席位先保证给了保底次序在本人之前的 %(count)s 人（%(who)s），%(ahead)s",
            count=len(one.for_guarantee),
            who=_names(told, one.for_guarantee),
            ahead=gettext(_AHEAD[one.ahead]),
        )
        return words if one.cutoff_key is None else f"{words}；{_cutoff(told, one)}"
    if one.why is NoSeat.OUTRANKED and None not in (one.own_key, one.cutoff_key, one.heap):
        return _cutoff(told, one)
    if one.why is NoSeat.FOR_GUARANTEE and None not in (one.own_key, one.heap):
        return gettext(
            "这里的席位须用于保底（%(who)s），本人 %(own)s",
            who=_names(told, one.for_guarantee),
            own=key_words(told.decoded(one.own_key or 0, one.heap or 0)),
        )
    return gettext(_WHY.get(one.why, msg("次序在分数线之后")))


def _cutoff(told: FullReasons, one: Refusal) -> str:
    heap, own, cutoff = one.heap or 0, one.own_key or 0, one.cutoff_key or 0
    own_words = key_words(told.decoded(own, heap))
    if own >> ORDER_SHIFT == cutoff >> ORDER_SHIFT:
        return gettext("分数线 %(own)s，本人与它相同，由抽签决定，本人的签在后", own=own_words)
    cutoff_words = key_words(told.decoded(cutoff, heap))
    return gettext("分数线 %(cutoff)s，本人 %(own)s", cutoff=cutoff_words, own=own_words)


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
