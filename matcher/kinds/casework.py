"""Closed lists of the graduate's case (帮扶个案), requests for help (求助), pairing (结对) and the survey (摸底)."""

from matcher.kinds.labelled import Labelled


class CaseClosing(Labelled):
    """Why a case was closed (结案原因)."""

    EMPLOYED = "employed", "已就业"
    FURTHER_STUDY = "further_study", "升学"
    ENLISTED = "enlisted", "应征入伍"
    OWN_BUSINESS = "own_business", "自主创业"
    NO_WISH = "no_wish", "本人不再需要"
    MOVED = "moved", "已转由其他工会服务"
    OUT_OF_REACH = "out_of_reach", "长期联系不上"
    MISTAKE = "mistake", "立案有误"
    OTHER = "other", "其他"


class NeedKind(Labelled):
    """What is needed (需求); the last ones are not about work and are passed on to the right body."""

    JOB = "job", "就业岗位"
    GUIDANCE = "guidance", "职业指导"
    TRAINING = "training", "技能培训"
    INTERNSHIP = "internship", "就业见习"
    BUSINESS = "business", "自主创业"
    JOB_AID = "job_aid", "求职资助"
    POLICY = "policy", "政策咨询"
    PSYCHOLOGY = "psychology", "心理疏导"
    LEGAL = "legal", "法律援助"
    CHILDCARE = "childcare", "子女托管"
    MEDICAL = "medical", "医疗救助"
    UNPAID_WAGES = "unpaid_wages", "拖欠工资"
    LIVING = "living", "生活救助"
    OTHER = "other", "其他"

    @property
    def is_about_work(self) -> bool:
        """Whether the caseworker meets this need, or another body does."""
        return self in _ABOUT_WORK


_ABOUT_WORK = frozenset(
    {
        NeedKind.JOB,
        NeedKind.GUIDANCE,
        NeedKind.TRAINING,
        NeedKind.INTERNSHIP,
        NeedKind.BUSINESS,
        NeedKind.JOB_AID,
        NeedKind.POLICY,
    }
)


class ObstacleKind(Labelled):
    """What stands between a graduate and work (就业障碍)."""

    MAJOR = "major", "专业不对口"
    SKILL = "skill", "缺少技能或证书"
    EXPERIENCE = "experience", "缺少经历"
    EXPECTATION = "expectation", "期望与市场有差距"
    CONFIDENCE = "confidence", "缺少信心"
    CARE = "care", "需要照料家人"
    HEALTH = "health", "健康原因"
    DISTANCE = "distance", "交通或住处不便"
    PAPERS = "papers", "证件或档案未办妥"
    OTHER = "other", "其他"


class ServiceKind(Labelled):
    """Kind of a service act (帮扶服务)."""

    POLICY = "policy", "政策宣介"
    GUIDANCE = "guidance", "职业指导"
    RECOMMENDATION = "recommendation", "岗位推荐"
    TRAINING = "training", "培训"
    INTERNSHIP = "internship", "见习"
    BUSINESS_GUIDANCE = "business_guidance", "创业指导"
    BUSINESS_TRAINING = "business_training", "创业培训"
    JOB_AID = "job_aid", "求职资助"
    VISIT = "visit", "走访"
    CALL_BACK = "call_back", "回访"
    COUNSELLING = "counselling", "心理疏导转介"


class ActOutcome(Labelled):
    """How a service act ended; a call has the same outcomes (通话结果)."""

    DONE = "done", "已完成"
    REACHED = "reached", "已联系上"
    FOLLOW_UP = "follow_up", "约定再联系"
    DECLINED = "declined", "本人未接受"
    NO_WISH = "no_wish", "暂无意愿"
    NO_ANSWER = "no_answer", "无人接听"
    WRONG_NUMBER = "wrong_number", "号码不对"
    VOID = "void", "录入有误，作废"

    @property
    def is_contact(self) -> bool:
        """Whether the person was reached."""
        return self not in (ActOutcome.NO_ANSWER, ActOutcome.WRONG_NUMBER, ActOutcome.VOID)


class ContactChannel(Labelled):
    """By what a service act or a contact took place (方式)."""

    PHONE = "phone", "电话"
    VISIT = "visit", "上门"
    COUNTER = "counter", "窗口"
    ONLINE = "online", "线上"
    EVENT = "event", "活动现场"
    LETTER = "letter", "信函"


class MeasureState(Labelled):
    """Where a measure of the plan stands (措施进展)."""

    PLANNED = "planned", "计划中"
    DONE = "done", "已完成"
    DROPPED = "dropped", "不再需要"


class RequestSource(Labelled):
    """Where a request for help came in (求助来源)."""

    HOTLINE = "hotline", "12351 热线"
    PLATFORM = "platform", "线上平台"
    COUNTER = "counter", "窗口"
    VISIT = "visit", "走访"


class RequestState(Labelled):
    """Where a request stands (办理状态)."""

    OPEN = "open", "待答复"
    PASSED_ON = "passed_on", "已转办，等回复"
    ANSWERED = "answered", "已答复"


class SurveyState(Labelled):
    """How far the survey got with a household (摸底进展)."""

    TO_VISIT = "to_visit", "待走访"
    DONE = "done", "已摸底"
    UNREACHABLE = "unreachable", "联系不上"


class SurveyStanding(Labelled):
    """What a person of the survey is (摸底对象)."""

    IN_SCHOOL = "in_school", "在读子女"
    GRADUATE = "graduate", "毕业生"


class SurveyDestination(Labelled):
    """Where a graduate goes (毕业去向摸底)."""

    SIGNED = "signed", "签约"
    FURTHER_STUDY = "further_study", "升学"
    SEEKING = "seeking", "求职"
    NOT_NOW = "not_now", "暂不就业"

    @property
    def needs_help(self) -> bool:
        """Whether the graduate counts as 需帮扶: all but who signed or studies on (domain.md 3.2)."""
        return self not in (SurveyDestination.SIGNED, SurveyDestination.FURTHER_STUDY)


class NotNowReason(Labelled):
    """Why a graduate does not look for work now (暂不就业原因)."""

    EXAM = "exam", "备考升学"
    CIVIL_EXAM = "civil_exam", "备考公务员、事业单位"
    ENLISTING = "enlisting", "拟应征入伍"
    BUSINESS = "business", "拟创业"
    CARE = "care", "照料家人"
    HEALTH = "health", "健康原因"
    NO_WISH = "no_wish", "暂无意愿"
    OTHER = "other", "其他"


class ProposalState(Labelled):
    """What became of a proposed case (拟立个案)."""

    PROPOSED = "proposed", "待立案"
    ACCEPTED = "accepted", "已立案"
    DISMISSED = "dismissed", "不立案"
