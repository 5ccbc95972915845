"""Closed lists of what joins files and unions: merges (合并), transfers (转移), cooperation (异地协作)."""

from matcher.kinds.labelled import Labelled


class TransferState(Labelled):
    """Where a transfer of a file to another union stands."""

    ASKED = "asked", "待接收"
    ACCEPTED = "accepted", "已接收"
    DECLINED = "declined", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class CooperationKind(Labelled):
    """With which union one works together for a person who is elsewhere."""

    SCHOOL = "school", "学校所在地工会"
    WORKPLACE = "workplace", "就业意向地工会"


class CooperationScope(Labelled):
    """What the other union is asked for; it sees what these need and no more."""

    POLICIES = "policies", "政策宣介"
    CAMPUS_POSTS = "campus_posts", "勤工助学岗位"
    NEWS = "news", "情况反馈"
    GUIDANCE = "guidance", "职业指导"
    POSTS = "posts", "岗位推荐"
    TRAINING = "training", "培训见习"
    FAIRS = "fairs", "招聘活动"


SCOPES_OF_KIND = {
    CooperationKind.SCHOOL: (
        CooperationScope.POLICIES,
        CooperationScope.CAMPUS_POSTS,
        CooperationScope.NEWS,
    ),
    CooperationKind.WORKPLACE: (
        CooperationScope.POLICIES,
        CooperationScope.GUIDANCE,
        CooperationScope.POSTS,
        CooperationScope.TRAINING,
        CooperationScope.FAIRS,
        CooperationScope.NEWS,
    ),
}
"""What may be asked of which union."""


class CooperationState(Labelled):
    """Where a cooperation stands; it also ends by its day, without anybody's act."""

    ASKED = "asked", "待答复"
    RUNNING = "running", "协作中"
    DECLINED = "declined", "未接受"
    ENDED = "ended", "已结束"


class CooperationActKind(Labelled):
    """What happened in a cooperation."""

    SERVICE = "service", "已提供服务"
    NEWS = "news", "情况反馈"
    LETTER = "letter", "协作函已发出"
    REPLY = "reply", "复函"
