"""Closed lists of the caseworker's day (帮扶专员的一天): calls, notes, hand-overs, reminders."""

from matcher.kinds.labelled import Labelled


class CallOutcome(Labelled):
    """Result of a call, one tap each (通话结果); the values are those of `ActOutcome`."""

    REACHED = "reached", "接通"
    NO_ANSWER = "no_answer", "未接"
    WRONG_NUMBER = "wrong_number", "号码不对"
    NO_WISH = "no_wish", "暂无意愿"
    FOLLOW_UP = "follow_up", "改天再打"


class NoteLevel(Labelled):
    """Who reads a note (备注可见范围); each level includes those before it."""

    OWN = "own", "只有自己"
    TEAM = "team", "本户负责人和协办人"
    SUPERVISORS = "supervisors", "再加主管和审批人"
    DISTRICT = "district", "辖区内能看档案的人"


class HandOverState(Labelled):
    """Where a hand-over stands (交接)."""

    OFFERED = "offered", "待接收"
    ACCEPTED = "accepted", "已接收"
    PARTLY = "partly", "部分接收"
    DECLINED = "declined", "未接收"
    WITHDRAWN = "withdrawn", "已撤回"


class HandOverItemState(Labelled):
    """Where one household or case of a hand-over stands."""

    OFFERED = "offered", "待接收"
    ACCEPTED = "accepted", "已接收"
    DECLINED = "declined", "未接收"
    LAPSED = "lapsed", "不再适用"


class ReminderKind(Labelled):
    """What a digest may tell (提醒内容)."""

    OVERDUE = "overdue", "超期的事"
    DUE_TODAY = "due_today", "今天到期的事"
    HAND_OVER = "hand_over", "等接收的交接"
    DUE_SOON = "due_soon", "明天和本周到期的事"
    UNCLAIMED = "unclaimed", "还没有人认领的事"
    CALLS = "calls", "该打电话的人"

    @property
    def is_mandatory(self) -> bool:
        """Whether nobody can switch it off."""
        return self in (ReminderKind.OVERDUE, ReminderKind.DUE_TODAY, ReminderKind.HAND_OVER)
