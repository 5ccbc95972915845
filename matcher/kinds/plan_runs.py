"""Closed lists of plan runs (安置方案): what became of a seat when it was published."""

from matcher.kinds.labelled import Labelled


class PublishedAs(Labelled):
    """What publishing made of one seat of a plan."""

    MADE = "made", "已生成推荐"
    STANDING = "standing", "原推荐继续有效"
    REFUSED = "refused", "未能生成"
    TAKEN_BACK = "taken_back", "已撤回"
