"""Closed lists of tiers (困难类别认定), exits (脱困、解困) and returns (返困)."""

from matcher.kinds.labelled import Labelled


class StandardKind(Labelled):
    """What a standard line (标准线) is: yuan a head a month, by region and date."""

    URBAN_MINIMUM = "urban_minimum", "城市低保标准"
    RURAL_MINIMUM = "rural_minimum", "农村低保标准"


class FactGrade(Labelled):
    """How well a figure or a rule is known (依据等级)."""

    A = "a", "A 原文"
    B = "b", "B 官方转述"
    C = "c", "C 网络转载，未见原文"
    U = "u", "U 未核实"

    @property
    def is_sure(self) -> bool:
        """Whether it may be shown without a word of caution."""
        return self in (FactGrade.A, FactGrade.B)


class TierAnswer(Labelled):
    """What an assessment answers (测算结果)."""

    YES = "yes", "符合"
    NO = "no", "不符合"
    UNKNOWN = "unknown", "缺材料，不能判断"


class DecisionKind(Labelled):
    """What a person made of an assessment (人工认定)."""

    ADOPTED = "adopted", "采用"
    DECLINED = "declined", "不采用"


class ExitKind(Labelled):
    """How a household leaves (退出类型)."""

    LIFTED = "lifted", "脱困"
    RELIEVED = "relieved", "解困"
    OTHER = "other", "其他原因退出"

    @property
    def needs_guarantees(self) -> bool:
        """Whether the five guarantees (医、业、学、房、保) must stand."""
        return self is not ExitKind.OTHER


class ExitReason(Labelled):
    """Why it leaves (退出原因)."""

    INCOME = "income", "收入达到标准"
    WORK = "work", "家庭成员就业"
    AID_DELIVERED = "aid_delivered", "帮扶措施已落实"
    STATE_CARE = "state_care", "转由政府兜底保障"
    RETIRED = "retired", "退休"
    TRANSFERRED = "transferred", "调离"
    DIED = "died", "死亡"
    CORRECTED = "corrected", "信息核实更正（不符合条件）"
    OWN_WISH = "own_wish", "本人申请退出"
    OTHER = "other", "其他"


EXIT_REASONS = {
    ExitKind.LIFTED: (ExitReason.INCOME, ExitReason.WORK, ExitReason.OTHER),
    ExitKind.RELIEVED: (
        ExitReason.AID_DELIVERED,
        ExitReason.WORK,
        ExitReason.STATE_CARE,
        ExitReason.OTHER,
    ),
    ExitKind.OTHER: (
        ExitReason.RETIRED,
        ExitReason.TRANSFERRED,
        ExitReason.DIED,
        ExitReason.CORRECTED,
        ExitReason.OWN_WISH,
        ExitReason.OTHER,
    ),
}
"""Reasons each kind of exit may have."""


class Guarantee(Labelled):
    """The five guarantees (五项保障): 医、业、学、房、保."""

    MEDICAL = "medical", "医（医疗有保障）"
    WORK = "work", "业（就业有着落）"
    SCHOOLING = "schooling", "学（子女上学有保障）"
    HOUSING = "housing", "房（住房安全）"
    INSURANCE = "insurance", "保（社会保障落实）"


class ExitState(Labelled):
    """Where an exit stands: proposed by one person, confirmed by another."""

    PROPOSED = "proposed", "待复核"
    CONFIRMED = "confirmed", "已退出"
    WITHDRAWN = "withdrawn", "未同意"


class ReturnFinding(Labelled):
    """How hardship was found again (返困发现途径)."""

    CALL_BACK = "call_back", "电话回访"
    VISIT = "visit", "入户走访"
    OWN_REPORT = "own_report", "本人反映"
    OTHER = "other", "其他"


class ReturnOutcome(Labelled):
    """What a return opens (返困后的处理)."""

    REOPENED = "reopened", "重新建档"
    WATCHED = "watched", "继续跟踪"
