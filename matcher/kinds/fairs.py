"""Closed lists of career fairs (招聘会): where a fair, an employer at it, a visitor and a scan at the door stand."""

from matcher.kinds.labelled import Labelled


class FairState(Labelled):
    """Where a fair stands; only announced and open ones have a public page."""

    DRAFT = "draft", "筹备中"
    ANNOUNCED = "announced", "已公布"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class FairEmployerState(Labelled):
    """Where an employer stands with a fair (参会状态)."""

    INVITED = "invited", "已邀请"
    APPLIED = "applied", "已报名"
    WAITING = "waiting", "候补"
    ACCEPTED = "accepted", "已确认参会"
    REFUSED = "refused", "未通过"
    DECLINED = "declined", "谢绝"
    WITHDRAWN = "withdrawn", "已退出"


class VisitorKind(Labelled):
    """How a visitor came to the fair's list (来源)."""

    INVITED = "invited", "邀请"
    REGISTERED = "registered", "自行报名"
    WALK_IN = "walk_in", "现场登记"
    PAPER = "paper", "纸质登记"


class VisitorState(Labelled):
    """Where a visitor stands before the door."""

    INVITED = "invited", "未答复"
    COMING = "coming", "会来"
    WAITING = "waiting", "候补"
    DECLINED = "declined", "不来"
    CANCELLED = "cancelled", "已取消"


class DoorDirection(Labelled):
    """Which way a scanner at the door lets people (方向)."""

    IN = "in", "入场"
    OUT = "out", "出场"


class EntryKind(Labelled):
    """What a scan at the door came to."""

    ENTERED = "entered", "入场"
    LEFT = "left", "出场"
    RETURNED = "returned", "再次入场"
    REFUSED = "refused", "未放行"
    CONFLICT = "conflict", "冲突"


class EntryRefusal(Labelled):
    """Why the door did not let somebody in (未放行原因)."""

    UNKNOWN = "unknown", "票码不认识"
    FORGED = "forged", "票码不是本系统签发"
    OTHER_FAIR = "other_fair", "是另一场招聘会的票"
    WRONG_DAY = "wrong_day", "不是今天这一场的票"
    TOO_EARLY = "too_early", "还没到入场时间"
    OVER = "over", "本场已结束"
    ALREADY_IN = "already_in", "这张票已经入场"
    FULL = "full", "已到核准人数"
    CANCELLED = "cancelled", "票已取消"
    NOT_INSIDE = "not_inside", "没有入场记录"
