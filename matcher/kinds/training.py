"""Closed lists of courses (培训班), training referrals (培训转介), attendance, certificates and subsidies."""

from matcher.kinds.labelled import Labelled


class CourseKind(Labelled):
    """What a course is; each kind has rules of its own, and none of them is a job (就业)."""

    SKILL = "skill", "技能培训"
    BUSINESS = "business", "创业培训"
    INTERNSHIP = "internship", "就业见习"
    START_UP = "start_up", "创业扶持"

    @property
    def gives_certificate(self) -> bool:
        """Whether it may end with a certificate: an internship (见习) and start-up support never do."""
        return self in (CourseKind.SKILL, CourseKind.BUSINESS)


class TradeLevel(Labelled):
    """Level of a trade (职业技能等级), the old five and the new names above and below (新八级工)."""

    APPRENTICE = "apprentice", "学徒工"
    FIVE = "five", "五级（初级工）"
    FOUR = "four", "四级（中级工）"
    THREE = "three", "三级（高级工）"
    TWO = "two", "二级（技师）"
    ONE = "one", "一级（高级技师）"
    SPECIAL = "special", "特级技师"
    CHIEF = "chief", "首席技师"


class CertificateKind(Labelled):
    """Kind of a certificate (证书类别)."""

    QUALIFICATION = "qualification", "职业资格证书"
    SKILL_LEVEL = "skill_level", "职业技能等级证书"
    SPECIAL_ABILITY = "special_ability", "专项职业能力证书"
    COMPLETION = "completion", "结业证书"


class CoursePayer(Labelled):
    """Who pays for a course (费用承担)."""

    UNION = "union", "工会"
    GOVERNMENT = "government", "政府补贴"
    EMPLOYER = "employer", "用人单位"
    PROVIDER = "provider", "培训机构"
    PERSON = "person", "本人先付"


class CourseState(Labelled):
    """Where a course stands."""

    OPEN = "open", "可转介"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class TrainingState(Labelled):
    """Where a training referral stands; which may follow which is in `matcher.policy.training_steps`."""

    WAITING = "waiting", "候补"
    PROPOSED = "proposed", "待答复"
    ACCEPTED = "accepted", "已录取"
    ATTENDING = "attending", "参加中"
    FINISHED = "finished", "已结业"
    CERTIFIED = "certified", "已取证"
    HIRED = "hired", "已就业"
    REFUSED = "refused", "机构未接收"
    EXPIRED = "expired", "逾期未答复"
    DROPPED = "dropped", "已退出"


class TrainingRefusal(Labelled):
    """Why a provider did not take somebody (机构未接收原因)."""

    CONDITIONS = "conditions", "不符合报名条件"
    FULL = "full", "名额已满"
    CANCELLED = "cancelled", "班次取消"
    UNREACHABLE = "unreachable", "联系不上本人"
    OTHER = "other", "其他"


class DropReason(Labelled):
    """Why somebody does not take part, or left (退出原因); never a statutory refusal (拒绝培训)."""

    NO_WISH = "no_wish", "本人不想参加"
    WORK = "work", "已找到工作"
    TIME = "time", "时间安排不开"
    PLACE = "place", "地点太远或不便"
    HEALTH = "health", "身体原因"
    FAMILY = "family", "家庭原因"
    CANCELLED = "cancelled", "班次取消"
    MISTAKE = "mistake", "转介有误"
    OTHER = "other", "其他"


class DaySession(Labelled):
    """Part of a day somebody attends (上课时段)."""

    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"
    EVENING = "evening", "晚上"


class OrderPart(Labelled):
    """What of an order (订单) became less."""

    POSTS = "posts", "承诺岗位"
    SEATS = "seats", "挂钩席位"


class SupportKind(Labelled):
    """One step of start-up support (创业扶持); a business licence is evidence in the placement only."""

    GUIDANCE = "guidance", "创业指导"
    TRAINING = "training", "创业培训"
    LOAN = "loan", "创业担保贷款转介"
