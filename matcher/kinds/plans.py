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
