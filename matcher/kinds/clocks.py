"""Closed lists of the clocks (时限): how one stands, and what its log tells."""

from matcher.kinds.labelled import Labelled


class ClockState(Labelled):
    """How a clock stands on a day; the words of days left are made by pages."""

    ON_TIME = "on_time", "按期"
    AMBER = "amber", "临近"
    OVERDUE = "overdue", "超期"
    STOPPED = "stopped", "已停"


class ClockEventKind(Labelled):
    """What happened to a clock."""

    STARTED = "started", "开始计时"
    DUE_MOVED = "due_moved", "改期"
    OWNER_MOVED = "owner_moved", "换人负责"
    AMBER = "amber", "提醒"
    ESCALATED = "escalated", "升级"
    STOPPED = "stopped", "停止计时"
