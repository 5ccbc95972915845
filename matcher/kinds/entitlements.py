"""Closed lists of entitlements (政策待遇): answers, who claims, through whom, and where an application stands."""

from matcher.kinds.labelled import Labelled


class EntitlementAnswer(Labelled):
    """Whether somebody may claim an entitlement: the three honest answers; not known is never a no."""

    YES = "yes", "可享"
    UNKNOWN = "unknown", "缺信息"
    NO = "no", "不可享"


class EntitlementSubject(Labelled):
    """Who claims (申领主体)."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位"


class EntitlementChannel(Labelled):
    """Through whom it is applied for (申报渠道)."""

    SCHOOL = "school", "学校统一申报"
    PERSON = "person", "本人申请"
    UNIT = "unit", "单位申请"
    UNION = "union", "工会办理"


class EntitlementState(Labelled):
    """Where an application stands; which may follow which is in `matcher.policy.entitlement_steps`."""

    CLUE = "clue", "线索"
    PREPARING = "preparing", "备材料"
    SUBMITTED = "submitted", "已报"
    PUBLICITY = "publicity", "公示"
    PAID = "paid", "发放"
    RECLAIMED = "reclaimed", "追回"
    REFUSED = "refused", "未获批"
    EXPIRED = "expired", "过期"
    DROPPED = "dropped", "不办理"

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something before money comes."""
        return self in _LIVE


_LIVE = frozenset(
    {
        EntitlementState.CLUE,
        EntitlementState.PREPARING,
        EntitlementState.SUBMITTED,
        EntitlementState.PUBLICITY,
    }
)
