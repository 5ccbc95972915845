"""Closed lists of the plan of booths (展位图): what a cell of a hall is, what was done to booths, computed plans."""

from matcher.kinds.labelled import Labelled


class HallMark(Labelled):
    """What a cell of a hall (展厅) is if it is no booth."""

    ENTRANCE = "entrance", "入口"
    EXIT = "exit", "出口"
    PILLAR = "pillar", "柱子"
    STAGE = "stage", "舞台"

    @property
    def is_solid(self) -> bool:
        """Say whether nobody can walk there."""
        return self in (HallMark.PILLAR, HallMark.STAGE)


class BoothChangeKind(Labelled):
    """What was done to who has which booth."""

    PLACED = "placed", "安排展位"
    MOVED = "moved", "移动或对调"
    CLEARED = "cleared", "移出展位"
    RELEASED = "released", "单位不来，空出展位"
    PLAN_ACCEPTED = "plan_accepted", "采用方案"
    UNDONE = "undone", "撤销"


class BoothPlanState(Labelled):
    """Where a computed plan of booths (展位方案) stands."""

    PROPOSED = "proposed", "待采用"
    ACCEPTED = "accepted", "已采用"
    DROPPED = "dropped", "未采用"


class PlanScope(Labelled):
    """Which booths a plan may give anew (重排范围)."""

    WITHOUT_BOOTH = "without_booth", "只安排还没有展位的单位"
    ALL = "all", "全部重排，固定的不动"
