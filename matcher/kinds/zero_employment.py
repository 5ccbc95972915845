"""Closed lists of zero-employment households (零就业家庭): derived result, claim, refusals, side exits."""

from matcher.kinds.labelled import Labelled


class Derived(Labelled):
    """What the members' facts say of the household: the three honest answers."""

    YES = "yes", "是"
    NO = "no", "不是"
    UNKNOWN = "unknown", "还不能判断"


class MemberPart(Labelled):
    """What one member means for the household's state."""

    WORKING = "working", "有工作"
    WITHOUT_WORK = "without_work", "没有工作"
    NOT_COUNTED = "not_counted", "不计入"
    UNKNOWN = "unknown", "资料不够"


class RecognitionBasis(Labelled):
    """By whose words the household counts: the official, urban one, or the union's own."""

    OFFICIAL = "official", "官方口径（城市居民家庭）"
    UNION_OWN = "union_own", "工会口径（不在官方范围，如农民工家庭）"


class ClaimSource(Labelled):
    """How a clue (线索) came."""

    DERIVED = "derived", "按成员情况推算"
    IMPORTED = "imported", "导入名单标注，待核"
    REPORTED = "reported", "本人或基层反映"
    REOPENED = "reopened", "就业中断，重新计入"


class ClaimState(Labelled):
    """Where a household stands on the way from clue to stable work."""

    CLUE = "clue", "线索"
    DECLARED = "declared", "申报"
    VERIFYING = "verifying", "社区核实"
    PUBLICITY = "publicity", "公示"
    RECOGNISED = "recognised", "认定"
    AIDED = "aided", "援助中"
    ONE_WORKING = "one_working", "一人就业"
    STABLE = "stable", "稳定"
    EXITED = "exited", "退出"
    EXIT_REVIEW = "exit_review", "另列退出待审"
    EXIT_NOTICE = "exit_notice", "另列退出公示"
    SET_APART = "set_apart", "另列退出"
    NOT_FOUND = "not_found", "核实不属于"

    @property
    def is_open(self) -> bool:
        """Whether the claim still stands: one a household."""
        return self not in (ClaimState.EXITED, ClaimState.NOT_FOUND)


class RecognitionBody(Labelled):
    """Who decided on recognition (认定单位)."""

    STREET = "street", "街道（乡镇）"
    HR_DEPARTMENT = "hr_department", "人力资源社会保障部门"
    UNION = "union", "工会（仅工会口径）"


class StatutoryRefusalReason(Labelled):
    """Why suitable work was refused (拒绝推荐的原因), by the law; a referral declined here is not one of them."""

    PAY = "pay", "工资低于预期"
    PLACE = "place", "路远或不愿外出"
    WORK = "work", "不愿做这类工作"
    HOURS = "hours", "工时或班次不合适"
    HEALTH = "health", "身体不适合"
    CARE = "care", "家中有人需要照顾"
    NO_ANSWER = "no_answer", "未答复"
    OTHER = "other", "其他"


class SideExitReason(Labelled):
    """Why a household leaves the way without work; it stays in the denominator, shown apart."""

    REFUSALS = "refusals", "多次拒绝合适岗位"
    LOST_CONTACT = "lost_contact", "失去联系"
    OWN_WISH = "own_wish", "本人书面放弃"
    CHANGED = "changed", "家庭情况变化，不再属于"


class SideExitState(Labelled):
    """Where a side exit stands; only one open a claim."""

    PROPOSED = "proposed", "待第二人审核"
    NOTICED = "noticed", "公示中"
    DONE = "done", "已另列"
    REFUSED = "refused", "审核不同意"
    OBJECTED = "objected", "异议成立"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody or for the end of the notice."""
        return self in (SideExitState.PROPOSED, SideExitState.NOTICED)


class StatementForm(Labelled):
    """How the person's statement (本人陈述) was taken."""

    WRITTEN = "written", "书面签字"
    IN_PERSON = "in_person", "当面口述，有记录"
    PHONE = "phone", "电话口述，有记录"
