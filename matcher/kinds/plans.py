"""Closed lists of the plan (安置方案): by which rule, whose seat is whose, and what a person may fix beforehand."""

from matcher.kinds.labelled import Labelled


class PlanRule(Labelled):
    """What a plan is made for."""

    FAIR = "fair", "公平方案"
    MOST = "most", "最多方案"


class ReserveOrder(Labelled):
    """Which seats of a posting are given out first (Kominers & Sönmez 2016)."""

    MINIMUM_GUARANTEE = "minimum_guarantee", "最低保证（先满足预留席位）"
    OVER_AND_ABOVE = "over_and_above", "额外照顾（先满足普通席位）"


class UnfilledReserve(Labelled):
    """What becomes of reserved seats nobody of their class takes."""

    RELEASE = "release", "向所有人开放"
    HOLD = "hold", "继续空置"


class SeatedAs(Labelled):
    """Why somebody has a seat; `code` is what arrays carry."""

    OPEN = "open", "普通席位"
    RESERVED = "reserved", "预留席位"
    RELEASED = "released", "已开放的预留席位"
    FALLBACK = "fallback", "保底席位"

    @property
    def code(self) -> int:
        """Position in the list."""
        return list(type(self)).index(self)


class PinKind(Labelled):
    """What a person decided about one pair before the plan is solved."""

    PIN = "pin", "固定"
    FORBID = "forbid", "禁止"


class SeatChange(Labelled):
    """What became of somebody's seat from one plan to the next."""

    GAINED = "gained", "新获得席位"
    BETTER = "better", "换到更靠前的志愿"
    MOVED = "moved", "换到其他岗位"
    LOST = "lost", "失去席位"


class ChangeReason(Labelled):
    """Why a seat changed from one plan to the next."""

    LIKED_BETTER = "liked_better", "更靠前的志愿有了席位"
    TURN_CAME = "turn_came", "按公布次序轮到"
    GUARANTEED = "guaranteed", "保底席位"
    LEFT = "left", "本人已不在本次市场中"
    SETTLED = "settled", "本人已有着落"
    UNDER_WAY = "under_way", "本人正在办另一处"
    NO_CONSENT = "no_consent", "本人没有同意，或已撤回同意"
    GONE = "gone", "本人已离开活动，或资料待核"
    POSTING_GONE = "posting_gone", "岗位已不在本次市场中，或已无席位"
    NOT_ELIGIBLE = "not_eligible", "已不符合该岗位的条件，或有一方已回绝"
    FORBIDDEN = "forbidden", "这一组合已被人工禁止"
    FIXED = "fixed", "由人工固定在现在的岗位"
    FIXED_FOR_OTHERS = "fixed_for_others", "席位由人工固定给他人"
    FEWER_SEATS = "fewer_seats", "岗位席位减少"
    KEPT_FOR_OTHERS = "kept_for_others", "余下席位为他人预留"
    FOR_GUARANTEE = "for_guarantee", "席位用于保底"
    OUTRANKED = "outranked", "次序在前的人需要该席位"
    MORE_SEATED = "more_seated", "调整后能安置更多人"
