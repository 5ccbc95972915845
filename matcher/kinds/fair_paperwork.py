"""Closed lists of a fair's paperwork (招聘会报批): duties towards authorities, what came of them, the safety plan."""

from matcher.kinds.labelled import Labelled


class DutyKind(Labelled):
    """What a rule asks for."""

    PERMIT = "permit", "许可"
    REPORT_BEFORE = "report_before", "会前报告"
    REPORT_AFTER = "report_after", "会后报告"
    IN_HAND = "in_hand", "备好备查"


class FilingOutcome(Labelled):
    """What came of an application or a report (办理结果)."""

    PENDING = "pending", "等答复"
    APPROVED = "approved", "同意"
    RECEIVED = "received", "已收件"
    REFUSED = "refused", "不予许可"
    WITHDRAWN = "withdrawn", "已撤回"


class ChangeKind(Labelled):
    """What of a fair changed after it was filed (变更内容)."""

    TIME = "time", "时间"
    PLACE = "place", "地点"
    CONTENT = "content", "内容"
    LARGER = "larger", "规模扩大"
    SMALLER = "smaller", "规模缩小"


class PlanPart(Labelled):
    """The nine parts of a safety plan (大型群众性活动安全工作方案的九项), in the order of the rule."""

    ORGANISATION = "organisation", "活动的时间、地点、内容和组织方式"
    STAFF = "staff", "安全工作人员的数量、任务分配和识别标志"
    FIRE = "fire", "活动场所消防安全措施"
    CAPACITY = "capacity", "活动场所可容纳的人数和预计参加人数"
    BUFFER = "buffer", "治安缓冲区域的设定和标识"
    ENTRY = "entry", "入场人员的票证查验和安全检查措施"
    VEHICLES = "vehicles", "车辆停放、疏导措施"
    ORDER = "order", "现场秩序维护、人员疏导措施"
    RESCUE = "rescue", "应急救援预案"
