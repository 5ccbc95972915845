"""Closed lists of plan runs (安置方案): what became of a seat when it was published, and why a promise moved."""

from matcher.kinds.labelled import Labelled


class PublishedAs(Labelled):
    """What publishing made of one seat of a plan."""

    MADE = "made", "已生成推荐"
    STANDING = "standing", "原推荐继续有效"
    REFUSED = "refused", "未能生成"
    TAKEN_BACK = "taken_back", "已撤回"


class ShiftCode(Labelled):
    """Why somebody does not keep the seat the last publication proposed (席位变动原因)."""

    LEFT = "left", "本人已不在方案内"
    POSTING_GONE = "posting_gone", "岗位已关闭或没有空缺"
    NOT_ELIGIBLE = "not_eligible", "条件变化后不再符合"
    FORBIDDEN = "forbidden", "已由活动主管排除"
    GAVE_WAY = "gave_way", "为保障对象让位"
    BETTER = "better", "改到本人更愿意的岗位"
    OUTRANKED = "outranked", "按公布的次序排在后面"
