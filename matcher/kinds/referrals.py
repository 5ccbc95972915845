"""Closed lists of referrals (推荐): where one stands, why it ended, what a person lets an employer see."""

from matcher.kinds.labelled import Labelled


class ReferralState(Labelled):
    """Where a referral stands; which state may follow which is in `matcher.policy.referral_steps`."""

    PROPOSED = "proposed", "拟推荐"
    SENT = "sent", "已推荐"
    INTERVIEW = "interview", "约定面试"
    OFFERED = "offered", "已发录用"
    ACCEPTED = "accepted", "已接受录用"
    REPORTED = "reported", "已报到"
    IN_POST = "in_post", "在岗"
    ON_HOLD = "on_hold", "暂缓"
    REFUSED = "refused", "单位未录用"
    DECLINED = "declined", "本人未接受"
    WITHDRAWN = "withdrawn", "已撤回"
    EXPIRED = "expired", "逾期未办"
    FELL_THROUGH = "fell_through", "未能报到"

    @property
    def is_live(self) -> bool:
        """Say whether it goes on; the others are ends."""
        return self in LIVE

    @property
    def is_pending(self) -> bool:
        """Say whether an acceptance elsewhere ends it."""
        return self in PENDING


PENDING = frozenset(
    {
        ReferralState.PROPOSED,
        ReferralState.SENT,
        ReferralState.INTERVIEW,
        ReferralState.OFFERED,
        ReferralState.ON_HOLD,
    }
)
"""Waiting for somebody's answer."""

SETTLED = frozenset({ReferralState.ACCEPTED, ReferralState.REPORTED, ReferralState.IN_POST})
"""The person has this seat; at most one such referral a person."""

LIVE = PENDING | SETTLED


class RefusalReason(Labelled):
    """Why an employer did not take somebody (单位未录用原因)."""

    MAJOR = "major", "专业或学历与岗位要求不符"
    SKILL = "skill", "技能或经历不足"
    INTERVIEW = "interview", "面试未通过"
    NO_SHOW = "no_show", "未到面试"
    PAY = "pay", "待遇未谈妥"
    FILLED = "filled", "已录用其他人"
    CANCELLED = "cancelled", "岗位取消"
    OTHER = "other", "其他"


class DeclineReason(Labelled):
    """Why a person did not take a post (本人未接受原因); never a statutory refusal (拒绝适当工作)."""

    PLACE = "place", "地点太远或不便"
    PAY = "pay", "待遇低于期望"
    WORK = "work", "工作内容不合适"
    SCHEDULE = "schedule", "工作时间不合适"
    OTHER_OFFER = "other_offer", "已有其他去向"
    STUDY = "study", "准备升学或考试"
    FAMILY = "family", "家庭原因"
    AS_ADVERTISED = "as_advertised", "与招聘公告不一致"
    EMPLOYER = "employer", "不愿去这家单位"
    OTHER = "other", "其他"


class WithdrawalReason(Labelled):
    """Why a referral was taken back (撤回原因)."""

    PLACED = "placed", "本人已在别处就业"
    CONSENT = "consent", "本人撤回同意"
    POSTING = "posting", "岗位已关闭"
    EMPLOYER = "employer", "单位停用"
    LEFT = "left", "本人退出活动"
    MISTAKE = "mistake", "推荐有误"
    OTHER = "other", "其他"
    REPLANNED = "replanned", "安置方案调整"


class FallThroughReason(Labelled):
    """Why somebody who accepted did not begin (未能报到原因)."""

    EMPLOYER = "employer", "单位原因取消"
    PERSON = "person", "本人放弃"
    TERMS = "terms", "条件与约定不一致"
    HEALTH = "health", "体检或身体原因"
    OTHER = "other", "其他"


class DisclosurePart(Labelled):
    """What a person lets one employer see beside the referral itself (向单位提供的内容)."""

    NAME = "name", "姓名"
    PHONE = "phone", "手机号"
    SCHOOL = "school", "学校"
    ABOUT = "about", "技能和实践"
    RESUME = "resume", "简历"


class ReferralVia(Labelled):
    """Through what a step came (办理途径)."""

    SELF = "self", "本人在线"
    EMPLOYER = "employer", "单位在线"
    STAFF = "staff", "工会代为登记"
    LINK = "link", "短信或邮件链接"
    SYSTEM = "system", "系统"


class ContactedSide(Labelled):
    """Who was called about a referral (联系对象)."""

    PERSON = "person", "本人"
    EMPLOYER = "employer", "单位"


class HoldEnd(Labelled):
    """How a hold of a seat ended (席位释放原因)."""

    REFUSED = "refused", "单位未录用"
    DECLINED = "declined", "本人未接受"
    WITHDRAWN = "withdrawn", "推荐撤回"
    LAPSED = "lapsed", "逾期释放"
    FELL_THROUGH = "fell_through", "未能报到"
    LEFT = "left", "已离职"
    PLACED = "placed", "本人已在别处就业"
    REPLANNED = "replanned", "安置方案调整"


class LinkPurpose(Labelled):
    """What an answer link (免登录链接) is for."""

    REFERRAL = "referral", "答复推荐"
    OFFER = "offer", "答复录用"
    INTERVIEW = "interview", "答复面试"
    EMPLOYER_ANSWER = "employer_answer", "单位答复"
    PLACEMENT = "placement", "确认去向"
    STILL_THERE = "still_there", "回访答复"
    SEATS_FILLED = "seats_filled", "岗位招满情况"
    TRAINING = "training", "培训机构答复"
