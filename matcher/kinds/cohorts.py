"""Closed lists of a drive's phases (活动阶段), of its cohort (统计人群) and of what figures count beside people."""

from matcher.kinds.labelled import Labelled


class PhaseKind(Labelled):
    """Phase of a drive (活动阶段), in this order."""

    SURVEY = "survey", "摸底"
    CARRY_OUT = "carry_out", "实施"
    SUMMING_UP = "summing_up", "总结"


class CohortActKind(Labelled):
    """What befell somebody's or a household's place in the cohort (统计人群变动)."""

    COUNTED = "counted", "统计时点列入"
    JOINED = "joined", "后来列入"
    LEFT = "left", "离开"
    RETURNED = "returned", "恢复"
    CORRECTED = "corrected", "更正"

    @property
    def is_first(self) -> bool:
        """Whether it begins somebody's place; every other act follows one."""
        return self in (CohortActKind.COUNTED, CohortActKind.JOINED)


class LeaveReason(Labelled):
    """Why somebody left the drive (离开原因); which of them leave the denominator is dated data."""

    MISTAKE = "mistake", "登记有误，本不在范围"
    DUPLICATE = "duplicate", "重复登记"
    DIED = "died", "死亡"
    MOVED = "moved", "转入其他地区的活动"
    NO_WISH = "no_wish", "本人不愿参加"
    OUT_OF_REACH = "out_of_reach", "失去联系"
    FILE_EXITED = "file_exited", "家庭已脱困退出"
    FOUND_WORK = "found_work", "已自行落实去向"
    OTHER = "other", "其他原因"


class CohortStanding(Labelled):
    """Where a graduate stood when counted (列入时状态): it says who needs help (需援助)."""

    SIGNED = "signed", "已签约"
    FURTHER_STUDY = "further_study", "升学"
    SEEKING = "seeking", "求职"
    NOT_NOW = "not_now", "暂不就业"
    UNKNOWN = "unknown", "未摸清"

    @property
    def needs_help(self) -> bool:
        """Whether the graduate counts as 需援助: all but who signed or studies on (domain.md 3.2)."""
        return self not in (CohortStanding.SIGNED, CohortStanding.FURTHER_STUDY)


class StandingBasis(Labelled):
    """What somebody's standing was read from (状态依据)."""

    SURVEY = "survey", "摸底登记"
    PLACEMENT = "placement", "已核去向"
    CORRECTION = "correction", "更正"
    NOTHING = "nothing", "无记录"


class EventKind(Labelled):
    """Kind of a service event (就业服务活动)."""

    FAIR = "fair", "招聘会"
    POLICY_TALK = "policy_talk", "政策宣讲"
    GUIDANCE = "guidance", "职业指导"
    VISIT = "visit", "走访探岗"
    OTHER = "other", "其他活动"


class EventChannel(Labelled):
    """How a service event was held (举办方式)."""

    ON_SITE = "on_site", "线下"
    ONLINE = "online", "线上"
    LIVESTREAM = "livestream", "直播"
    MIXED = "mixed", "线上线下结合"


class MarkKind(Labelled):
    """Honour or kind of an employer that figures ask for (单位标识)."""

    MODEL_WORKER = "model_worker", "劳模企业"
    CARING = "caring", "爱心企业"
