"""Closed lists of what happens in the hall of a fair: contacts at booths, queues, announcements."""

from matcher.kinds.labelled import Labelled


class ContactState(Labelled):
    """Where a booth and a visitor stand with each other (接触结果)."""

    MET = "met", "已接触"
    INTERVIEWED = "interviewed", "已面试"
    INTENT = "intent", "达成意向"
    REFUSED = "refused", "不合适"


class ContactStepKind(Labelled):
    """What was done at the booth; an undone step stays in the log and counts no more."""

    SCANNED = "scanned", "扫码"
    RESUME = "resume", "收到简历"
    NOTED = "noted", "记了备注"
    INTERVIEWED = "interviewed", "面试"
    INTENT = "intent", "达成意向"
    REFUSED = "refused", "不合适"
    UNDONE = "undone", "撤销"


class ContactVia(Labelled):
    """Through what a step came (办理途径)."""

    BOOTH = "booth", "展位扫码"
    TYPED = "typed", "展位输入"
    PAPER = "paper", "纸质登记"


class QueueState(Labelled):
    """Where a number of a booth's queue (排队号) stands."""

    WAITING = "waiting", "排队中"
    CALLED = "called", "已叫号"
    SERVED = "served", "已接待"
    MISSED = "missed", "过号"
    LEFT = "left", "已退出"


class Audience(Labelled):
    """Who reads an announcement (公告对象)."""

    EVERYBODY = "everybody", "所有人"
    VISITORS = "visitors", "求职者"
    BOOTHS = "booths", "展位"
