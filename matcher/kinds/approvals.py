"""Closed lists of approval: chains, acts, publicity, objections, reviews and the register of record."""

from matcher.kinds import UnionKind
from matcher.kinds.labelled import Labelled


class StepKind(Labelled):
    """What a step of a chain (审批步骤) asks for."""

    VISIT = "visit", "入户走访"
    PUBLICITY = "publicity", "公示"
    DECISION = "decision", "审批"


class StepLevel(Labelled):
    """Level of union a step stands at; industry and attached unions count as a county's."""

    GRASSROOTS = "grassroots", "基层工会"
    COUNTY = "county", "县级工会"
    CITY = "city", "市级工会"
    PROVINCE = "province", "省级工会"
    NATIONAL = "national", "全国总工会"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for the lowest."""
        return list(type(self)).index(self)


LEVEL_OF_UNION: dict[UnionKind, StepLevel] = {
    UnionKind.GRASSROOTS: StepLevel.GRASSROOTS,
    UnionKind.ATTACHED: StepLevel.COUNTY,
    UnionKind.INDUSTRY: StepLevel.COUNTY,
    UnionKind.COUNTY: StepLevel.COUNTY,
    UnionKind.CITY: StepLevel.CITY,
    UnionKind.PROVINCE: StepLevel.PROVINCE,
    UnionKind.NATIONAL: StepLevel.NATIONAL,
}
"""The level each kind of union decides at."""


class ApprovalState(Labelled):
    """State of an approval (审批)."""

    RUNNING = "running", "审批中"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "退回修改"
    REFUSED = "refused", "不予通过"
    WITHDRAWN = "withdrawn", "已撤回"


class ActKind(Labelled):
    """An entry of an approval's history (审批记录)."""

    SUBMITTED = "submitted", "提交申请"
    VISITED = "visited", "完成走访"
    PUBLISHED = "published", "开始公示"
    PUBLICITY_ENDED = "publicity_ended", "公示期满无异议"
    OBJECTED = "objected", "收到异议，暂停"
    RECHECKED = "rechecked", "完成复核"
    PASSED = "passed", "同意"
    APPROVED = "approved", "批准"
    RETURNED = "returned", "退回修改"
    REFUSED = "refused", "不予通过"
    WITHDRAWN = "withdrawn", "撤回"
    SENT_UP = "sent_up", "转上一级办理"
    SKIPPED = "skipped", "本级并入下一步"
    STUCK = "stuck", "暂无可办理人"


class Decision(Labelled):
    """What somebody decides at a step."""

    PASS = "pass", "同意"
    RETURN = "return", "退回修改"
    REFUSE = "refuse", "不予通过"


class NoticeState(Labelled):
    """State of a publicity notice (公示)."""

    RUNNING = "running", "公示中"
    STOPPED = "stopped", "因异议停止"
    ENDED = "ended", "公示期满"
    WITHDRAWN = "withdrawn", "已撤下"


class ObjectionChannel(Labelled):
    """How an objection (异议) came in."""

    CALL = "call", "电话"
    VISIT = "visit", "来访"
    LETTER = "letter", "书面"
    OTHER = "other", "其他"


class ObjectionOutcome(Labelled):
    """What the re-check (复核) found."""

    DISMISSED = "dismissed", "异议不成立，重新公示"
    UPHELD_AMEND = "upheld_amend", "异议成立，退回修改"
    UPHELD_REFUSE = "upheld_refuse", "异议成立，不予通过"


class ReviewOutcome(Labelled):
    """What the yearly review (年度复核) of a file found."""

    UNCHANGED = "unchanged", "情况属实，无变化"
    CHANGED = "changed", "情况有变化，需更新档案"
    NOT_ELIGIBLE = "not_eligible", "已不符合条件，需退出"
    NOT_REACHED = "not_reached", "未联系上"


class RegisterChangeKind(Labelled):
    """An approved change (已批准的变更) that the national system has to learn."""

    NEW_FILE = "new_file", "新建档案"
    CHANGED = "changed", "变更档案"
    EXITED = "exited", "退出（脱困、解困）"
    RETURNED = "returned", "返困"


class DifferenceKind(Labelled):
    """How the national register (全国系统) and this product differ about a file."""

    ONLY_THERE = "only_there", "只在全国系统"
    ONLY_HERE = "only_here", "只在本系统"
    DIFFERS = "differs", "内容不一致"


class InterestKind(Labelled):
    """Why an account must not certify for an enterprise (利益关系)."""

    OWN = "own", "本人经营或任职"
    FAMILY = "family", "近亲属经营或任职"
    SHARES = "shares", "持有股份"
    OTHER = "other", "其他利益关系"
